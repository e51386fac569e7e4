/* The rows of the table: their order, the filter, the sums, the selection by name, and rows held still. */
#include "screen.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "tui/list.h"
#include "tui/relay_rows.h"
#include "wording/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct table { /* a history of few rows, and what is read of it */
	struct engine engine;
	struct relay_rows rows;
};

/* a: failing often; b: held mail; c: more held mail; d: good, seen last; e: clear; f: returned; g: another's.
 */
static void
fill(struct engine *e)
{
	static const struct {
		const char *name;
		enum direction direction;
		enum verify verify;
		uint64_t waiting, clear, rejects;
		int since_min, last_min; /* minutes before now; 0: not known */
		uint32_t bad;
	} facts[] = {
		{"a.example.net", DIRECTION_CLIENT, VERIFY_FAIL, 0, 0, 0, 50, 5, 90},
		{"b.example.net", DIRECTION_CLIENT, VERIFY_FAIL, 2, 0, 0, 10, 4, 7},
		{"c.example.net", DIRECTION_CLIENT, VERIFY_OK, 8, 0, 0, 0, 3, 0},
		{"d.example.net", DIRECTION_CLIENT, VERIFY_OK, 0, 0, 0, 30, 1, 1},
		{"e.example.net", DIRECTION_CLIENT, VERIFY_NONE, 0, 5, 0, 40, 6, 0},
		{"f.example.net", DIRECTION_CLIENT, VERIFY_SOFTWARE, 3, 0, 1, 20, 2, 7},
		{"g.example.net", DIRECTION_SERVER, VERIFY_NO, 99, 99, 99, 5, 1, 99},
	};

	*e = (struct engine){.generation = 1};
	e->history.generation = 1;
	e->history.totals = (struct history_totals){.last_ms = MODEL_NOW, .host = "mx1"};
	for (size_t i = 0; i < COUNT(facts); i++) {
		struct relay *r = &e->history.relays[e->history.count++];

		r->name = (char *)facts[i].name;
		r->direction = facts[i].direction;
		r->last.verify = facts[i].verify;
		r->last.depth = -1;
		r->deliveries.waiting = facts[i].waiting;
		r->deliveries.clear = facts[i].clear;
		r->rejects_perm = facts[i].rejects;
		r->since_ms = facts[i].since_min ? MODEL_NOW - facts[i].since_min * WHEN_MINUTE : 0;
		r->last_ms = MODEL_NOW - facts[i].last_min * WHEN_MINUTE;
		r->generation = 1;
		e->history.days[i].bad = facts[i].bad;
	}
}

static int
open_table(void **state)
{
	struct table *t = mem_new(1, sizeof *t);

	fill(&t->engine);
	*state = t;
	return 0;
}

static int
close_table(void **state)
{
	struct table *t = *state;

	relay_rows_free(&t->rows);
	free(t);
	return 0;
}

static bool
update(struct table *t, struct relay_order order)
{
	struct relay_source from = {&t->engine, &t->engine.history, t->engine.history.generation, MODEL_NOW};

	bool changed = relay_rows_update(&t->rows, &from, &order);

	relay_rows_visit(&t->rows, &from);
	return changed;
}

static struct relay *
relay_of(struct table *t, char name)
{
	return &t->engine.history.relays[name - 'a'];
}

static void
change(struct table *t, char name)
{
	relay_of(t, name)->generation = ++t->engine.history.generation;
}

/* The first letters of the rows that are shown. */
static void
assert_rows(struct table *t, const char *letters)
{
	struct text got = {NULL, 0, 0};

	text_put(&got, "");
	for (size_t i = 0; i < t->rows.count; i++)
		text_add(&got, relay_rows_at(&t->rows, i)->name, 1);
	assert_string_equal(got.at, letters);
	text_free(&got);
}

