/* relay_rows: the relays of one direction in the order of the table, and what its header says of them all. It
 * keeps what it read: the history goes on meanwhile. Each update does a bounded part of what is to be done,
 * so that many thousand relays stop nothing. It draws nothing. */
#ifndef TUI_RELAY_ROWS_H
#define TUI_RELAY_ROWS_H

#include "tui/list.h"
#include "tui/relay_visit.h"

struct relay_order {
	enum direction direction;
	enum relay_sort sort;
	bool reversed;
	const char *filter; /* NULL or empty: all */
};

struct relay_sums {              /* over all outbound relays, whatever is shown */
	size_t verified, relays; /* last word good; all */
	uint64_t held, clear, returned;
	int64_t oldest_ms;          /* of the held mail; 0: none */
	const struct relay *newest; /* whose word changed last; NULL: none did. Until the next update */
};

struct relay_rows {
	struct relay_row *all; /* in the history's order */
	size_t all_count;
	size_t *at; /* those that are shown, in order: indices into all */
	size_t count;
	struct relay_sums sums;
	struct relay_minute minutes[RELAY_MINUTES];
	int64_t first_ms, last_ms, now_ms; /* of the log; when it was read */
	char *host;                        /* who logged the last line; NULL: nothing was read */
	bool held;
	uint64_t generation; /* what it was read from */
	struct relay_order order;
	char *filter;
	int units;   /* of work that the update may still do */
	bool unread; /* some rows are not read yet */
	bool any_stale, any_moved, all_moved, any_gone;
	struct relay_visit visit;
};

/* Reads the rows anew from a history as far as it or the order changed; tells whether anything that is shown
 * did. Held rows are not read, only put in order: until relay_rows_hold(rows, false). */
bool relay_rows_update(struct relay_rows *rows, const struct relay_source *from,
	const struct relay_order *order);

/* With what the last update left of its time: asks what is found of rows, drawn or not. */
void relay_rows_visit(struct relay_rows *rows, const struct relay_source *from);

/* There is more to do: to be updated again soon. */
bool relay_rows_are_behind(const struct relay_rows *rows);

/* In per cent, how many of the rows to be looked after have been. */
unsigned relay_rows_progress(const struct relay_rows *rows);

/* Keeps all facts as they are, or lets them go on. */
void relay_rows_hold(struct relay_rows *rows, bool held);

/* The i-th row that is shown, as it was read. */
const struct relay_row *relay_rows_at(const struct relay_rows *rows, size_t i);

/* The same with what is found of it now: for rows that are drawn. */
const struct relay_row *relay_rows_see(struct relay_rows *rows, const struct relay_source *from, size_t i);

/* The newest look at that row's relay, or NULL. Borrowed. */
const struct look *relay_rows_look(const struct relay_rows *rows, const struct relay_source *from, size_t i);

/* The rows as a list's items. */
void relay_rows_source(struct relay_rows *rows, struct list_source *s);

/* "state", "name", … Static. */
const char *relay_sort_word(enum relay_sort sort);

/* Frees what it holds. */
void relay_rows_free(struct relay_rows *rows);

#endif
