/* relay_cause: what the table says of a relay's findings, in words of its own: findings are borrowed for a
 * moment only, and a table that is held keeps what it said. */
#ifndef TUI_RELAY_CAUSE_H
#define TUI_RELAY_CAUSE_H

#include "engine/engine.h"

struct relay_cause {
	const char *who;     /* WHO; NULL: not asked yet */
	char *brief, *title; /* CAUSE in short and whole; NULL: nothing */
	bool untried;        /* from the log, and no look has tried it */
	int64_t look_begun;  /* of the look that it knows; 0: none */
	enum look_state look_state;
};

/* Says anew what is found of a relay of the history, with its newest look (NULL: none). True when that is
 * something else than before. */
bool relay_cause_take(struct relay_cause *c, const struct findings *found, const struct relay *r,
	const struct look *l);

/* It was said of that look as it is now (NULL: of none). */
bool relay_cause_knows(const struct relay_cause *c, const struct look *l);

/* Frees what it holds. */
void relay_cause_free(struct relay_cause *c);

#endif
