#include "trust/parse.h"

#include "base/address.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "trust/x509.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- OpenSSL's values as text ----------------------------------------------------------------------- */

/* All of it comes from a certificate, so from an attacker. A NUL inside becomes "\x00", so that the C string
 * shows the whole; other bytes are kept, and whoever draws them makes them harmless. */
static char *
text_of(const void *bytes, size_t len)
{
	struct text t = {NULL, 0, 0};
	struct span rest = {bytes, len}, head;

	while (rest.len) {
		const char *nul = memchr(rest.at, '\0', rest.len);

		head = (struct span){rest.at, nul ? (size_t)(nul - rest.at) : rest.len};
		text_add(&t, head.at, head.len);
		rest = span_skip(rest, head.len);
		if (!nul)
			break;
		text_put(&t, "\\x00");
		rest = span_skip(rest, 1);
	}
	return text_take(&t);
}

static char *
string_text(const ASN1_STRING *s)
{
	unsigned char *utf8 = NULL;
	char *text;
	int len;

	if (!s)
		return mem_text("");
	len = ASN1_STRING_to_UTF8(&utf8, s);
	if (len < 0)
		return text_of(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
	text = text_of(utf8, (size_t)len);
	OPENSSL_free(utf8);
	return text;
}

static char *
hex_text(const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *at = bytes;
	char *out = mem_new(2 * len + 1, 1);

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[at[i] >> 4];
		out[2 * i + 1] = digits[at[i] & 15];
	}
	return out;
}

static char *
oid_text(const ASN1_OBJECT *object)
{
	char room[256]; /* longer ones are cut: nobody looks them up */

	return OBJ_obj2txt(room, sizeof room, object, 1) > 0 ? mem_text(room) : mem_text("");
}

int64_t
x509_time_ms(const ASN1_TIME *t)
{
	struct tm tm;

	/* ASN1_TIME_to_tm() takes NULL for "now". */
	if (!t || !ASN1_TIME_to_tm(t, &tm))
		return 0;
	return when_utc(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static char *
oneline(const X509_NAME *name)
{
	char *line = name ? X509_NAME_oneline(name, NULL, 0) : NULL, *copy;

	if (!line)
		return mem_text("");
	copy = mem_text(line);
	OPENSSL_free(line);
	return copy;
}

static char *
common_name(const X509_NAME *name)
{
	int at = -1, next = X509_NAME_get_index_by_NID(name, NID_commonName, -1);

	while (next >= 0) {
		at = next;
		next = X509_NAME_get_index_by_NID(name, NID_commonName, at);
	}
	if (at < 0)
		at = X509_NAME_entry_count(name) - 1;
	if (at < 0)
		return mem_text("");
	return string_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

static char *
ip_text(const ASN1_OCTET_STRING *ip)
{
	struct address a;
	char room[ADDRESS_ROOM];

	if (!address_from_bytes(ASN1_STRING_get0_data(ip), (size_t)ASN1_STRING_length(ip), &a))
		return hex_text(ASN1_STRING_get0_data(ip), (size_t)ASN1_STRING_length(ip));
	address_print(&a, room);
	return mem_text(room);
}

static char *
with_prefix(const char *prefix, char *value)
{
	char *whole = text_new("%s%s", prefix, value);

	free(value);
	return whole;
}

static char *
general_name(const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_DNS:
		return with_prefix("DNS:", string_text(name->d.dNSName));
	case GEN_IPADD:
		return with_prefix("IP:", ip_text(name->d.iPAddress));
	case GEN_EMAIL:
		return with_prefix("email:", string_text(name->d.rfc822Name));
	case GEN_URI:
		return with_prefix("URI:", string_text(name->d.uniformResourceIdentifier));
	case GEN_DIRNAME:
		return with_prefix("DirName:", oneline(name->d.directoryName));
	case GEN_RID:
		return with_prefix("RID:", oid_text(name->d.registeredID));
	case GEN_OTHERNAME:
		return with_prefix("othername:", oid_text(name->d.otherName->type_id));
	default:
		return mem_text(name->type == GEN_X400 ? "X400Name" : "EdiPartyName");
	}
}

/* ---- extensions ------------------------------------------------------------------------------------- */

static void
read_alternative_names(X509 *x, struct certificate *c)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	int count = names ? sk_GENERAL_NAME_num(names) : 0;

	if (count > 0)
		c->sans = mem_new((size_t)count, sizeof *c->sans);
	for (int i = 0; i < count; i++)
		c->sans[c->san_count++] = general_name(sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
}

static void
read_constraints(X509 *x, struct certificate *c)
{
	BASIC_CONSTRAINTS *limits = X509_get_ext_d2i(x, NID_basic_constraints, NULL, NULL);
	int64_t length;

	if (!limits)
		return;
	c->ca = limits->ca != 0;
	if (limits->pathlen && ASN1_INTEGER_get_int64(&length, limits->pathlen) && length >= 0 &&
		length <= INT_MAX)
		c->path_length = (int)length;
	BASIC_CONSTRAINTS_free(limits);
}

/* A list of URIs that grows by doubling: 10,000 of them cost no more than their bytes. */
static void
add_uri(char ***uris, size_t *count, const GENERAL_NAME *name)
{
	if (name->type != GEN_URI)
		return;
	if ((*count & (*count + 1)) == 0)
		*uris = mem_resize(*uris, 2 * (*count + 1), sizeof **uris);
	(*uris)[(*count)++] = string_text(name->d.uniformResourceIdentifier);
}

static void
read_authority(X509 *x, struct certificate *c)
{
	AUTHORITY_INFO_ACCESS *info = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);

	for (int i = 0; info && i < sk_ACCESS_DESCRIPTION_num(info); i++) {
		const ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value(info, i);
		int method = OBJ_obj2nid(access->method);

		if (method == NID_ad_ca_issuers)
			add_uri(&c->aia_issuers, &c->aia_issuer_count, access->location);
		else if (method == NID_ad_OCSP)
			add_uri(&c->ocsp, &c->ocsp_count, access->location);
	}
	AUTHORITY_INFO_ACCESS_free(info);
}

static void
read_crl_points(X509 *x, struct certificate *c)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);

	for (int i = 0; points && i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT_NAME *where = sk_DIST_POINT_value(points, i)->distpoint;

		if (!where || where->type != 0)
			continue;
		for (int j = 0; j < sk_GENERAL_NAME_num(where->name.fullname); j++)
			add_uri(&c->crls, &c->crl_count, sk_GENERAL_NAME_value(where->name.fullname, j));
	}
	CRL_DIST_POINTS_free(points);
}

