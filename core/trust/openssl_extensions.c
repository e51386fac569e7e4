#include "trust/openssl_extensions.h"

#include "base/mem.h"
#include "base/text.h"
#include "trust/openssl_text.h"

#include <limits.h>
#include <stdlib.h>

static void
read_names(X509 *x, struct certificate *c)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	int count = names ? sk_GENERAL_NAME_num(names) : 0;

	if (count > 0)
		c->sans = mem_new((size_t)count, sizeof *c->sans);
	for (int i = 0; i < count; i++)
		c->sans[c->san_count++] = openssl_general_name(sk_GENERAL_NAME_value(names, i));
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
	(*uris)[(*count)++] = openssl_string(name->d.uniformResourceIdentifier);
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
		char *oid = openssl_oid(sk_POLICYINFO_value(policies, i)->policyid);

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

		words = openssl_text(bytes, len > 0 ? (size_t)len : 0);
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
			return openssl_oid(X509_EXTENSION_get_object(e));
	}
	return NULL;
}

static char *
octets_hex(const ASN1_OCTET_STRING *octets)
{
	return octets ? openssl_hex(ASN1_STRING_get0_data(octets), (size_t)ASN1_STRING_length(octets)) : NULL;
}

void
openssl_extensions_read(X509 *x, struct certificate *c)
{
	read_names(x, c);
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
