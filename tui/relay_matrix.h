/* relay_matrix: the addresses of a relay in Sendmail's order, each with its stages, one below the other. */
#ifndef TUI_RELAY_MATRIX_H
#define TUI_RELAY_MATRIX_H

#include "tui/view.h"

struct matrix { /* what is drawn: the addresses of the look, or of the log when there was none */
	const struct relay *relay; /* NULL: evicted meanwhile */
	const struct look *look;   /* NULL: none yet */
	size_t count;
};

/* The matrix of a relay. */
struct matrix matrix_of(const struct relay *r, const struct look *l);

/* The i-th address. */
const struct address *matrix_address(const struct matrix *m, size_t i);

/* Draws the headings. */
void matrix_head(const struct frame *f, int row);

/* Draws one address. True when it changes by the second. */
bool matrix_draw(const struct matrix *m, size_t i, const struct frame *f, int row, bool selected);

#endif
