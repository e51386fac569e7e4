/* The table of relays: which columns a width gets, and what stands in them. */
#include "tests/unit/cm.h"

#include "base/when.h"
#include "tui/relay_table.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TITLE "Server does not send the intermediate /CN=Example Issuing CA E1"
#define CAUSE(whose, in_short, whole, guess)                                                              \
	{                                                                                                 \
		.who = (whose), .brief = (char *)(in_short), .title = (char *)(whole), .untried = (guess) \
	}
#define NOW INT64_C(1795357327000) /* 2026-11-22 14:22:07 UTC */

static int
shown(const struct relay_layout *layout)
{
	int count = 0;

	for (int i = 0; i < RELAY_COLUMNS; i++)
		count += layout->width[i] > 0;
	return count;
}

static void
columns_go_one_by_one_from_the_right(void **state)
{
	static const struct {
		int least, count;
	} steps[] = {{20, 1}, {29, 2}, {38, 3}, {45, 4}, {54, 5}, {59, 6}, {64, 7}, {77, 8}};
	static const int longest[] = {0, 19, 33, 250};

	(void)state;
	for (int cols = 20; cols <= 200; cols++) {
		size_t step = 0;

		while (step + 1 < COUNT(steps) && steps[step + 1].least <= cols)
			step++;
		for (size_t n = 0; n < COUNT(longest); n++) {
			struct relay_layout layout;

			relay_columns_fit(&layout, cols, longest[n]);
			assert_int_equal(shown(&layout), steps[step].count);
		}
	}
}

static void
every_column_of_the_screen_is_used(void **state)
{
	static const int narrow[RELAY_COLUMNS] = {19, 8, 8, 6, 8, 4, 4, 12};

	(void)state;
	for (int cols = 20; cols <= 200; cols++) {
		for (int longest = 0; longest < 64; longest += 7) {
			struct relay_layout layout;
			int used = 0; /* the selection's column stands for the gap that the first has not */

			relay_columns_fit(&layout, cols, longest);
			for (int i = 0; i < RELAY_COLUMNS && layout.width[i]; i++) {
				assert_true(layout.width[i] >= narrow[i]);
				used += layout.width[i] + 1;
			}
			assert_int_equal(used, cols);
		}
	}
}

