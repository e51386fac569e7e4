/* Times and lengths of time, as short as they can be. */
#include "wording/words.h"

#include "base/when.h"

#include <stdio.h>
#include <string.h>

#define DAY_AND_MONTH (300 * WHEN_DAY) /* for so long "14 Nov" cannot mean another year's */

static bool
is_same_day(int64_t a, int64_t b)
{
	char one[WHEN_ROOM], other[WHEN_ROOM];

	when_print(a, "%F", one);
	when_print(b, "%F", other);
	return strcmp(one, other) == 0;
}

/* strftime() without the blank that %e puts before a day below 10. */
static void
print(int64_t ms, const char *format, char room[WORDS_ROOM])
{
	char time[WHEN_ROOM];

	when_print(ms, format, time);
	snprintf(room, WORDS_ROOM, "%s", time + strspn(time, " "));
}

void
words_since(int64_t ms, int64_t now_ms, char room[WORDS_ROOM])
{
	int64_t age = now_ms > ms ? now_ms - ms : ms - now_ms;

	if (ms == 0)
		snprintf(room, WORDS_ROOM, "-");
	else
		print(ms, is_same_day(ms, now_ms) ? "%H:%M" : age < DAY_AND_MONTH ? "%e %b" : "%b'%y", room);
}

void
words_time(int64_t ms, int64_t now_ms, char room[WORDS_ROOM])
{
	print(ms, is_same_day(ms, now_ms) ? "%H:%M:%S" : "%e %b %H:%M:%S", room);
}

void
words_ms(int64_t ms, char room[WORDS_ROOM])
{
	if (ms < 0)
		room[0] = '\0';
	else if (ms < 1000)
		snprintf(room, WORDS_ROOM, "%lldms", (long long)ms);
	else if (ms < 10000)
		snprintf(room, WORDS_ROOM, "%lld.%llds", (long long)(ms / 1000),
			(long long)(ms % 1000 / 100));
	else
		snprintf(room, WORDS_ROOM, "%llds", (long long)(ms / 1000));
}

enum tone
words_left(const struct certificate *c, int64_t now_ms, bool brief, char room[WORDS_ROOM])
{
	char length[WHEN_ROOM];

	if (now_ms < c->not_before_ms) {
		when_length(c->not_before_ms - now_ms, length);
		snprintf(room, WORDS_ROOM, brief ? "not yet" : "not valid for %s", length);
		return TONE_BAD;
	}
	if (now_ms > c->not_after_ms) {
		when_length(now_ms - c->not_after_ms, length);
		snprintf(room, WORDS_ROOM, brief ? "expired" : "expired %s ago", length);
		return TONE_BAD;
	}
	when_length(c->not_after_ms - now_ms, length);
	snprintf(room, WORDS_ROOM, brief ? "%s" : "%s left", length);
	return TONE_GOOD;
}
