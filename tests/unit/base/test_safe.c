#include "tests/unit/cm.h"

#include "base/safe.h"

#include <string.h>

static void
characters_are_decoded_strictly(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint32_t character;
	} cases[] = {
		{"a", 1, 'a'},
		{"\x7f", 1, 0x7F},
		{"\xC2\x80", 2, 0x80},
		{"\xDF\xBF", 2, 0x7FF},
		{"\xE0\xA0\x80", 3, 0x800},
		{"\xED\x9F\xBF", 3, 0xD7FF},
		{"\xEF\xBF\xBF", 3, 0xFFFF},
		{"\xF0\x90\x80\x80", 4, 0x10000},
		{"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
		{"\x80", 0, 0},
		{"\xC0\x80", 0, 0},
		{"\xC1\xBF", 0, 0},
		{"\xE0\x9F\xBF", 0, 0},
		{"\xED\xA0\x80", 0, 0},
		{"\xED\xBF\xBF", 0, 0},
		{"\xF0\x8F\xBF\xBF", 0, 0},
		{"\xF4\x90\x80\x80", 0, 0},
		{"\xF8\x88\x80\x80", 0, 0},
		{"\xC3", 0, 0},
		{"\xE2\x82", 0, 0},
		{"\xF0\x9F\x93", 0, 0},
		{"\xC3(", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t character = 0;

		assert_int_equal(safe_decode(span_of(cases[i].bytes), &character), cases[i].len);
		assert_int_equal(character, cases[i].character);
	}
}

static void
the_span_ends_a_character(void **state)
{
	uint32_t character = 0;

	(void)state;
	assert_int_equal(safe_decode((struct span){"\xE2\x82\xAC", 2}, &character), 0);
	assert_int_equal(safe_decode((struct span){"\xE2\x82\xAC", 3}, &character), 3);
	assert_int_equal(character, 0x20AC);
}

/* Each range by its first and last character and their neighbours. */
static void
what_moves_or_hides_text_is_hostile(void **state)
{
	static const struct {
		uint32_t from, to;
	} hostile[] = {{0, 0x1F}, {0x7F, 0x9F}, {0xAD, 0xAD}, {0x61C, 0x61C}, {0x200B, 0x200F},
		{0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0x10FFFF}};

	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++) {
		assert_true(safe_is_hostile(hostile[i].from));
		assert_true(safe_is_hostile(hostile[i].to));
		assert_false(safe_is_hostile(hostile[i].to + 1) && hostile[i].to < 0x10FFFF);
		assert_false(hostile[i].from > 0 && safe_is_hostile(hostile[i].from - 1));
	}
}

static void
a_name_is_safe_only_when_no_shell_reads_more_into_it(void **state)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		const char inside[] = {'a', (char)byte, 'b', 0}, first[] = {(char)byte, 'a', 0};
		bool harmless = strchr(safe, byte) != NULL;

		assert_int_equal(safe_in_command(inside), harmless);
		assert_int_equal(safe_in_command(first), harmless && byte != '-' && byte != '.');
	}
	assert_false(safe_in_command(""));
	assert_false(safe_in_command("-"));
	/* An empty label names more than one host. */
	assert_false(safe_in_command("."));
	assert_false(safe_in_command("mx..example.net"));
	assert_false(safe_in_command("mx.example.net."));
	assert_true(safe_in_command("2001:db8::25"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_safe_only_when_no_shell_reads_more_into_it),
		cmocka_unit_test(characters_are_decoded_strictly),
		cmocka_unit_test(the_span_ends_a_character),
		cmocka_unit_test(what_moves_or_hides_text_is_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
