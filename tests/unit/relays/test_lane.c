/* Lanes: what one process has pending, its sessions and refusals, by itself. */
#include "../cm.h"

#include "relays/lane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR INT64_C(3600000)
#define LONG "mx-abcdefghijklmnopqrstuvwxyz.mail.example.net"
#define OTHER "mx-abcdefghijklmnoxxxxxxxxxxx.mail.example.net"

static struct row *
new_row(const char *name)
{
	return row_new(DIRECTION_CLIENT, name, strlen(name));
}

/* A refusal with its text, counted on the row as the reader of ruleset lines does. */
static struct pending
refusal(struct row *r, const char *text, uint64_t seq, int64_t time_ms)
{
	struct span line = span_of(text);
	struct event e = {.line = line, .reject = line, .time_ms = time_ms};

	*(text[0] == '5' ? &r->relay.rejects_perm : &r->relay.rejects_temp) += 1;
	return (struct pending){.line = kept_new(&e), .seq = seq, .counted = true};
}

static void
an_hour_ends_a_session(void **state)
{
	static const struct {
		int64_t then_ms, now_ms;
		bool over;
	} cases[] = {{1, 2, false}, {1, 1 + HOUR, false}, {1, 2 + HOUR, true}, {0, 2 + HOUR, false},
		{1, 0, false}, {2 + HOUR, 1, false}, {1, INT64_MAX, true}};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(lane_is_over(cases[i].then_ms, cases[i].now_ms), cases[i].over);
}

static void
lanes_are_told_apart_by_daemon_and_pid(void **state)
{
	static const struct lane_key keys[] = {{7, 0}, {7, 1}, {8, 0}, {-1, 0}};
	struct lanes all = {.known = LANE_ALL};
	struct lane *lanes[COUNT(keys)];
	(void)state;

	for (size_t i = 0; i < COUNT(keys); i++) {
		assert_null(lanes_find(&all, keys[i]));
		lanes[i] = lanes_take(&all, keys[i]);
		assert_int_equal(lanes[i]->known, LANE_ALL);
	}
	for (size_t i = 0; i < COUNT(keys); i++) {
		assert_ptr_equal(lanes_take(&all, keys[i]), lanes[i]);
		assert_ptr_equal(all.oldest->prev, lanes[i]);
	}
	lanes_take(&all, keys[0]);
	assert_ptr_equal(all.oldest, lanes[1]);
	lanes_free(&all);
	assert_null(all.oldest);
}

static void
a_relay_has_one_session_in_a_lane(void **state)
{
	struct lanes all = {0};
	struct lane *l = lanes_take(&all, (struct lane_key){7, 0});
	struct row *a = new_row("a.example.net"), *b = new_row("b.example.net"),
		   *again = new_row("a.example.net");
	struct session *first = lane_take_session(l, a);
	(void)state;

	lane_take_session(l, b);
	assert_ptr_equal(l->sessions->row, b);
	assert_ptr_equal(lane_take_session(l, a), first);
	assert_ptr_equal(l->sessions, first);
	/* A relay that was evicted and came back is still the one of the session, which now holds its new
	 * row. */
	assert_ptr_equal(lane_take_session(l, again), first);
	assert_ptr_equal(first->row, again);
	assert_int_equal(a->refs, 1);
	lane_drop_session(l, first);
	assert_null(lane_session(l, a));
	assert_non_null(lane_session(l, b));
	lanes_free(&all);
	assert_int_equal(b->refs, 1);
	row_unref(a);
	row_unref(b);
	row_unref(again);
}

struct ending {
	const char *texts[3];
	bool cured;
	int64_t now_ms;
	uint64_t temp, perm;
	const char *told;
};

