#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "material.h"
#include "trust/parse.h"

#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

static struct certificate *
certificate_named(const char *name)
{
	struct chain *chain = chain_named(name);
	struct certificate *c = certificate_ref(chain->certificates[0]);

	chain_unref(chain);
	return c;
}

static void
names_dates_and_numbers_are_read(void **state)
{
	struct certificate *c = certificate_named("full"), *root = certificate_named("root");

	(void)state;
	assert_string_equal(c->subject, "/CN=full.example.net");
	assert_string_equal(c->issuer, "/C=US/O=Example Trust Services/CN=Example Issuing CA");
	assert_string_equal(c->subject_cn, "full.example.net");
	assert_string_equal(c->issuer_cn, "Example Issuing CA");
	assert_int_equal(c->not_before_ms, NOW_MS - INT64_C(86400000));
	assert_int_equal(c->not_after_ms, NOW_MS + INT64_C(86400000));
	assert_int_equal(strlen(c->serial), 16);
	assert_int_equal(strspn(c->serial, "0123456789abcdef"), 16);
	assert_int_equal(strspn(c->sha256, "0123456789abcdef"), 64);
	assert_string_equal(c->signature, "ecdsa-with-SHA256");
	assert_false(c->ca || c->self_issued || c->self_signed);
	assert_int_equal(c->path_length, -1);
	assert_true(root->ca && root->self_issued && root->self_signed);
	certificate_unref(root);
	certificate_unref(c);
}

static void
extensions_are_read(void **state)
{
	static const char *const sans[] = {"DNS:full.example.net", "IP:192.0.2.7", "IP:2001:db8::7",
		"email:a@example.net", "URI:https://example.net/", "RID:1.2.3.4"};
	struct certificate *c = certificate_named("full"), *issuer = certificate_named("int");

	(void)state;
	assert_int_equal(c->san_count, sizeof sans / sizeof *sans);
	for (size_t i = 0; i < c->san_count; i++)
		assert_string_equal(c->sans[i], sans[i]);
	assert_int_equal(c->aia_issuer_count, 1);
	assert_string_equal(c->aia_issuers[0], "http://aia.example.net/int.der");
	assert_int_equal(c->ocsp_count, 1);
	assert_string_equal(c->ocsp[0], "http://ocsp.example.net/");
	assert_int_equal(c->crl_count, 2);
	assert_string_equal(c->crls[1], "http://crl.example.net/2.crl");
	assert_string_equal(c->policies, "2.23.140.1.2.1, 1.2.3.4");
	assert_string_equal(c->key_usage, "Digital Signature, Key Encipherment");
	assert_string_equal(c->extended_key_usage,
		"TLS Web Server Authentication, TLS Web Client Authentication");
	assert_string_equal(c->authority_key_id, issuer->subject_key_id);
	assert_int_equal(strlen(c->subject_key_id), 40);
	assert_true(c->scts);
	certificate_unref(issuer);
	certificate_unref(c);
}

static void
what_is_not_there_is_null(void **state)
{
	struct certificate *c = certificate_named("self"), *bounded = certificate_named("short");

	(void)state;
	assert_null(c->sans);
	assert_null(c->key_usage);
	assert_null(c->extended_key_usage);
	assert_null(c->policies);
	assert_null(c->subject_key_id);
	assert_null(c->authority_key_id);
	assert_false(c->scts || c->ca);
	assert_true(c->self_signed);
	assert_int_equal(bounded->path_length, 0);
	certificate_unref(bounded);
	certificate_unref(c);
}

static void
a_self_issued_certificate_with_a_broken_signature_is_not_self_signed(void **state)
{
	struct certificate *good = certificate_named("root"), *c;
	unsigned char *der = mem_copy(good->der, good->der_len);

	(void)state;
	der[good->der_len - 5] ^= 0xff;
	c = certificate_from_der(der, good->der_len);
	assert_non_null(c);
	assert_true(c->self_issued);
	assert_false(c->self_signed);
	free(der);
	certificate_unref(c);
	certificate_unref(good);
}

/* A certificate around a key, with a subject whose CN has those bytes; only its facts are read. */
static struct certificate *
certificate_around(EVP_PKEY *key, const char *cn, int cn_len, int type)
{
	X509 *x = X509_new();
	unsigned char *der = NULL;
	struct certificate *c;
	int len;

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), -255);
	ASN1_TIME_set_string(X509_getm_notBefore(x), "19500101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z");
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
		(const unsigned char *)"first", -1, -1, 0);
	X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_commonName, type, (const unsigned char *)cn,
		cn_len, -1, 0);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), "O", MBSTRING_ASC,
		(const unsigned char *)"Only An O", -1, -1, 0);
	X509_set_pubkey(x, key);
	X509_sign(x, key, EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256());
	len = i2d_X509(x, &der);
	c = certificate_from_der(der, (size_t)len);
	OPENSSL_free(der);
	X509_free(x);
	return c;
}

static void
hostile_names_stay_whole(void **state)
{
	static const struct {
		const char *bytes;
		int len, type;
		const char *cn;
	} cases[] = {
		{"mx.example.net\0.evil.example.org", 32, V_ASN1_UTF8STRING,
			"mx.example.net\\x00.evil.example.org"},
		{"\x1b[31m\r\n", 7, V_ASN1_UTF8STRING, "\x1b[31m\r\n"},
		{"\0B\0\xe9", 4, V_ASN1_BMPSTRING, "B\xc3\xa9"},
		{"B\xe9", 2, V_ASN1_T61STRING, "B\xc3\xa9"},
		{"\0\0\0\0", 4, V_ASN1_BMPSTRING, "\\x00\\x00"},
		{"", 0, V_ASN1_UTF8STRING, ""},
	};
	EVP_PKEY *key = EVP_EC_gen("P-256");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct certificate *c = certificate_around(key, cases[i].bytes, cases[i].len, cases[i].type);

		assert_non_null(c);
		assert_string_equal(c->subject_cn, cases[i].cn);
		assert_string_equal(c->issuer_cn, "Only An O");
		assert_string_equal(c->serial, "-ff");
		assert_int_equal(c->not_before_ms, INT64_C(-631152000000));
		assert_int_equal(c->not_after_ms, INT64_C(253402300799000));
		certificate_unref(c);
	}
	EVP_PKEY_free(key);
}

