/* history: what a log says: the relay table, per-minute counts, host facts, and what is still open at its
 * end. It is fed in the log's order, line by line, and there is one of it, however many files and hosts the
 * log has. Pure. */
#ifndef RELAYS_HISTORY_H
#define RELAYS_HISTORY_H

#include "relays/relays.h"

/* Bounds, besides max_relays: 32768 processes with 64 relays each, a million waiting recipients, 24 lines and
 * 16 addresses a relay, 255 hosts and daemons, 128 facts, 8 MiB of copied lines. Beyond them the oldest is
 * forgotten. */
struct history_options {
	size_t max_relays; /* 0: no bound; the quietest rows go when there are more */
	int64_t since_ms;  /* lines before it only open sessions: they are not counted; 0: all count */
};

/* An empty history. Freed with history_free(). */
struct history *history_new(const struct history_options *options);

/* Takes the next line: EVENT_SKIPPED counts as one that could not be read. Nothing of the event is needed
 * afterwards. */
void history_feed(struct history *h, const struct event *e);

/* Frees it. NULL does nothing. */
void history_free(struct history *h);

#endif
