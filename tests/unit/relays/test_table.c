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
	return table_row(t, DIRECTION_CLIENT, span_of(name));
}

/* A row with so many lines, the last of them at that time. */
static struct row *
show(struct table *t, const char *name, uint64_t lines, int64_t time_ms)
{
	struct row *r = take(t, name);

	r->lines = lines;
	r->relay.last_ms = time_ms;
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

		assert_null(table_find(&t, keys[i].direction, span_of(keys[i].name)));
		r = table_row(&t, keys[i].direction, span_of(keys[i].name));
		assert_string_equal(r->relay.name, keys[i].name);
		assert_int_equal(r->relay.direction, keys[i].direction);
		assert_ptr_equal(table_row(&t, keys[i].direction, span_of(keys[i].name)), r);
	}
	assert_int_equal(t.rows.count, COUNT(keys));
	memset(huge, 'a', sizeof huge);
	assert_null(table_find(&t, DIRECTION_CLIENT, (struct span){huge, sizeof huge}));
	expect_names(&t, "");
	table_free(&t);
}

static void
note_eviction(void *arg)
{
	const struct table *t = arg;

	for (size_t i = 0; i < t->shown_count; i++)
		assert_false(t->shown[i]->gone);
}

/* A new name makes room for an eighth of all rows. */
static void
the_quietest_rows_go(void **state)
{
	struct table t = {.most = 16, .evict = note_eviction, .arg = &t};
	(void)state;

	show(&t, "loud", 9, 60);
	show(&t, "twin-a", 2, 200);
	show(&t, "old", 2, 100);
	show(&t, "twin-b", 2, 200);
	for (int i = 0; i < 12; i++) {
		char name[8];

		snprintf(name, sizeof name, "r%d", i);
		show(&t, name, 5, 50 + i);
	}
	assert_int_equal(t.evicted, 0);
	show(&t, "new", 1, 300);
	expect_names(&t, "loud twin-b r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 new");
	assert_int_equal(t.evicted, 2);
	assert_null(table_find(&t, DIRECTION_CLIENT, span_of("old")));
	show(&t, "old", 1, 300);
	show(&t, "newest", 1, 300);
	assert_int_equal(t.evicted, 4);
	assert_null(table_find(&t, DIRECTION_CLIENT, span_of("new")));
	table_free(&t);
}

static void
daemons_belong_to_their_hosts(void **state)
{
	struct hosts h = {0};
	unsigned mx1 = hosts_host(&h, span_of("mx1")), mx2 = hosts_host(&h, span_of("mx2"));
	(void)state;

	assert_int_equal(hosts_daemon(&h, mx1, span_of("sm-mta")), 0);
	assert_int_equal(hosts_daemon(&h, mx2, span_of("sm-mta")), 1);
	assert_int_equal(hosts_daemon(&h, mx1, span_of("sm-msp-queue")), 2);
	assert_int_equal(hosts_daemon(&h, mx1, span_of("sm-mta")), 0);
	assert_int_equal(hosts_host(&h, span_of("mx1")), mx1);
	assert_int_equal(hosts_host(&h, (struct span){NULL, 0}), 2);
	hosts_free(&h);
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
	struct facts facts = {0};
	struct fact *f;
	size_t i = 0;
	(void)state;

	for (size_t k = 0; k < COUNT(lines); k++)
		facts_take(&facts, &lines[k]);
	assert_int_equal(facts.count, COUNT(expected));
	for (f = facts.facts; f; f = f->next, i++) {
		assert_string_equal(f->told.host, expected[i].host);
		assert_string_equal(f->told.text, expected[i].text);
		assert_int_equal(f->told.count, expected[i].count);
		assert_int_equal(f->told.first_ms, expected[i].first_ms);
		assert_int_equal(f->told.last_ms, expected[i].last_ms);
		assert_int_equal(f->told.pid, expected[i].last_ms);
	}
	facts_free(&facts);
}

static void
the_last_start_of_a_daemon_counts(void **state)
{
	struct event first = {.kind = EVENT_DAEMON_START, .option = span_of("8.16.1"), .time_ms = 5};
	struct event second = {.kind = EVENT_DAEMON_START, .option = span_of("8.18.2"), .time_ms = 9};
	struct facts facts = {0};
	(void)state;

	facts_take(&facts, &first);
	assert_string_equal(facts.version, "8.16.1");
	facts_take(&facts, &second);
	assert_string_equal(facts.version, "8.18.2");
	assert_int_equal(facts.start_ms, 9);
	facts_free(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_by_direction_and_name),
		cmocka_unit_test(the_quietest_rows_go),
		cmocka_unit_test(daemons_belong_to_their_hosts),
		cmocka_unit_test(a_fact_is_told_once_with_who_said_it_last),
		cmocka_unit_test(the_last_start_of_a_daemon_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
