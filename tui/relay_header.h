/* relay_header: what stands above and below the table of relays: the log, the store, the sums, the last hour,
 * what goes on. */
#ifndef TUI_RELAY_HEADER_H
#define TUI_RELAY_HEADER_H

#include "tui/relay_rows.h"
#include "tui/view.h"

#define RELAY_HEADER_ROWS 3

/* Draws the three lines at the top. */
void relay_header_draw(const struct frame *f, const struct engine *e, const struct relay_rows *rows);

/* Draws the failures of the last hour as bars. */
void relay_header_hour(const struct frame *f, int row, const struct relay_minute minutes[RELAY_MINUTES]);

/* Draws what goes on: the probe that takes longest, else the log's trouble. True when it changes by the
 * second. */
bool relay_header_status(const struct frame *f, int row, const struct engine *e);

#endif
