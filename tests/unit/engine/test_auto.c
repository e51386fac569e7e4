#include "engine/auto.h"
#include "tests/unit/cm.h"

#define MINUTE INT64_C(60000)

static void
the_wait_doubles_to_six_hours(void **state)
{
	static const int64_t minutes[] = {15, 30, 60, 120, 240, 360, 360};

	(void)state;
	for (unsigned n = 1; n <= COUNT(minutes); n++)
		assert_int_equal(automatic_wait(n), minutes[n - 1] * MINUTE);
	assert_int_equal(automatic_wait(1000), 360 * MINUTE);
}

static void
only_failing_outbound_relays_are_looked_at(void **state)
{
	static const struct {
		enum direction direction;
		enum verify verify;
		bool failing;
	} cases[] = {
		{DIRECTION_CLIENT, VERIFY_FAIL, true},
		{DIRECTION_CLIENT, VERIFY_SOFTWARE, true},
		{DIRECTION_CLIENT, VERIFY_OK, false},
		{DIRECTION_CLIENT, VERIFY_TRUSTED, false},
		{DIRECTION_CLIENT, VERIFY_UNKNOWN, false},
		{DIRECTION_SERVER, VERIFY_FAIL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay relay = {.direction = cases[i].direction, .last.verify = cases[i].verify};

		assert_int_equal(automatic_is_failing(&relay), cases[i].failing);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wait_doubles_to_six_hours),
		cmocka_unit_test(only_failing_outbound_relays_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
