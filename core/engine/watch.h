/* watch: tells that one of some files or directories has changed, a moment after the last change. */
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

#include <uv.h>

struct watch;

/* A watch over nothing yet; changed(arg) comes on the loop, once for a burst of changes. It does not keep the
 * loop alive. */
struct watch *watch_new(uv_loop_t *loop, void (*changed)(void *arg), void *arg);

/* Watches a file (also one that is not there, or is replaced by rename) and what it is a link to, or the
 * entries of a directory. */
void watch_add(struct watch *w, const char *path);

/* Tells of a change at once, of which it would tell when nothing more happens. */
void watch_flush(struct watch *w);

/* Watches nothing any more. */
void watch_clear(struct watch *w);

/* Closes; closed(arg) comes when the memory is gone. */
void watch_close(struct watch *w, void (*closed)(void *arg), void *arg);

#endif
