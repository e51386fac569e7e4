/* history: what a stretch of log says: the relay table, per-minute counts, host facts, the sessions still
 * open at its end, and the lines at its head whose session began before it. Histories of neighbouring
 * stretches merge to the history of both: below max_relays the result is the same however the bytes were cut.
 * Pure. */
#ifndef RELAYS_HISTORY_H
#define RELAYS_HISTORY_H

#include "relays/relays.h"

/* Bounds, besides max_relays: 32768 pids with 64 relays each (the ones used last), a million waiting
 * recipients, 4 KiB of lines and 16 addresses a relay, 255 hosts and daemons, 128 facts. Beyond them the
 * oldest is forgotten, and the result may depend on the cuts. */
struct history_options {
	size_t max_relays; /* 0: no bound; the quietest row goes when there are more */
	int64_t since_ms;  /* lines before it only open sessions: they are not counted; 0: all count */
};

/* An empty history. Freed with history_free(). */
struct history *history_new(const struct history_options *options);

/* Takes the next event. Events of one host and pid come in the order of the log. */
void history_feed(struct history *h, const struct event *e);

/* Counts a line and its bytes, once for each line, fed or not; skipped: it could not be read. */
void history_count(struct history *h, uint64_t bytes, bool skipped);

/* The history of two neighbouring stretches; consumes both (also when they are the only owner of strings). */
struct history *history_merge(struct history *older, struct history *newer);

/* Nothing older will be merged: close a history at once when nothing is older than it, as an open one keeps a
 * copy of each line that older ones may explain. Settles the head lines that belong to no known session. A
 * live history is closed once its first scan is merged, and fed on. */
void history_close(struct history *h);

/* Frees it. NULL does nothing. */
void history_free(struct history *h);

#endif
