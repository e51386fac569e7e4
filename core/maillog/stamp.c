#include "maillog/stamp.h"

#include "base/when.h"

#include <string.h>
#include <strings.h>

#define HOUR_TEXT 9    /* "Nov 22 07" */
#define MINUTE_TEXT 16 /* "2026-11-22T07:29" */

/* Two digits, the first of which may be a blank; -1 for anything else. */
static int
two_digits(const char *at)
{
	unsigned tens = at[0] == ' ' ? 0 : (unsigned)(unsigned char)at[0] - '0';
	unsigned ones = (unsigned)(unsigned char)at[1] - '0';

	return tens > 9 || ones > 9 ? -1 : (int)(tens * 10 + ones);
}

static bool
in_range(int number, int low, int high)
{
	return number >= low && number <= high;
}

static int
month_of(const char *at)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++) {
		if (memcmp(at, names + (size_t)i * 3, 3) == 0)
			return i + 1;
	}
	return 0;
}

static int
month_days(int year, int month)
{
	return (int)(when_days(month == 12 ? year + 1 : year, month % 12 + 1, 1) - when_days(year, month, 1));
}

/* ":29:11" as milliseconds into the hour; -1 when it is none. A leap second counts. */
static int64_t
into_hour(const char *at)
{
	int minute = two_digits(at + 1), second = two_digits(at + 4);

	if (at[0] != ':' || at[3] != ':' || at[1] == ' ' || at[4] == ' ' || !in_range(minute, 0, 59) ||
		!in_range(second, 0, 60))
		return -1;
	return minute * WHEN_MINUTE + second * WHEN_SECOND;
}

/* Takes ".675225" off *s; its milliseconds. */
static int64_t
take_fraction(struct span *s)
{
	int64_t ms = 0, scale = 100;
	size_t i = 1;

	if (s->len == 0 || (s->at[0] != '.' && s->at[0] != ','))
		return 0;
	for (; i < s->len && s->at[i] >= '0' && s->at[i] <= '9'; i++) {
		ms += (s->at[i] - '0') * scale;
		scale /= 10;
	}
	*s = span_skip(*s, i);
	return ms;
}

/* The beginning of the hour "Nov 22 07" in the latest year in which the hour and `into` is not after limit.
 * 29 February may lie eight years back (1896 to 1904). */
static bool
hour_begin(const char *text, int64_t into, int64_t limit, int64_t *begin)
{
	int month = month_of(text), day = two_digits(text + 4), hour = two_digits(text + 7);
	int year = when_year(limit);

	if (month == 0 || !in_range(day, 1, 31) || text[7] == ' ' || !in_range(hour, 0, 23))
		return false;
	for (int tries = 0; tries <= 8; tries++, year--) {
		if (day > month_days(year, month))
			continue;
		*begin = when_local(year, month, day, hour, 0, 0);
		if (*begin + into <= limit)
			return true;
	}
	return false;
}

/* The same, remembered: lines of one hour follow each other, and asking the C library's time zone several
 * times a line would cost more than all the rest of the parser. An hour that the limit cuts in two is not
 * remembered: its halves lie in different years. */
static bool
hour_known(const char *text, int64_t into, int64_t limit, int64_t *begin)
{
	static _Thread_local struct {
		char text[HOUR_TEXT];
		int64_t limit, begin;
	} known;
	int64_t last;

	if (known.limit == limit && memcmp(known.text, text, HOUR_TEXT) == 0) {
		*begin = known.begin;
		return true;
	}
	if (!hour_begin(text, 0, limit, begin) || !hour_begin(text, WHEN_HOUR, limit, &last))
		return false;
	if (*begin != last)
		return hour_begin(text, into, limit, begin);
	memcpy(known.text, text, HOUR_TEXT);
	known.limit = limit;
	known.begin = *begin;
	return true;
}

static bool
take_rfc3164(struct span *s, int64_t reference_ms, int64_t *ms)
{
	int64_t into, begin;

	if (s->len < 15 || s->at[3] != ' ' || s->at[6] != ' ')
		return false;
	into = into_hour(s->at + HOUR_TEXT);
	if (into < 0 || !hour_known(s->at, into, reference_ms + WHEN_DAY, &begin))
		return false;
	*s = span_skip(*s, 15);
	*ms = begin + into + take_fraction(s);
	return true;
}

struct minute {
	char text[MINUTE_TEXT];
	int year, month, day, hour, minute;
	int64_t as_utc;
};

