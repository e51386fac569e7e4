/* counters: what is counted over time: outcomes per minute and hour, and the streak of verify words. */
#ifndef RELAYS_COUNTERS_H
#define RELAYS_COUNTERS_H

#include "model/verify.h"

#include <stddef.h>
#include <stdint.h>

struct tally_slot {
	int64_t slot; /* time divided by the slot's length */
	uint32_t good, bad;
};

/* Good and bad outcomes per slot of time (a minute, an hour), the newest slots only. */
struct tally {
	struct tally_slot *slots; /* oldest first */
	uint32_t count, room;
};

/* Adds to a slot; the last `span` slots are known (at most 64), counted from the newest. */
void tally_add(struct tally *t, int64_t span, struct tally_slot add);

/* What the tally says of one slot; zeros when nothing. */
struct tally_slot tally_at(const struct tally *t, int64_t span, int64_t slot);

/* Frees what it holds and leaves it empty. */
void tally_free(struct tally *t);

/* What a row of verify words says of change. */
struct streak {
	bool any;                 /* a word was seen */
	enum verify last, before; /* before: VERIFY_UNKNOWN: the last one stands since the first */
	int64_t since_ms;         /* when the last word began; 0: with the log */
	int64_t last_ok_ms;       /* 0: never */
	int64_t first_fail_ms;    /* the first bad word after the last good one; 0: there is none */
};

/* Adds a word. */
void streak_add(struct streak *s, enum verify word, int64_t time_ms);

#endif
