/* relay_keep: a relay's facts as they are now, for a table that is held still while the history goes on. */
#ifndef TUI_RELAY_KEEP_H
#define TUI_RELAY_KEEP_H

#include "relays/relays.h"

/* A copy that lives by itself, but for history_minutes(), history_day() and history_lines(): those want a relay of
 * a history. */
struct relay *relay_keep(const struct relay *r);

/* Frees a copy. NULL does nothing. */
void relay_keep_free(struct relay *kept);

#endif
