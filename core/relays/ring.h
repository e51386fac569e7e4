/* ring: the newest log lines of a relay, as many as fit into RING_BYTES. Which lines are kept depends on
 * their numbers alone, not on the order in which they come. */
#ifndef RELAYS_RING_H
#define RELAYS_RING_H

#include "base/span.h"

#define RING_BYTES 4096 /* of line text per relay, each line with its 12 bytes of header */
#define RING_LINE 1024  /* a longer line is cut: Sendmail writes none (SYSLOG_BUFSIZE) */

struct ring {
	char *at; /* lines, oldest first: number, length, bytes */
	uint32_t begin, end, room;
	uint64_t newest;  /* the number of the last line */
	uint64_t dropped; /* the highest number that had to go: nothing older comes in any more */
};

/* Takes a copy of a line with its number in the log. A number that is there already changes nothing. */
void ring_add(struct ring *r, uint64_t number, struct span line);

/* Takes all lines of another ring; `shift` is added to their numbers. */
void ring_join(struct ring *r, const struct ring *other, uint64_t shift);

/* Adds to the number of every line. */
void ring_shift(struct ring *r, uint64_t shift);

/* Calls each(arg, line) for the newest `most` lines, the newest last. */
void ring_each(const struct ring *r, size_t most, void (*each)(void *arg, struct span line), void *arg);

/* Frees what it holds and leaves it empty. */
void ring_free(struct ring *r);

#endif
