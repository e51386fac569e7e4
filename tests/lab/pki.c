#include "pki.h"

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
	size_t count;
	struct minted *minted;
	struct shared_key shared[SHARED_KEYS];
};

/* What each kind has unless its row says otherwise. The key identifiers come last: the authority's needs the
 * issuer's. */
static const char *const usual_extensions[] = {
	[CERT_LEAF] = ("basicConstraints=CA:FALSE|keyUsage=critical,digitalSignature,keyEncipherment|"
		      "extendedKeyUsage=serverAuth,clientAuth|subjectAltName=|"
		      "subjectKeyIdentifier=hash|authorityKeyIdentifier=keyid"),
	[CERT_CA] = ("basicConstraints=critical,CA:TRUE|keyUsage=critical,keyCertSign,cRLSign|"
		    "subjectKeyIdentifier=hash|authorityKeyIdentifier=keyid"),
	[CERT_PLAIN] = "",
};

static _Noreturn void
give_up(const char *what, const char *name)
{
	fprintf(stderr, "lab: %s: %s\n", name, what);
	ERR_print_errors_fp(stderr);
	abort();
}

/* ---- keys ---- */

static EVP_PKEY *
shared_key(struct pki *p, const char *name)
{
	size_t i;

	for (i = 0; i < SHARED_KEYS && p->shared[i].name; i++)
		if (strcmp(p->shared[i].name, name) == 0)
			return p->shared[i].key;
	if (i == SHARED_KEYS || strncmp(name, "rsa", 3) != 0)
		give_up("no such key", name);
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

/* ---- names ---- */

/* Adds "C=US" to the name. */
static void
add_part(X509_NAME *name, const char *part, size_t len)
{
	const char *equals = memchr(part, '=', len);
	char field[32];

	if (!equals || (size_t)(equals - part) >= sizeof(field))
		give_up("no subject", part);
	snprintf(field, sizeof(field), "%.*s", (int)(equals - part), part);
	if (!X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)equals + 1,
		    (int)(part + len - equals - 1), -1, 0))
		give_up("no subject", part);
}

static void
set_name(X509_NAME *name, const char *subject)
{
	while (*subject == '/') {
		size_t len = strcspn(subject + 1, "/");

		add_part(name, subject + 1, len);
		subject += 1 + len;
	}
}

/* ---- extensions ---- */

/* True when the list of a row has an extension of the name that begins item. */
static bool
has_name(const char *list, const char *item)
{
	size_t len = strcspn(item, "=") + 1;

	while (list && *list) {
		if (strncmp(list, item, len) == 0)
			return true;
		list += strcspn(list, "|");
		list += *list == '|';
	}
	return false;
}

static void
add_extension(X509 *x, const X509 *issuer, const char *name, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, (X509 *)(uintptr_t)issuer, x, NULL, NULL, 0);
	extension = X509V3_EXT_nconf(NULL, &context, name, value);
	if (!extension || !X509_add_ext(x, extension, -1))
		give_up(value, name);
	X509_EXTENSION_free(extension);
}

static void
add_alternative_name(X509 *x, const char *subject)
{
	const char *cn = strstr(subject, "/CN=");
	char value[300];

	if (!cn)
		return;
	snprintf(value, sizeof(value), "DNS:%s", cn + strlen("/CN="));
	add_extension(x, x, "subjectAltName", value);
}

/* Adds the items of a list; those that `instead` has too are left to it. */
static void
add_extensions(X509 *x, const X509 *issuer, const struct cert_spec *spec, const char *list, const char *instead)
{
	while (list && *list) {
		size_t len = strcspn(list, "|");
		char *item = strndup(list, len), *value = strchr(item, '=');

		if (value && !has_name(instead, item)) {
			*value++ = '\0';
			if (*value) /* "name=" leaves the kind's own out */
				add_extension(x, issuer, item, value);
			else if (strcmp(item, "subjectAltName") == 0)
				add_alternative_name(x, spec->subject);
		}
		free(item);
		list += len + (list[len] == '|');
	}
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

/* The same certificate with a byte of its signature flipped: near the end, where the DER of an ECDSA signature
 * still reads well. */
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
		give_up("no key", spec->name);
	X509_set_version(m->x509, X509_VERSION_3);
	set_serial(m->x509);
	set_validity(p, m->x509, spec);
	set_name(X509_get_subject_name(m->x509), spec->subject);
	X509_set_issuer_name(m->x509, X509_get_subject_name(issuer->x509));
	X509_set_pubkey(m->x509, m->key);
	add_extensions(m->x509, issuer->x509, spec, spec->extensions, NULL);
	add_extensions(m->x509, issuer->x509, spec, usual_extensions[spec->kind],
		spec->extensions ? spec->extensions : "");
	if (!X509_sign(m->x509, issuer->key, EVP_get_digestbyname(digest)))
		give_up("cannot be signed", spec->name);
	if (spec->tampered)
		m->x509 = tamper(m->x509);
}

struct pki *
pki_new(const struct cert_spec *specs, size_t count, time_t now)
{
	struct pki *p = mem_new(1, sizeof(*p));

	p->now = now;
	p->minted = mem_new(count, sizeof(*p->minted));
	for (; p->count < count; p->count++) {
		p->minted[p->count].spec = &specs[p->count];
		mint(p, &p->minted[p->count]);
	}
	return p;
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
	give_up("no such certificate", name);
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
		chain[count++] = pki_find(p, name);
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
		give_up("no CRL", issuer);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return crl;
}
