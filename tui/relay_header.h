/* relay_header: what stands above and below the table of relays: the log, the store, the sums, the last hour,
 * what goes on. */
#ifndef TUI_RELAY_HEADER_H
#define TUI_RELAY_HEADER_H

#include "tui/relay_rows.h"
#include "tui/view.h"
#include "wording/words.h"

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

/* Draws what goes on: the probe that takes longest, else the log's trouble. True when it changes by the
 * second. */
bool relay_header_status(const struct frame *f, int row, const struct engine *e);

#endif
