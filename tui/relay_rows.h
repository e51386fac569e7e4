/* relay_rows: the relays of one direction in the order of the table, and the sums for its header. What is
 * read from the history is copied, as the history changes meanwhile. Each update does a bounded part of the
 * work, so that the screen stays responsive with many thousand relays. It draws nothing. */
#ifndef TUI_RELAY_ROWS_H
#define TUI_RELAY_ROWS_H

#include "engine/engine.h"
#include "tui/list.h"

enum relay_sort { SORT_STATE, SORT_NAME, SORT_FAILURES, SORT_SINCE, SORT_LAST, SORTS };

struct relay_cause {
	const char *who;     /* WHO; NULL: not asked yet */
	char *brief, *title; /* CAUSE in short and whole; NULL: nothing */
	bool untried;        /* from the log, and no look has tried it */
	int64_t look_begun;  /* of the look that this was found with; 0: none */
	enum look_state look_state;
};

struct relay_share { /* what a row adds to the sums */
	bool counts, good;
	uint64_t held, clear, returned;
	int64_t oldest_ms, changed_ms; /* of the held mail; when its word changed; 0: none, never */
};

struct relay_row {
	const void *live, *live_name; /* the relay it was read from: compared, never followed */
	uint64_t generation;          /* of that relay when it was read */
	int64_t hour;                 /* the hour of the log that day ends in */
	bool matches;                 /* the filter */
	bool stale;                   /* the filter has to be applied to it again */
	bool moved;                   /* it may have to stand in another place */
	struct relay_share share;
	enum direction direction;
	char *name;         /* NULL: not read yet */
	struct relay relay; /* its facts as they were read, without lists and long texts */
	struct relay_minute day;
	int64_t keys[SORTS]; /* what it is sorted by; of a name its first eight bytes */
	struct relay_cause cause;
	uint64_t cause_generation; /* of the facts that the cause was found from */
	uint64_t cause_version;    /* and the findings' number */
	char *text;                /* what finding and filtering look into: name, MAIL, LOG, WHO, CAUSE */
};

struct relay_source {
	struct engine *engine; /* asked for looks and findings */
	const struct history *history;
	uint64_t generation; /* another one after every change: engine_generation() */
	int64_t now_ms;
};

struct relay_visit {
	size_t left;    /* rows that are still to be visited */
	size_t cursor;  /* the last one that was */
	bool looks;     /* some went on since */
	bool held;      /* the table is paused: only what looks find is new */
	uint64_t found; /* the engine's number of all findings when the rows were to be visited last */
	size_t counted; /* and how far the looks had come */
};

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

/* Spends what the last update left of its time on reading the findings of rows, seen or not. */
void relay_rows_visit(struct relay_rows *rows, const struct relay_source *from);

/* There is more to do: to be updated again soon. */
bool relay_rows_are_behind(const struct relay_rows *rows);

/* How many per cent of the rows have been updated. */
unsigned relay_rows_progress(const struct relay_rows *rows);

/* Pauses the rows, or lets them go on. */
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
