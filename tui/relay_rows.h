/* relay_rows: the relays of one direction in the order of the table, and the sums for its header. It keeps
 * names, not rows of the history: those move. It draws nothing. */
#ifndef TUI_RELAY_ROWS_H
#define TUI_RELAY_ROWS_H

#include "relays/relays.h"
#include "tui/list.h"

enum relay_sort { SORT_STATE, SORT_NAME, SORT_FAILURES, SORT_SINCE, SORT_LAST, SORTS };

struct relay_order {
	enum direction direction;
	enum relay_sort sort;
	bool reversed;
	bool frozen;        /* the rows stay as they are; only their facts go on */
	const char *filter; /* NULL or empty: all */
};

struct relay_row {
	char *name;
	const struct relay *relay; /* valid until the history changes */
	struct relay_minute day;
};

struct relay_sums {              /* over all outbound relays, whatever is shown */
	size_t verified, relays; /* last word good; all */
	uint64_t held, clear, returned;
	int64_t oldest_ms;          /* of the held mail; 0: none */
	const struct relay *newest; /* whose word changed last; NULL: none did */
};

struct relay_rows {
	struct relay_row *at;
	size_t count;
	struct relay_sums sums;
	struct text scratch;
};

/* Reads the rows anew from a history. */
void relay_rows_update(struct relay_rows *rows, const struct history *h, const struct relay_order *order);

/* The rows as a list's items. */
void relay_rows_source(struct relay_rows *rows, struct list_source *s);

/* "state", "name", … Static. */
const char *relay_sort_word(enum relay_sort sort);

/* Frees what it holds. */
void relay_rows_free(struct relay_rows *rows);

#endif
