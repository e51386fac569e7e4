/* What a caIssuers URL may answer, and what it answers when it means harm. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "material.h"
#include "trust/issuers.h"

#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN "int root otherint"

static struct text
der_of(const char *name)
{
	struct chain *chain = chain_named(name);
	struct text t = {NULL, 0, 0};

	text_add(&t, chain->certificates[0]->der, chain->certificates[0]->der_len);
	chain_unref(chain);
	return t;
}

static void
fill_bag(PKCS7 *bag, const char *names)
{
	struct chain *chain = *names ? chain_named(names) : NULL;

	PKCS7_set_type(bag, NID_pkcs7_signed);
	PKCS7_content_new(bag, NID_pkcs7_data);
	PKCS7_set_detached(bag, 1);
	for (size_t i = 0; chain && i < chain->count; i++) {
		const unsigned char *at = chain->certificates[i]->der;
		X509 *x = d2i_X509(NULL, &at, (long)chain->certificates[i]->der_len);

		PKCS7_add_certificate(bag, x);
		X509_free(x);
	}
	chain_unref(chain);
}

/* A PKCS#7 with those certificates and nothing else. */
static struct text
bag_of(const char *names)
{
	PKCS7 *bag = PKCS7_new();
	unsigned char *der = NULL;
	struct text t = {NULL, 0, 0};
	int len;

	fill_bag(bag, names);
	len = i2d_PKCS7(bag, &der);
	assert_true(len > 0);
	text_add(&t, der, (size_t)len);
	OPENSSL_free(der);
	PKCS7_free(bag);
	return t;
}

/* Bytes in PEM under that name. */
static struct text
pem_of(struct text der, const char *name)
{
	BIO *out = BIO_new(BIO_s_mem());
	struct text t = {NULL, 0, 0};
	char *bytes = NULL;
	long len;

	PEM_write_bio(out, name, "", (const unsigned char *)der.at, (long)der.len);
	len = BIO_get_mem_data(out, &bytes);
	text_add(&t, bytes, (size_t)len);
	BIO_free(out);
	text_free(&der);
	return t;
}

/* In memory of its exact size, so that the sanitizer sees one byte too many. */
static struct chain *
read_exactly(const void *bytes, size_t len, struct fault *why)
{
	void *copy = malloc(len ? len : 1);
	struct chain *chain;

	memcpy(copy, bytes, len);
	*why = (struct fault){.kind = FAULT_NONE};
	chain = issuers_from_answer(copy, len, why);
	free(copy);
	assert_int_equal(chain == NULL, why->kind != FAULT_NONE);
	assert_true(!chain || chain->count > 0);
	return chain;
}

/* The bytes hold exactly those certificates, in that order. They are freed. */
static void
holds(struct text t, const char *names)
{
	struct fault why;
	struct chain *is = read_exactly(t.at, t.len, &why), *wanted = chain_named(names);

	if (!is)
		fail_msg("%s: %s", names, why.text);
	assert_int_equal(is->count, wanted->count);
	for (size_t i = 0; i < is->count; i++) {
		assert_string_equal(is->certificates[i]->sha256, wanted->certificates[i]->sha256);
		assert_int_equal(is->certificates[i]->der_len, wanted->certificates[i]->der_len);
		assert_memory_equal(is->certificates[i]->der, wanted->certificates[i]->der,
			wanted->certificates[i]->der_len);
	}
	chain_unref(is);
	chain_unref(wanted);
	text_free(&t);
}

static struct text
text_of(char *text)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, text);
	free(text);
	return t;
}

static struct text
joined(struct text a, struct text b)
{
	text_add(&a, b.at, b.len);
	text_free(&b);
	return a;
}

static void
every_form_of_answer_is_read(void **state)
{
	(void)state;
	holds(der_of("int"), "int");
	holds(text_of(pem_named("int")), "int");
	holds(text_of(pem_named(CHAIN)), CHAIN);
	holds(bag_of("int"), "int");
	holds(bag_of(CHAIN), CHAIN);
	holds(pem_of(bag_of(CHAIN), "PKCS7"), CHAIN);
	holds(pem_of(bag_of(CHAIN), "PKCS #7 SIGNED DATA"), CHAIN);
	holds(pem_of(bag_of(CHAIN), "CMS"), CHAIN);
	holds(pem_of(bag_of(CHAIN), "CERTIFICATE"), CHAIN); /* certutil's way */
	holds(pem_of(der_of("int"), "X509 CERTIFICATE"), "int");
}

static void
what_stands_around_pem_is_passed_over(void **state)
{
	(void)state;
	holds(joined(text_of(mem_text("\xef\xbb\xbfsubject=/CN=x\n\n")), text_of(pem_named("int"))), "int");
	holds(joined(text_of(mem_text("0 s:CN = x\n")), text_of(pem_named("int"))), "int");
	holds(joined(text_of(crl_pem("int", "", -1, 1)), text_of(pem_named("int root"))), "int root");
	holds(joined(text_of(pem_named("int")), pem_of(bag_of("root otherint"), "PKCS7")), CHAIN);
}

static void
a_certificate_that_comes_twice_is_one(void **state)
{
	(void)state;
	holds(text_of(pem_named("int root int")), "int root");
	holds(bag_of("int int root"), "int root");
}

