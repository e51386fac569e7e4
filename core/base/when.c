#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t
when_days(int year, int month, int day)
{
	/* Count from 1 March, so that the leap day is the last of its year. */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

int64_t
when_utc(int year, int month, int day, int hour, int minute, int second)
{
	return when_days(year, month, day) * WHEN_DAY + hour * WHEN_HOUR + minute * WHEN_MINUTE +
	       second * WHEN_SECOND;
}

int64_t
when_local(int year, int month, int day, int hour, int minute, int second)
{
	/* mktime() costs more than all the rest of a log line: remember its answer for the hour. */
	static _Thread_local int64_t known_hour = INT64_MIN, known_offset;
	int64_t as_utc = when_utc(year, month, day, hour, 0, 0);

	if (as_utc != known_hour) {
		struct tm tm = {.tm_year = year - 1900,
			.tm_mon = month - 1,
			.tm_mday = day,
			.tm_hour = hour,
			.tm_isdst = -1};

		known_offset = as_utc - (int64_t)mktime(&tm) * WHEN_SECOND;
		known_hour = as_utc;
	}
	return as_utc - known_offset + minute * WHEN_MINUTE + second * WHEN_SECOND;
}

static struct tm
local(int64_t ms)
{
	time_t seconds = (time_t)(ms / WHEN_SECOND);
	struct tm tm = {0};

	localtime_r(&seconds, &tm);
	return tm;
}

int
when_year(int64_t ms)
{
	return local(ms).tm_year + 1900;
}

/* Takes a number of exactly width digits, between low and high, off the front of *s. */
static bool
digits(struct span *s, size_t width, int low, int high, int *number)
{
	int64_t value;

	if (s->len < width || !span_number((struct span){s->at, width}, &value) || value < low ||
		value > high)
		return false;
	*number = (int)value;
	*s = span_skip(*s, width);
	return true;
}

static bool
mark(struct span *s, const char *any)
{
	if (s->len == 0 || !strchr(any, s->at[0]))
		return false;
	*s = span_skip(*s, 1);
	return true;
}

/* The offset of RFC 3339 in minutes: Z, +hh:mm, -hh:mm, or +hhmm as some loggers write it. */
static bool
offset_minutes(struct span *s, int *minutes)
{
	int sign = s->len && s->at[0] == '-' ? -1 : 1, hour, minute;

	if (mark(s, "Zz")) {
		*minutes = 0;
		return true;
	}
	if (!mark(s, "+-") || !digits(s, 2, 0, 23, &hour))
		return false;
	mark(s, ":");
	if (!digits(s, 2, 0, 59, &minute))
		return false;
	*minutes = sign * (hour * 60 + minute);
	return true;
}

/* ".898555" or ",898" to milliseconds. */
static int
fraction_ms(struct span *s)
{
	int ms = 0, scale = 100;

	if (!mark(s, ".,"))
		return 0;
	for (; s->len && s->at[0] >= '0' && s->at[0] <= '9'; *s = span_skip(*s, 1)) {
		ms += (s->at[0] - '0') * scale;
		scale /= 10;
	}
	return ms;
}

static int
days_of(int year, int month)
{
	return (int)(when_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
		     when_days(year, month, 1));
}

bool
when_parse(struct span s, int64_t *ms)
{
	int year, month, day, hour = 0, minute = 0, second = 0, fraction, zone;

	if (!digits(&s, 4, 1970, 9999, &year) || !mark(&s, "-") || !digits(&s, 2, 1, 12, &month) ||
		!mark(&s, "-") || !digits(&s, 2, 1, days_of(year, month), &day))
		return false;
	if (s.len == 0) {
		*ms = when_local(year, month, day, 0, 0, 0);
		return true;
	}
	if (!mark(&s, "Tt ") || !digits(&s, 2, 0, 23, &hour) || !mark(&s, ":") ||
		!digits(&s, 2, 0, 59, &minute))
		return false;
	if (mark(&s, ":") && !digits(&s, 2, 0, 60, &second))
		return false;
	fraction = fraction_ms(&s);
	if (s.len == 0)
		*ms = when_local(year, month, day, hour, minute, second) + fraction;
	else if (offset_minutes(&s, &zone) && s.len == 0)
		*ms = when_utc(year, month, day, hour, minute, second) + fraction - zone * WHEN_MINUTE;
	else
		return false;
	return true;
}

static bool
parse_clock(struct span s, int64_t now, int64_t *ms)
{
	struct tm tm = local(now);
	int hour, minute;

	if (!digits(&s, 2, 0, 23, &hour) || !mark(&s, ":") || !digits(&s, 2, 0, 59, &minute) || s.len)
		return false;
	*ms = when_local(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, hour, minute, 0);
	if (*ms > now) /* a day back, and not 24 hours: yesterday may have had 23 or 25; day 0 is the month
			  before's last */
		*ms = when_local(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday - 1, hour, minute, 0);
	return true;
}

bool
when_parse_since(struct span s, int64_t now, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t length;
	} units[] = {{'s', WHEN_SECOND}, {'m', WHEN_MINUTE}, {'h', WHEN_HOUR}, {'d', WHEN_DAY}};
	int64_t number;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (s.len > 1 && s.len <= 8 && s.at[s.len - 1] == units[i].unit &&
			span_number((struct span){s.at, s.len - 1}, &number) && number >= 0) {
			*ms = now - number * units[i].length;
			return true;
		}
	}
	return parse_clock(s, now, ms) || when_parse(s, ms);
}

void
when_print(int64_t ms, const char *format, char room[WHEN_ROOM])
{
	struct tm tm = local(ms);

	if (strftime(room, WHEN_ROOM, format, &tm) == 0)
		room[0] = '\0';
}

void
when_format(int64_t ms, char room[WHEN_ROOM])
{
	size_t len;

	when_print(ms, "%Y-%m-%dT%H:%M:%S%z", room);
	len = strlen(room);
	/* strftime() writes +0100; RFC 3339 wants +01:00. */
	if (len >= 5 && len + 2 < WHEN_ROOM) {
		memmove(room + len - 1, room + len - 2, 3);
		room[len - 2] = ':';
	}
}

void
when_length(int64_t ms, char room[WHEN_ROOM])
{
	int64_t size = ms < 0 ? -ms : ms;
	const char *format;
	int64_t number;

	if (size < WHEN_MINUTE) {
		format = "%lld s";
		number = size / WHEN_SECOND;
	} else if (size < WHEN_HOUR) {
		format = "%lld min";
		number = size / WHEN_MINUTE;
	} else if (size < WHEN_DAY) {
		snprintf(room, WHEN_ROOM, "%lldh%02lld", (long long)(size / WHEN_HOUR),
			(long long)(size % WHEN_HOUR / WHEN_MINUTE));
		return;
	} else if (size < 730 * WHEN_DAY) {
		format = "%lld d";
		number = size / WHEN_DAY;
	} else {
		format = "%lld y";
		number = size / (365 * WHEN_DAY);
	}
	snprintf(room, WHEN_ROOM, format, (long long)number);
}