static void
every_order_has_its_own_first_and_breaks_ties_by_name(void **state)
{
	static const struct {
		enum relay_sort sort;
		const char *word, *rows, *reversed;
	} cases[] = {
		{SORT_STATE, "state", "fcbead", "daebcf"},
		{SORT_NAME, "name", "abcdef", "fedcba"},
		{SORT_FAILURES, "failures", "abfdce", "ecdfba"},
		{SORT_SINCE, "since", "bfdeac", "caedfb"},
		{SORT_LAST, "last seen", "dfcbae", "eabcfd"},
	};
	struct table *t = *state;

	assert_int_equal(COUNT(cases), SORTS);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(relay_sort_word(cases[i].sort), cases[i].word);
		update(t, (struct relay_order){.sort = cases[i].sort});
		assert_rows(t, cases[i].rows);
		update(t, (struct relay_order){.sort = cases[i].sort, .reversed = true});
		assert_rows(t, cases[i].reversed);
	}
}

static void
a_filter_looks_into_names_mail_words_and_causes(void **state)
{
	static const struct {
		const char *filter, *rows;
	} cases[] = {
		{"", "abcdef"}, {NULL, "abcdef"}, {"example", "abcdef"}, {"D.EXAMPLE", "d"}, {"held", "bc"},
		{"HELD 8", "c"}, {"returned", "f"}, {"clear", "e"}, {"software", "f"}, {"no starttls", "e"},
		{"not logged", "ab"}, {"zzz", ""}, {"g.example", ""}, /* the other direction's */
	};
	struct table *t = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		update(t, (struct relay_order){.sort = SORT_NAME, .filter = cases[i].filter});
		assert_rows(t, cases[i].rows);
	}
	update(t, (struct relay_order){.direction = DIRECTION_SERVER, .filter = "g.ex"});
	assert_rows(t, "g");
}

static void
a_change_moves_its_row_alone_and_into_the_filter_or_out_of_it(void **state)
{
	struct relay_order by_state = {.sort = SORT_STATE}, held = {.sort = SORT_STATE, .filter = "held"};
	struct table *t = *state;

	assert_true(update(t, by_state));
	assert_false(update(t, by_state)); /* nothing new */
	relay_of(t, 'd')->deliveries.waiting = 5;
	assert_false(update(t, by_state)); /* nobody said so */
	change(t, 'd');
	assert_true(update(t, by_state));
	assert_rows(t, "fcdbea");
	update(t, held);
	assert_rows(t, "cdb");
	relay_of(t, 'c')->deliveries.waiting = 0;
	change(t, 'c');
	update(t, held);
	assert_rows(t, "db");
	relay_of(t, 'a')->deliveries.waiting = 4;
	change(t, 'a');
	update(t, held);
	assert_rows(t, "dab");
	update(t, by_state);
	assert_rows(t, "fdabec");
}

static void
names_that_share_eight_bytes_are_still_in_order(void **state)
{
	static const char *const names[] = {"mail.example.org", "mail.exa", "mail.exam", "mail.example.net",
		"mail", "\xC3\xBC.example", "-mail"};
	static const char *const order[] = {"-mail", "mail", "mail.exa", "mail.exam", "mail.example.net",
		"mail.example.org", "\xC3\xBC.example"};
	struct table *t = *state;

	t->engine.history.count = COUNT(names);
	for (size_t i = 0; i < COUNT(names); i++) {
		t->engine.history.relays[i].name = (char *)names[i];
		t->engine.history.relays[i].direction = DIRECTION_CLIENT;
	}
	update(t, (struct relay_order){.sort = SORT_NAME});
	assert_int_equal(t->rows.count, COUNT(order));
	for (size_t i = 0; i < COUNT(order); i++)
		assert_string_equal(relay_rows_at(&t->rows, i)->name, order[i]);
}

/* ---- selection --------------------------------------------------------------------------------------------
 */

static void
the_selection_stays_with_its_relay_while_rows_come_and_go(void **state)
{
	struct relay_order order = {.sort = SORT_NAME};
	struct list_source s;
	struct list l = {0};
	struct table *t = *state;

	update(t, order);
	relay_rows_source(&t->rows, &s);
	list_select(&l, &s, 3);
	assert_string_equal(l.key, "d.example.net");
	order.reversed = true;
	update(t, order);
	relay_rows_source(&t->rows, &s);
	list_update(&l, &s);
	assert_int_equal(l.at, 2);
	order.filter = "d.ex";
	update(t, order);
	relay_rows_source(&t->rows, &s);
	list_update(&l, &s);
	assert_int_equal(l.at, 0);
	order.filter = "c.ex"; /* not among them: its place */
	update(t, order);
	relay_rows_source(&t->rows, &s);
	list_update(&l, &s);
	assert_int_equal(l.at, 0);
	assert_string_equal(s.key(s.arg, 0), "c.example.net");
	assert_string_equal(s.text(s.arg, 0), "c.example.net HELD 8 OK ");
	order.filter = NULL; /* it is back */
	update(t, order);
	relay_rows_source(&t->rows, &s);
	list_update(&l, &s);
	assert_string_equal(relay_rows_at(&t->rows, l.at)->name, "d.example.net");
	list_free(&l);
}

