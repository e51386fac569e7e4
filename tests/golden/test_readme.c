/* The README's list of keys is the one that --keys prints. */
#include "base/file.h"
#include "base/span.h"
#include "tui/actions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BEGIN "<!-- keys -->"
#define END "<!-- /keys -->"

static void
the_readmes_keys_are_those_of_the_table(void **state)
{
	struct text keys = {NULL, 0, 0};
	unsigned char *readme = NULL;
	struct span rest, section;
	size_t len;

	(void)state;
	if (file_read(README, 1 << 20, &readme, &len) < 0)
		skip();
	rest = (struct span){(char *)readme, len};
	assert_true(span_cut(&rest, BEGIN, &section));
	assert_true(span_cut(&rest, END, &section));
	actions_markdown(&keys);
	assert_true(span_same(span_trim(section), span_trim((struct span){keys.at, keys.len})));
	text_free(&keys);
	free(readme);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_readmes_keys_are_those_of_the_table)};

	return cmocka_run_group_tests_name("readme", tests, NULL, NULL);
}
