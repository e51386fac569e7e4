/* When the table says anew what is found of its rows, seen or not. */
#include "screen.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/relay_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct table { /* a to d, of which a and b fail */
	struct engine engine;
	struct relay_rows rows;
};

static int
open_table(void **state)
{
	static const char *const names[] = {
		"a.example.net", "b.example.net", "c.example.net", "d.example.net"};
	struct table *t = mem_new(1, sizeof *t);

	t->engine.history.totals = (struct history_totals){.last_ms = MODEL_NOW, .host = "mx1"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		model_relay(&t->engine, names[i], i < 2 ? VERIFY_FAIL : VERIFY_OK);
	*state = t;
	return 0;
}

static int
close_table(void **state)
{
	struct table *t = *state;

	relay_rows_free(&t->rows);
	policy_unref(t->engine.policy);
	for (size_t i = 0; i < MODEL_RELAYS; i++)
		findings_clear(&t->engine.found[i]);
	free(t);
	return 0;
}

static void
update(struct table *t, const struct relay_order *order)
{
	const struct relay_source from = {
		&t->engine, &t->engine.history, t->engine.history.generation, MODEL_NOW};

	relay_rows_update(&t->rows, &from, order);
	relay_rows_visit(&t->rows, &from);
}

static struct relay *
relay_of(struct table *t, char name)
{
	return &t->engine.history.relays[name - 'a'];
}

/* The engine has diagnosed it anew. */
static void
tell(struct table *t, char name)
{
	t->engine.found_anew[name - 'a']++;
	t->engine.generation++;
}

static void
find_cause(struct table *t, char name, const char *id, const char *title)
{
	struct finding *f = model_finding(&t->engine, relay_of(t, name), id, title, "it was seen");

	f->blame = BLAME_REMOTE;
}

/* The first letters of the rows with that text. */
static void
assert_found(struct table *t, const char *filter, const char *letters)
{
	const struct relay_order order = {.sort = SORT_NAME, .filter = filter};
	struct text got = {NULL, 0, 0};

	update(t, &order);
	while (relay_rows_are_behind(&t->rows))
		update(t, &order);
	text_put(&got, "");
	for (size_t i = 0; i < t->rows.count; i++)
		text_add(&got, relay_rows_at(&t->rows, i)->name, 1);
	assert_string_equal(got.at, letters);
	text_free(&got);
}

static void
what_the_engine_found_anew_is_said_anew(void **state)
{
	struct table *t = *state;

	assert_found(t, "them self-signed", "");
	find_cause(t, 'a', "self-signed", "Certificate is self-signed");
	find_cause(t, 'b', "self-signed", "Certificate is self-signed");
	find_cause(t, 'd', "weak-key", "Its key is below the level");
	assert_found(t, "them self-signed", ""); /* nobody said that anything changed */
	tell(t, 'a');
	assert_found(t, "them self-signed", "a");
	tell(t, 'b');
	assert_found(t, "them self-signed", "ab");
	assert_found(t, "below", "");
	tell(t, 'd');
	assert_found(t, "below", "d");
}

static void
a_held_table_says_what_a_look_finds_and_nothing_else(void **state)
{
	struct look look = {.refs = 1, .target = (char *)"b.example.net", .state = LOOK_DONE, .begun_ms = 7};
	struct table *t = *state;

	assert_found(t, "not logged", "ab");
	relay_rows_hold(&t->rows, true);
	find_cause(t, 'a', "leaf-expired", "Certificate expired");
	find_cause(t, 'b', "leaf-expired", "Certificate expired");
	tell(t, 'a');
	assert_found(t, "expired", "");
	t->engine.looks[t->engine.look_count++] = &look;
	t->engine.activity.done++;
	tell(t, 'b');
	assert_found(t, "expired", "b");
	relay_rows_hold(&t->rows, false);
	assert_found(t, "expired", "ab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_engine_found_anew_is_said_anew, open_table,
			close_table),
		cmocka_unit_test_setup_teardown(a_held_table_says_what_a_look_finds_and_nothing_else,
			open_table, close_table),
	};

	return cmocka_run_group_tests_name("row causes", tests, NULL, NULL);
}
