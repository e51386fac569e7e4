/* The table of rows: who is found, in which order they are shown, who goes when there are too many; and who
 * logs: hosts, daemons and the facts they tell. */
#include "../cm.h"

#include "base/text.h"
#include "relays/facts.h"
#include "relays/hosts.h"
#include "relays/names.h"
#include "relays/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct row *
take(struct table *t, const char *name)
{
	return table_row(t, DIRECTION_CLIENT, name, strlen(name));
}

/* A row with so many lines, the last of which is number seq at that time. */
static struct row *
show(struct table *t, const char *name, uint64_t lines, uint64_t seq, int64_t time_ms)
{
	struct row *r = take(t, name);
	struct event e = {.time_ms = time_ms};

	for (uint64_t i = 0; i < lines; i++)
		row_line(r, &e, seq, true);
	table_show(t, r);
	return r;
}

static char *
names_of(const struct table *t)
{
	struct text out = {0};

	text_put(&out, "");
	for (size_t i = 0; i < t->shown_count; i++)
		text_printf(&out, "%s%s", i ? " " : "", t->shown[i]->relay.name);
	return text_take(&out);
}

static void
expect_names(const struct table *t, const char *names)
{
	char *is = names_of(t);

	assert_string_equal(is, names);
	free(is);
}

static void
rows_are_found_by_direction_and_name(void **state)
{
	static const struct {
		enum direction direction;
		const char *name;
	} keys[] = {{DIRECTION_CLIENT, "a"}, {DIRECTION_SERVER, "a"}, {DIRECTION_CLIENT, "ca"},
		{DIRECTION_CLIENT, "A"}, {DIRECTION_CLIENT, "a."}, {DIRECTION_SERVER, "[192.0.2.1]"}};
	struct table t = {0};
	char huge[NAME_ROOM];
	(void)state;

	for (size_t i = 0; i < COUNT(keys); i++) {
		struct row *r;

		assert_null(table_find(&t, keys[i].direction, keys[i].name, strlen(keys[i].name)));
		r = table_row(&t, keys[i].direction, keys[i].name, strlen(keys[i].name));
		assert_string_equal(r->relay.name, keys[i].name);
		assert_int_equal(r->relay.direction, keys[i].direction);
		assert_ptr_equal(table_row(&t, keys[i].direction, keys[i].name, strlen(keys[i].name)), r);
	}
	assert_int_equal(HASH_COUNT(t.rows), COUNT(keys));
	memset(huge, 'a', sizeof huge);
	assert_null(table_find(&t, DIRECTION_CLIENT, huge, sizeof huge));
	expect_names(&t, "");
	table_free(&t);
}

static void
rows_are_shown_in_the_order_of_their_first_line(void **state)
{
	struct table t = {0};
	(void)state;

	show(&t, "third", 1, 30, 0);
	show(&t, "first", 1, 10, 0);
	show(&t, "fourth", 1, 40, 0);
	show(&t, "second", 1, 20, 0);
	expect_names(&t, "first second third fourth");
	table_free(&t);
}

static void
the_quietest_rows_go(void **state)
{
	static const struct {
		size_t most;
		const char *names;
		uint64_t evicted;
	} cases[] = {{5, "old busy twin-a twin-b loud", 0}, {4, "busy twin-a twin-b loud", 1},
		{3, "busy twin-b loud", 2}, {2, "busy loud", 3}, {1, "loud", 4},
		{0, "old busy twin-a twin-b loud", 0}};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct table t = {0};

		show(&t, "old", 2, 1, 100);
		show(&t, "busy", 5, 2, 50);
		show(&t, "twin-a", 2, 3, 200);
		show(&t, "twin-b", 2, 4, 200);
		show(&t, "loud", 9, 5, 60);
		table_bound(&t, cases[i].most);
		expect_names(&t, cases[i].names);
		assert_int_equal(t.evicted, cases[i].evicted);
		table_free(&t);
	}
}

static void
note_gone(void *arg, struct row *r)
{
	struct text *out = arg;

	assert_true(r->gone);
	text_printf(out, "%s ", r->relay.name);
}

static void
a_row_that_is_referred_to_outlives_the_table(void **state)
{
	struct text gone = {0};
	struct table t = {.most = 2, .gone = note_gone, .arg = &gone};
	struct row *kept = row_ref(show(&t, "kept", 1, 1, 1)), *again;
	(void)state;

	show(&t, "b", 2, 2, 2);
	show(&t, "c", 3, 3, 3);
	assert_string_equal(gone.at, "kept ");
	again = take(&t, "kept");
	assert_string_equal(gone.at, "kept b ");
	assert_ptr_not_equal(again, kept);
	assert_true(row_same(again, kept));
	table_free(&t);
	assert_int_equal(kept->refs, 1);
	assert_string_equal(kept->relay.name, "kept");
	row_unref(kept);
	text_free(&gone);
}

