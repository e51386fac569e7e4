#include "pki_private.h"

#include "base/mem.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400L
#define SHARED_KEYS 4

struct shared_key {
	const char *name;
	EVP_PKEY *key;
};

struct pki {
	time_t now;
	const char *base; /* stands for {aia}; while it is minted */
	size_t count;
	struct minted *minted;
	struct shared_key shared[SHARED_KEYS];
};

/* ---- keys ---- */

static EVP_PKEY *
shared_key(struct pki *p, const char *name)
{
	size_t i;

	for (i = 0; i < SHARED_KEYS && p->shared[i].name; i++)
		if (strcmp(p->shared[i].name, name) == 0)
			return p->shared[i].key;
	if (i == SHARED_KEYS || strncmp(name, "rsa", 3) != 0)
		pki_give_up("no such key", name);
	p->shared[i].name = name;
	p->shared[i].key = EVP_RSA_gen((unsigned)atoi(name + 3));
	return p->shared[i].key;
}

/* The key of a row, with a reference for the row. RSA keys are shared: one of 2048 bits takes 100 ms. */
static EVP_PKEY *
key_of(struct pki *p, const struct cert_spec *spec)
{
	EVP_PKEY *key;

	if (!spec->key)
		return EVP_EC_gen("P-256");
	key = spec->key[0] == '=' ? pki_find(p, spec->key + 1)->key : shared_key(p, spec->key);
	EVP_PKEY_up_ref(key);
	return key;
}

/* ---- certificates ---- */

static void
set_validity(const struct pki *p, X509 *x, const struct cert_spec *spec)
{
	bool usual = spec->from_days == 0 && spec->to_days == 0;
	long from = usual ? (spec->kind == CERT_CA ? -400 : -30) : spec->from_days;
	long to = usual ? (spec->kind == CERT_CA ? 1000 : 60) : spec->to_days;

	ASN1_TIME_set(X509_getm_notBefore(x), p->now + from * DAY);
	ASN1_TIME_set(X509_getm_notAfter(x), p->now + to * DAY);
}

static void
set_serial(X509 *x)
{
	unsigned char bytes[8];
	BIGNUM *number;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		abort();
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x));
	BN_free(number);
}

/* The same certificate with a byte of its signature flipped: near the end, where the DER of an ECDSA
 * signature still reads well. */
static X509 *
tamper(X509 *x)
{
	unsigned char *der = NULL;
	const unsigned char *at;
	int len = i2d_X509(x, &der);
	X509 *broken;

	if (len < 8)
		abort();
	der[len - 5] ^= 0xff;
	at = der;
	broken = d2i_X509(NULL, &at, len);
	OPENSSL_free(der);
	X509_free(x);
	return broken;
}

static void
mint(struct pki *p, struct minted *m)
{
	const struct cert_spec *spec = m->spec;
	const struct minted *issuer = spec->issuer ? pki_find(p, spec->issuer) : m;
	const char *digest = spec->digest ? spec->digest : "SHA256";

	m->key = key_of(p, spec);
	m->x509 = X509_new();
	if (!m->key || !m->x509)
		pki_give_up("no key", spec->name);
	X509_set_version(m->x509, X509_VERSION_3);
	set_serial(m->x509);
	set_validity(p, m->x509, spec);
	pki_set_name(X509_get_subject_name(m->x509), spec->subject);
	X509_set_issuer_name(m->x509, X509_get_subject_name(issuer->x509));
	X509_set_pubkey(m->x509, m->key);
	pki_set_extensions(m->x509, issuer->x509, spec, p->base);
	if (!X509_sign(m->x509, issuer->key, EVP_get_digestbyname(digest)))
		pki_give_up("cannot be signed", spec->name);
	if (spec->tampered)
		m->x509 = tamper(m->x509);
}

static size_t
copies_of(const struct cert_spec *spec)
{
	return spec->copies ? spec->copies : 1;
}

struct pki *
pki_new_naming(const struct cert_spec *specs, size_t count, time_t now, const char *base)
{
	struct pki *p = mem_new(1, sizeof(*p));
	size_t all = 0;

	for (size_t i = 0; i < count; i++)
		all += copies_of(&specs[i]);
	p->now = now;
	p->base = base;
	p->minted = mem_new(all, sizeof(*p->minted));
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < copies_of(&specs[i]); n++) {
			p->minted[p->count].spec = &specs[i];
			mint(p, &p->minted[p->count++]);
		}
	p->base = NULL;
	return p;
}

struct pki *
pki_new(const struct cert_spec *specs, size_t count, time_t now)
{
	return pki_new_naming(specs, count, now, "http://aia.example.net");
}

void
pki_free(struct pki *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++) {
		X509_free(p->minted[i].x509);
		EVP_PKEY_free(p->minted[i].key);
	}
	for (size_t i = 0; i < SHARED_KEYS; i++)
		EVP_PKEY_free(p->shared[i].key);
	free(p->minted);
	free(p);
}

const struct minted *
pki_find(const struct pki *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->minted[i].spec->name, name) == 0)
			return &p->minted[i];
	pki_give_up("no such certificate", name);
}

const struct minted *
pki_row(const struct pki *p, size_t i)
{
	return i < p->count ? &p->minted[i] : NULL;
}

const struct minted *
pki_anchor(const struct pki *p, size_t i)
{
	for (size_t at = 0; at < p->count; at++)
		if (p->minted[at].spec->in_store && i-- == 0)
			return &p->minted[at];
	return NULL;
}

size_t
pki_chain(const struct pki *p, const char *names, const struct minted *chain[PKI_CHAIN_ROOM])
{
	size_t count = 0;
	char name[64];
	int taken;

	while (count < PKI_CHAIN_ROOM && sscanf(names, " %63s%n", name, &taken) == 1) {
		const struct minted *first = pki_find(p, name);

		for (size_t n = 0; n < copies_of(first->spec) && count < PKI_CHAIN_ROOM; n++)
			chain[count++] = first + n;
		names += taken;
	}
	return count;
}

X509_CRL *
pki_crl(const struct pki *p, const char *issuer, const char *revoked, int from_days, int to_days)
{
	const struct minted *by = pki_find(p, issuer), *list[PKI_CHAIN_ROOM];
	size_t count = pki_chain(p, revoked, list);
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, p->now + from_days * DAY);
	ASN1_TIME *to = ASN1_TIME_set(NULL, p->now + to_days * DAY);

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(by->x509));
	X509_CRL_set1_lastUpdate(crl, from);
	X509_CRL_set1_nextUpdate(crl, to);
	for (size_t i = 0; i < count; i++) {
		X509_REVOKED *entry = X509_REVOKED_new();

		X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(list[i]->x509));
		X509_REVOKED_set_revocationDate(entry, from);
		X509_CRL_add0_revoked(crl, entry);
	}
	X509_CRL_sort(crl);
	if (!X509_CRL_sign(crl, by->key, EVP_sha256()))
		pki_give_up("no CRL", issuer);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return crl;
}
