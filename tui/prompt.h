/* prompt: a line that the user edits in the footer. It takes keys one by one: no loop of its own. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "base/text.h"
#include "tui/view.h"

#define PROMPT_LIMIT 1024 /* bytes */

struct prompt {
	struct text typed; /* UTF-8 */
	size_t cursor;     /* byte offset, at the head of a character */
};

enum prompt_end { PROMPT_GOES_ON, PROMPT_ENTERED, PROMPT_LEFT };

/* Begins with a text; frees what it held before. */
void prompt_begin(struct prompt *p, const char *initial);

/* Takes a key. PROMPT_LEFT: Esc, or Backspace in an empty line. */
enum prompt_end prompt_press(struct prompt *p, int key);

/* What was typed; never NULL; lives until the next key. */
const char *prompt_text(const struct prompt *p);

/* Draws a label and what was typed behind it, with the cursor; of a long text the part before the cursor. */
void prompt_draw(const struct frame *f, const char *label, const struct prompt *p);

/* Frees what it holds. */
void prompt_free(struct prompt *p);

#endif
