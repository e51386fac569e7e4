/* clipboard: the bytes that make a terminal copy a text (OSC 52). Pure. */
#ifndef TUI_CLIPBOARD_H
#define TUI_CLIPBOARD_H

#include "base/text.h"

#define CLIPBOARD_MOST 49152 /* bytes of text, coded 64 KiB: terminals bound what they take */

/* How many lines a text has; a newline at its end begins none. */
size_t clipboard_lines(const char *text);

/* The control sequence that copies a text, without the newlines at its end (a pasted command must not start
 * by itself). Inside tmux the same once more, wrapped to be passed through: which of the two tmux lets by
 * depends on its options. The caller frees it. */
char *clipboard_sequence(const char *copied, bool in_tmux);

#endif
