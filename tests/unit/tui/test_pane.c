/* Lines that belong to items: wrapped, scrolled to the selected one, drawn. */
#include "tests/unit/cm.h"

#include "hand.h"

#include "base/safe.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void
a_text_becomes_lines_of_its_item(void **state)
{
	struct pane p = {.at = NULL};
	char *lines;

	(void)state;
	pane_begin(&p, 20, false);
	pane_put(&p, 7, ATTR_BAD, 4, "one two three four five six");
	pane_put(&p, PANE_NOBODY, ATTR_PLAIN, 4, "");
	pane_printf(&p, 8, ATTR_GOOD, 2, "%s %d\n%s", "seven", 8, "nine");
	pane_add(&p, 8, ATTR_DIM, text_new("%040d", 1));
	lines = hand_lines(&p);
	assert_string_equal(lines, "one two three four \n    five six\n\nseven 8\nnine\n"
				   "0000000000000000000000000000000000000001\n");
	free(lines);
	assert_int_equal(p.at[1].item, 7);
	assert_int_equal(p.at[1].attr, ATTR_BAD);
	assert_int_equal(pane_first(&p, 7), 0);
	assert_int_equal(pane_first(&p, 8), 3);
	assert_int_equal(pane_first(&p, PANE_NOBODY), 2);
	assert_int_equal(pane_first(&p, 9), p.count);
	pane_begin(&p, 20, false);
	assert_int_equal(p.count, 0);
	pane_free(&p);
}

static void
a_cell_has_exactly_its_columns(void **state)
{
	static const struct {
		const char *text;
		int width;
		bool ascii;
		const char *cell;
	} cases[] = {
		{"abc", 5, false, "abc  "},
		{"abcde", 5, false, "abcde"},
		{"abcdef", 5, false, "abcd…"},
		{"", 3, false, "   "},
		{"漢字", 5, false, "漢字 "},
		{"漢字漢", 5, false, "漢字…"},
		{"漢字漢", 4, false, "漢… "},
		{"é", 3, true, "é  "},    /* canvas makes one "?" of it */
		{"a→b", 5, true, "a→b "}, /* and "->" of that */
		{"\033[2J", 5, false, "\033[2J "},
	};

	(void)state;
	hand_locale();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		safe_cell(&out, cases[i].text, cases[i].width, cases[i].ascii);
		assert_string_equal(out.at, cases[i].cell);
		text_free(&out);
	}
}

static void
fill(struct pane *p, size_t count)
{
	pane_begin(p, 20, false);
	for (size_t i = 0; i < count; i++)
		pane_printf(p, i, ATTR_PLAIN, 2, " line %zu", i);
}

static void
the_selected_lines_are_always_seen(void **state)
{
	static const struct {
		size_t top, first, end, want;
	} cases[] = {
		{0, 0, 1, 0},
		{0, 9, 10, 0}, /* ten rows: the last one still shows it */
		{0, 10, 11, 1},
		{0, 15, 19, 9},   /* all of it */
		{12, 5, 6, 5},    /* back up */
		{8, 10, 12, 8},   /* seen already: nothing moves */
		{0, 8, 30, 8},    /* longer than the screen: its beginning */
		{25, 29, 30, 20}, /* never beyond the end */
		{99, 29, 30, 20},
	};
	struct frame f = {.rows = 12, .cols = 20};
	struct pane p = {.at = NULL};

	(void)state;
	hand_locale();
	f.canvas = canvas_new_hidden(12, 20, false);
	assert_non_null(f.canvas);
	fill(&p, 30);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct list l = {.top = cases[i].top};
		char *row, *want = text_new("▸line %zu", cases[i].first);

		canvas_begin(f.canvas);
		pane_draw(&p, &l, &f, 2, cases[i].first, cases[i].end);
		assert_int_equal(l.page, 10);
		assert_int_equal(l.top, cases[i].want);
		row = canvas_read(f.canvas, 2 + (int)(cases[i].first - l.top));
		assert_string_equal(row, want);
		free(row);
		free(want);
	}
	canvas_free(f.canvas);
	pane_free(&p);
}

static void
a_short_pane_stands_at_the_top_and_one_row_is_enough(void **state)
{
	struct frame f = {.rows = 1, .cols = 10};
	struct pane p = {.at = NULL};
	struct list l = {.top = 5};
	char *row;

	(void)state;
	hand_locale();
	f.canvas = canvas_new_hidden(4, 10, true);
	assert_non_null(f.canvas);
	fill(&p, 3);
	canvas_begin(f.canvas);
	f.rows = 4;
	pane_draw(&p, &l, &f, 0, 1, 2);
	assert_int_equal(l.top, 0);
	row = canvas_read(f.canvas, 1);
	assert_string_equal(row, ">line 1");
	free(row);
	f.rows = 1;
	pane_draw(&p, &l, &f, 1, 2, 3); /* no row is left: nothing is drawn beyond them but one */
	assert_int_equal(l.page, 1);
	assert_int_equal(l.top, 2);
	pane_free(&p);
	pane_draw(&p, &l, &f, 0, 0, 0);
	assert_int_equal(l.top, 0);
	canvas_free(f.canvas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_becomes_lines_of_its_item),
		cmocka_unit_test(a_cell_has_exactly_its_columns),
		cmocka_unit_test(the_selected_lines_are_always_seen),
		cmocka_unit_test(a_short_pane_stands_at_the_top_and_one_row_is_enough),
	};

	return cmocka_run_group_tests_name("pane", tests, NULL, NULL);
}
