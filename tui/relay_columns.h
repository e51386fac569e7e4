/* relay_columns: the table of relays as columns: which fit into a width, and one row drawn. */
#ifndef TUI_RELAY_COLUMNS_H
#define TUI_RELAY_COLUMNS_H

#include "tui/relay_rows.h"
#include "tui/view.h"

#define RELAY_COLUMNS 8

struct relay_layout {
	int width[RELAY_COLUMNS]; /* 0: not shown */
};

/* The columns for a width: narrower drops from the right, wider gives the room to those that need it; longest
 * is the longest name. */
void relay_columns_fit(struct relay_layout *layout, int cols, int longest);

/* Draws the headings. */
void relay_columns_head(const struct relay_layout *layout, const struct frame *f, int row);

struct relay_line {
	const struct relay_row *row;
	const struct look *look; /* NULL: none */
	bool selected, tagged;
};

/* Draws one relay. */
void relay_columns_draw(const struct relay_layout *layout, const struct frame *f, int row,
	const struct relay_line *line);

#endif
