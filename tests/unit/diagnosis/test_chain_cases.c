/* Each chain names its causes in the order of peeling. */
#include "tests/unit/cm.h"

#include "cases.h"

static void
chains_name_their_causes_in_the_order_of_peeling(void **state)
{
	struct tried t;
	size_t i = 0;

	(void)state;
	while (cases_chain(i, &t)) {
		cases_check(&t);
		i++;
	}
	assert_true(i > 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_name_their_causes_in_the_order_of_peeling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
