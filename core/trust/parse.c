#include "trust/parse.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "trust/openssl_extensions.h"
#include "trust/openssl_store.h"
#include "trust/openssl_text.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

X509 *
openssl_certificate(const void *der, size_t len)
{
	const unsigned char *at = der;
	X509 *x = len && len <= LONG_MAX ? d2i_X509(NULL, &at, (long)len) : NULL;

	/* Bytes behind it: OpenSSL refuses such a certificate in a handshake too. */
	if (x && at != (const unsigned char *)der + len) {
		X509_free(x);
		x = NULL;
	}
	return x;
}

BIO *
openssl_reader(const void *bytes, size_t len)
{
	return len <= INT_MAX ? BIO_new_mem_buf(len ? bytes : "", (int)len) : NULL;
}

/* "EC P-256" where NIST names the curve, else OpenSSL's name of it, else only its size. */
static char *
curve_words(EVP_PKEY *key)
{
	char name[80];
	const char *nist;

	if (!EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, NULL))
		return text_new("EC %d", EVP_PKEY_get_bits(key));
	nist = EC_curve_nid2nist(OBJ_txt2nid(name));
	return text_new("EC %s", nist ? nist : name);
}

/* An algorithm that this OpenSSL cannot use is named by its identifier. */
static char *
unknown_key_words(X509 *x)
{
	ASN1_OBJECT *algorithm = NULL;
	int nid;

	if (!X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(x)) || !algorithm)
		return mem_text("unreadable");
	nid = OBJ_obj2nid(algorithm);
	return nid == NID_undef ? openssl_oid(algorithm) : mem_text(OBJ_nid2ln(nid));
}

static void
read_key(X509 *x, struct certificate *c)
{
	static const struct {
		int id;
		const char *word;
		bool sized; /* the size says more than the name */
	} known[] = {
		{EVP_PKEY_RSA, "RSA", true},
		{EVP_PKEY_RSA_PSS, "RSA-PSS", true},
		{EVP_PKEY_DSA, "DSA", true},
		{EVP_PKEY_DH, "DH", true},
		{EVP_PKEY_ED25519, "Ed25519", false},
		{EVP_PKEY_ED448, "Ed448", false},
	};
	EVP_PKEY *key = X509_get0_pubkey(x);
	int id = key ? EVP_PKEY_get_base_id(key) : NID_undef;

	c->key_bits = key ? EVP_PKEY_get_bits(key) : 0;
	for (size_t i = 0; key && i < sizeof known / sizeof *known; i++) {
		if (id == known[i].id)
			c->key = known[i].sized ? text_new("%s %d", known[i].word, c->key_bits)
						: mem_text(known[i].word);
	}
	if (!c->key && id == EVP_PKEY_EC)
		c->key = curve_words(key);
	else if (!c->key && id > 0)
		c->key = mem_text(OBJ_nid2ln(id));
	if (!c->key)
		c->key = unknown_key_words(x);
}

static void
read_names(X509 *x, struct certificate *c)
{
	const X509_NAME *subject = X509_get_subject_name(x), *issuer = X509_get_issuer_name(x);

	c->subject = openssl_oneline(subject);
	c->issuer = openssl_oneline(issuer);
	c->subject_cn = openssl_common_name(subject);
	c->issuer_cn = openssl_common_name(issuer);
	c->self_issued = X509_NAME_cmp(subject, issuer) == 0;
	/* One signature check, and only for a certificate that names itself. */
	c->self_signed = c->self_issued && X509_self_signed(x, 1) == 1;
}

static char *
serial_hex(const ASN1_INTEGER *serial)
{
	char *hex = openssl_hex(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial));
	char *whole;

	if (ASN1_STRING_type(serial) != V_ASN1_NEG_INTEGER)
		return hex;
	whole = text_new("-%s", hex);
	free(hex);
	return whole;
}

static void
read_signature(X509 *x, struct certificate *c)
{
	const X509_ALGOR *algorithm;
	const ASN1_OBJECT *object;
	int nid = X509_get_signature_nid(x);

	if (nid != NID_undef) {
		c->signature = mem_text(OBJ_nid2ln(nid));
		return;
	}
	X509_get0_signature(NULL, &algorithm, x);
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	c->signature = openssl_oid(object);
}

static char *
sha256_hex(const void *bytes, size_t len)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	return EVP_Digest(bytes, len, digest, &size, EVP_sha256(), NULL) ? openssl_hex(digest, size)
									 : mem_text("");
}

static struct certificate *
facts_of(X509 *x, unsigned char *der, size_t len)
{
	struct certificate *c = certificate_new();

	c->der = der;
	c->der_len = len;
	c->sha256 = sha256_hex(der, len);
	c->serial = serial_hex(X509_get0_serialNumber(x));
	c->not_before_ms = openssl_time_ms(X509_get0_notBefore(x));
	c->not_after_ms = openssl_time_ms(X509_get0_notAfter(x));
	read_names(x, c);
	read_key(x, c);
	read_signature(x, c);
	openssl_extensions_read(x, c);
	/* Whatever could not be read left its reason in this thread's queue, where the next TLS call would
	 * take it for its own. */
	ERR_clear_error();
	return c;
}

