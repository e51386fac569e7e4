/* progress: how far a batch has come, on standard error when that is a terminal. */
#ifndef TUI_PROGRESS_H
#define TUI_PROGRESS_H

#include "base/text.h"

#include <uv.h>

struct progress;

/* Shows what put() says several times a second. NULL when standard error is no terminal. */
struct progress *progress_start(uv_loop_t *loop, void (*put)(void *arg, struct text *out), void *arg);

/* Takes it away; the memory goes on the loop. NULL does nothing. */
void progress_end(struct progress *p);

#endif
