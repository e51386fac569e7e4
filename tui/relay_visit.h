/* relay_visit: reads the findings of the rows that nobody sees, a slice in every pass of the loop: finding
 * and filtering look into all causes. */
#ifndef TUI_RELAY_VISIT_H
#define TUI_RELAY_VISIT_H

#include "tui/relay_row.h"

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
	bool held;      /* the rows are: only what a look has found is new */
	uint64_t found; /* the engine's number of all findings when the rows were to be visited last */
	size_t counted; /* and how far the looks had come */
};

/* The newest look at the relay of a row, the i-th of the history when it was read; NULL: none. Borrowed. */
const struct look *relay_visit_look(const struct relay_row *row, size_t i, const struct relay_source *from);

/* Says anew what is found of a row, the i-th of the history when it was read. True when it is something else
 * than before. */
bool relay_visit_row(const struct relay_visit *v, struct relay_row *row, size_t i,
	const struct relay_source *from);

/* Visits rows as long as *units last. True when something else is found of one of them, which is stale then.
 */
bool relay_visit_some(struct relay_visit *v, struct relay_row *all, size_t count,
	const struct relay_source *from, int *units);

#endif