struct certificate *
openssl_certificate_facts(X509 *x)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x, &der);
	struct certificate *c =
		facts_of(x, mem_copy(der, len > 0 ? (size_t)len : 0), len > 0 ? (size_t)len : 0);

	OPENSSL_free(der);
	return c;
}

struct certificate *
certificate_from_der(const void *der, size_t len)
{
	X509 *x = openssl_certificate(der, len);
	struct certificate *c = x ? facts_of(x, mem_copy(der, len), len) : NULL;

	ERR_clear_error();
	X509_free(x);
	return c;
}

struct chain *
chain_from_sent(const struct sent_certificate *sent, size_t count)
{
	struct certificate **certificates;
	size_t have = 0;

	if (count > CHAIN_CERTIFICATES)
		count = CHAIN_CERTIFICATES;
	if (!count)
		return NULL;
	certificates = mem_new(count, sizeof(struct certificate *));
	while (have < count && (certificates[have] = certificate_from_der(sent[have].der, sent[have].len)))
		have++;
	if (have)
		return chain_new(certificates, have);
	free(certificates);
	return NULL;
}

static bool
is_certificate_block(const char *name)
{
	return strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0 ||
	       strcmp(name, PEM_STRING_X509_TRUSTED) == 0;
}

/* The certificate at the head of a PEM block; what stands behind it is OpenSSL's trust settings, or garbage
 * that OpenSSL passes over as well. */
static struct certificate *
certificate_of_block(const unsigned char *block, long len)
{
	const unsigned char *at = block;
	X509 *x = d2i_X509(NULL, &at, len);
	struct certificate *c =
		x ? facts_of(x, mem_copy(block, (size_t)(at - block)), (size_t)(at - block)) : NULL;

	X509_free(x);
	return c;
}

struct pem_reader {
	struct certificate *found[CHAIN_CERTIFICATES];
	size_t count;
};

/* Reads the next block. True to go on; false at the end, with *why set when the end is a fault. */
static bool
read_block(BIO *in, struct pem_reader *r, struct fault *why)
{
	char *name = NULL, *header = NULL;
	unsigned char *block = NULL;
	long len = 0;
	struct certificate *c = NULL;
	bool wanted;

	if (!PEM_read_bio(in, &name, &header, &block, &len)) {
		if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
			fault_set(why, FAULT_USAGE, 0, "PEM block %zu cannot be read: its text is damaged",
				r->count + 1);
		return false;
	}
	wanted = is_certificate_block(name);
	if (wanted)
		c = certificate_of_block(block, len);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(block);
	if (wanted && !c)
		fault_set(why, FAULT_USAGE, 0, "certificate %zu is none: its bytes are damaged",
			r->count + 1);
	else if (c)
		r->found[r->count++] = c;
	if (r->count == CHAIN_CERTIFICATES)
		fault_set(why, FAULT_LIMIT, 0, "more than %d certificates: no chain", CHAIN_CERTIFICATES - 1);
	return why->kind == FAULT_NONE;
}

static void
say_none(const unsigned char *bytes, size_t len, struct fault *why)
{
	/* 0x30 begins every certificate in DER. */
	fault_set(why, FAULT_USAGE, 0, "no certificate in it: -----BEGIN CERTIFICATE----- is looked for%s",
		len && bytes[0] == 0x30 ? "; if it is DER: openssl x509 -inform DER -in FILE" : "");
}

struct chain *
chain_from_pem(const void *pem, size_t len, struct fault *why)
{
	BIO *in = openssl_reader(pem, len);
	struct pem_reader *r = mem_new(1, sizeof *r);
	struct fault fault = {.kind = FAULT_NONE};
	struct chain *chain = NULL;

	ERR_clear_error();
	while (in && read_block(in, r, &fault))
		continue;
	BIO_free(in);
	ERR_clear_error();
	if (fault.kind == FAULT_NONE && r->count == 0)
		say_none(pem, len, &fault);
	if (fault.kind == FAULT_NONE)
		chain = chain_new(mem_copy(r->found, r->count * sizeof *r->found), r->count);
	for (size_t i = 0; !chain && i < r->count; i++)
		certificate_unref(r->found[i]);
	if (!chain && why)
		*why = fault;
	free(r);
	return chain;
}

char *
certificate_to_pem(const struct certificate *c)
{
	BIO *out = BIO_new(BIO_s_mem());
	struct text t = {NULL, 0, 0};
	char *bytes = NULL;
	long len;

	if (out && PEM_write_bio(out, PEM_STRING_X509, "", c->der, (long)c->der_len) > 0) {
		len = BIO_get_mem_data(out, &bytes);
		text_add(&t, bytes, (size_t)len);
	}
	BIO_free(out);
	return text_take(&t);
}
