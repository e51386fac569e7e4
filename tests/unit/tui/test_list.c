/* The one list, its lines, its prompt. */
#include "tests/unit/cm.h"

#include "tui/page.h"
#include "tui/list.h"
#include "tui/prompt.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *
item(void *arg, size_t i)
{
	return ((const char **)arg)[i];
}

static struct list_source
source_of(const char **items, size_t count)
{
	return (struct list_source){.count = count, .key = item, .text = item, .arg = (void *)items};
}

static void
show(struct list *l, const struct list_source *s, size_t rows)
{
	list_update(l, s);
	list_fit(l, s, rows);
}

static void
the_selection_follows_its_object(void **state)
{
	const char *before[] = {"a", "b", "c", "d"}, *after[] = {"d", "x", "b", "a"}, *gone[] = {"d", "x"};
	struct list_source s = source_of(before, 4);
	struct list l = {0};

	(void)state;
	show(&l, &s, 10);
	list_act(&l, &s, ACTION_DOWN);
	assert_int_equal(l.at, 1);
	s = source_of(after, 4);
	show(&l, &s, 10);
	assert_string_equal(after[l.at], "b");
	s = source_of(gone, 2); /* it stays in its place */
	show(&l, &s, 10);
	assert_int_equal(l.at, 1);
	s = source_of(gone, 0);
	show(&l, &s, 10);
	assert_int_equal(l.at, 0);
	assert_true(list_act(&l, &s, ACTION_DOWN));
	list_free(&l);
}

static void
an_untouched_list_stays_at_the_top(void **state)
{
	const char *before[] = {"a", "b"}, *after[] = {"worse", "a", "b"};
	struct list_source s = source_of(before, 2);
	struct list l = {0};

	(void)state;
	show(&l, &s, 10);
	s = source_of(after, 3);
	show(&l, &s, 10);
	assert_int_equal(l.at, 0);
	list_free(&l);
}

static void
moves_end_at_the_ends_and_scroll(void **state)
{
	static const struct {
		enum action action;
		size_t at, top;
	} steps[] = {
		{ACTION_UP, 0, 0},
		{ACTION_DOWN, 1, 0},
		{ACTION_PAGE_DOWN, 3, 1},
		{ACTION_PAGE_DOWN, 5, 3},
		{ACTION_BOTTOM, 6, 4},
		{ACTION_DOWN, 6, 4},
		{ACTION_PAGE_UP, 4, 4},
		{ACTION_UP, 3, 3},
		{ACTION_TOP, 0, 0},
	};
	const char *items[] = {"a", "b", "c", "d", "e", "f", "g"};
	struct list_source s = source_of(items, 7);
	struct list l = {0};

	(void)state;
	show(&l, &s, 3);
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_true(list_act(&l, &s, steps[i].action));
		show(&l, &s, 3);
		assert_int_equal(l.at, steps[i].at);
		assert_int_equal(l.top, steps[i].top);
	}
	assert_false(list_act(&l, &s, ACTION_VERIFY));
	list_free(&l);
}

static void
a_pager_scrolls_and_keeps_to_the_tail_until_moved(void **state)
{
	const char *items[] = {"a", "b", "c", "d", "e", "f", "g"};
	struct list_source s = source_of(items, 5);
	struct list l = {.pager = true, .tail = true};

	(void)state;
	show(&l, &s, 3);
	assert_int_equal(l.top, 2);
	s.count = 7;
	show(&l, &s, 3);
	assert_int_equal(l.top, 4);
	list_act(&l, &s, ACTION_UP);
	show(&l, &s, 3);
	assert_int_equal(l.top, 3);
	s.count = 2;
	show(&l, &s, 3);
	assert_int_equal(l.top, 0);
	list_free(&l);
}

static void
finding_goes_round_and_ignores_case(void **state)
{
	static const struct {
		const char *wanted;
		bool back, here, found;
		size_t at;
	} steps[] = {
		{"AL", false, true, true, 0},
		{"al", false, false, true, 3},
		{"al", false, false, true, 0},
		{"al", true, false, true, 3},
		{"gam", false, false, true, 2},
		{"zzz", false, false, false, 2},
		{"gam", false, false, true, 2},
	};
	const char *items[] = {"alpha", "beta", "gamma", "ALSO"};
	struct list_source s = source_of(items, 4), none = source_of(items, 0);
	struct list l = {0};

	(void)state;
	show(&l, &s, 3);
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_int_equal(list_find(&l, &s, steps[i].wanted, steps[i].back, steps[i].here),
			steps[i].found);
		assert_int_equal(l.at, steps[i].at);
	}
	assert_false(list_find(&l, &none, "a", false, true));
	list_free(&l);
}

