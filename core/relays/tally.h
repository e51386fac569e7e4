/* tally: good and bad outcomes per slot of time (a minute, an hour), the newest slots only. Tallies of two
 * stretches join to the tally of both, in any order. */
#ifndef RELAYS_TALLY_H
#define RELAYS_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct tally_slot {
	int64_t slot; /* time divided by the slot's length */
	uint32_t good, bad;
};

struct tally {
	struct tally_slot *slots; /* oldest first */
	uint32_t count, room;
};

/* Adds to a slot; keeps the slots of the last `span` slots only (at most 64), counted from the newest. */
void tally_add(struct tally *t, int64_t span, struct tally_slot add);

/* Adds all of another tally. */
void tally_join(struct tally *t, int64_t span, const struct tally *other);

/* What the tally says of one slot; zeros when nothing. */
struct tally_slot tally_at(const struct tally *t, int64_t slot);

/* Frees what it holds and leaves it empty. */
void tally_free(struct tally *t);

#endif
