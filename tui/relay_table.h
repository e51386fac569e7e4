/* relay_table: draws the table of relays: the columns that fit into a width and the rows in them; above it
 * the log, the store and the sums, below it the last hour and what goes on. */
#ifndef TUI_RELAY_TABLE_H
#define TUI_RELAY_TABLE_H

#include "tui/relay_rows.h"
#include "tui/view.h"

enum relay_column {
	COLUMN_NAME,
	COLUMN_MAIL,
	COLUMN_LOG,
	COLUMN_SINCE,
	COLUMN_FAILURES,
	COLUMN_NOW,
	COLUMN_WHO,
	COLUMN_CAUSE,
	RELAY_COLUMNS
};

struct relay_layout {
	int width[RELAY_COLUMNS]; /* 0: not shown */
};

/* Chooses the columns for a width: a narrow one hides columns from the right, a wide one gives room to those
 * that can use it. longest: columns of the longest name. */
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

#define RELAY_HEADER_ROWS 3

struct relay_header {
	const struct engine *engine;
	const struct relay_rows *rows;
	struct words_host host;
};

/* Draws the three lines at the top. */
void relay_header_draw(const struct frame *f, const struct relay_header *h);

/* Draws the failures of the last hour as bars. */
void relay_header_hour(const struct frame *f, int row, const struct relay_minute minutes[RELAY_MINUTES]);

/* Draws why there is no row. */
void relay_header_empty(const struct frame *f, int row, const struct engine *e,
	const struct relay_rows *rows);

/* Draws the status line: the probe that takes longest, else trouble with the log. True if it changes every
 * second. */
bool relay_header_status(const struct frame *f, int row, const struct engine *e);

#endif
