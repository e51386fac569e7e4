/* Which look is served when: the scheduler on the lab, without the rest of the engine. */
#include "engine/schedule.h"
#include "look_bench.h"

struct parts {
	struct bench *bench;
	struct settings *settings;
	struct resolver *resolver;
	struct schedule *schedule;
	size_t closed;
};

static void
nothing(void *arg)
{
	(void)arg;
}

static void
settings_read(void *arg)
{
	struct parts *p = arg;

	schedule_go_on(p->schedule);
}

static void
part_closed(void *arg)
{
	struct parts *p = arg;

	p->closed++;
}

static void
open_parts(struct parts *p, struct bench *b, unsigned jobs, unsigned pace)
{
	struct policy_request request = {.cf = b->cf};
	struct resolver_options resolver = {.server = lab_resolver(b->lab), .trust_anchor = b->anchor};
	struct fault why = {0};

	bench_usual(b, 6000);
	*p = (struct parts){.bench = b};
	b->handles = bench_handles(b);
	p->settings = settings_new(&b->loop, &request, settings_read, p, &why);
	p->resolver = resolver_new(&b->loop, &resolver, &why);
	assert_non_null(p->settings);
	assert_non_null(p->resolver);
	p->schedule = schedule_new(&b->loop, &(struct schedule_options){.jobs = jobs,
						     .pace = pace,
						     .timeout_ms = 6000,
						     .offline = true,
						     .settings = p->settings,
						     .resolver = p->resolver,
						     .changed = nothing});
}

static void
close_parts(struct parts *p)
{
	schedule_close(p->schedule, part_closed, p);
	while (p->closed < 1)
		bench_turn(p->bench);
	resolver_close(p->resolver);
	settings_close(p->settings, part_closed, p);
	while (p->closed < 2)
		bench_turn(p->bench);
	bench_await_handles(p->bench);
}

static struct look *
begin(struct parts *p, const char *text, bool asked)
{
	struct target target;

	assert_true(target_parse(text, lab_port(p->bench->lab), &target, NULL));
	return look_ref(schedule_look(p->schedule, &target, asked));
}

static void
await(struct parts *p, struct look *look)
{
	wait_for(p->bench, look);
	look_unref(look);
}

/* ---- tests ---- */

/* One at a time, so that the order in which they end is the order in which they were served. */
static void
what_the_user_asked_for_goes_first(void **state)
{
	static const struct {
		const char *host;
		bool asked;
		int served;
	} rows[] = {
		{"mx-good.example.net", false, 3},
		{"127.0.40.2", false, 4},
		{"mx-missing.example.net", true, 1},
		{"mx-expired.example.net", false, 5},
		{"127.0.40.7", true, 2},
	};
	struct look *looks[COUNT(rows)];
	struct parts p;
	int served[COUNT(rows)] = {0}, place = 0;

	open_parts(&p, *state, 1, 5);
	for (size_t i = 0; i < COUNT(rows); i++)
		looks[i] = begin(&p, rows[i].host, rows[i].asked);
	assert_int_equal(schedule_activity(p.schedule).queued, COUNT(rows));
	while (place < (int)COUNT(rows)) {
		bench_turn(p.bench);
		for (size_t i = 0; i < COUNT(rows); i++) {
			if (!served[i] && look_has_ended(looks[i]))
				served[i] = ++place;
		}
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (served[i] != rows[i].served)
			fail_msg("%s was served as number %d", rows[i].host, served[i]);
		look_unref(looks[i]);
	}
	assert_int_equal(schedule_activity(p.schedule).done, COUNT(rows));
	close_parts(&p);
}

static unsigned
open_at_the_lab(const struct lab *lab)
{
	unsigned open = 0;

	for (size_t i = 0; personality_row(i); i++)
		open += lab_saw(lab, i) ? lab_saw(lab, i)->open : 0;
	return open;
}

/* The servers close first, after QUIT, so what they hold open is what we hold open. */
static void
no_more_connections_than_jobs(void **state)
{
	static const unsigned bounds[] = {1, 3};

	for (size_t n = 0; n < COUNT(bounds); n++) {
		struct look *looks[12];
		struct parts p;
		unsigned most = 0;
		size_t ended = 0;

		open_parts(&p, *state, bounds[n], 5);
		for (size_t i = 0; i < COUNT(looks); i++) {
			char *target = text_new("127.0.40.%zu", i + 4);

			looks[i] = begin(&p, target, true);
			free(target);
		}
		while (ended < COUNT(looks)) {
			unsigned open;

			bench_turn(p.bench);
			open = open_at_the_lab(p.bench->lab);
			most = open > most ? open : most;
			for (ended = 0; ended < COUNT(looks) && look_has_ended(looks[ended]);)
				ended++;
		}
		assert_int_equal(most, bounds[n]);
		for (size_t i = 0; i < COUNT(looks); i++)
			look_unref(looks[i]);
		close_parts(&p);
	}
}

