#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "material.h"

#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>

/* What the row of a hash makes of files that OpenSSL could not give us: a link to nowhere ends it, as a gap
 * does; one that cannot be read does not. */
static void
unreadable_hashed_files_are_told_apart(void **state)
{
	static const struct {
		int code, verdict;
	} cases[] = {
		{-ENOENT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
		{-ELOOP, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
		{-EACCES, X509_V_OK},
		{-EFBIG, X509_V_OK},
	};
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};
	struct chain *sent = chain_named("ec int");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy *p = policy_named("otherroot");
		struct policy_file *first;
		struct store *s;

		add_hashed(p, ".", 0, pem_named("root"));
		add_hashed(p, ".", 1, pem_named("root"));
		first = &p->ca_path_files[0];
		free(first->bytes);
		first->bytes = NULL;
		first->len = 0;
		first->code = cases[i].code;
		s = store_new(p);
		assert_int_equal(judge_chain(sent, s, &options).code, cases[i].verdict);
		store_unref(s);
		policy_unref(p);
	}
	chain_unref(sent);
}

/* Names that no lookup of OpenSSL makes are not looked at, whoever put them into the policy. */
static void
names_that_are_no_hash_are_passed_over(void **state)
{
	static const char *const names[] = {"", "/", "root.pem", "/etc/mail/certs/", "0", "/d/0123456",
		"/d/01234567", "/d/01234567.", "/d/01234567.r0", "/d/01234567.00", "/d/+1234567.0",
		"/d/ 1234567.0"};
	struct policy *p = policy_named("otherroot");
	struct store *s;

	(void)state;
	p->ca_path_count = sizeof names / sizeof *names;
	p->ca_path_files = mem_new(p->ca_path_count, sizeof *p->ca_path_files);
	for (size_t i = 0; i < p->ca_path_count; i++)
		fill_file(&p->ca_path_files[i], names[i], pem_named("root"));
	s = store_new(p);
	assert_int_equal(store_count(s), 1);
	store_unref(s);
	policy_unref(p);
}

/* Debian's CACertPath has every certificate of its bundle once more. */
static void
duplicates_count_once(void **state)
{
	struct policy *p = policy_named("root root int otherroot");
	struct store *s, *again;
	char *words;

	(void)state;
	add_hashed(p, ".", 0, pem_named("root"));
	add_hashed(p, ".", 0, pem_named("otherroot"));
	s = store_new(p);
	again = store_ref(s);
	store_unref(s);
	words = store_words(again);
	assert_int_equal(store_count(again), 3);
	assert_string_equal(words, "2 roots, 1 other certificate");
	assert_null(store_ref(NULL));
	free(words);
	store_unref(again);
	store_unref(NULL);
	policy_unref(p);
}

/* A CA path alone, which the user may name, and one in which nothing has the right name. */
static void
a_path_alone_is_a_store(void **state)
{
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};
	struct chain *sent = chain_named("ec int");

	(void)state;
	for (int hashed = 0; hashed < 2; hashed++) {
		struct policy *p = policy_new();
		struct store *s;

		p->both_needed = false;
		p->ca_path = mem_text("certs");
		add_hashed(p, ".", hashed ? 0 : 1, pem_named("root"));
		s = store_new(p);
		assert_int_equal(store_state(s), STORE_LOADED);
		assert_int_equal(store_count(s), hashed);
		assert_int_equal(judge_chain(sent, s, &options).verify, hashed ? VERIFY_OK : VERIFY_FAIL);
		store_unref(s);
		policy_unref(p);
	}
	chain_unref(sent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unreadable_hashed_files_are_told_apart),
		cmocka_unit_test(names_that_are_no_hash_are_passed_over),
		cmocka_unit_test(duplicates_count_once),
		cmocka_unit_test(a_path_alone_is_a_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
