/* history: what a stretch of log says: the relay table, per-minute counts, host facts, the sessions still open
 * at its end, and the lines at its head whose session began before it. Histories of neighbouring stretches
 * merge to the history of both: below max_relays the result is the same however the bytes were cut. Pure. */
#ifndef RELAYS_HISTORY_H
#define RELAYS_HISTORY_H

#include "relays/relays.h"

struct history_options {
	size_t max_relays;   /* 0: no bound; the quietest row goes when there are more */
	int64_t since_ms;    /* lines before it only open sessions: they are not counted; 0: all count */
};

/* An empty history. Freed with history_free(). */
struct history *history_new(const struct history_options *options);

/* Takes the next event. Events of one host and pid come in the order of the log. */
void history_feed(struct history *h, const struct event *e);

/* Counts a line that could not be read (skipped), and the bytes of any line. */
void history_count(struct history *h, uint64_t bytes, bool skipped);

/* The history of two neighbouring stretches; consumes both (also when they are the only owner of strings). */
struct history *history_merge(struct history *older, struct history *newer);

/* Nothing older will be merged: settles the head lines that belong to no known session. A live history is
 * closed once its first scan is merged, and fed on. */
void history_close(struct history *h);

/* Frees it. NULL does nothing. */
void history_free(struct history *h);

#endif
