/* The way from verdicts to the cause as a user sees it go on, ends it early, or never asked for it. */
#include "look_bench.h"

static void
open_asking(struct bench *b, int64_t timeout_ms)
{
	bench_usual(b, timeout_ms);
	b->options.allow_private = true;
	bench_open(b);
}

/* Until the search waits for something that begins with these words. */
static void
await_asking(struct bench *b, const struct look *look, const char *words)
{
	while (!look->asks || strncmp(look->asks, words, strlen(words)) != 0)
		bench_turn(b);
	assert_int_equal(look->state, LOOK_EXAMINING);
}

/* What each waits for while the verdict is told already. */
static const struct wait {
	const char *target;
	const char *asks;
	enum verify verify;
} waits[] = {
	{"mx-aia-silent.example.net", "asks http://aia.example.net:", VERIFY_FAIL},
	{"mx-sni.example.net", "looks again with SNI", VERIFY_FAIL},
	{"mx-sni.example.net", "looks once more without SNI", VERIFY_FAIL},
	{"mx-alert.example.org", "looks again ", VERIFY_SOFTWARE},
};

/* Who does not want to wait for the cause has the verdict. */
static void
a_verdict_outlives_the_end_of_its_search(void **state)
{
	struct bench *b = *state;

	open_asking(b, 6000);
	for (size_t i = 0; i < COUNT(waits); i++) {
		struct look *look = look_at(b, waits[i].target);

		await_asking(b, look, waits[i].asks);
		assert_int_equal(look->verify, waits[i].verify);
		assert_true(engine_look_findings(b->engine, look)->count > 0);
		assert_int_equal(engine_activity(b->engine).running, 1);
		engine_cancel(b->engine, look);
		wait_for(b, look);
		if (look->state != LOOK_DONE || look->verify != waits[i].verify || look->asks)
			fail_msg("%s: state %d, %s", waits[i].target, (int)look->state,
				look->asks ? look->asks : "");
		assert_true(engine_look_findings(b->engine, look)->count > 0);
		look_unref(look);
	}
	close_engine(b);
}

static void
the_program_may_end_at_any_moment_of_it(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(waits); i++) {
		struct look *look;

		open_asking(b, 6000);
		look = look_at(b, waits[i].target);
		await_asking(b, look, waits[i].asks);
		close_engine(b);
		assert_int_equal(look->state, LOOK_DONE);
		look_unref(look);
	}
}

/* The repaired chain says where each certificate came from. */
static void
a_repaired_chain_names_its_sources(void **state)
{
	struct bench *b = *state;
	const struct path *path;
	struct look *look;
	char *pem;

	open_asking(b, 6000);
	look = look_whole(b, "mx-missing.example.net");
	path = look->addresses[0].repaired;
	assert_non_null(path);
	assert_int_equal(path->chain->count, 3);
	assert_true(path->items[0].sent && !path->items[0].from);
	assert_true(!path->items[1].sent && !path->items[1].in_store);
	assert_memory_equal(path->items[1].from, "http://aia.example.net:", 23);
	assert_true(path->items[2].in_store && !path->items[2].from);
	pem = engine_pem(path->chain->certificates[1]);
	assert_memory_equal(pem, "-----BEGIN CERTIFICATE-----", 27);
	free(pem);
	look_unref(look);
	/* Nothing is missing: there is nothing to repair. */
	look = look_whole(b, "mx-expired.example.net");
	assert_null(look->addresses[0].repaired);
	assert_true(look->addresses[0].experiment_count > 0);
	look_unref(look);
	/* What another relay sent serves the next one. */
	close_engine(b);
	b->options.offline = true;
	bench_open(b);
	look_unref(look_whole(b, "mx-good.example.net"));
	look = look_whole(b, "mx-missing.example.net");
	assert_string_equal(look->addresses[0].repaired->items[1].from, "the chain of mx-good.example.net");
	look_unref(look);
	close_engine(b);
}

/* Each handshake with it takes its whole time limit. */
static void
a_relay_that_hangs_does_not_cost_an_hour(void **state)
{
	struct bench *b = *state;
	const struct finding *first;
	struct look *look;

	open_asking(b, 600);
	look = look_whole(b, "mx-hangs.example.org");
	assert_int_equal(look->connections, 2);
	first = engine_look_findings(b->engine, look)->items[0];
	assert_string_equal(first->id, "handshake-timeout");
	assert_non_null(strstr(first->evidence[first->evidence_count - 1].text, "half of --timeout"));
	look_unref(look);
	close_engine(b);
}

/* Another relay's cross-signed issuer and its unknown root are known when this one is looked at: they lead
 * nowhere, and the certificate's own place for its issuer is asked all the same. */
static void
what_other_relays_sent_does_not_mislead(void **state)
{
	static const struct {
		const char *target, *first, *second;
	} rows[] = {
		{"mx-private.example.net", "unknown-root", NULL},
		{"mx-cross.example.net", "unknown-root", "name-mismatch"},
		{"mx-missing-expired.example.net", "missing-intermediate", "leaf-expired"},
		{"mx-missing.example.net", "missing-intermediate", NULL},
		{"mx-int-cross-expired.example.net", "cross-sign-expired", NULL},
		{"mx-sha1-missing.example.net", "missing-intermediate", "weak-signature"},
	};
	struct bench *b = *state;

	open_asking(b, 6000);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct look *look = look_whole(b, rows[i].target);
		const struct findings *list = engine_look_findings(b->engine, look);

		if (list->count != (rows[i].second ? 2 : 1) ||
			strcmp(list->items[0]->id, rows[i].first) != 0 ||
			(rows[i].second && strcmp(list->items[1]->id, rows[i].second) != 0))
			fail_msg("%s: %zu findings, %s", rows[i].target, list->count, list->items[0]->id);
		look_unref(look);
	}
	close_engine(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_outlives_the_end_of_its_search),
		cmocka_unit_test(the_program_may_end_at_any_moment_of_it),
		cmocka_unit_test(a_repaired_chain_names_its_sources),
		cmocka_unit_test(a_relay_that_hangs_does_not_cost_an_hour),
		cmocka_unit_test(what_other_relays_sent_does_not_mislead),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