/* Its last address waits for the judgement of the one before. */
static void
one_job_serves_all_addresses_of_a_name(void **state)
{
	struct parts p;
	struct look *look;

	open_parts(&p, *state, 1, 5);
	look = begin(&p, "mx-two.example.org", true);
	wait_for(p.bench, look);
	assert_int_equal(look->address_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(look->addresses[i].observation->reached, STAGE_EHLO2);
	look_unref(look);
	close_parts(&p);
}

static void
a_look_that_goes_on_is_returned_and_an_ended_one_replaced(void **state)
{
	struct parts p;
	struct look *first, *second, *other_port;
	struct target target;

	open_parts(&p, *state, 16, 5);
	assert_true(target_parse("MX-EC.example.net.", lab_port(p.bench->lab), &target, NULL));
	assert_null(look_table_find(schedule_looks(p.schedule), &target));
	first = begin(&p, "mx-ec.example.net", false);
	second = begin(&p, "MX-EC.example.net.", true);
	other_port = begin(&p, "mx-ec.example.net:1", true);
	assert_ptr_equal(first, second);
	assert_ptr_not_equal(first, other_port);
	await(&p, second);
	await(&p, other_port);
	assert_ptr_equal(look_table_find(schedule_looks(p.schedule), &target)->look, first);
	second = begin(&p, "mx-ec.example.net", true);
	assert_ptr_not_equal(first, second);
	assert_ptr_equal(look_table_find(schedule_looks(p.schedule), &target)->look, second);
	assert_int_equal(first->state, LOOK_DONE);
	look_unref(first);
	await(&p, second);
	close_parts(&p);
}

/* A look that nobody waits for makes no weaker handshake to find the cause. */
static void
weaker_handshakes_are_only_for_the_user(void **state)
{
	struct parts p;

	open_parts(&p, *state, 16, 5);
	for (int asked = 0; asked < 3; asked++) {
		struct look *look = begin(&p, "mx-alert.example.org", asked == 1);

		while (asked == 2 && look->state != LOOK_EXAMINING)
			bench_turn(p.bench);
		if (asked == 2) /* while it goes on */
			look_unref(begin(&p, "mx-alert.example.org", true));
		wait_for(p.bench, look);
		assert_int_equal(look->verify, VERIFY_SOFTWARE);
		if ((look->connections > 1) != (asked != 0))
			fail_msg("%u connections", look->connections);
		look_unref(look);
	}
	close_parts(&p);
}

/* ---- cancelling ---- */

static bool
is_queued(const struct look *look)
{
	return look->state == LOOK_QUEUED;
}

static bool
is_resolving(const struct look *look)
{
	return look->state == LOOK_RESOLVING;
}

static bool
is_greeted(const struct look *look)
{
	return look->address_count && look->addresses[0].waits_for >= STAGE_EHLO;
}

static bool
is_judged(const struct look *look)
{
	return look->address_count && look->addresses[0].state == LOOK_JUDGING;
}

static void
a_look_can_be_cancelled_at_every_stage(void **state)
{
	static const struct {
		const char *host;
		bool (*is_there)(const struct look *look);
	} cases[] = {
		{"mx-good.example.net", is_queued},
		{"mx-good.example.net", is_resolving},
		{"silent.example.org", is_resolving},
		{"mx-hangs.example.org", is_greeted},
		{"mx-good.example.net", is_judged},
	};
	struct parts p;

	open_parts(&p, *state, 16, 5);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *look = begin(&p, cases[i].host, true);

		while (!cases[i].is_there(look))
			bench_turn(p.bench);
		schedule_cancel(p.schedule, look);
		wait_for(p.bench, look);
		assert_int_equal(look->state, LOOK_CANCELLED);
		assert_int_equal(look->verify, VERIFY_UNKNOWN);
		assert_true(look->elapsed_ms >= 0);
		for (size_t j = 0; j < look->address_count; j++)
			assert_true(look->addresses[j].state == LOOK_CANCELLED ||
				    cases[i].is_there == is_judged);
		schedule_cancel(p.schedule, look); /* it has ended: nothing to do */
		look_unref(look);
	}
	assert_int_equal(schedule_activity(p.schedule).running, 0);
	assert_int_equal(schedule_activity(p.schedule).done, COUNT(cases));
	close_parts(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_user_asked_for_goes_first),
		cmocka_unit_test(no_more_connections_than_jobs),
		cmocka_unit_test(one_job_serves_all_addresses_of_a_name),
		cmocka_unit_test(a_look_that_goes_on_is_returned_and_an_ended_one_replaced),
		cmocka_unit_test(weaker_handshakes_are_only_for_the_user),
		cmocka_unit_test(a_look_can_be_cancelled_at_every_stage),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
