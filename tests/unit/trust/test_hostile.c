#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "material.h"
#include "trust/parse.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In memory of its exact size, so that the sanitizer sees one byte too many. */
static struct certificate *
parse_exactly(const unsigned char *der, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1);
	struct certificate *c;

	memcpy(copy, der, len);
	c = certificate_from_der(copy, len);
	free(copy);
	return c;
}

static void
no_beginning_of_a_certificate_is_one(void **state)
{
	struct chain *chain = chain_named("full rsa constrained self");

	(void)state;
	for (size_t i = 0; i < chain->count; i++) {
		const struct certificate *c = chain->certificates[i];

		for (size_t len = 0; len < c->der_len; len++)
			assert_null(parse_exactly(c->der, len));
	}
	chain_unref(chain);
}

static void
bytes_behind_a_certificate_are_refused(void **state)
{
	struct chain *chain = chain_named("full");
	const struct certificate *c = chain->certificates[0];
	unsigned char *longer = mem_new(c->der_len + 1, 1);
	struct certificate *whole = parse_exactly(c->der, c->der_len);

	(void)state;
	memcpy(longer, c->der, c->der_len);
	assert_non_null(whole);
	assert_null(parse_exactly(longer, c->der_len + 1));
	certificate_unref(whole);
	free(longer);
	chain_unref(chain);
}

/* Any byte may be any other: what still parses has all its texts, and can be judged. */
static void
every_flipped_byte_is_survived(void **state)
{
	static const unsigned char masks[] = {0x01, 0x80, 0xff};
	struct chain *chain = chain_named("full int"), *sent;
	struct store *store = store_named("root");
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};
	const struct certificate *c = chain->certificates[0];
	size_t parsed = 0, good = 0;

	(void)state;
	for (size_t i = 0; i < c->der_len; i++) {
		unsigned char *der = mem_copy(c->der, c->der_len);
		struct certificate *pair[2];

		der[i] ^= masks[i % sizeof masks];
		pair[0] = parse_exactly(der, c->der_len);
		free(der);
		if (!pair[0])
			continue;
		parsed++;
		assert_non_null(pair[0]->subject);
		assert_non_null(pair[0]->issuer_cn);
		assert_non_null(pair[0]->key);
		assert_non_null(pair[0]->signature);
		pair[1] = certificate_ref(chain->certificates[1]);
		sent = chain_new(mem_copy(pair, sizeof pair), 2);
		good += judge_chain(sent, store, &options).code == X509_V_OK;
		chain_unref(sent);
	}
	assert_true(parsed > c->der_len / 4);
	assert_int_equal(good, 0);
	store_unref(store);
	chain_unref(chain);
}

static void
add_names(X509 *x, int count)
{
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
	char room[64];

	for (int i = 0; i < count; i++) {
		GENERAL_NAME *name = GENERAL_NAME_new();
		ASN1_IA5STRING *text = ASN1_IA5STRING_new();

		snprintf(room, sizeof room, "host-%d.example.net", i);
		ASN1_STRING_set(text, room, -1);
		GENERAL_NAME_set0_value(name, GEN_DNS, text);
		sk_GENERAL_NAME_push(names, name);
	}
	X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0);
	GENERAL_NAMES_free(names);
}

static void
set_name(X509_NAME *name, const char *cn)
{
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0);
}

/* A CA without key identifiers, with that many names in it, signed by the issuer's key. */
static struct certificate *
bare_ca(const char *const names[2], EVP_PKEY *key, EVP_PKEY *issuer, int name_count)
{
	X509 *x = X509_new();
	BASIC_CONSTRAINTS *ca = BASIC_CONSTRAINTS_new();
	unsigned char *der = NULL;
	struct certificate *c;
	int len;

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	ASN1_TIME_set(X509_getm_notBefore(x), (time_t)NOW - 1000);
	ASN1_TIME_set(X509_getm_notAfter(x), (time_t)NOW + 1000);
	set_name(X509_get_subject_name(x), names[0]);
	set_name(X509_get_issuer_name(x), names[1]);
	X509_set_pubkey(x, key);
	ca->ca = 1;
	X509_add1_ext_i2d(x, NID_basic_constraints, ca, 1, 0);
	BASIC_CONSTRAINTS_free(ca);
	if (name_count)
		add_names(x, name_count);
	X509_sign(x, issuer, EVP_sha256());
	len = i2d_X509(x, &der);
	c = certificate_from_der(der, (size_t)len);
	OPENSSL_free(der);
	X509_free(x);
	return c;
}

static void
ten_thousand_names_are_all_there(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct certificate *c = bare_ca((const char *[]){"many", "many"}, key, key, 10000);

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->san_count, 10000);
	assert_string_equal(c->sans[0], "DNS:host-0.example.net");
	assert_string_equal(c->sans[9999], "DNS:host-9999.example.net");
	certificate_unref(c);
	EVP_PKEY_free(key);
}

/* The dearest chain there is: 100 certificates of two names, each signed by the next one's key. By the names
 * any of the one may have issued any of the other, all links are built, and every signature is good. */
static void
a_hundred_namesakes_are_judged(void **state)
{
	enum { COUNT = 100 };
	static const char *const names[] = {"One", "Two", "One"};
	struct certificate **certificates = mem_new(COUNT, sizeof(struct certificate *));
	EVP_PKEY *key = EVP_EC_gen("P-256"), *next;
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};
	struct chain *sent, *path;
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		next = EVP_EC_gen("P-256");
		certificates[i] = bare_ca(names + i % 2, key, next, 0);
		EVP_PKEY_free(key);
		key = next;
	}
	EVP_PKEY_free(key);
	sent = chain_new(certificates, COUNT);
	v = judge_chain(sent, NULL, &options);
	path = judge_path(sent, NULL, &options);
	assert_int_equal(v.code, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	assert_int_equal(v.depth, COUNT - 1);
	assert_int_equal(path->count, COUNT);
	chain_unref(path);
	chain_unref(sent);
}

/* A file may hold any number of certificates; what no handshake could bring is no chain. */
static void
too_many_certificates_are_no_chain(void **state)
{
	struct fault why = {.kind = FAULT_NONE};
	char *one = pem_named("self");
	struct text t = {NULL, 0, 0};

	(void)state;
	for (int i = 0; i < 1001; i++)
		text_put(&t, one);
	assert_null(chain_from_pem(t.at, t.len, &why));
	assert_int_equal(why.kind, FAULT_LIMIT);
	text_free(&t);
	free(one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_beginning_of_a_certificate_is_one),
		cmocka_unit_test(bytes_behind_a_certificate_are_refused),
		cmocka_unit_test(every_flipped_byte_is_survived),
		cmocka_unit_test(ten_thousand_names_are_all_there),
		cmocka_unit_test(a_hundred_namesakes_are_judged),
		cmocka_unit_test(too_many_certificates_are_no_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
