/* relay_row: one row of the table of relays: the facts it was read from, kept, what it is sorted by, and what
 * finding and filtering look into. It draws nothing. */
#ifndef TUI_RELAY_ROW_H
#define TUI_RELAY_ROW_H

#include "relays/relays.h"
#include "tui/relay_cause.h"

enum relay_sort { SORT_STATE, SORT_NAME, SORT_FAILURES, SORT_SINCE, SORT_LAST, SORTS };

struct relay_share { /* what a row adds to the sums */
	bool counts, good;
	uint64_t held, clear, returned;
	int64_t oldest_ms, changed_ms; /* of the held mail; when its word changed; 0: none, never */
};

struct relay_row {
	const void *live, *live_name; /* the relay it was read from: compared, never followed */
	uint64_t generation;          /* that relay's then */
	int64_t hour;                 /* the hour of the log that day ends in */
	bool matches;                 /* the filter */
	bool stale;                   /* it may match no longer, or now */
	bool moved;                   /* its place may be another one than before */
	struct relay_share share;
	enum direction direction;
	char *name;          /* NULL: not read yet */
	struct relay *relay; /* its facts as they were read, without lists and long texts */
	struct relay_minute day;
	int64_t keys[SORTS]; /* what it is sorted by; of a name its first eight bytes */
	struct relay_cause cause;
	uint64_t cause_generation; /* of the facts that the cause was found from */
	uint64_t cause_version;    /* and the findings' number */
	char *text;                /* what finding and filtering look into: name, MAIL, LOG, WHO, CAUSE */
};

/* It was read from that relay as it is now. Quick: for every row in every pass. */
bool relay_row_is_fresh(const struct relay_row *row, const struct relay *r, int64_t hour);

/* It is about that relay, whatever it knows of it. */
bool relay_row_is_of(const struct relay_row *row, const struct relay *r);

/* Reads it anew from a relay of a history whose last line is of that hour. */
void relay_row_read(struct relay_row *row, const struct history *h, const struct relay *r, int64_t hour);

/* Says anew what is found of its relay; true when that is something else than before, and the row is stale.
 */
bool relay_row_tell(struct relay_row *row, const struct findings *found, const struct relay *r,
	const struct look *l);

/* Frees what it holds; it is not read then. */
void relay_row_free(struct relay_row *row);

#endif