static void
room_goes_to_causes_then_to_names_then_to_the_others(void **state)
{
	static const struct {
		int cols, longest;
		struct relay_layout layout;
	} cases[] = {
		{1, 40, {{0}}},
		{8, 40, {{7}}},
		{20, 40, {{19}}},
		{28, 40, {{27}}},
		{60, 0, {{19, 8, 8, 6, 8, 5}}},
		{63, 60, {{23, 8, 8, 6, 8, 4}}},
		{63, 20, {{20, 8, 8, 6, 8, 7}}},
		{80, 60, {{19, 8, 8, 6, 8, 4, 4, 15}}},
		{89, 60, {{19, 8, 8, 6, 8, 4, 4, 24}}},
		{92, 60, {{22, 8, 8, 6, 8, 4, 4, 24}}},
		{92, 19, {{19, 8, 8, 6, 8, 4, 4, 27}}},
		{102, 60, {{32, 8, 8, 6, 8, 4, 4, 24}}},
		{132, 60, {{32, 8, 8, 6, 8, 6, 4, 52}}},
		{132, 10, {{19, 14, 8, 6, 10, 11, 4, 52}}},
		{200, 60, {{40, 14, 9, 8, 11, 11, 4, 95}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay_layout layout;

		relay_columns_fit(&layout, cases[i].cols, cases[i].longest);
		for (int k = 0; k < RELAY_COLUMNS; k++)
			assert_int_equal(layout.width[k], cases[i].layout.width[k]);
	}
}

static void
headings_stand_over_their_columns(void **state)
{
	static const struct {
		int cols;
		bool ascii;
		const char *head;
	} cases[] = {
		{5, false, " REL…"},
		{20, false, " RELAY"},
		{40, true, " RELAY               MAIL       LOG"},
		{60, false, " RELAY               MAIL     LOG      SINCE  FAIL/24h NOW"},
		{80, false, " RELAY               MAIL     LOG      SINCE  FAIL/24h NOW  WHO  CAUSE"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct frame f = {.rows = 2, .cols = cases[i].cols};
		struct relay_layout layout;
		char *got;

		f.canvas = canvas_new_hidden(2, f.cols, cases[i].ascii);
		canvas_begin(f.canvas);
		relay_columns_fit(&layout, f.cols, 0);
		relay_columns_head(&layout, &f, 1);
		got = canvas_read(f.canvas, 1);
		assert_string_equal(got, cases[i].head);
		free(got);
		got = canvas_read(f.canvas, 0);
		assert_string_equal(got, "");
		free(got);
		canvas_free(f.canvas);
	}
}

/* ---- rows -------------------------------------------------------------------------------------------------
 */

static char *
drawn(struct relay_line line, int cols, bool ascii)
{
	struct frame f = {.rows = 1, .cols = cols, .now_ms = NOW, .wall_ms = NOW};
	struct relay_layout layout;
	char *got;

	f.canvas = canvas_new_hidden(1, cols, ascii);
	canvas_begin(f.canvas);
	relay_columns_fit(&layout, cols, (int)strlen(line.row->name));
	relay_columns_draw(&layout, &f, 0, &line);
	got = canvas_read(f.canvas, 0);
	canvas_free(f.canvas);
	return got;
}

static void
a_row_says_all_of_a_relay_that_its_width_has_room_for(void **state)
{
	static const struct relay failing = {
		.deliveries.waiting = 9, .since_ms = NOW - WHEN_HOUR, .last = {.verify = VERIFY_FAIL}};
	static const struct relay refused = {.deliveries.bounced = 12345,
		.rejects_perm = 4,
		.since_ms = NOW - 19 * WHEN_DAY,
		.last = {.verify = VERIFY_SOFTWARE}};
	static const struct relay good = {.deliveries.sent = 1, .last = {.verify = VERIFY_TRUSTED}};
	static const struct look resolving = {.state = LOOK_RESOLVING},
				 done = {.state = LOOK_DONE, .verify = VERIFY_OK},
				 examined = {.state = LOOK_EXAMINING, .verify = VERIFY_FAIL},
				 down = {.state = LOOK_DONE, .verify = VERIFY_UNREACHABLE};
	static const struct relay_cause nothing = {.who = ""},
					tried = CAUSE("them", "no intermediate", TITLE, false),
					guessed = CAUSE("them", "no intermediate", TITLE, true),
					cipher = CAUSE("them", "no cipher", "No cipher in common", true),
					local = CAUSE("us", "local mail", "Local submission", false);
	static const struct {
		const struct relay *relay;
		const struct look *look;
		const struct relay_cause *cause;
		struct relay_minute day;
		int cols;
		bool selected, tagged, ascii;
		const char *want;
	} cases[] = {
		{&failing, NULL, &tried, {28, 312}, 80, false, false, false,
			" mx.example.net      HELD 9   FAIL     13:22   312/340      them no intermediate"},
		{&failing, NULL, &guessed, {28, 312}, 80, false, false, false,
			" mx.example.net      HELD 9   FAIL     13:22   312/340      them no intermedi… ?"},
		{&failing, NULL, &guessed, {28, 312}, 80, false, false, true,
			" mx.example.net      HELD 9   FAIL     13:22   312/340      them no interme... ?"},
		{&failing, NULL, &guessed, {28, 312}, 60, true, false, false,
			"▸mx.example.net      HELD 9   FAIL     13:22   312/340"},
		{&failing, NULL, &tried, {28, 312}, 30, false, true, false, "●mx.example.net      HELD 9"},
		{&failing, NULL, &tried, {28, 312}, 30, true, true, true, ">mx.example.net      HELD 9"},
		{&failing, NULL, &tried, {28, 312}, 30, false, true, true, "*mx.example.net      HELD 9"},
		{&failing, &resolving, &local, {0, 9999}, 80, false, false, true,
			" mx.example.net      HELD 9   FAIL     13:22     9k/9k dns. us   local mail"},
		{&failing, &examined, &nothing, {0, 9999}, 80, false, false, true,
			" mx.example.net      HELD 9   FAIL     13:22     9k/9k FAIL"},
		{&failing, &done, &nothing, {1, 9999}, 80, false, false, false,
			" mx.example.net      HELD 9   FAIL     13:22  9999/10k OK"},
		{&failing, &down, &cipher, {0, 0}, 132, false, false, false,
			" mx.example.net      HELD 9         FAIL     13:22           - UNREACHABLE them "
			"No cipher in common                                ?"},
		{&refused, NULL, &cipher, {0, 10000}, 80, false, false, false,
			" mx.example.net      RETD 12… SOFTWARE 3 Nov   10k/10k      them no cipher     ?"},
		{&refused, NULL, &guessed, {0, 10000}, 132, false, false, false,
			" mx.example.net      RETURNED 12345 SOFTWARE 3 Nov     10k/10k             them "
			"Server does not send the intermediate /CN=Example… ?"},
		{&good, NULL, &nothing, {9989990, 10}, 80, false, false, false,
			" mx.example.net      sent     TRUSTED  -      10/9990k"},
		{&good, NULL, &nothing, {10000000, 0}, 80, false, false, false,
			" mx.example.net      sent     TRUSTED  -         0/10M"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay_row row = {.name = (char *)"mx.example.net",
			.relay = *cases[i].relay,
			.cause = *cases[i].cause,
			.day = cases[i].day};
		struct relay_line line = {&row, cases[i].look, cases[i].selected, cases[i].tagged};
		char *got = drawn(line, cases[i].cols, cases[i].ascii);

		assert_string_equal(got, cases[i].want);
		free(got);
	}
}

static void
hostile_and_long_names_stay_in_their_column(void **state)
{
	static const struct {
		const char *name;
		int cols;
		bool ascii;
		const char *want;
	} cases[] = {
		{"mx1.a-long-name.example.net", 38, false, " mx1.a-long-n…le.net -        OK"},
		{"mx1.a-long-name.example.net", 38, true, " mx1.a-long-...e.net -        OK"},
		{"\033[2J\n\r\x9B\xE2\x80\xAE", 38, false, " �[2J����            -        OK"},
		{"\033[2J\n\r\x9B\xE2\x80\xAE", 38, true, " ?[2J????            -        OK"},
		{"世界世界世界世界世界世界", 38, false, " 世界世界世界…界世界 -        OK"},
		{"", 38, false, "                     -        OK"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.last = {.verify = VERIFY_OK}};
		struct relay_row row = {.name = (char *)cases[i].name, .relay = r};
		char *got = drawn((struct relay_line){.row = &row}, cases[i].cols, cases[i].ascii);

		assert_string_equal(got, cases[i].want);
		free(got);
	}
}

static int
set_places(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_go_one_by_one_from_the_right),
		cmocka_unit_test(every_column_of_the_screen_is_used),
		cmocka_unit_test(room_goes_to_causes_then_to_names_then_to_the_others),
		cmocka_unit_test(headings_stand_over_their_columns),
		cmocka_unit_test(a_row_says_all_of_a_relay_that_its_width_has_room_for),
		cmocka_unit_test(hostile_and_long_names_stay_in_their_column),
	};

	return cmocka_run_group_tests_name("columns", tests, set_places, NULL);
}
