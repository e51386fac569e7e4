/* when: points in time. Everywhere a time is milliseconds since 1970-01-01 UTC; 0 is "not known". It never
 * asks the clock: now is a parameter. */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include "base/span.h"

#include <stdint.h>

#define WHEN_SECOND INT64_C(1000)
#define WHEN_MINUTE (60 * WHEN_SECOND)
#define WHEN_HOUR (60 * WHEN_MINUTE)
#define WHEN_DAY (24 * WHEN_HOUR)
#define WHEN_ROOM 40 /* what a formatted time takes */

/* Days from 1970-01-01 to a date of the Gregorian calendar; month and day count from 1. */
int64_t when_days(int year, int month, int day);

/* Broken-down UTC to milliseconds. */
int64_t when_utc(int year, int month, int day, int hour, int minute, int second);

/* Broken-down local time to milliseconds; asks the C library for the zone at most once per hour of time. */
int64_t when_local(int year, int month, int day, int hour, int minute, int second);

/* The year, in local time, of a point in time. */
int when_year(int64_t ms);

/* RFC 3339 section 5.6 ("2026-11-22T07:42:22.898555+00:00"; a blank for T, no offset for local time, and a
 * date alone are taken too). False when it is none. */
bool when_parse(struct span s, int64_t *ms);

/* What --since takes: as when_parse, or HH:MM today (yesterday if later than now), or 90m, 2h, 3d before now.
 */
bool when_parse_since(struct span s, int64_t now, int64_t *ms);

/* RFC 3339 in local time with its offset, to the second. */
void when_format(int64_t ms, char room[WHEN_ROOM]);

/* strftime() in local time. */
void when_print(int64_t ms, const char *format, char room[WHEN_ROOM]);

/* A length of time for people: "8 s", "12 min", "2h42", "3 d", "41 d", "3 y". Negative ones by their size. */
void when_length(int64_t ms, char room[WHEN_ROOM]);

#endif
