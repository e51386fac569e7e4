/* footer: the prompt drawn in the last row. */
#ifndef TUI_FOOTER_H
#define TUI_FOOTER_H

#include "tui/prompt.h"
#include "tui/view.h"

/* Draws a label and what was typed behind it, with the cursor; of a long text the part before the cursor. */
void footer_prompt(const struct frame *f, const char *label, const struct prompt *p);

#endif