static void
an_evicted_row_gives_its_place_to_another_relay(void **state)
{
	struct relay_order order = {.sort = SORT_NAME};
	struct table *t = *state;

	update(t, order);
	*relay_of(t, 'c') = *relay_of(t, 'f'); /* as a table does that is full */
	t->engine.history.count = 5;
	t->engine.history.generation++;
	assert_true(update(t, order));
	assert_rows(t, "abdef");
	t->engine.history.count = 0;
	t->engine.history.generation++;
	update(t, order);
	assert_rows(t, "");
	assert_int_equal(t->rows.sums.relays, 0);
}

/* ---- sums -------------------------------------------------------------------------------------------------
 */

static void
sums_are_of_all_outbound_relays_whatever_is_shown(void **state)
{
	static const struct relay_order orders[] = {
		{.sort = SORT_NAME}, {.filter = "zzz"}, {.direction = DIRECTION_SERVER}};
	struct table *t = *state;

	relay_of(t, 'b')->held.oldest_ms = MODEL_NOW - WHEN_HOUR;
	relay_of(t, 'f')->held.oldest_ms = MODEL_NOW - 2 * WHEN_HOUR;
	relay_of(t, 'e')->held.oldest_ms = 1; /* nothing waits there any more */
	relay_of(t, 'a')->before = VERIFY_OK;
	relay_of(t, 'd')->before = VERIFY_FAIL;
	relay_of(t, 'g')->before = VERIFY_OK;
	for (size_t i = 0; i < COUNT(orders); i++) {
		const struct relay_sums *sums = &t->rows.sums;

		update(t, orders[i]);
		assert_int_equal(sums->relays, 6);
		assert_int_equal(sums->verified, 2);
		assert_int_equal(sums->held, 13);
		assert_int_equal(sums->clear, 5);
		assert_int_equal(sums->returned, 1);
		assert_int_equal(sums->oldest_ms, MODEL_NOW - 2 * WHEN_HOUR);
		assert_string_equal(sums->newest->name, "d.example.net");
	}
}

static void
held_rows_keep_their_facts_until_they_are_let_go(void **state)
{
	struct relay_order order = {.sort = SORT_STATE};
	struct table *t = *state;

	update(t, order);
	relay_rows_hold(&t->rows, true);
	relay_of(t, 'd')->deliveries.waiting = 50;
	change(t, 'd');
	t->engine.history.count = 4;
	assert_false(update(t, order));
	assert_rows(t, "fcbead");
	assert_int_equal(t->rows.sums.held, 13);
	order.filter = "b.ex"; /* they can be put in order all the same */
	assert_true(update(t, order));
	assert_rows(t, "b");
	assert_int_equal(relay_rows_at(&t->rows, 0)->relay.deliveries.waiting, 2);
	order.filter = NULL;
	relay_rows_hold(&t->rows, false);
	update(t, order);
	assert_rows(t, "dcba");
	assert_int_equal(t->rows.sums.held, 60);
}

int
main(void)
{
#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, open_table, close_table)
	const struct CMUnitTest tests[] = {
		TABLE_TEST(every_order_has_its_own_first_and_breaks_ties_by_name),
		TABLE_TEST(a_filter_looks_into_names_mail_words_and_causes),
		TABLE_TEST(a_change_moves_its_row_alone_and_into_the_filter_or_out_of_it),
		TABLE_TEST(names_that_share_eight_bytes_are_still_in_order),
		TABLE_TEST(the_selection_stays_with_its_relay_while_rows_come_and_go),
		TABLE_TEST(an_evicted_row_gives_its_place_to_another_relay),
		TABLE_TEST(sums_are_of_all_outbound_relays_whatever_is_shown),
		TABLE_TEST(held_rows_keep_their_facts_until_they_are_let_go),
	};

	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