static void
refusals_end_cured_or_told(void **state)
{
	static const struct ending cases[] = {
		{{"454 no"}, true, 5, 0, 0, NULL},
		{{"454 no"}, false, 5, 1, 0, "454 no"},
		{{"503 no"}, true, 5, 0, 0, NULL},
		{{"554 no"}, false, 5, 0, 1, "554 no"},
		{{"454 first", "503 second"}, false, 5, 1, 1, "503 second"},
		{{"454 first", "503 second"}, true, 5, 0, 0, NULL},
		{{"454 no"}, true, 5 + HOUR, 1, 0, "454 no"},
		{{""}, false, 5, 1, 0, NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lanes all = {0};
		struct lane *l = lanes_take(&all, (struct lane_key){7, 0});
		struct row *r = new_row("a.example.net");

		for (size_t k = 0; k < 3 && cases[i].texts[k]; k++)
			lane_reject(l, r, refusal(r, cases[i].texts[k], k + 1, 1));
		lane_end_rejects(l, cases[i].cured, cases[i].now_ms);
		assert_null(l->rejects);
		assert_null(r->rejects);
		assert_int_equal(r->relay.rejects_temp, cases[i].temp);
		assert_int_equal(r->relay.rejects_perm, cases[i].perm);
		if (cases[i].told)
			assert_string_equal(r->told.reject, cases[i].told);
		else
			assert_null(r->told.reject);
		lanes_free(&all);
		row_unref(r);
	}
}

static bool
never(const void *arg, unsigned daemon)
{
	(void)arg;
	(void)daemon;
	return false;
}

static void
a_refusal_that_pends_is_shown_while_it_does(void **state)
{
	struct lanes all = {0};
	struct lane *seven = lanes_take(&all, (struct lane_key){7, 0}),
		    *eight = lanes_take(&all, (struct lane_key){8, 0});
	struct row *r = new_row("a.example.net");
	struct pending uncounted = refusal(r, "454 before --since", 9, 1);
	(void)state;

	uncounted.counted = false;
	lane_reject(seven, r, refusal(r, "454 older", 1, 1));
	lane_reject(eight, r, refusal(r, "454 newer", 2, 1));
	lane_reject(eight, r, uncounted);
	row_publish(r, never, NULL);
	assert_string_equal(r->relay.last.reject, "454 newer");
	lane_end_rejects(eight, true, 2);
	row_publish(r, never, NULL);
	assert_string_equal(r->relay.last.reject, "454 older");
	lane_end_rejects(seven, true, 2);
	row_publish(r, never, NULL);
	assert_null(r->relay.last.reject);
	lanes_free(&all);
	row_unref(r);
}

static void
of_too_many_refusals_the_oldest_stands(void **state)
{
	struct lanes all = {0};
	struct lane *l = lanes_take(&all, (struct lane_key){7, 0});
	struct row *r = new_row("a.example.net");
	char text[20];
	(void)state;

	for (int i = 0; i < LANE_REJECTS + 2; i++) {
		snprintf(text, sizeof text, "454 no %d", i);
		lane_reject(l, r, refusal(r, text, (uint64_t)i + 1, 1));
	}
	assert_string_equal(r->told.reject, "454 no 1");
	lane_end_rejects(l, true, 2);
	assert_int_equal(r->relay.rejects_temp, 2);
	lanes_free(&all);
	row_unref(r);
}

static void
a_shortened_name_is_the_session_used_last_that_fits(void **state)
{
	static const struct {
		const char *name;
		int64_t long_ms, other_ms, now_ms;
		const char *found;
	} cases[] = {
		{"mx-abcdefghijklmno....mail.example.net", 1, 1, 2, OTHER},
		{"mx-abcdefghijklmno....mail.example.net", 1 + HOUR, 1, 2 + HOUR, LONG},
		{"mx-abcdefghijklmno....mail.example.net", 1, 1, 2 + HOUR, NULL},
		{"mx-abcdefghijklmno....mail.example.com", 1, 1, 2, NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lanes all = {0};
		struct lane *l = lanes_take(&all, (struct lane_key){7, 0});
		struct row *a = new_row(LONG), *b = new_row(OTHER), *found;

		lane_take_session(l, a)->last_ms = cases[i].long_ms;
		lane_take_session(l, b)->named_ms = cases[i].other_ms;
		found = lane_long_name(l, span_of(cases[i].name), cases[i].now_ms);
		assert_int_equal(found != NULL, cases[i].found != NULL);
		if (found)
			assert_string_equal(found->relay.name, cases[i].found);
		lanes_free(&all);
		row_unref(a);
		row_unref(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_ends_a_session),
		cmocka_unit_test(lanes_are_told_apart_by_daemon_and_pid),
		cmocka_unit_test(a_relay_has_one_session_in_a_lane),
		cmocka_unit_test(refusals_end_cured_or_told),
		cmocka_unit_test(a_refusal_that_pends_is_shown_while_it_does),
		cmocka_unit_test(of_too_many_refusals_the_oldest_stands),
		cmocka_unit_test(a_shortened_name_is_the_session_used_last_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
