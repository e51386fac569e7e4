#include "tests/unit/cm.h"

#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

#define TEN "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static void
text_is_broken_at_spaces_behind_its_margin(void **state)
{
	static const struct {
		const char *first, *text, *expected;
	} cases[] = {
		{"  FIX    ", "short", "  FIX    short\n"},
		{"  FIX    ", "", "  FIX    \n"},
		{"", "two words", "two words\n"},
		{"  FIX    ", "  spread   out  ", "  FIX    spread out\n"},
		{"  FIX    ", SEVENTY, "  FIX    " SEVENTY "\n"},
		{"  FIX    ", SEVENTY " x", "  FIX    " SEVENTY "\n         x\n"},
		{"  FIX    ", "x " SEVENTY TEN " y", "  FIX    x\n         " SEVENTY TEN "\n         y\n"},
		{"  FIX    ", "one\ntwo\n\nthree", "  FIX    one\n         two\n\n         three\n"},
		{"  FIX    ", "ends\n", "  FIX    ends\n"},
		/* 35 two-byte characters and a word fill the line as their columns do. */
		{"  FIX    ", "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää word",
			"  FIX    ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää word\n"},
		{"  FIX    ", "a\033[2Jb \xE2\x80\xAE\xFF c\td", "  FIX    a?[2Jb ?\xEF\xBF\xBD c?d\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		safe_wrap(&out, cases[i].first, cases[i].text);
		assert_string_equal(out.at, cases[i].expected);
		text_free(&out);
	}
}

static void
what_is_copied_stays_in_one_line(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"makemap hash /etc/mail/access < /etc/mail/access",
			"$ makemap hash /etc/mail/access < /etc/mail/access\n"},
		{SEVENTY " " SEVENTY, "$ " SEVENTY " " SEVENTY "\n"},
		{"TLS_Srv:mx.example.net\tENCR:112", "$ TLS_Srv:mx.example.net   ENCR:112\n"},
		{"a\nb\033c", "$ a?b?c\n"},
		{"", "$ \n"},
		{"\t\t", "$    \n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		safe_line(&out, "$ ", cases[i].text);
		assert_string_equal(out.at, cases[i].expected);
		text_free(&out);
	}
}

/* Whatever the words are, no line that has a seam is longer than a screen, and no word is lost. */
static void
every_text_fits_and_keeps_its_words(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct text words = {NULL, 0, 0}, out = {NULL, 0, 0}, back = {NULL, 0, 0};
		char *line, *rest, *word, *inner;

		for (int i = 0; i < 40; i++) {
			seed = seed * 1103515245u + 12345u;
			text_printf(&words, "%s%.*s", i ? " " : "", (int)(1 + (seed >> 16) % 60), SEVENTY);
		}
		safe_wrap(&out, "  PROOF  ", words.at);
		rest = out.at + 9;
		while ((line = strsep(&rest, "\n")) != NULL) {
			assert_true(strlen(line) + (line == out.at + 9 ? 9 : 0) <= SAFE_COLUMNS);
			inner = line;
			while ((word = strsep(&inner, " ")) != NULL)
				text_printf(&back, "%s%s", back.len && *word ? " " : "", word);
		}
		assert_string_equal(back.at, words.at);
		text_free(&words);
		text_free(&back);
		text_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_broken_at_spaces_behind_its_margin),
		cmocka_unit_test(what_is_copied_stays_in_one_line),
		cmocka_unit_test(every_text_fits_and_keeps_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
