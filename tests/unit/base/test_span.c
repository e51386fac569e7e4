#include "base/span.h"
#include "tests/unit/cm.h"

#include <stdlib.h>
#include <string.h>

static void
a_cut_at_the_first_separator_gives_both_sides(void **state)
{
	static const struct {
		const char *whole, *separator, *head, *rest;
		bool found;
	} cases[] = {
		{"a=1, b=2, c", ", ", "a=1", "b=2, c", true},
		{"no separator", ", ", "no separator", "", false},
		{", front", ", ", "", "front", true},
		{"back, ", ", ", "back", "", true},
		{"", ", ", "", "", false},
		{"a,b", ", ", "a,b", "", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span rest = span_of(cases[i].whole), head;

		assert_int_equal(span_cut(&rest, cases[i].separator, &head), cases[i].found);
		assert_true(span_is(head, cases[i].head));
		assert_true(span_is(rest, cases[i].rest));
	}
}

static void
a_cut_at_the_last_separator_leaves_the_earlier_ones(void **state)
{
	struct span head = span_of("depth=1 /CN=a, reason=b, state=0, reason=c"), tail;

	(void)state;
	tail = span_cut_last(&head, ", reason=");
	assert_true(span_is(tail, "c"));
	assert_true(span_is(head, "depth=1 /CN=a, reason=b, state=0"));
	tail = span_cut_last(&head, "none");
	assert_null(tail.at);
	assert_true(span_ends(head, "state=0"));
}

static void
a_number_is_the_whole_span_or_none(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"256", true, 256},
		{"-1", true, -1},
		{"", false, 0},
		{"-", false, 0},
		{"1x", false, 0},
		{" 1", false, 0},
		{"+1", false, 0},
		{"999999999999999999", true, INT64_C(999999999999999999)},
		{"1000000000000000000", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t value = 77;

		assert_int_equal(span_number(span_of(cases[i].text), &value), cases[i].good);
		assert_int_equal(value, cases[i].good ? cases[i].value : 77);
	}
}

static void
trimming_and_skipping_stay_inside(void **state)
{
	char room[4];
	struct span s = span_of(" \t x y \r\n");

	(void)state;
	assert_true(span_is(span_trim(s), "x y"));
	assert_int_equal(span_trim(span_of(" \r\n")).len, 0);
	assert_int_equal(span_skip(s, 100).len, 0);
	assert_int_equal(span_skip((struct span){NULL, 0}, 1).len, 0);
	span_put(span_of("longer"), room, sizeof room);
	assert_string_equal(room, "lon");
}

static void
a_copy_is_as_long_as_its_span(void **state)
{
	char *copy = span_copy((struct span){"relay=mx", 5});

	(void)state;
	assert_string_equal(copy, "relay");
	free(copy);
	assert_true(span_starts(span_of("relay=mx"), "relay="));
	assert_false(span_starts(span_of("rel"), "relay="));
	assert_int_equal(span_find(span_of("abcabc"), "ca"), 2);
	assert_int_equal(span_find(span_of(""), "x"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_at_the_first_separator_gives_both_sides),
		cmocka_unit_test(a_cut_at_the_last_separator_leaves_the_earlier_ones),
		cmocka_unit_test(a_number_is_the_whole_span_or_none),
		cmocka_unit_test(trimming_and_skipping_stay_inside),
		cmocka_unit_test(a_copy_is_as_long_as_its_span),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
