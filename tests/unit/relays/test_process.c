/* What pends in a process, its sessions and refusals, by themselves. */
#include "../cm.h"

#include "relays/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR INT64_C(3600000)
#define LONG "mx-abcdefghijklmnopqrstuvwxyz.mail.example.net"
#define OTHER "mx-abcdefghijklmnoxxxxxxxxxxx.mail.example.net"

static struct row *
row_of(struct table *t, const char *name)
{
	return table_row(t, DIRECTION_CLIENT, span_of(name));
}

/* A refusal with its text, counted on the row as the reader of ruleset lines does. */
static void
refuse(struct process *p, struct row *r, const char *text, bool counted)
{
	struct reject *reject = mem_new(1, sizeof *reject);
	bool permanent = text[0] == '5';

	if (counted && permanent) {
		r->relay.rejects_perm++;
		r->relay.deliveries.bounced++;
	} else if (counted) {
		r->relay.rejects_temp++;
	}
	*reject = (struct reject){.row = r,
		.text = text[0] ? mem_text(text) : NULL,
		.time_ms = 1,
		.counted = counted,
		.permanent = permanent};
	process_reject(p, reject);
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
		assert_int_equal(session_is_over(cases[i].then_ms, cases[i].now_ms), cases[i].over);
}

static void
processes_are_told_apart_by_daemon_and_pid(void **state)
{
	static const struct {
		unsigned daemon;
		int64_t pid;
	} keys[] = {{0, 7}, {1, 7}, {0, 8}, {0, -1}};
	struct processes all = {0};
	struct process *taken[COUNT(keys)];
	(void)state;

	for (size_t i = 0; i < COUNT(keys); i++)
		taken[i] = processes_take(&all, keys[i].daemon, keys[i].pid);
	assert_int_equal(all.count, COUNT(keys));
	for (size_t i = 0; i < COUNT(keys); i++)
		assert_ptr_equal(processes_take(&all, keys[i].daemon, keys[i].pid), taken[i]);
	processes_free(&all);
}

static void
a_relay_has_one_session_in_a_process(void **state)
{
	struct table t = {0}, later = {0};
	struct processes all = {0};
	struct process *p = processes_take(&all, 0, 7);
	struct row *a = row_of(&t, "a.example.net"), *b = row_of(&t, "b.example.net"),
		   *again = row_of(&later, "a.example.net");
	(void)state;

	process_take_session(p, a)->last_ms = 5;
	process_take_session(p, b);
	assert_ptr_equal(process_sessions(p)[0].row, b);
	assert_int_equal(process_take_session(p, a)->last_ms, 5);
	assert_ptr_equal(process_sessions(p)[0].row, a);
	assert_int_equal(p->session_count, 2);
	/* A relay that was evicted and came back is still the one of the session, which now holds its new
	 * row. */
	a->gone = true;
	processes_evict(&all);
	assert_null(process_sessions(p)[0].row);
	assert_int_equal(process_take_session(p, again)->last_ms, 5);
	assert_ptr_equal(process_sessions(p)[0].row, again);
	assert_int_equal(p->session_count, 2);
	processes_free(&all);
	table_free(&t);
	table_free(&later);
}

static void
refusals_end_cured_or_told(void **state)
{
	static const struct {
		const char *texts[3];
		bool cured;
		int64_t now_ms;
		uint64_t temp, perm, given_up; /* given_up: as far as no to= line says so itself */
		const char *told;
	} cases[] = {
		{{"454 no"}, true, 5, 0, 0, 0, NULL},
		{{"454 no"}, false, 5, 1, 0, 0, "454 no"},
		{{"503 no"}, true, 5, 0, 0, 0, NULL},
		{{"554 no"}, false, 5, 0, 1, 0, "554 no"},
		{{"554 no"}, false, 5 + HOUR, 0, 1, 1, "554 no"},
		{{"454 first", "503 second"}, false, 5, 1, 1, 0, "503 second"},
		{{"454 first", "503 second"}, true, 5, 0, 0, 0, NULL},
		{{"454 no"}, true, 5 + HOUR, 1, 0, 0, "454 no"},
		{{""}, false, 5, 1, 0, 0, NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct table t = {0};
		struct processes all = {0};
		struct process *p = processes_take(&all, 0, 7);
		struct row *r = row_of(&t, "a.example.net");

		for (size_t k = 0; k < 3 && cases[i].texts[k]; k++)
			refuse(p, r, cases[i].texts[k], true);
		process_end_rejects(p, true, cases[i].cured, cases[i].now_ms);
		assert_null(p->rejects);
		assert_null(r->rejects);
		assert_int_equal(r->relay.rejects_temp, cases[i].temp);
		assert_int_equal(r->relay.rejects_perm, cases[i].perm);
		assert_int_equal(r->relay.deliveries.bounced, cases[i].given_up);
		if (cases[i].told)
			assert_string_equal(r->told.reject, cases[i].told);
		else
			assert_null(r->told.reject);
		processes_free(&all);
		table_free(&t);
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
	struct table t = {0};
	struct processes all = {0};
	struct process *seven = processes_take(&all, 0, 7), *eight = processes_take(&all, 0, 8);
	struct row *r = row_of(&t, "a.example.net");
	(void)state;

	refuse(seven, r, "454 older", true);
	refuse(eight, r, "454 newer", true);
	refuse(eight, r, "454 before --since", false);
	row_publish(r, never, NULL);
	assert_string_equal(r->relay.last.reject, "454 newer");
	process_end_rejects(eight, true, true, 2);
	row_publish(r, never, NULL);
	assert_string_equal(r->relay.last.reject, "454 older");
	process_end_rejects(seven, true, true, 2);
	row_publish(r, never, NULL);
	assert_null(r->relay.last.reject);
	processes_free(&all);
	table_free(&t);
}

static void
of_too_many_refusals_the_oldest_stands(void **state)
{
	struct table t = {0};
	struct processes all = {0};
	struct process *p = processes_take(&all, 0, 7);
	struct row *r = row_of(&t, "a.example.net");
	char text[20];
	(void)state;

	for (int i = 0; i < PROCESS_REJECTS + 2; i++) {
		snprintf(text, sizeof text, "454 no %d", i);
		refuse(p, r, text, true);
	}
	assert_string_equal(r->told.reject, "454 no 1");
	process_end_rejects(p, true, true, 2);
	assert_int_equal(r->relay.rejects_temp, 2);
	processes_free(&all);
	table_free(&t);
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
		struct table t = {0};
		struct processes all = {0};
		struct process *p = processes_take(&all, 0, 7);
		struct row *found;

		process_take_session(p, row_of(&t, LONG))->last_ms = cases[i].long_ms;
		process_take_session(p, row_of(&t, OTHER))->named_ms = cases[i].other_ms;
		found = process_long_name(p, span_of(cases[i].name), cases[i].now_ms);
		assert_int_equal(found != NULL, cases[i].found != NULL);
		if (found)
			assert_string_equal(found->relay.name, cases[i].found);
		processes_free(&all);
		table_free(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_ends_a_session),
		cmocka_unit_test(processes_are_told_apart_by_daemon_and_pid),
		cmocka_unit_test(a_relay_has_one_session_in_a_process),
		cmocka_unit_test(refusals_end_cured_or_told),
		cmocka_unit_test(a_refusal_that_pends_is_shown_while_it_does),
		cmocka_unit_test(of_too_many_refusals_the_oldest_stands),
		cmocka_unit_test(a_shortened_name_is_the_session_used_last_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
