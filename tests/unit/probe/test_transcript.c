/* The transcript keeps what fits and says when it left something out. */
#include "tests/unit/cm.h"

#include "probe/transcript.h"

#include <stdlib.h>
#include <string.h>

static void
lines_are_copied_with_time_and_mark(void **state)
{
	struct transcript t = {.o = observation_new()};
	char line[] = "220 hello, and more";

	(void)state;
	assert_true(transcript_add(&t, 12, '<', (struct span){line, 9}));
	memset(line, 'x', 9);
	assert_int_equal(t.o->transcript_count, 1);
	assert_int_equal(t.o->transcript[0].at_ms, 12);
	assert_int_equal(t.o->transcript[0].mark, '<');
	assert_string_equal(t.o->transcript[0].text, "220 hello");
	observation_unref(t.o);
}

static void
too_much_is_left_out_with_one_remark(void **state)
{
	static const struct {
		size_t line, lines; /* how long they are, how many of them are kept */
	} cases[] = {
		{10, TRANSCRIPT_LINES - 1}, {60000, TRANSCRIPT_BYTES / 60000}, {TRANSCRIPT_BYTES + 1, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct transcript t = {.o = observation_new()};
		char *line = calloc(1, cases[i].line);
		size_t kept = 0;

		for (int n = 0; n < 1000; n++)
			kept += transcript_add(&t, n, '<', (struct span){line, cases[i].line});
		assert_int_equal(kept, cases[i].lines);
		assert_int_equal(t.o->transcript_count, cases[i].lines + 1);
		assert_int_equal(t.o->transcript[kept].mark, '*');
		assert_string_equal(t.o->transcript[kept].text, "… more not shown");
		/* how it ended is told all the same */
		assert_true(transcript_add(&t, 1000, '*', span_of("cancelled")));
		assert_string_equal(t.o->transcript[kept + 1].text, "cancelled");
		free(line);
		observation_unref(t.o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_copied_with_time_and_mark),
		cmocka_unit_test(too_much_is_left_out_with_one_remark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
