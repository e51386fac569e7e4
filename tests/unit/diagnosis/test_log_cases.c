/* Each log gives the findings that it proves, and says which it only suggests. */
#include "tests/unit/cm.h"

#include "cases.h"

static void
logs_prove_what_they_prove(void **state)
{
	static bool (*const tables[])(size_t i, struct tried * t) = {cases_relay_log, cases_host_log};
	struct tried t;
	size_t count = 0;

	(void)state;
	for (size_t k = 0; k < COUNT(tables); k++) {
		for (size_t i = 0; tables[k](i, &t); i++, count++)
			cases_check(&t);
	}
	assert_true(count > 70);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_prove_what_they_prove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
