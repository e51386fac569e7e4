/* stream: reads a descriptor as it comes: a pipe, a socket, a terminal, and what poll cannot wait for (a
 * regular file, /dev/null), slice by slice on a loop. It knows no lines. For this room alone. */
#ifndef MAILLOG_STREAM_H
#define MAILLOG_STREAM_H

#include <stddef.h>
#include <uv.h>

struct stream_events {
	void (*bytes)(void *arg, const char *bytes, size_t len);
	void (*end)(void *arg, int code); /* once, the last callback: 0, or a negative errno */
	void *arg;
};

struct stream;

/* Reads fd, which it takes over, to its end. Callbacks never come from inside this call. */
struct stream *stream_open(uv_loop_t *loop, int fd, const struct stream_events *events);

/* Reads what waits now without waiting for the loop; its callbacks come from inside this call. */
void stream_drain(struct stream *s);

/* No callback comes any more; the descriptor is closed now, the memory goes on the loop. Also after its end.
 * NULL does nothing. */
void stream_close(struct stream *s);

#endif
