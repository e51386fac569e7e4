/* The engine is closed at every moment: the loop has then what it had before, and the memory is gone (the
 * address sanitizer looks). */
#include "look_bench.h"

/* Something of everything: looks that are queued, resolve, connect, shake hands and are judged; digs; a log
 * that is followed; the debug file. */
static void
open_busy(struct bench *b, const char *const *logs, const char *debug, unsigned jobs)
{
	static const char *const targets[] = {"mx-good.example.net", "mx-two.example.org", "127.0.40.2",
		"127.0.40.70", "mx-hangs.example.org", "silent.example.org", "mx-many.example.org"};

	bench_usual(b, 60000);
	b->options.logs = logs;
	b->options.log_count = 1;
	b->options.debug = debug;
	b->options.auto_verify = true;
	b->options.jobs = jobs;
	bench_open(b);
	engine_follow(b->engine);
	for (size_t i = 0; i < COUNT(targets); i++)
		look_unref(look_at(b, targets[i]));
	assert_non_null(engine_dig(b->engine, "mx-good.example.net"));
	assert_non_null(engine_dig(b->engine, "silent.example.org"));
	assert_non_null(engine_dig(b->engine, "192.0.2.1"));
}

static void
a_busy_engine_closes_after_any_number_of_turns(void **state)
{
	struct bench *b = *state;
	char *log = lab_file(b->lab, "mail.log"), *debug = lab_file(b->lab, "debug.log");
	const char *const logs[] = {log};

	bench_write(log,
		"2026-11-18T12:00:01+00:00 mail sm-mta[1000]: STARTTLS=client, relay=mx.example.net., "
		"version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n");
	for (unsigned turns = 0; turns <= 30; turns++) {
		open_busy(b, logs, debug, turns % 2 ? 32 : 3);
		for (unsigned n = 0; n < turns; n++)
			bench_turn(b);
		close_engine(b);
	}
	free(log);
	free(debug);
}

/* The moments that count in a look, whatever number of turns they take here. */
static void
a_look_in_any_state_does_not_hold_up_the_end(void **state)
{
	static const enum look_state states[] = {
		LOOK_QUEUED, LOOK_RESOLVING, LOOK_PROBING, LOOK_JUDGING, LOOK_DONE};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(states); i++) {
		struct look *look;

		open_engine(b, 60000);
		look = look_at(b, "mx-good.example.net");
		while (look->state != states[i] &&
			!(look->address_count && look->addresses[0].state == states[i]))
			bench_turn(b);
		close_engine(b);
		assert_true(look_has_ended(look)); /* who keeps a look may read it when the engine is gone */
		assert_int_equal(look->state, states[i] == LOOK_DONE ? LOOK_DONE : LOOK_CANCELLED);
		assert_string_equal(look->host, "mx-good.example.net");
		look_unref(look);
	}
}

/* An engine that was refused leaves nothing behind, whichever part refused. */
static void
a_refused_engine_leaves_nothing_on_the_loop(void **state)
{
	struct bench *b = *state;
	char *nowhere = lab_file(b->lab, "nowhere/file");
	const struct engine_options cases[] = {
		{.cf = nowhere},
		{.debug = nowhere},
		{.resolver = "no address"},
		{.resolver = "127.0.0.1@0"},
		{.trust_anchor = nowhere},
		{.ca_path = nowhere},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault why = {0};

		bench_usual(b, 1000);
		b->handles = bench_handles(b);
		if (engine_new(&b->loop, &cases[i], &why))
			fail_msg("case %zu was taken", i);
		assert_true(why.kind == FAULT_FILE || why.kind == FAULT_USAGE);
		assert_true(strlen(why.text) > 0);
		bench_await_handles(b);
	}
	free(nowhere);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_busy_engine_closes_after_any_number_of_turns),
		cmocka_unit_test(a_look_in_any_state_does_not_hold_up_the_end),
		cmocka_unit_test(a_refused_engine_leaves_nothing_on_the_loop),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
