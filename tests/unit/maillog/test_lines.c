#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "maillog/lines.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Each line in angle brackets, so that an empty one shows. */
static void
note(void *arg, struct span line)
{
	struct text *t = arg;

	text_put(t, "<");
	text_add(t, line.at, line.len);
	text_put(t, ">");
}

/* Feeds pieces of a size that changes with `seed`; 0: all at once. */
static char *
cut(const char *bytes, size_t len, unsigned seed, uint64_t *skipped)
{
	struct text t = {NULL, 0, 0};
	struct lines *l = lines_new(note, &t);
	unsigned random = seed;

	while (len) {
		size_t piece;

		random = random * 1103515245 + 12345;
		piece = seed ? 1 + (random >> 16) % (seed * 7) : len;
		if (piece > len)
			piece = len;
		lines_feed(l, bytes, piece);
		bytes += piece;
		len -= piece;
	}
	lines_end(l);
	*skipped = lines_skipped(l);
	lines_free(l);
	return text_take(&t);
}

static void
a_stream_is_cut_at_line_ends(void **state)
{
	static const struct {
		const char *bytes, *lines;
	} cases[] = {{"", ""}, {"\n", "<>"}, {"a", "<a>"}, {"a\n", "<a>"}, {"a\r\nb\r\n", "<a><b>"},
		{"\n\na\n", "<><><a>"}, {"a\rb\n\r\n", "<a\rb><>"}, {"one\ntwo\nthree", "<one><two><three>"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (unsigned seed = 0; seed < 8; seed++) {
			uint64_t skipped;
			char *got = cut(cases[i].bytes, strlen(cases[i].bytes), seed, &skipped);

			assert_string_equal(got, cases[i].lines);
			assert_int_equal(skipped, 0);
			free(got);
		}
	}
}

/* A line of `long_by` more than the longest between two short ones. */
static void
lines_that_are_too_long_are_counted_and_passed_over(void **state)
{
	static const struct {
		size_t longer_by, skipped;
	} cases[] = {{0, 0}, {1, 1}, {3 * LINES_LONGEST, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t middle = LINES_LONGEST + cases[i].longer_by, len = middle + 5;
		char *bytes = mem_new(1, len);

		memset(bytes, 'x', len);
		memcpy(bytes, "a\n", 2);
		memcpy(bytes + len - 3, "\nb\n", 3);
		for (unsigned seed = 0; seed < 20000; seed += 4999) {
			uint64_t skipped;
			char *got = cut(bytes, len, seed, &skipped);

			assert_int_equal(skipped, cases[i].skipped);
			assert_int_equal(strlen(got), 6 + (cases[i].skipped ? 0 : middle + 2));
			assert_memory_equal(got, "<a><", 4);
			assert_string_equal(got + strlen(got) - 3, "<b>");
			free(got);
		}
		free(bytes);
	}
}

static void
a_stream_that_breaks_off_leaves_no_line(void **state)
{
	struct text t = {NULL, 0, 0};
	struct lines *l = lines_new(note, &t);

	(void)state;
	lines_feed(l, "a\nhalf", 6);
	lines_begin(l, 0);
	lines_feed(l, "b\n", 2);
	lines_end(l);
	assert_string_equal(t.at, "<a><b>");
	lines_feed(l, "anew", 4);
	lines_end(l);
	assert_string_equal(t.at, "<a><b><anew>");
	lines_free(l);
	lines_free(NULL);
	text_free(&t);
}

struct places {
	struct lines *lines;
	struct text said;
};

static void
note_place(void *arg, struct span line)
{
	struct places *p = arg;

	text_printf(&p->said, "%d:%.*s ", (int)lines_offset(p->lines), (int)line.len, line.at);
}

static void
each_line_knows_where_it_began(void **state)
{
	static const char bytes[] = "one\r\n\nthree\nfo";

	(void)state;
	for (size_t piece = 1; piece < sizeof bytes; piece++) {
		struct places p = {NULL, {NULL, 0, 0}};

		p.lines = lines_new(note_place, &p);
		lines_begin(p.lines, 100);
		for (size_t i = 0; i < sizeof bytes - 1; i += piece)
			lines_feed(p.lines, bytes + i,
				sizeof bytes - 1 - i < piece ? sizeof bytes - 1 - i : piece);
		lines_end(p.lines);
		lines_feed(p.lines, "five\n", 5);
		assert_string_equal(p.said.at, "100:one 105: 106:three 112:fo 114:five ");
		lines_free(p.lines);
		text_free(&p.said);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_is_cut_at_line_ends),
		cmocka_unit_test(lines_that_are_too_long_are_counted_and_passed_over),
		cmocka_unit_test(a_stream_that_breaks_off_leaves_no_line),
		cmocka_unit_test(each_line_knows_where_it_began),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
