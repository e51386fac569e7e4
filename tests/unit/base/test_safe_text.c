#include "tests/unit/cm.h"

#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

#define FFFD "\xEF\xBF\xBD"

static void
nothing_that_a_terminal_obeys_is_printed(void **state)
{
	static const struct {
		const char *hostile, *text;
	} cases[] = {
		{"plain Text 123", "plain Text 123"},
		{"B\xC3\xBC"
		 "cher \xE2\x9C\x89 K\xC3\xB6ln \xF0\x9F\x93\xA7",
			"B\xC3\xBC"
			"cher \xE2\x9C\x89 K\xC3\xB6ln \xF0\x9F\x93\xA7"},
		{"\033]0;title\007\033[31m", "?]0;title??[31m"},
		{"a\r\n\tb\x7f", "a???b?"},
		{"\xC2\x9B"
		 "31m",
			"?31m"},
		{"\x9b"
		 "31m",
			FFFD "31m"},
		{"\xE2\x80\xAE"
		 "cod\xE2\x80\xAC",
			"?cod?"},
		{"\xE2\x81\xA6x\xE2\x81\xA9", "?x?"},
		{"\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", "???"},
		{"\xE2\x80\xA8", "?"},
		{"\xC0\xAF", FFFD FFFD},
		{"\xED\xA0\x80", FFFD FFFD FFFD},
		{"\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD},
		{"\xE2\x80", FFFD FFFD},
		{"\xC3(", FFFD "("},
		{"\xFF\xFE", FFFD FFFD},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		text_put(&out, "");
		safe_put(&out, cases[i].hostile);
		assert_string_equal(out.at, cases[i].text);
		text_free(&out);
	}
}

/* Every sequence of up to three bytes comes out as valid UTF-8 without a control character. */
static void
no_three_bytes_get_through_unclean(void **state)
{
	static const unsigned char bytes[] = {0x01, 0x1b, 'a', 0x7f, 0x80, 0x8e, 0x9b, 0xa6, 0xbf, 0xc0, 0xc2,
		0xd8, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf8, 0xff};
	struct text out = {NULL, 0, 0};

	(void)state;
	for (size_t i = 0; i < COUNT(bytes) * COUNT(bytes) * COUNT(bytes); i++) {
		char hostile[4] = {(char)bytes[i % COUNT(bytes)],
			(char)bytes[i / COUNT(bytes) % COUNT(bytes)],
			(char)bytes[i / COUNT(bytes) / COUNT(bytes)], '\0'};
		struct text again = {NULL, 0, 0};

		out.len = 0;
		safe_put(&out, hostile);
		for (size_t k = 0; k < out.len; k++)
			assert_true((unsigned char)out.at[k] >= ' ' && out.at[k] != 0x7f);
		safe_utf8(&again, out.at);
		assert_string_equal(again.at, out.at);
		text_free(&again);
	}
	text_free(&out);
}

static void
addresses_are_taken_out(void **state)
{
	static const struct {
		const char *text, *clean;
	} cases[] = {
		{"550 5.7.1 user@example.net... do not try TLS", "550 5.7.1 [address]... do not try TLS"},
		{"<user@example.net>: User unknown", "<[address]>: User unknown"},
		{"a@x.test,b@y.test", "[address],[address]"},
		{"no address", "no address"},
		{"", ""},
		{"@", "[address]"},
		{"Fails only at our own @SECLEVEL=3; user@example.net",
			"Fails only at our own @SECLEVEL=3; [address]"},
		{"CipherList=DEFAULT:@SECLEVEL=1", "CipherList=DEFAULT:@SECLEVEL=1"},
		{"DEFAULT@SECLEVEL=0 a@b.test", "DEFAULT@SECLEVEL=0 [address]"},
		{"@b.test:user@example.net", "[address]:[address]"},
		{"a <@b.test>", "a <[address]>"},
		{"@SECLEVEL=a@b.test", "[address]"},
		{"@SECLEVEL=1a@b.test", "@SECLEVEL=1[address]"},
		{"<\"a b, c\"@example.net> no", "<[address]> no"},
		{"to user@[192.0.2.1] now", "to [address] now"},
		{"user@[192.0.2.1", "[address]"},
		{"\"@@\"", "[address]\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = safe_without_addresses(cases[i].text);

		assert_string_equal(got, cases[i].clean);
		free(got);
	}
	assert_null(safe_without_addresses(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_a_terminal_obeys_is_printed),
		cmocka_unit_test(no_three_bytes_get_through_unclean),
		cmocka_unit_test(addresses_are_taken_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
