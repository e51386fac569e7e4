/* Rows of the relay table as targets, and whose log it is. */
#include "look_bench.h"

#include <ctype.h>

#define LONG_NAME \
	"mx-0123456789-0123456789-0123456789.0123456789-0123456789-0123456789-0123456789.0123456789.example.n"

_Static_assert(sizeof LONG_NAME - 1 == 100, "Sendmail cuts at 100 bytes");

/* Nothing begins before Sendmail's settings are read: cancelled before that, no packet goes out. */
static void
a_row_is_looked_at_by_its_name_or_its_address(void **state)
{
	static const struct {
		enum direction direction;
		const char *name, *address; /* of the row; address NULL: none seen */
		const char *host;           /* what is looked at; NULL: nothing, because: */
		const char *why;
	} cases[] = {
		{DIRECTION_CLIENT, "mx-good.example.net", NULL, "mx-good.example.net", NULL},
		{DIRECTION_CLIENT, "mx-good.example.net", "192.0.2.9", "mx-good.example.net", NULL},
		{DIRECTION_CLIENT, "[192.0.2.1]", NULL, "192.0.2.1", NULL},
		{DIRECTION_CLIENT, "[ipv6:2001:db8::25]", NULL, "2001:db8::25", NULL},
		{DIRECTION_CLIENT, LONG_NAME, "192.0.2.9", "192.0.2.9", NULL},
		{DIRECTION_CLIENT, LONG_NAME, "2001:db8::9", "2001:db8::9", NULL},
		{DIRECTION_CLIENT, "mx-abcdefghijklmno...z.example.net", "192.0.2.9", "192.0.2.9", NULL},
		{DIRECTION_CLIENT, LONG_NAME, NULL, NULL, "cut this relay's name"},
		{DIRECTION_CLIENT, "mx-abcdefghijklmno...z.example.net", NULL, NULL, "cut this relay's name"},
		{DIRECTION_CLIENT, "-oProxyCommand=x", NULL, NULL, "neither a host name nor an address"},
		{DIRECTION_CLIENT, "a b", NULL, NULL, "neither a host name nor an address"},
		{DIRECTION_CLIENT, "", NULL, NULL, "neither a host name nor an address"},
		{DIRECTION_SERVER, "mx-good.example.net", "192.0.2.9", NULL, "connects to us"},
		{DIRECTION_SERVER, "[192.0.2.1]", NULL, NULL, "connects to us"},
	};
	struct bench *b = *state;

	open_engine(b, 6000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *name = mem_text(cases[i].name);
		struct address address = {0};
		struct relay relay = {.direction = cases[i].direction,
			.name = name,
			.addresses = &address,
			.address_count = cases[i].address != NULL};
		struct fault why = {0};
		struct look *look;

		if (cases[i].address)
			assert_true(address_parse(span_of(cases[i].address), &address));
		look = engine_look_relay(b->engine, &relay, &why);
		assert_ptr_equal(engine_look_of(b->engine, &relay), look);
		assert_int_equal(look != NULL, cases[i].host != NULL);
		if (look) {
			assert_string_equal(look->host, cases[i].host);
			assert_int_equal(look->port, lab_port(b->lab));
			assert_false(look->not_this_host);
			engine_cancel(b->engine, look);
			assert_int_equal(look->state, LOOK_CANCELLED);
		} else if (why.kind != FAULT_USAGE || !strstr(why.text, cases[i].why)) {
			fail_msg("%s: %s", cases[i].name, why.text);
		}
		free(name);
	}
	close_engine(b);
}

/* ---- whose log ---- */

static void
read_done(void *arg, const struct fault *fault)
{
	bool *done = arg;

	assert_null(fault);
	*done = true;
}

/* An engine that has read a log in which that host says that mx-missing fails. */
static void
open_with_log_of(struct bench *b, const char *host, bool automatic)
{
	static char *path;
	static const char *logs[1];
	char *text = text_new(
		"2026-11-18T12:00:01+00:00 %s sm-mta[1000]: STARTTLS=client, "
		"relay=mx-missing.example.net., version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, "
		"bits=256/256\n",
		host);
	bool done = false;

	free(path);
	logs[0] = path = lab_file(b->lab, "mail.log");
	bench_write(path, text);
	free(text);
	b->options.logs = logs;
	b->options.log_count = 1;
	b->options.auto_verify = automatic;
	bench_open(b);
	assert_false(engine_must_ask(b->engine)); /* nothing is known yet */
	engine_read(b->engine, read_done, &done);
	while (!done)
		bench_turn(b);
}