static void
lines_wrap_at_blanks_and_keep_their_heading(void **state)
{
	static const char *const want[] = {"a heading that is left as it is", "short", "one two three",
		"    four five", "0123456789012345", "    678901234567", "    8901"};
	struct page l = {.at = NULL};

	(void)state;
	page_printf(&l, 0, "%s", want[0]);
	page_block(&l, 0, "short\r\none two three four five\n01234567890123456789012345678901\n");
	page_wrap(&l, 1, 16, false);
	assert_int_equal(l.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(strncmp(l.at[i].text, want[i], strlen(want[i])), 0);
	page_filter(&l, 1, "FO");
	assert_int_equal(l.count, 2);
	page_filter(&l, 1, "");
	assert_int_equal(l.count, 2);
	page_free(&l);
}

static void
what_is_shell_command_can_be_edited(void **state)
{
	static const struct {
		const char *initial;
		int keys[8];
		const char *typed;
		size_t cursor;
		enum prompt_end end;
	} cases[] = {
		{"", {'a', 'b', KEYCODE_ENTER}, "ab", 2, PROMPT_ENTERED},
		{"ab", {KEYCODE_LEFT, 'x'}, "axb", 2, PROMPT_GOES_ON},
		{"ab", {KEYCODE_HOME, KEYCODE_DELETE}, "b", 0, PROMPT_GOES_ON},
		{"ab", {KEYCODE_DELETE}, "ab", 2, PROMPT_GOES_ON},
		{"a", {KEYCODE_BACKSPACE}, "", 0, PROMPT_GOES_ON},
		{"a", {KEYCODE_BACKSPACE, KEYCODE_BACKSPACE}, "", 0, PROMPT_LEFT},
		{"ab", {KEYCODE_LEFT, KEYCODE_CTRL_U}, "b", 0, PROMPT_GOES_ON},
		{"", {0xFC, 0x6F22, 0x1F600}, "ü漢😀", 9, PROMPT_GOES_ON},
		{"ü漢", {KEYCODE_LEFT, KEYCODE_BACKSPACE}, "漢", 0, PROMPT_GOES_ON},
		{"ü漢", {KEYCODE_HOME, KEYCODE_RIGHT, KEYCODE_RIGHT, KEYCODE_RIGHT, KEYCODE_END}, "ü漢", 5,
			PROMPT_GOES_ON},
		{"a", {KEYCODE_ESCAPE}, "a", 1, PROMPT_LEFT},
		{"a", {KEYCODE_PAGE_UP, 1, 0x7F, KEYCODE_F1}, "a", 1, PROMPT_GOES_ON},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct prompt p = {{NULL, 0, 0}, 0};
		enum prompt_end end = PROMPT_GOES_ON;

		prompt_begin(&p, cases[i].initial);
		for (size_t k = 0; k < COUNT(cases[i].keys) && cases[i].keys[k]; k++)
			end = prompt_press(&p, cases[i].keys[k]);
		assert_int_equal(end, cases[i].end);
		assert_string_equal(prompt_text(&p), cases[i].typed);
		assert_int_equal(p.cursor, cases[i].cursor);
		prompt_free(&p);
	}
}

static void
a_prompt_takes_no_more_than_its_limit(void **state)
{
	struct prompt p = {{NULL, 0, 0}, 0};

	(void)state;
	prompt_begin(&p, "");
	for (int i = 0; i < 2 * PROMPT_LIMIT; i++)
		prompt_press(&p, 0x6F22);
	assert_int_equal(strlen(prompt_text(&p)), PROMPT_LIMIT / 3 * 3);
	prompt_free(&p);
}

static int
set_locale(void **state)
{
	(void)state;
	return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_selection_follows_its_object),
		cmocka_unit_test(an_untouched_list_stays_at_the_top),
		cmocka_unit_test(moves_end_at_the_ends_and_scroll),
		cmocka_unit_test(a_pager_scrolls_and_keeps_to_the_tail_until_moved),
		cmocka_unit_test(finding_goes_round_and_ignores_case),
		cmocka_unit_test(lines_wrap_at_blanks_and_keep_their_heading),
		cmocka_unit_test(what_is_shell_command_can_be_edited),
		cmocka_unit_test(a_prompt_takes_no_more_than_its_limit),
	};

	return cmocka_run_group_tests_name("list", tests, set_locale, NULL);
}
