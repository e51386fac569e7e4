/* http_server: a small HTTP server on the test's own loop, 127.0.0.1 and a free port, that answers from a
 * table. */
#ifndef UNIT_PROBE_HTTP_SERVER_H
#define UNIT_PROBE_HTTP_SERVER_H

#include "base/text.h"

#include <uv.h>

enum http_end {
	HTTP_CLOSE, /* after the reply */
	HTTP_HANG,  /* nothing more is said or closed */
	HTTP_FLOOD, /* the row's more again and again until the client goes */
	HTTP_DRIP,  /* the same, with 5 ms between */
	HTTP_RESET,
};

struct http_row {
	const char *path;
	const char *reply; /* "$PORT" in it becomes the server's port, when len is 0 */
	size_t len;        /* 0: reply is a text */
	enum http_end end;
	const char *more;
};

struct http_server {
	uv_tcp_t listener;
	const struct http_row *rows;
	size_t count;
	unsigned port;
	size_t guests;     /* connections that came */
	struct text heard; /* the requests; the test frees it */
	/* Called when a whole request came, before it is answered; may be NULL. */
	void (*asked)(void *arg, const char *path);
	void *arg;
	struct guest *open;
	bool closed;
};

/* Begins to listen on a zeroed h; a path that is in no row gets a 404. */
void http_server_open(struct http_server *h, uv_loop_t *loop, const struct http_row *rows, size_t count);

/* Closes it and its connections; the loop has to run for that. May be called twice. */
void http_server_close(struct http_server *h);

#endif