static void
keys_are_named_with_their_size(void **state)
{
	static const struct {
		const char *algorithm, *detail, *words;
		int bits;
	} cases[] = {
		{"RSA", "1024", "RSA 1024", 1024},
		{"EC", "P-256", "EC P-256", 256},
		{"EC", "P-384", "EC P-384", 384},
		{"EC", "secp256k1", "EC secp256k1", 256},
		{"ED25519", NULL, "Ed25519", 256},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *detail = cases[i].detail;
		EVP_PKEY *key = strcmp(cases[i].algorithm, "RSA") == 0 ? EVP_RSA_gen((unsigned)atoi(detail))
				: detail                               ? EVP_EC_gen(detail)
					 : EVP_PKEY_Q_keygen(NULL, NULL, cases[i].algorithm);
		struct certificate *c = certificate_around(key, "key", 3, V_ASN1_UTF8STRING);

		assert_non_null(c);
		assert_string_equal(c->key, cases[i].words);
		assert_int_equal(c->key_bits, cases[i].bits);
		certificate_unref(c);
		EVP_PKEY_free(key);
	}
}

static void
long_names_are_not_cut(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	char *name = mem_new(2001, 1);
	struct certificate *c;

	(void)state;
	memset(name, 'x', 2000);
	c = certificate_around(key, name, 2000, V_ASN1_UTF8STRING);
	assert_int_equal(strlen(c->subject), strlen("/CN=first/CN=") + 2000);
	assert_int_equal(strlen(c->subject_cn), 2000);
	certificate_unref(c);
	free(name);
	EVP_PKEY_free(key);
}

static void
pem_goes_out_and_comes_back(void **state)
{
	char *pem = pem_named("ec int root"), *with_noise;
	struct fault why = {.kind = FAULT_NONE};
	struct chain *chain, *expected = chain_named("ec int root");

	(void)state;
	with_noise =
		text_new("subject=/CN=x\n%s-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\ntail",
			pem);
	chain = chain_from_pem(with_noise, strlen(with_noise), &why);
	assert_non_null(chain);
	assert_int_equal(chain->count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(chain->certificates[i]->sha256, expected->certificates[i]->sha256);
	chain_unref(chain);
	chain_unref(expected);
	free(with_noise);
	free(pem);
}

static void
pem_without_certificates_says_so(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "no certificate"},
		{"Nov 22 07:42:22 mail sm-mta[1]: STARTTLS=client", "no certificate"},
		{"0\x82\x01", "openssl x509 -inform DER"},
		{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 is none"},
		{"-----BEGIN CERTIFICATE-----\nMIIB!!!!\n", "damaged"},
		{"-----BEGIN CERTIFICATE-----\n", "damaged"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fault why = {.kind = FAULT_NONE};

		assert_null(chain_from_pem(cases[i].text, strlen(cases[i].text), &why));
		assert_int_equal(why.kind, FAULT_USAGE);
		if (!strstr(why.text, cases[i].says))
			fail_msg("case %zu: %s", i, why.text);
		assert_null(chain_from_pem(cases[i].text, strlen(cases[i].text), NULL));
	}
}

static void
a_sent_chain_ends_at_what_is_no_certificate(void **state)
{
	struct chain *good = chain_named("ec int"), *chain;
	struct sent_certificate sent[3] = {
		{good->certificates[0]->der, good->certificates[0]->der_len},
		{(unsigned char *)"junk", 4},
		{good->certificates[1]->der, good->certificates[1]->der_len},
	};

	(void)state;
	chain = chain_from_sent(sent, 3);
	assert_int_equal(chain->count, 1);
	chain_unref(chain);
	assert_null(chain_from_sent(&sent[1], 2));
	assert_null(chain_from_sent(NULL, 0));
	chain_unref(good);
}

/* OpenSSL knows names and key usage; a private extension is only trouble when it is critical. */
static void
unknown_critical_extensions_are_named(void **state)
{
	static const struct {
		const char *name, *oid;
	} cases[] = {{"critical", "1.2.3.4.5"}, {"public", NULL}, {"ec", NULL}, {"constrained", NULL},
		{"self", NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct chain *chain = chain_named(cases[i].name);
		const char *oid = chain->certificates[0]->unknown_critical;

		assert_int_equal(oid != NULL, cases[i].oid != NULL);
		if (oid)
			assert_string_equal(oid, cases[i].oid);
		chain_unref(chain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_critical_extensions_are_named),
		cmocka_unit_test(names_dates_and_numbers_are_read),
		cmocka_unit_test(extensions_are_read),
		cmocka_unit_test(what_is_not_there_is_null),
		cmocka_unit_test(a_self_issued_certificate_with_a_broken_signature_is_not_self_signed),
		cmocka_unit_test(hostile_names_stay_whole),
		cmocka_unit_test(keys_are_named_with_their_size),
		cmocka_unit_test(long_names_are_not_cut),
		cmocka_unit_test(pem_goes_out_and_comes_back),
		cmocka_unit_test(pem_without_certificates_says_so),
		cmocka_unit_test(a_sent_chain_ends_at_what_is_no_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
