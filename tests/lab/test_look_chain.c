/* Chains: as they were built for a look, and from a file. */
#include "look_bench.h"

/* ---- the path of a look ---- */

struct item {
	int code;
	bool in_store, sent;
};

static int
judge_file(struct engine *e, const char *path, struct chain **chain, struct verdict *verdict,
	struct fault *why)
{
	struct look *look = engine_judge_file(e, path, why);

	if (!look)
		return 2;
	*chain = chain_ref(look->addresses[0].observation->chain);
	*verdict = look->addresses[0].verdict;
	look_unref(look);
	return 0;
}

static void
expect_path(const char *host, const struct look *look, const struct item *items, size_t count)
{
	const struct path *path = look->addresses[0].path;

	if (!path || path->chain->count != count)
		fail_msg("%s: a path of %zu", host, path ? path->chain->count : 0);
	for (size_t i = 0; i < count; i++) {
		const struct path_item *got = &path->items[i];

		if (got->code != items[i].code || got->in_store != items[i].in_store ||
			got->sent != items[i].sent)
			fail_msg("%s at %zu: %d, in store %d, sent %d", host, i, got->code, got->in_store,
				got->sent);
	}
}

static void
a_path_says_of_each_certificate_what_it_is_worth(void **state)
{
	static const struct {
		const char *host;
		size_t count;
		struct item items[4];
	} cases[] = {
		{"mx-good.example.net", 3, {{0, false, true}, {0, false, true}, {0, true, false}}},
		{"mx-root-sent.example.net", 3, {{0, false, true}, {0, false, true}, {0, true, true}}},
		{"mx-wrong-order.example.net", 3, {{0, false, true}, {0, false, true}, {0, true, true}}},
		{"mx-missing.example.net", 1, {{20, false, true}}},
		{"mx-junk.example.net", 1, {{20, false, true}}},
		{"mx-expired.example.net", 3, {{10, false, true}, {0, false, true}, {0, true, false}}},
		{"mx-expired-int.example.net", 3, {{0, false, true}, {10, false, true}, {0, true, false}}},
		{"mx-private.example.net", 3, {{0, false, true}, {0, false, true}, {19, false, true}}},
		{"mx-unknown.example.net", 2, {{0, false, true}, {20, false, true}}},
		{"mx-self.example.net", 1, {{18, false, true}}},
		{"mx-self-trusted.example.net", 1, {{0, true, true}}},
	};
	struct bench *b = *state;

	open_engine(b, 6000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *look = look_whole(b, cases[i].host);

		expect_path(cases[i].host, look, cases[i].items, cases[i].count);
		look_unref(look);
	}
	close_engine(b);
}

static void
without_a_handshake_there_is_no_path(void **state)
{
	static const char *const hosts[] = {
		"mx-no-starttls.example.org", "mx-alert.example.org", "mx-refused.example.org"};
	struct bench *b = *state;

	open_engine(b, 6000);
	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct look *look = look_whole(b, hosts[i]);

		assert_null(look->addresses[0].path);
		assert_null(look->addresses[0].observation->chain);
		look_unref(look);
	}
	close_engine(b);
}

/* ---- a saved chain ---- */

static void
a_saved_chain_gets_the_verdict_of_the_relay_that_sends_it(void **state)
{
	struct bench *b = *state;
	const struct personality *p;
	size_t judged = 0;

	open_engine(b, 6000);
	for (size_t i = 0; (p = personality_row(i)); i++) {
		struct chain *chain = NULL;
		struct verdict verdict = {0};
		struct fault why = {0};
		char *name, *path;

		if (!p->chain || p->verify == VERIFY_SOFTWARE || strcmp(p->host, "mx-two.example.org") == 0)
			continue; /* mx-two has two chains and one file */
		name = text_new("pki/%s.chain", p->host);
		path = lab_file(b->lab, name);
		if (judge_file(b->engine, path, &chain, &verdict, &why) != 0)
			fail_msg("%s: %s", path, why.text);
		if (verdict.verify != p->verify || verdict.code != p->code || verdict.depth != p->depth)
			fail_msg("%s: %s %d at %d", p->host, verify_word(verdict.verify), verdict.code,
				verdict.depth);
		chain_unref(chain);
		free(name);
		free(path);
		judged++;
	}
	assert_true(judged > 30);
	close_engine(b);
}

