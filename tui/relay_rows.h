/* relay_rows: the relays of one direction in the order of the table, and what its header says of them all. It
 * keeps names, not rows of the history: those move. Held, it keeps the facts too. It draws nothing. */
#ifndef TUI_RELAY_ROWS_H
#define TUI_RELAY_ROWS_H

#include "relays/relays.h"
#include "tui/list.h"

enum relay_sort { SORT_STATE, SORT_NAME, SORT_FAILURES, SORT_SINCE, SORT_LAST, SORTS };

struct relay_order {
	enum direction direction;
	enum relay_sort sort;
	bool reversed;
	const char *filter; /* NULL or empty: all */
};

struct relay_row {
	char *name;
	enum direction direction;
	const struct relay *relay; /* valid until the history changes; of held rows a copy */
	struct relay *kept;        /* that copy; NULL: none */
	struct relay_minute day;
	uint64_t generation; /* the relay's, that day belongs to */
	int64_t keys[SORTS]; /* what it is sorted by; of a name its first eight bytes */
	bool matches;        /* the filter */
	bool moved;          /* its place may be another one than before */
};

struct relay_sums {              /* over all outbound relays, whatever is shown */
	size_t verified, relays; /* last word good; all */
	uint64_t held, clear, returned;
	int64_t oldest_ms;          /* of the held mail; 0: none */
	const struct relay *newest; /* whose word changed last; NULL: none did */
};

struct relay_source {
	const struct history *history;
	uint64_t generation; /* another one after every change: engine_generation() */
	int64_t now_ms;
};

struct relay_rows {
	struct relay_row *all; /* in the history's order */
	size_t all_count;
	size_t *at; /* those that are shown, in order: indices into all */
	size_t count;
	struct relay_sums sums;
	struct relay_minute minutes[RELAY_MINUTES];
	int64_t last_ms, now_ms; /* of the log; when it was read */
	char *host;              /* who logged the last line; NULL: nothing was read */
	bool held;
	uint64_t generation; /* what it was read from */
	struct relay_order order;
	char *filter;
	struct text scratch;
};

/* Reads the rows anew from a history as far as it or the order changed; tells whether anything did. Held rows
 * are not read, only put in order: until relay_rows_hold(rows, false). */
bool relay_rows_update(struct relay_rows *rows, const struct relay_source *from, const struct relay_order *order);

/* Keeps all facts as they are, or lets them go on. To be called when the rows are up to date. */
void relay_rows_hold(struct relay_rows *rows, bool held);

/* The i-th row that is shown. */
const struct relay_row *relay_rows_at(const struct relay_rows *rows, size_t i);

/* The rows as a list's items. */
void relay_rows_source(struct relay_rows *rows, struct list_source *s);

/* "state", "name", … Static. */
const char *relay_sort_word(enum relay_sort sort);

/* Frees what it holds. */
void relay_rows_free(struct relay_rows *rows);

#endif
