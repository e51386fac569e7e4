/* log_brief: the newest log lines of a relay, without what the screen has already said. */
#ifndef TUI_LOG_BRIEF_H
#define TUI_LOG_BRIEF_H

#include "engine/engine.h"
#include "tui/page.h"

/* Adds at most `most` lines of a relay, the newest last: the clock time, the tag, and the message without the
 * relay's name. */
void log_brief(const struct engine *e, const struct relay *r, size_t most, struct page *out);

/* One line so shortened. The caller frees it. */
char *log_brief_line(struct span line);

#endif
