/* The action table. */
#include "tests/unit/cm.h"

#include "tui/actions.h"

#include <stdlib.h>
#include <string.h>

static void
no_key_means_two_things_in_one_scope(void **state)
{
	(void)state;
	for (unsigned scope = 1; scope < SCOPE_END; scope <<= 1) {
		for (int a = 1; a < ACTION_COUNT; a++) {
			const struct action_entry *entry = action_entry((enum action)a);

			for (int k = 0; (entry->scopes & scope) && k < ACTION_KEYS && entry->keys[k]; k++)
				assert_int_equal(action_of(entry->keys[k], (enum scope)scope), a);
		}
	}
}

static void
every_entry_is_whole(void **state)
{
	(void)state;
	for (int a = 1; a < ACTION_COUNT; a++) {
		const struct action_entry *entry = action_entry((enum action)a);

		assert_int_equal(entry->action, a);
		assert_int_not_equal(entry->keys[0], KEYCODE_NONE);
		assert_true(entry->scopes > 0 && entry->scopes < SCOPE_END);
		assert_true(strlen(entry->label) > 0 && strlen(entry->help) > 0);
	}
}

static void
every_scope_has_a_way_out_and_help(void **state)
{
	(void)state;
	for (unsigned scope = 1; scope < SCOPE_END; scope <<= 1) {
		enum action q = action_of('q', (enum scope)scope);

		assert_true(q == ACTION_BACK || q == ACTION_QUIT);
		if (scope != SCOPE_HELP)
			assert_int_equal(action_of('?', (enum scope)scope), ACTION_HELP);
	}
}

static void
keys_of_other_scopes_mean_nothing(void **state)
{
	static const struct {
		int key;
		enum scope scope;
		enum action action;
	} cases[] = {
		{'v', SCOPE_RELAYS, ACTION_VERIFY},
		{'r', SCOPE_RELAY, ACTION_VERIFY},
		{'v', SCOPE_CERTIFICATE, ACTION_NONE},
		{'s', SCOPE_RELAY, ACTION_NONE},
		{'L', SCOPE_LOG, ACTION_NONE},
		{KEYCODE_ESCAPE, SCOPE_RELAYS, ACTION_NONE},
		{'f', SCOPE_RELAYS, ACTION_FIX},
		{'f', SCOPE_CHAIN, ACTION_FIX},
		{'f', SCOPE_FIX, ACTION_NONE},
		{'t', SCOPE_FIX, ACTION_TRY},
		{'t', SCOPE_RELAY, ACTION_NONE},
		{'1', SCOPE_FIX, ACTION_CHOOSE},
		{'9', SCOPE_FIX, ACTION_CHOOSE},
		{'0', SCOPE_FIX, ACTION_NONE},
		{KEYCODE_TAB, SCOPE_FIX, ACTION_NEXT_FINDING},
		{KEYCODE_TAB, SCOPE_RELAYS, ACTION_SWAP},
		{'[', SCOPE_FIX, ACTION_LAST_FINDING},
		{'a', SCOPE_RELAYS, ACTION_HOST},
		{'a', SCOPE_RELAY, ACTION_NONE},
		{KEYCODE_NONE, SCOPE_RELAYS, ACTION_NONE},
		{0x10FFFF, SCOPE_RELAYS, ACTION_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(action_of(cases[i].key, cases[i].scope), cases[i].action);
}

static void
the_footer_is_cut_at_whole_entries(void **state)
{
	static const struct {
		int width;
		const char *footer;
	} cases[] = {
		{79, "Enter open  v verify  f fix  a our host  L log  / find  s sort  ? help  q quit"},
		{43, "Enter open  v verify  f fix  ? help  q quit"},
		{40, "Enter open  v verify  ? help  q quit"},
		{30, "Enter open  ? help  q quit"},
		{14, "? help  q quit"},
		{13, "? help"},
		{5, ""},
		{0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *footer = actions_footer(SCOPE_RELAYS, cases[i].width);

		assert_string_equal(footer, cases[i].footer);
		free(footer);
	}
}

static void
markdown_has_a_row_an_action(void **state)
{
	struct text out = {NULL, 0, 0};
	size_t rows = 0;

	(void)state;
	actions_markdown(&out);
	for (const char *at = out.at; (at = strstr(at, "\n| `")); at++)
		rows++;
	assert_int_equal(rows, ACTION_COUNT - 1);
	assert_non_null(strstr(out.at, "| `j` `Down` | down | everywhere |\n"));
	assert_non_null(strstr(out.at, "| `Tab` |"));
	assert_non_null(strstr(out.at, "| `Tab` `]` |"));
	assert_non_null(strstr(out.at, "| `1-9` | go to a remedy | fix |\n"));
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_means_two_things_in_one_scope),
		cmocka_unit_test(every_entry_is_whole),
		cmocka_unit_test(every_scope_has_a_way_out_and_help),
		cmocka_unit_test(keys_of_other_scopes_mean_nothing),
		cmocka_unit_test(the_footer_is_cut_at_whole_entries),
		cmocka_unit_test(markdown_has_a_row_an_action),
	};

	return cmocka_run_group_tests_name("actions", tests, NULL, NULL);
}