static void
a_file_without_a_chain_says_what_is_wrong(void **state)
{
	static const struct {
		const char *bytes; /* NULL: there is no file */
		enum fault_kind kind;
		const char *words;
	} cases[] = {
		{NULL, FAULT_FILE, "saved.pem: No such file or directory"},
		{"", FAULT_USAGE, "no certificate in it"},
		{"certificate", FAULT_USAGE, "no certificate in it"},
		{"0\x82\x01\x0a", FAULT_USAGE, "openssl x509 -inform DER"},
		{"-----BEGIN CERTIFICATE-----\n", FAULT_USAGE, "damaged"},
		{"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", FAULT_USAGE, "damaged"},
		{"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", FAULT_USAGE, "damaged"},
		{"-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n", FAULT_USAGE,
			"no certificate in it"},
	};
	struct bench *b = *state;
	char *path = lab_file(b->lab, "saved.pem");

	open_engine(b, 6000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct chain *chain = NULL;
		struct verdict verdict;
		struct fault why = {0};

		if (cases[i].bytes)
			bench_write(path, cases[i].bytes);
		assert_int_equal(judge_file(b->engine, path, &chain, &verdict, &why), 2);
		assert_null(chain);
		if (why.kind != cases[i].kind || !strstr(why.text, cases[i].words))
			fail_msg("case %zu: %s: %s", i, fault_word(why.kind), why.text);
	}
	close_engine(b);
	free(path);
}

/* A certificate with that many names, issued by itself, as a PEM file. */
static void
mint_with_names(const char *path, unsigned names)
{
	struct text sans = {0};
	struct cert_spec spec = {.name = "many", .subject = "/CN=many.example.net"};
	struct pki *pki;

	text_put(&sans, "subjectAltName=");
	for (unsigned i = 0; i < names; i++)
		text_printf(&sans, "%sDNS:n%u.example.net", i ? "," : "", i);
	spec.extensions = sans.at;
	pki = pki_new(&spec, 1, time(NULL));
	pki_write_chain(pki, "many", path);
	pki_free(pki);
	text_free(&sans);
}

static void
ten_thousand_names_are_read_and_written_again(void **state)
{
	struct bench *b = *state;
	char *path = lab_file(b->lab, "many.pem"), *again, *pem;
	struct chain *chain = NULL, *copy = NULL;
	struct verdict verdict;
	struct fault why = {0};

	mint_with_names(path, 10000);
	open_engine(b, 6000);
	if (judge_file(b->engine, path, &chain, &verdict, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(verdict.code, 18);
	assert_int_equal(chain->certificates[0]->san_count, 10000);
	assert_string_equal(chain->certificates[0]->sans[9999], "DNS:n9999.example.net");
	again = lab_file(b->lab, "again.pem");
	pem = engine_pem(chain->certificates[0]);
	bench_write(again, pem);
	assert_int_equal(judge_file(b->engine, again, &copy, &verdict, &why), 0);
	assert_string_equal(copy->certificates[0]->sha256, chain->certificates[0]->sha256);
	chain_unref(chain);
	chain_unref(copy);
	close_engine(b);
	free(path);
	free(again);
	free(pem);
}

/* --at moves the now of validity for looks and files alike. */
static void
at_is_the_now_of_validity(void **state)
{
	static const struct {
		const char *host;
		int days; /* from now */
		enum verify verify;
		int code;
	} cases[] = {
		{"mx-expired.example.net", -4, VERIFY_OK, 0},
		{"mx-expired.example.net", 0, VERIFY_FAIL, 10},
		{"mx-future.example.net", 6, VERIFY_OK, 0},
		{"mx-good.example.net", 365 * 30, VERIFY_FAIL, 10},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *name = text_new("pki/%s.chain", cases[i].host), *path = lab_file(b->lab, name);
		struct chain *chain;
		struct verdict verdict;
		struct look *look;

		bench_usual(b, 6000);
		b->options.at_ms = ((int64_t)time(NULL) + cases[i].days * INT64_C(86400)) * 1000;
		bench_open(b);
		assert_int_equal(engine_now(b->engine), b->options.at_ms);
		look = look_whole(b, cases[i].host);
		assert_int_equal(look->verify, cases[i].verify);
		assert_int_equal(look->addresses[0].verdict.code, cases[i].code);
		assert_int_equal(judge_file(b->engine, path, &chain, &verdict, NULL), 0);
		assert_int_equal(verdict.code, cases[i].code);
		chain_unref(chain);
		look_unref(look);
		close_engine(b);
		free(name);
		free(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_says_of_each_certificate_what_it_is_worth),
		cmocka_unit_test(without_a_handshake_there_is_no_path),
		cmocka_unit_test(a_saved_chain_gets_the_verdict_of_the_relay_that_sends_it),
		cmocka_unit_test(a_file_without_a_chain_says_what_is_wrong),
		cmocka_unit_test(ten_thousand_names_are_read_and_written_again),
		cmocka_unit_test(at_is_the_now_of_validity),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
