/* terminal: curses on a libuv loop: keys in, size changes, signals, the clipboard; and the terminal is left
 * as it was found, whatever ends the program. It draws nothing: canvas does. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "base/fault.h"
#include "tui/key.h"

#include <stdbool.h>
#include <uv.h>

struct terminal;

struct terminal_events {
	void (*key)(void *arg, int key);      /* a code point or an enum keycode */
	void (*resized)(void *arg);           /* another size, or back from being stopped: draw every cell */
	void (*ended)(void *arg, int signal); /* the user or the system ends us: SIGINT, SIGTERM, SIGHUP (the
					       * terminal is gone: SIGHUP too) */
	void *arg;
};

/* Takes the terminal over. NULL with *why when standard output is none, or one that cannot be drawn on. */
struct terminal *terminal_new(uv_loop_t *loop, const struct terminal_events *events, struct fault *why);

/* Gives it back as it was, at once; the memory goes on the loop. NULL does nothing. */
void terminal_close(struct terminal *t);

/* Copies a text to the clipboard of the terminal that the user sits at (OSC 52). */
void terminal_copy(struct terminal *t, const char *text);

#endif