static const struct relay *
missing(struct bench *b)
{
	const struct relay *relay =
		history_find(engine_history(b->engine), DIRECTION_CLIENT, "mx-missing.example.net");

	assert_non_null(relay);
	return relay;
}

static void
a_log_of_another_host_is_asked_about_and_marked(void **state)
{
	static const struct {
		const char *format; /* of the host in the log; %s is this one */
		bool other;
	} cases[] = {
		{"%s", false},
		{"%s.example.net", false},
		{"%sx", true},
		{"mx9.example.net", true},
		{"mx9.%s", true},
	};
	struct bench *b = *state;
	char own[256] = "";

	assert_int_equal(gethostname(own, sizeof own - 1), 0);
	own[strcspn(own, ".")] = '\0';
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		bool other = cases[i / 2].other;
		char *host = text_new(cases[i / 2].format, own); /* formats are this table's own */
		struct look *look;
		uint64_t generation;

		for (char *c = host; i % 2 && *c; c++)
			*c = (char)toupper((unsigned char)*c);
		bench_usual(b, 6000);
		b->options.probe_here = false;
		open_with_log_of(b, host, false);
		assert_int_equal(engine_must_ask(b->engine), other);
		generation = engine_generation(b->engine);
		engine_allow_probes(b->engine);
		assert_false(engine_must_ask(b->engine));
		assert_true(engine_generation(b->engine) > generation);
		look = look_ref(engine_look_relay(b->engine, missing(b), NULL));
		assert_int_equal(look->not_this_host, other);
		engine_cancel(b->engine, look);
		look_unref(look);
		close_engine(b);
		free(host);
	}
}

static void
failing_relays_are_looked_at_by_themselves_and_marked(void **state)
{
	struct bench *b = *state;
	const struct look *look;

	bench_usual(b, 6000);
	open_with_log_of(b, "mx9.example.net", true);
	while (!(look = engine_look_of(b->engine, missing(b))) || !look_has_ended(look))
		bench_turn(b);
	assert_int_equal(look->verify, VERIFY_FAIL);
	assert_int_equal(look->addresses[0].verdict.code, 20);
	assert_true(look->not_this_host);
	close_engine(b);
}

/* ---- activity ---- */

static void
the_status_line_counts_looks(void **state)
{
	struct bench *b = *state;
	struct look *silent, *good;
	struct engine_activity a;

	bench_usual(b, 60000);
	b->options.jobs = 1;
	bench_open(b);
	silent = look_at(b, "127.0.40.70");
	good = look_at(b, "127.0.40.1");
	a = engine_activity(b->engine);
	assert_int_equal(a.queued, 2);
	assert_null(a.first);
	while (!silent->addresses || silent->addresses[0].waits_for != STAGE_GREETING)
		bench_turn(b);
	a = engine_activity(b->engine);
	assert_int_equal(a.queued, 1);
	assert_int_equal(a.running, 1);
	assert_ptr_equal(a.first, silent);
	assert_true(silent->addresses[0].transcript_count > 0);
	engine_cancel(b->engine, silent);
	wait_for(b, good);
	a = engine_activity(b->engine);
	assert_int_equal(a.queued + a.running, 0);
	assert_int_equal(a.done, 2);
	assert_int_equal(silent->state, LOOK_CANCELLED);
	assert_int_equal(silent->addresses[0].state, LOOK_CANCELLED);
	assert_int_equal(silent->addresses[0].observation->fault.kind, FAULT_CANCELLED);
	assert_int_equal(silent->addresses[0].transcript_count, 0);
	assert_int_equal(good->verify, VERIFY_OK);
	look_unref(silent);
	look_unref(good);
	close_engine(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_looked_at_by_its_name_or_its_address),
		cmocka_unit_test(a_log_of_another_host_is_asked_about_and_marked),
		cmocka_unit_test(failing_relays_are_looked_at_by_themselves_and_marked),
		cmocka_unit_test(the_status_line_counts_looks),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
