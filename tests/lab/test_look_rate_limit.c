/* The rate limit as looks keep it. Loopback is exempt, but 0.0.0.0, which the kernel takes for
 * this host, is not: relays of the lab are served there too. */
#include "look_bench.h"

#include "ports.h"

struct relays { /* one more server each of these personalities, on 127.0.0.1 and a port of its own */
	struct hatch hatch;
	struct server *servers[2];
	char *targets[2];
	bool closed;
};

static void
relays_closed(void *arg)
{
	struct relays *r = arg;

	r->closed = true;
}

static void
open_relays(struct bench *b, struct relays *r, const char *first, const char *second)
{
	static const char *const here = "127.0.0.1";
	const char *const hosts[] = {first, second};

	*r = (struct relays){.hatch = {.done = relays_closed, .arg = r}};
	for (size_t i = 0; i < 2; i++) {
		struct server_settings settings = {
			.personality = personality_of(hosts[i]), .pki = lab_pki(b->lab)};

		r->targets[i] = text_new("0.0.0.0:%u", ports_bind(&here, 1, &settings.fd));
		assert_true(settings.fd >= 0);
		r->servers[i] = server_start(&b->loop, &r->hatch, &settings);
	}
}

static void
close_relays(struct bench *b, struct relays *r)
{
	r->hatch.closing = true;
	for (size_t i = 0; i < 2; i++)
		server_close(r->servers[i]);
	while (!r->closed)
		bench_turn(b);
	for (size_t i = 0; i < 2; i++) {
		server_free(r->servers[i]);
		free(r->targets[i]);
	}
}

static const char *
await_held_back(struct bench *b, const struct look *look)
{
	while (!look->address_count || !look->addresses[0].held_back)
		bench_turn(b);
	assert_int_equal(look->addresses[0].state, LOOK_QUEUED);
	return look->addresses[0].held_back;
}

static void
a_second_connection_to_an_address_waits_for_the_first(void **state)
{
	struct bench *b = *state;
	struct relays r;
	struct look *first, *second;

	open_relays(b, &r, "mx-silent.example.org", "mx-good.example.net");
	open_engine(b, 60000);
	first = look_at(b, r.targets[0]);
	while (!first->address_count || first->addresses[0].waits_for != STAGE_GREETING)
		bench_turn(b);
	second = look_at(b, r.targets[1]);
	assert_string_equal(await_held_back(b, second), "one connection to an address at a time");
	assert_int_equal(server_saw(r.servers[1])->connections, 0);
	assert_int_equal(engine_activity(b->engine).queued, 1);
	engine_cancel(b->engine, first);
	wait_for(b, second);
	assert_int_equal(second->verify, VERIFY_OK);
	assert_null(second->addresses[0].held_back);
	look_unref(first);
	look_unref(second);
	close_engine(b);
	close_relays(b, &r);
}

static void
an_address_that_had_enough_is_left_alone(void **state)
{
	static const struct {
		const char *host;
		unsigned pace, looks, connections; /* so many looks make so many; the next one is held back */
		const char *words;
	} cases[] = {
		{"mx-good.example.net", 2, 2, 2, "--pace: connections to one address in 10 min; next in "},
		{"mx-554-greeting.example.org", 5, 1, 1,
			"it said 421 or 554: not asked again for 10 min; next in "},
		{"mx-421-greeting.example.org", 5, 1, 1,
			"it said 421 or 554: not asked again for 10 min; next in "},
		/* The weaker handshakes that look for the cause count. */
		{"mx-alert.example.org", 5, 1, 3, "3 failed handshakes in 10 min; next in "},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relays r;
		struct look *held;

		open_relays(b, &r, cases[i].host, "mx-ec.example.net");
		bench_usual(b, 6000);
		b->options.pace = cases[i].pace;
		bench_open(b);
		for (unsigned n = 0; n < cases[i].looks; n++)
			look_unref(look_whole(b, r.targets[0]));
		assert_int_equal(server_saw(r.servers[0])->connections, cases[i].connections);
		held = look_at(b, r.targets[1]);
		if (strncmp(await_held_back(b, held), cases[i].words, strlen(cases[i].words)) != 0)
			fail_msg("%s: %s", cases[i].host, held->addresses[0].held_back);
		if (i % 2)
			engine_cancel(b->engine, held);
		close_engine(b); /* also while it is held back */
		assert_int_equal(held->state, LOOK_CANCELLED);
		assert_int_equal(held->addresses[0].state, LOOK_CANCELLED);
		assert_int_equal(server_saw(r.servers[1])->connections, 0);
		look_unref(held);
		close_relays(b, &r);
	}
}

static bool
is_proven_by(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		if (strstr(f->evidence[i].text, words))
			return true;
	}
	return false;
}

/* What the rate limit leaves out is said where the cause is told. */
static void
second_looks_that_are_left_out_are_told(void **state)
{
	struct bench *b = *state;
	const struct finding *first;
	struct relays r;
	struct look *look;

	open_relays(b, &r, "mx-alert.example.org", "mx-ec.example.net");
	bench_usual(b, 6000);
	bench_open(b);
	look = look_whole(b, r.targets[0]);
	first = engine_look_findings(b->engine, look)->items[0];
	assert_string_equal(first->id, "handshake-failed");
	assert_true(is_proven_by(first, "3 failed handshakes in 10 min"));
	look_unref(look);
	/* All of them were made there. */
	look = look_whole(b, "127.0.40.60");
	first = engine_look_findings(b->engine, look)->items[0];
	assert_string_equal(first->id, "handshake-failed");
	assert_false(is_proven_by(first, "Not every second look"));
	look_unref(look);
	close_engine(b);
	close_relays(b, &r);
}

static void
loopback_is_exempt(void **state)
{
	struct bench *b = *state;

	bench_usual(b, 6000);
	b->options.pace = 1;
	bench_open(b);
	for (unsigned n = 0; n < 4; n++) {
		struct look *look = look_whole(b, "127.0.40.60"); /* fails the handshake */

		assert_int_equal(look->verify, VERIFY_SOFTWARE);
		look_unref(look);
	}
	close_engine(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_connection_to_an_address_waits_for_the_first),
		cmocka_unit_test(an_address_that_had_enough_is_left_alone),
		cmocka_unit_test(second_looks_that_are_left_out_are_told),
		cmocka_unit_test(loopback_is_exempt),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
