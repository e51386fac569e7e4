/* Hostile text on the canvas, and how it is cut. */
#include "tests/unit/cm.h"

#include "tui/canvas.h"
#include "base/safe.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static void
assert_puts(const char *bytes, size_t len, bool ascii, int width, const char *want)
{
	struct canvas *c = canvas_new_hidden(2, 40, ascii);
	char *got;

	assert_non_null(c);
	canvas_begin(c);
	canvas_span(c, (struct area){0, 0, width}, ATTR_PLAIN, (struct span){bytes, len});
	got = canvas_read(c, 0);
	assert_string_equal(got, want);
	free(got);
	canvas_free(c);
}

static void
a_name_that_is_too_long_loses_its_middle(void **state)
{
	static const struct {
		const char *text;
		int width;
		bool ascii;
		const char *want;
	} cases[] = {
		{"mx.example.net", 14, false, "mx.example.net"},
		{"mx.example.net", 13, false, "mx.examp….net"},
		{"mx.example.net", 13, true, "mx.exam...net"},
		{"mx.example.net", 4, false, "mx…t"},
		{"mx.example.net", 3, false, "mx…"},
		{"世界世界世界", 8, false, "世界…界"},
		{"\033\033\033\033\033\033\033", 6, false, "����…�"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas *c = canvas_new_hidden(2, 40, cases[i].ascii);
		char *got;

		assert_non_null(c);
		canvas_begin(c);
		canvas_middle(c, (struct area){0, 0, cases[i].width}, ATTR_PLAIN, cases[i].text);
		got = canvas_read(c, 0);
		assert_string_equal(got, cases[i].want);
		free(got);
		canvas_free(c);
	}
}

static void
hostile_text_comes_out_harmless(void **state)
{
	static const struct {
		const char *text, *utf8, *ascii;
	} cases[] = {
		{"plain text", "plain text", "plain text"},
		{"\033[31mred", "�[31mred", "?[31mred"},
		{"a\r\nb\x7F", "a��b�", "a??b?"},
		{"tab\there", "tab here", "tab here"},
		{"\xC2\x9B"
		 "2J",
			"�2J", "?2J"},                           /* C1 CSI */
		{"\xE2\x80\xAEtxt.exe", "�txt.exe", "?txt.exe"}, /* right-to-left override */
		{"a\xE2\x80\x8B"
		 "b\xEF\xBB\xBF",
			"a�b�", "a?b?"},   /* zero width space, BOM */
		{"e\xCC\x81", "e�", "e?"}, /* combining acute */
		{"\xFF\xC3", "��", "??"},
		{"\xC0\xAF\xED\xA0\x80", "�����", "?????"}, /* overlong, a surrogate */
		{"\xF4\x90\x80\x80", "����", "????"},       /* beyond Unicode */
		{"\xF0\x9F", "��", "??"},                   /* cut short */
		{"M\xC3\xBCnchen", "München", "M?nchen"},
		{"▸✗✓│→▁█●", "▸✗✓│→▁█●", ">xv|->_#*"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_puts(cases[i].text, strlen(cases[i].text), false, 40, cases[i].utf8);
		assert_puts(cases[i].text, strlen(cases[i].text), true, 40, cases[i].ascii);
	}
	assert_puts("a\0b", 3, false, 40, "a�b");
}

static void
texts_are_cut_at_whole_characters(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *utf8, *ascii;
	} cases[] = {
		{"abcdef", 6, "abcdef", "abcdef"},
		{"abcdef", 5, "abcd…", "ab..."},
		{"abcdef", 1, "…", "."},
		{"abcdef", 0, "", ""},
		{"abcdef", -3, "", ""},
		{"漢字漢字", 8, "漢字漢字", "????"},
		{"漢字漢字", 7, "漢字漢…", "????"},
		{"漢字漢字", 6, "漢字…", "????"},
		{"漢字漢字", 3, "漢…", "..."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_puts(cases[i].text, strlen(cases[i].text), false, cases[i].width, cases[i].utf8);
		assert_puts(cases[i].text, strlen(cases[i].text), true, cases[i].width, cases[i].ascii);
	}
}

static void
spots_outside_the_screen_draw_nothing(void **state)
{
	static const struct area outside[] = {{-1, 0, 5}, {2, 0, 5}, {0, -1, 5}, {0, 10, 5}, {0, 0, 0}};
	struct canvas *c = canvas_new_hidden(2, 10, false);
	char *row;

	(void)state;
	canvas_begin(c);
	for (size_t i = 0; i < COUNT(outside); i++)
		assert_int_equal(canvas_text(c, outside[i], ATTR_BOLD, "text"), 0);
	assert_int_equal(canvas_text(c, (struct area){1, 6, 100}, ATTR_BAD, "corner"), 4);
	canvas_right(c, (struct area){0, 0, 10}, ATTR_PLAIN, "right");
	canvas_row(c, 1, ATTR_REVERSE);
	canvas_row(c, 7, ATTR_REVERSE);
	canvas_show(c, true);
	row = canvas_read(c, 0);
	assert_string_equal(row, "     right");
	free(row);
	row = canvas_read(c, 1);
	assert_string_equal(row, "      cor…");
	free(row);
	canvas_free(c);
}

static void
fitting_takes_whole_characters_and_always_goes_on(void **state)
{
	(void)state;
	assert_int_equal(safe_fit(span_of("abc"), 2, false), 2);
	assert_int_equal(safe_fit(span_of("ü漢"), 2, false), 2);
	assert_int_equal(safe_fit(span_of("漢"), 1, false), 3);
	assert_int_equal(safe_fit(span_of(""), 5, false), 0);
	assert_int_equal(safe_width(span_of("a漢\033"), false), 4);
	assert_int_equal(safe_width(span_of("→"), true), 2);
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
		cmocka_unit_test(hostile_text_comes_out_harmless),
		cmocka_unit_test(a_name_that_is_too_long_loses_its_middle),
		cmocka_unit_test(texts_are_cut_at_whole_characters),
		cmocka_unit_test(spots_outside_the_screen_draw_nothing),
		cmocka_unit_test(fitting_takes_whole_characters_and_always_goes_on),
	};

	return cmocka_run_group_tests_name("canvas", tests, set_locale, NULL);
}
