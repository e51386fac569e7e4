/* apply: the inside of a history, and what each line means to it. For history.c and apply.c alone. */
#ifndef RELAYS_APPLY_H
#define RELAYS_APPLY_H

#include "relays/facts.h"
#include "relays/hosts.h"
#include "relays/process.h"
#include "relays/waits.h"

/* Copies of lines that cannot be read again, one after another in a ring: the oldest are overwritten. Lines
 * of mail that went well have a ring of their own, so that they do not push out the others. */
#define COPIES_ROOM (UINT64_C(4) << 20)
enum { COPIES_WELL, COPIES_TROUBLE, COPIES_KINDS };

struct copies {
	char *at;
	uint64_t end; /* where the next one goes; counts on from one round to the next */
};

#define LINE_COPY 0xFFF0 /* plus the kind of copies: the source of a row_line that is a copy */

struct history {
	int64_t since_ms; /* see struct history_options */
	uint64_t generation;
	uint64_t lines, bytes, skipped, earlier;
	int64_t first_ms, last_ms;
	unsigned host; /* who logged the last Sendmail line, plus 1; 0 nobody */
	struct hosts hosts;
	struct table table;
	struct processes processes;
	struct waits waits;
	struct facts facts;
	struct tally minutes, hours; /* of all outbound relays */
	struct copies copies[COPIES_KINDS];
};

/* Does what a line calls for, but for what every line tells. host: who logged it; counted: it is not before
 * since_ms. */
void apply(struct history *h, const struct event *e, unsigned host, bool counted);

#endif