static void
tables_of_two_stretches_join(void **state)
{
	static const unsigned daemons[] = {0};
	struct table older = {0}, newer = {0};
	struct row *moved;
	(void)state;

	show(&older, "a", 2, 1, 10);
	take(&older, "known");
	show(&newer, "b", 1, 1, 20);
	show(&newer, "known", 1, 2, 30);
	show(&newer, "a", 3, 3, 40);
	moved = take(&newer, "b");
	table_join(&older, &newer, 100, daemons);
	expect_names(&older, "a b known");
	assert_ptr_equal(take(&older, "b"), moved);
	assert_int_equal(moved->first_seq, 101);
	assert_int_equal(take(&older, "a")->lines, 5);
	assert_int_equal(take(&older, "a")->first_seq, 1);
	assert_int_equal(take(&older, "a")->relay.first_ms, 10);
	assert_int_equal(take(&older, "a")->relay.last_ms, 40);
	assert_int_equal(take(&older, "known")->first_seq, 102);
	assert_null(newer.rows);
	table_free(&newer);
	table_free(&older);
}

static void
daemons_belong_to_their_hosts(void **state)
{
	struct hosts older = {0}, newer = {0};
	unsigned hosts[HOSTS_MOST + 1], daemons[HOSTS_MOST + 1], mx1, mx2;
	(void)state;

	mx1 = hosts_host(&older, span_of("mx1"));
	assert_int_equal(hosts_daemon(&older, mx1, span_of("sm-mta")), 0);
	mx2 = hosts_host(&newer, span_of("mx2"));
	hosts_daemon(&newer, mx2, span_of("sm-mta"));
	newer.hosts[mx2].first_ms = 7;
	hosts_daemon(&newer, hosts_host(&newer, span_of("mx1")), span_of("sm-mta"));
	newer.daemons[1].shows = true;
	hosts_join(&older, &newer, hosts, daemons);
	assert_int_equal(hosts[0], 1);
	assert_int_equal(hosts[1], 0);
	assert_int_equal(daemons[0], 1);
	assert_int_equal(daemons[1], 0);
	assert_true(older.daemons[0].shows);
	assert_false(older.daemons[1].shows);
	assert_int_equal(older.hosts[1].first_ms, 7);
	assert_int_equal(hosts_host(&older, (struct span){NULL, 0}), 2);
	hosts_free(&older);
	hosts_free(&newer);
}

static struct event
fact(const char *host, const char *text, int64_t time_ms, unsigned repeat)
{
	return (struct event){.kind = EVENT_FILE,
		.host = span_of(host),
		.tag = span_of("sm-mta"),
		.text = span_of(text),
		.pid = time_ms,
		.time_ms = time_ms,
		.repeat = repeat};
}

static void
a_fact_is_told_once_with_who_said_it_last(void **state)
{
	struct event lines[] = {fact("mx1", "a", 1, 1), fact("mx1", "b", 2, 1), fact("mx2", "a", 3, 1),
		fact("mx1", "a", 4, 3)};
	static const struct {
		const char *host, *text;
		uint64_t count;
		int64_t first_ms, last_ms;
	} expected[] = {{"mx1", "b", 1, 2, 2}, {"mx2", "a", 1, 3, 3}, {"mx1", "a", 4, 1, 4}};
	(void)state;

	for (size_t cut = 0; cut <= COUNT(lines); cut++) {
		struct facts parts[2] = {{0}, {0}};
		struct fact *f;
		size_t i = 0;

		for (size_t k = 0; k < COUNT(lines); k++)
			facts_take(&parts[k >= cut], &lines[k], k >= cut ? k - cut + 1 : k + 1);
		facts_join(&parts[0], &parts[1], cut);
		assert_int_equal(parts[0].count, COUNT(expected));
		for (f = parts[0].facts; f; f = f->next, i++) {
			assert_string_equal(f->told.host, expected[i].host);
			assert_string_equal(f->told.text, expected[i].text);
			assert_int_equal(f->told.count, expected[i].count);
			assert_int_equal(f->told.first_ms, expected[i].first_ms);
			assert_int_equal(f->told.last_ms, expected[i].last_ms);
			assert_int_equal(f->told.pid, expected[i].last_ms);
		}
		facts_free(&parts[1]);
		facts_free(&parts[0]);
	}
}

static void
the_last_start_of_a_daemon_counts(void **state)
{
	struct event first = {.kind = EVENT_DAEMON_START, .option = span_of("8.16.1"), .time_ms = 5};
	struct event second = {.kind = EVENT_DAEMON_START, .option = span_of("8.18.2"), .time_ms = 9};
	struct facts older = {0}, newer = {0}, none = {0};
	(void)state;

	facts_take(&older, &first, 1);
	facts_take(&newer, &second, 1);
	facts_join(&older, &none, 1);
	assert_string_equal(older.version, "8.16.1");
	facts_join(&older, &newer, 1);
	assert_string_equal(older.version, "8.18.2");
	assert_int_equal(older.start_ms, 9);
	assert_int_equal(older.start_seq, 2);
	assert_null(newer.version);
	facts_free(&older);
	facts_free(&newer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_by_direction_and_name),
		cmocka_unit_test(rows_are_shown_in_the_order_of_their_first_line),
		cmocka_unit_test(the_quietest_rows_go),
		cmocka_unit_test(a_row_that_is_referred_to_outlives_the_table),
		cmocka_unit_test(tables_of_two_stretches_join),
		cmocka_unit_test(daemons_belong_to_their_hosts),
		cmocka_unit_test(a_fact_is_told_once_with_who_said_it_last),
		cmocka_unit_test(the_last_start_of_a_daemon_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
