#include "base/when.h"
#include "tests/unit/cm.h"

#include <stdlib.h>
#include <time.h>

static int
in_zone(void **state)
{
	(void)state;
	/* One hour east in winter, two in summer. */
	setenv("TZ", "XST-1XDT,M3.5.0,M10.5.0/3", 1);
	tzset();
	return 0;
}

static void
dates_count_from_1970(void **state)
{
	(void)state;
	assert_int_equal(when_days(1970, 1, 1), 0);
	assert_int_equal(when_days(1969, 12, 31), -1);
	assert_int_equal(when_days(2000, 2, 29), 11016);
	assert_int_equal(when_days(2000, 3, 1), 11017);
	assert_int_equal(when_utc(2026, 11, 22, 7, 42, 22), INT64_C(1795333342000));
}

static void
rfc3339_is_read_in_all_its_forms(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t ms;
	} cases[] = {
		{"2026-11-22T07:42:22.898555+00:00", true, INT64_C(1795333342898)},
		{"2026-11-22T07:42:22Z", true, INT64_C(1795333342000)},
		{"2026-11-22T08:42:22+01:00", true, INT64_C(1795333342000)},
		{"2026-11-22T08:42:22+0100", true, INT64_C(1795333342000)},
		{"2026-11-22t02:12:22-05:30", true, INT64_C(1795333342000)},
		{"2026-11-22 08:42:22", true, INT64_C(1795333342000)},
		{"2026-11-22T08:42", true, INT64_C(1795333320000)},
		{"2026-07-01", true, INT64_C(1782856800000)},
		{"2026-13-22T07:42:22Z", false, 0},
		{"2026-02-29", false, 0},
		{"2026-04-31T00:00:00Z", false, 0},
		{"2028-02-29T00:00:00Z", true, INT64_C(1835395200000)},
		{"2026-11-22T24:00:00Z", false, 0},
		{"2026-11-22T07:42:22Zx", false, 0},
		{"2026-11-22T07:42:22+25:00", false, 0},
		{"26-11-22", false, 0},
		{"", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ms = 0;

		assert_int_equal(when_parse(span_of(cases[i].text), &ms), cases[i].good);
		assert_int_equal(ms, cases[i].good ? cases[i].ms : 0);
	}
}

static void
since_takes_lengths_and_clock_times(void **state)
{
	const int64_t now = when_local(2026, 11, 22, 14, 22, 7);
	const struct {
		const char *text;
		int64_t ms; /* 0: refused */
	} cases[] = {
		{"90m", now - 90 * WHEN_MINUTE},
		{"2h", now - 2 * WHEN_HOUR},
		{"3d", now - 3 * WHEN_DAY},
		{"14:00", when_local(2026, 11, 22, 14, 0, 0)},
		{"15:00", when_local(2026, 11, 21, 15, 0, 0)},
		{"2026-11-20", when_local(2026, 11, 20, 0, 0, 0)},
		{"-5m", 0},
		{"m", 0},
		{"25:00", 0},
		{"yesterday", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ms = 0;

		assert_int_equal(when_parse_since(span_of(cases[i].text), now, &ms), cases[i].ms != 0);
		assert_int_equal(ms, cases[i].ms);
	}
}

static void
times_are_written_with_their_offset(void **state)
{
	char room[WHEN_ROOM];

	(void)state;
	when_format(INT64_C(1795333342898), room);
	assert_string_equal(room, "2026-11-22T08:42:22+01:00");
	when_format(INT64_C(1782856800000), room);
	assert_string_equal(room, "2026-07-01T00:00:00+02:00");
	assert_int_equal(when_year(INT64_C(1798758000000)), 2027);
	assert_int_equal(when_year(INT64_C(1798757999000)), 2026);
}

static void
lengths_are_short(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{0, "0 s"},
		{59 * WHEN_SECOND, "59 s"},
		{60 * WHEN_SECOND, "1 min"},
		{162 * WHEN_MINUTE, "2h42"},
		{-162 * WHEN_MINUTE, "2h42"},
		{41 * WHEN_DAY + WHEN_HOUR, "41 d"},
		{3 * 365 * WHEN_DAY, "3 y"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char room[WHEN_ROOM];

		when_length(cases[i].ms, room);
		assert_string_equal(room, cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_count_from_1970),
		cmocka_unit_test(rfc3339_is_read_in_all_its_forms),
		cmocka_unit_test(since_takes_lengths_and_clock_times),
		cmocka_unit_test(times_are_written_with_their_offset),
		cmocka_unit_test(lengths_are_short),
	};

	return cmocka_run_group_tests(tests, in_zone, NULL);
}