/* Reads "2026-11-22T07:29"; *known changes only when that is what stands there. */
static bool
read_minute(const char *at, struct minute *known)
{
	struct minute m = {.year = two_digits(at) * 100 + two_digits(at + 2),
		.month = two_digits(at + 5),
		.day = two_digits(at + 8),
		.hour = two_digits(at + 11),
		.minute = two_digits(at + 14)};

	if (at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') || at[13] != ':')
		return false;
	if (memchr(at, ' ', 10) || at[11] == ' ' || at[14] == ' ' || !in_range(m.year, 1970, 9999))
		return false;
	if (!in_range(m.month, 1, 12) || !in_range(m.hour, 0, 23) || !in_range(m.minute, 0, 59) ||
		!in_range(m.day, 1, month_days(m.year, m.month)))
		return false;
	memcpy(m.text, at, MINUTE_TEXT);
	m.as_utc = when_utc(m.year, m.month, m.day, m.hour, m.minute, 0);
	*known = m;
	return true;
}

/* "+01:00", "+0100", "+01", "Z" or, in words, "UTC": taken off *s as minutes. False, and nothing taken, for
 * any other text. */
static bool
take_zone(struct span *s, int *minutes)
{
	int hour, minute = 0;
	size_t len = 3;

	if (s->len >= 1 && s->at[0] == 'Z') {
		*minutes = 0;
		*s = span_skip(*s, 1);
		return true;
	}
	if (s->len < 3 || (s->at[0] != '+' && s->at[0] != '-') || s->at[1] == ' ')
		return false;
	hour = two_digits(s->at + 1);
	if (s->len >= 6 && s->at[3] == ':')
		len = 6;
	else if (s->len >= 5 && s->at[3] != ' ')
		len = 5;
	if (len > 3)
		minute = two_digits(s->at + len - 2);
	if (!in_range(hour, 0, 23) || !in_range(minute, 0, 59))
		return false;
	*minutes = (s->at[0] == '-' ? -1 : 1) * (hour * 60 + minute);
	*s = span_skip(*s, len);
	return true;
}

/* The zone's name of short-full: UTC and GMT are known, any other is taken for ours, as journalctl on this
 * host would have written it. */
static bool
take_zone_name(struct span *s, int *minutes)
{
	struct span rest = span_skip(*s, 1), name;

	if (take_zone(&rest, minutes)) {
		*s = rest;
		return true;
	}
	span_cut(&rest, " ", &name);
	*s = rest;
	*minutes = 0;
	return span_is(name, "UTC") || span_is(name, "GMT");
}

static bool
take_iso(struct span *s, bool zone_name, int64_t *ms)
{
	static _Thread_local struct minute known; /* lines of one minute follow each other */
	struct span rest = *s;
	int64_t into;
	int zone;
	bool zoned;

	if (rest.len < 19 || (memcmp(rest.at, known.text, MINUTE_TEXT) != 0 && !read_minute(rest.at, &known)))
		return false;
	/* Only the seconds are new: ":00" stands for the minute. */
	into = rest.at[16] == ':' && rest.at[17] != ' ' ? two_digits(rest.at + 17) : -1;
	if (!in_range((int)into, 0, 60))
		return false;
	rest = span_skip(rest, 19);
	into = into * WHEN_SECOND + take_fraction(&rest);
	zoned = zone_name ? take_zone_name(&rest, &zone) : take_zone(&rest, &zone);
	if (zoned)
		*ms = known.as_utc + into - zone * WHEN_MINUTE;
	else
		*ms = when_local(known.year, known.month, known.day, known.hour, known.minute, 0) + into;
	*s = rest;
	return true;
}

static bool
is_weekday(struct span s)
{
	static const char names[] = "MonTueWedThuFriSatSun";

	for (size_t i = 0; i < 7; i++) {
		if (s.len > 4 && s.at[3] == ' ' && memcmp(s.at, names + i * 3, 3) == 0)
			return true;
	}
	return false;
}

static bool
take_any(struct span *s, int64_t reference_ms, int64_t *ms)
{
	struct span rest;

	if (s->len < 15)
		return false;
	if (s->at[0] >= '0' && s->at[0] <= '9')
		return take_iso(s, false, ms);
	if (take_rfc3164(s, reference_ms, ms))
		return true;
	if (!is_weekday(*s))
		return false;
	rest = span_skip(*s, 4);
	if (!take_iso(&rest, true, ms))
		return false;
	*s = rest;
	return true;
}

bool
stamp_take(struct span *s, int64_t reference_ms, int64_t *ms)
{
	struct span rest = *s;

	/* take_zone_name() has taken the blank behind it already. */
	if (!take_any(&rest, reference_ms, ms) || (rest.len && rest.at[0] != ' ' && rest.at[-1] != ' '))
		return false;
	while (rest.len && rest.at[0] == ' ')
		rest = span_skip(rest, 1);
	*s = rest;
	return true;
}
