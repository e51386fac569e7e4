/* Days and clocks against the C library's own, in zones of every kind. */
#include "tests/unit/cm.h"

#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Counted on by one from day to day, which needs no formula. */
static void
every_day_of_the_epoch_follows_the_one_before(void **state)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t day = 0;

	(void)state;
	for (int year = 1970; year <= 2400; year++) {
		for (int month = 1; month <= 12; month++) {
			int last = lengths[month - 1] + (month == 2 && is_leap(year));

			for (int d = 1; d <= last; d++)
				assert_int_equal(when_days(year, month, d), day++);
		}
	}
}

static void
each_day_is_the_c_librarys(void **state)
{
	(void)state;
	for (int64_t day = -400 * 366; day < 131 * 366; day++) {
		time_t seconds = (time_t)(day * 86400 + 45296);
		struct tm tm;

		assert_non_null(gmtime_r(&seconds, &tm));
		assert_int_equal(when_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday), day);
		assert_int_equal(when_utc(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
					 tm.tm_sec),
			(int64_t)timegm(&tm) * WHEN_SECOND);
	}
}

static void
leap_days_are_taken_in_leap_years_alone(void **state)
{
	(void)state;
	for (int year = 1970; year <= 2404; year++) {
		char text[WHEN_ROOM];
		int64_t ms = -1;

		snprintf(text, sizeof text, "%d-02-29T00:00:00Z", year);
		assert_int_equal(when_parse(span_of(text), &ms), is_leap(year));
		assert_int_equal(ms, is_leap(year) ? when_days(year, 2, 29) * WHEN_DAY : -1);
	}
}

static int64_t
local_of(const struct tm *tm)
{
	return when_local(tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min,
		tm->tm_sec);
}

static bool
reads_the_same(const struct tm *a, int64_t ms)
{
	time_t seconds = (time_t)(ms / WHEN_SECOND);
	struct tm b;

	localtime_r(&seconds, &b);
	return a->tm_year == b.tm_year && a->tm_yday == b.tm_yday && a->tm_hour == b.tm_hour &&
	       a->tm_min == b.tm_min && a->tm_sec == b.tm_sec;
}

/* A clock shows the same time twice in autumn: either is right. Each other time is one alone, and with its
 * offset every time is. */
static bool
time_survives(int64_t ms)
{
	time_t seconds = (time_t)(ms / WHEN_SECOND);
	char room[WHEN_ROOM];
	struct tm tm;
	int64_t back = 0;

	localtime_r(&seconds, &tm);
	if (!reads_the_same(&tm, local_of(&tm)) || when_year(ms) != tm.tm_year + 1900)
		return false;
	when_format(ms, room);
	return when_parse(span_of(room), &back) && back == ms;
}

/* A clock jumps over an hour in spring; what a log claims of it is read by the offset before or behind the
 * jump. */
static bool
gap_is_bridged(int64_t jump)
{
	time_t before = (time_t)(jump / WHEN_SECOND) - 1;
	struct tm tm;
	int64_t ms;

	localtime_r(&before, &tm);
	ms = when_local(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour + 1, 30, 0);
	return ms == jump + 30 * WHEN_MINUTE || ms == jump - 30 * WHEN_MINUTE;
}

/* A clock time of --since that is still to come today is yesterday's, even when yesterday had 23 or 25 hours.
 */
static bool
yesterday_is_a_calendar_day(int64_t now)
{
	time_t seconds = (time_t)(now / WHEN_SECOND), found;
	struct tm today, then;
	int64_t ms = 0;

	localtime_r(&seconds, &today);
	if (today.tm_hour > 21 || !when_parse_since(span_of("23:30"), now, &ms))
		return today.tm_hour > 21;
	found = (time_t)(ms / WHEN_SECOND);
	localtime_r(&found, &then);
	return then.tm_hour == 23 && then.tm_min == 30 && then.tm_mday != today.tm_mday &&
	       now - ms < 25 * WHEN_HOUR;
}

struct zone {
	const char *name;
	int64_t jump; /* when its clocks go forward in 2026; 0: never */
};

/* The first thing that goes wrong, in a letter; 0: nothing does. */
static int
mistake_in(const struct zone *z)
{
	const int64_t begin = when_utc(2025, 12, 30, 0, 0, 0), end = when_utc(2027, 1, 3, 0, 0, 0);

	for (int64_t ms = begin; ms < end; ms += 17 * WHEN_MINUTE + 13 * WHEN_SECOND) {
		if (!time_survives(ms))
			return 't';
		if (!yesterday_is_a_calendar_day(ms))
			return 'y';
	}
	/* Backwards too: merged logs jump from zone offset to zone offset. */
	for (int64_t ms = end; ms > begin; ms -= 6 * WHEN_HOUR + WHEN_SECOND) {
		if (!time_survives(ms))
			return 'b';
	}
	return z->jump && !gap_is_bridged(z->jump) ? 'g' : 0;
}

/* when_local() keeps what it learnt of a zone, as a program has one zone: a process for each. */
static void
local_times_are_right_in_every_zone(void **state)
{
	const struct zone zones[] = {
		{"UTC0", 0},
		{"NPT-5:45", 0},
		{"FAR-14", 0},
		{"WEST12", 0},
		{"NST3:30NDT,M3.2.0,M11.1.0", when_utc(2026, 3, 8, 5, 30, 0)},
		{"CET-1CEST,M3.5.0,M10.5.0/3", when_utc(2026, 3, 29, 1, 0, 0)},
		{"EST5EDT,M3.2.0,M11.1.0", when_utc(2026, 3, 8, 7, 0, 0)},
		{"NZST-12NZDT,M9.5.0,M4.1.0/3", when_utc(2026, 9, 26, 14, 0, 0)},
		{"GMT0BST,M3.5.0/1,M10.5.0", when_utc(2026, 3, 29, 1, 0, 0)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(zones); i++) {
		pid_t child = fork();
		int status = 0;

		assert_true(child >= 0);
		if (child == 0) {
			setenv("TZ", zones[i].name, 1);
			tzset();
			_exit(mistake_in(&zones[i]));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		if (status != 0)
			fail_msg("%s: status %d, mistake '%c'", zones[i].name, status, WEXITSTATUS(status));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_the_epoch_follows_the_one_before),
		cmocka_unit_test(each_day_is_the_c_librarys),
		cmocka_unit_test(leap_days_are_taken_in_leap_years_alone),
		cmocka_unit_test(local_times_are_right_in_every_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
