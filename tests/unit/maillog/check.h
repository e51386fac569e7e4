/* check: parses the lines of a table and compares what came out, field by field. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include "describe.h"
#include "maillog/parse.h"

#include <stdlib.h>

struct line_case {
	const char *line;     /* behind a frame that every case shares */
	const char *expected; /* describe() of the event */
};

static inline void
check_lines(const struct line_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *line = text_new("2026-11-22T07:42:22+00:00 mail sm-mta[917]: %s", cases[i].line), *got;
		struct event e;

		assert_true(maillog_parse(span_of(line), 0, &e));
		got = describe(&e);
		assert_string_equal(got, cases[i].expected);
		assert_int_equal(e.pid, 917);
		free(got);
		free(line);
	}
}

#endif