static void
what_holds_no_certificate_is_a_fault_that_says_so(void **state)
{
	static const struct {
		const char *bytes;
		size_t len; /* 0: a text */
		const char *says;
	} cases[] = {
		{"", 0, "an empty answer"},
		{"<!DOCTYPE html><title>Moved</title>", 0, "a web page"},
		{"\r\n <html>", 0, "a web page"},
		{"not found\n", 0, "no certificate in 10 bytes"},
		{"\0\0\0", 3, "no certificate in 3 bytes"},
		{"0", 0, "no certificate in 1 bytes"},
		{"0\x80\0\0", 4, "no certificate in 4 bytes"},
		{"0\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 13,
			"no certificate"}, /* signed, no content */
		{"0\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 13, "no certificate"}, /* data, none */
		{"-----BEGIN CERTIFICATE-----\n", 0, "its text is damaged"},
		{"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", 0, "damaged"},
		{"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", 0,
			"its bytes are damaged"},
		{"-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n", 0, "its bytes are damaged"},
		{"-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00000000000000000000000000000000"
		 "\n\nMAA=\n-----END CERTIFICATE-----\n",
			0, "its bytes are damaged"},
		{"-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n", 0,
			"no certificate in"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault why;

		assert_null(read_exactly(cases[i].bytes, cases[i].len ? cases[i].len : strlen(cases[i].bytes),
			&why));
		if (why.kind != FAULT_PROTOCOL || !strstr(why.text, cases[i].says))
			fail_msg("case %zu: %s", i, why.text);
		assert_null(issuers_from_answer(cases[i].bytes, strlen(cases[i].bytes), NULL));
	}
}

static void
a_bag_without_certificates_holds_none(void **state)
{
	struct text t = bag_of("");
	struct fault why;

	(void)state;
	assert_null(read_exactly(t.at, t.len, &why));
	assert_int_equal(why.kind, FAULT_PROTOCOL);
	text_free(&t);
}

static void
bytes_behind_der_are_refused(void **state)
{
	struct text answers[] = {der_of("int"), bag_of(CHAIN)};
	struct fault why;

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		text_put(&answers[i], "x");
		assert_null(read_exactly(answers[i].at, answers[i].len, &why));
		text_free(&answers[i]);
	}
}

/* Of PEM that breaks off behind a whole block, the whole ones would do; but then the answer is not the whole
 * one. */
static void
no_beginning_of_an_answer_passes_for_the_whole(void **state)
{
	struct text answers[] = {
		der_of("full"), bag_of(CHAIN), pem_of(bag_of(CHAIN), "PKCS7"), text_of(pem_named("int"))};
	struct fault why;

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		size_t whole = answers[i].len;

		/* The last line end of PEM is dispensable. */
		while (answers[i].at[0] == '-' && answers[i].at[whole - 1] == '\n')
			whole--;
		for (size_t len = 0; len < whole; len++)
			assert_null(read_exactly(answers[i].at, len, &why));
		text_free(&answers[i]);
	}
}

static void
every_flipped_byte_is_survived(void **state)
{
	static const unsigned char masks[] = {0x01, 0x80, 0xff};
	struct text t = bag_of("full int");
	struct fault why;
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < t.len; i++) {
		struct chain *chain;

		t.at[i] = (char)((unsigned char)t.at[i] ^ masks[i % sizeof masks]);
		chain = read_exactly(t.at, t.len, &why);
		t.at[i] = (char)((unsigned char)t.at[i] ^ masks[i % sizeof masks]);
		read += chain != NULL;
		for (size_t j = 0; chain && j < chain->count; j++)
			assert_non_null(chain->certificates[j]->subject);
		chain_unref(chain);
	}
	assert_true(read > t.len / 4);
	text_free(&t);
}

/* A hundred are read, in one bag or one after the other; more are not, be they all the same. */
static void
a_flood_of_certificates_is_bounded(void **state)
{
	struct text pem = {NULL, 0, 0};
	char *one = pem_named("int");
	struct chain *chain;
	struct fault why;

	(void)state;
	for (int i = 0; i < ISSUERS_MOST; i++)
		text_put(&pem, one);
	chain = read_exactly(pem.at, pem.len, &why);
	assert_non_null(chain);
	assert_int_equal(chain->count, 1);
	chain_unref(chain);
	text_put(&pem, one);
	assert_null(read_exactly(pem.at, pem.len, &why));
	assert_int_equal(why.kind, FAULT_LIMIT);
	text_free(&pem);
	free(one);
}

static void
a_bag_of_too_many_is_refused(void **state)
{
	PKCS7 *bag = PKCS7_new();
	unsigned char *der = NULL;
	struct fault why;
	int len;

	(void)state;
	fill_bag(bag, "int");
	while (sk_X509_num(bag->d.sign->cert) <= ISSUERS_MOST)
		PKCS7_add_certificate(bag, sk_X509_value(bag->d.sign->cert, 0));
	len = i2d_PKCS7(bag, &der);
	assert_null(read_exactly(der, (size_t)len, &why));
	assert_int_equal(why.kind, FAULT_LIMIT);
	OPENSSL_free(der);
	PKCS7_free(bag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_answer_is_read),
		cmocka_unit_test(what_stands_around_pem_is_passed_over),
		cmocka_unit_test(a_certificate_that_comes_twice_is_one),
		cmocka_unit_test(what_holds_no_certificate_is_a_fault_that_says_so),
		cmocka_unit_test(a_bag_without_certificates_holds_none),
		cmocka_unit_test(bytes_behind_der_are_refused),
		cmocka_unit_test(no_beginning_of_an_answer_passes_for_the_whole),
		cmocka_unit_test(every_flipped_byte_is_survived),
		cmocka_unit_test(a_flood_of_certificates_is_bounded),
		cmocka_unit_test(a_bag_of_too_many_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
