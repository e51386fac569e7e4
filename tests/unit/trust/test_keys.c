/* Whether a key is a certificate's. */
#include "trust/keys.h"

#include "base/mem.h"
#include "material.h"
#include "tests/unit/cm.h"

#include <errno.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

static char *
key_pem(const char *name, const char *passphrase)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *bytes = NULL, *pem;
	long len;

	PEM_write_bio_PrivateKey(out, pki_find(material(), name)->key, passphrase ? EVP_aes_128_cbc() : NULL,
		(const unsigned char *)passphrase, passphrase ? (int)strlen(passphrase) : 0, NULL, NULL);
	len = BIO_get_mem_data(out, &bytes);
	pem = mem_copy(bytes, (size_t)len);
	BIO_free(out);
	return pem;
}

static void
a_key_is_a_certificates_or_it_is_said_why_not(void **state)
{
	static const struct {
		const char *certificates, *key, *passphrase, *why; /* why NULL: they match */
	} cases[] = {
		{"ec", "ec", NULL, NULL},
		{"rsa", "rsa", NULL, NULL},
		{"ec int", "ec", NULL, NULL}, /* the first one counts */
		{"int ec", "ec", NULL, "the key is not the certificate's"},
		{"ec", "expired", NULL, "the key is not the certificate's"},
		{"ec", "rsa", NULL, "the key is not the certificate's"},
		{"ec", "ec", "secret", "/k: no key in it, or an encrypted one"},
		{"ec", NULL, NULL, "/k: No such file or directory"},
		{NULL, "ec", NULL, "/c: No such file or directory"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy_file c = {.path = NULL}, k = {.path = NULL};
		struct fault why = {.kind = FAULT_NONE};

		fill_file(&c, "/c", cases[i].certificates ? pem_named(cases[i].certificates) : NULL);
		fill_file(&k, "/k", cases[i].key ? key_pem(cases[i].key, cases[i].passphrase) : NULL);
		assert_int_equal(keys_match(&c, &k, &why), cases[i].why == NULL);
		assert_string_equal(why.text, cases[i].why ? cases[i].why : "");
		assert_int_equal(keys_match(&c, &k, NULL), cases[i].why == NULL);
		free(c.path);
		free(c.bytes);
		free(k.path);
		free(k.bytes);
	}
}

static void
garbage_is_neither(void **state)
{
	static const char *const texts[] = {"", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n",
		"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct policy_file garbage = {.path = NULL}, good = {.path = NULL}, nothing = {.path = NULL};

		fill_file(&garbage, "/garbage", mem_text(texts[i]));
		fill_file(&good, "/good", pem_named("ec"));
		assert_false(keys_match(&garbage, &garbage, NULL));
		assert_false(keys_match(&good, &garbage, NULL));
		assert_false(keys_match(&nothing, &nothing, NULL));
		free(garbage.path);
		free(garbage.bytes);
		free(good.path);
		free(good.bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_a_certificates_or_it_is_said_why_not),
		cmocka_unit_test(garbage_is_neither),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