static void
read_policies(X509 *x, struct certificate *c)
{
	CERTIFICATEPOLICIES *policies = X509_get_ext_d2i(x, NID_certificate_policies, NULL, NULL);
	struct text t = {NULL, 0, 0};

	for (int i = 0; policies && i < sk_POLICYINFO_num(policies); i++) {
		char *oid = oid_text(sk_POLICYINFO_value(policies, i)->policyid);

		text_printf(&t, "%s%s", i ? ", " : "", oid);
		free(oid);
	}
	if (t.len)
		c->policies = text_take(&t);
	text_free(&t);
	CERTIFICATEPOLICIES_free(policies);
}

/* The words of openssl x509 -text for an extension; NULL when it is not there or cannot be read. */
static char *
extension_words(X509 *x, int nid)
{
	int at = X509_get_ext_by_NID(x, nid, -1);
	BIO *out = at >= 0 ? BIO_new(BIO_s_mem()) : NULL;
	char *words = NULL, *bytes;

	if (out && X509V3_EXT_print(out, X509_get_ext(x, at), X509V3_EXT_DEFAULT, 0)) {
		long len = BIO_get_mem_data(out, &bytes);

		words = text_of(bytes, len > 0 ? (size_t)len : 0);
	}
	BIO_free(out);
	return words;
}

/* Those that X509_verify_cert() does not pass over (code 34). */
static char *
unknown_critical(X509 *x)
{
	for (int i = 0; i < X509_get_ext_count(x); i++) {
		X509_EXTENSION *e = X509_get_ext(x, i);

		if (X509_EXTENSION_get_critical(e) && !X509_supported_extension(e))
			return oid_text(X509_EXTENSION_get_object(e));
	}
	return NULL;
}

static char *
octets_hex(const ASN1_OCTET_STRING *octets)
{
	return octets ? hex_text(ASN1_STRING_get0_data(octets), (size_t)ASN1_STRING_length(octets)) : NULL;
}

static void
read_extensions(X509 *x, struct certificate *c)
{
	read_alternative_names(x, c);
	read_constraints(x, c);
	read_authority(x, c);
	read_crl_points(x, c);
	read_policies(x, c);
	c->key_usage = extension_words(x, NID_key_usage);
	c->extended_key_usage = extension_words(x, NID_ext_key_usage);
	c->subject_key_id = octets_hex(X509_get0_subject_key_id(x));
	c->authority_key_id = octets_hex(X509_get0_authority_key_id(x));
	c->unknown_critical = unknown_critical(x);
	c->scts = X509_get_ext_by_NID(x, NID_ct_precert_scts, -1) >= 0;
}

/* ---- certificates ---------------------------------------------------------------------------------------
 */

X509 *
x509_from_der(const void *der, size_t len)
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
x509_reader(const void *bytes, size_t len)
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
	return nid == NID_undef ? oid_text(algorithm) : mem_text(OBJ_nid2ln(nid));
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

	c->subject = oneline(subject);
	c->issuer = oneline(issuer);
	c->subject_cn = common_name(subject);
	c->issuer_cn = common_name(issuer);
	c->self_issued = X509_NAME_cmp(subject, issuer) == 0;
	/* One signature check, and only for a certificate that names itself. */
	c->self_signed = c->self_issued && X509_self_signed(x, 1) == 1;
}

static char *
serial_hex(const ASN1_INTEGER *serial)
{
	char *hex = hex_text(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial));
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
	c->signature = oid_text(object);
}

static char *
sha256_hex(const void *bytes, size_t len)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	return EVP_Digest(bytes, len, digest, &size, EVP_sha256(), NULL) ? hex_text(digest, size)
									 : mem_text("");
}

static void
free_x509(void *x)
{
	X509_free(x);
}

X509 *
certificate_x509(const struct certificate *c)
{
	return c->x509;
}

static struct certificate *
facts_of(X509 *x, unsigned char *der, size_t len)
{
	struct certificate *c = certificate_new();

	X509_up_ref(x);
	c->x509 = x;
	c->x509_free = free_x509;
	c->der = der;
	c->der_len = len;
	c->sha256 = sha256_hex(der, len);
	c->serial = serial_hex(X509_get0_serialNumber(x));
	c->not_before_ms = x509_time_ms(X509_get0_notBefore(x));
	c->not_after_ms = x509_time_ms(X509_get0_notAfter(x));
	read_names(x, c);
	read_key(x, c);
	read_signature(x, c);
	read_extensions(x, c);
	/* Whatever could not be read left its reason in this thread's queue, where the next TLS call would
	 * take it for its own. */
	ERR_clear_error();
	return c;
}

struct certificate *
certificate_of_x509(X509 *x)
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
	X509 *x = x509_from_der(der, len);
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
	BIO *in = x509_reader(pem, len);
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
