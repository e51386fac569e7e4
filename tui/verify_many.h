/* verify_many: looks at several relays at once: what `V` does. */
#ifndef TUI_VERIFY_MANY_H
#define TUI_VERIFY_MANY_H

#include "tui/app.h"
#include "tui/tags.h"

/* Begins looks at the tagged outbound relays, or at all failing ones when none is tagged, after the questions
 * that come before; says what it did. True when looks were begun. */
bool verify_many(struct app *app, const struct tags *tags);

#endif
