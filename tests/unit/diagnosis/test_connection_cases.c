/* Each connection that ended before its time names its cause. */
#include "tests/unit/cm.h"

#include "cases.h"

static void
connections_name_what_ended_them(void **state)
{
	struct tried t;
	size_t i = 0;

	(void)state;
	for (; cases_connection(i, &t); i++)
		cases_check(&t);
	assert_true(i > 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_name_what_ended_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
