/* connection: one TCP connection on a libuv loop: opens, tells what comes, sends; it knows nothing of what
 * the bytes mean. Its memory is the caller's. */
#ifndef PROBE_CONNECTION_H
#define PROBE_CONNECTION_H

#include "base/address.h"
#include "base/fault.h"

#include <uv.h>

struct connection {
	uv_tcp_t tcp;
	uv_connect_t connect;
	/* None of these is called after connection_close(). */
	void (*opened)(void *arg);
	void (*came)(void *arg, const char *bytes, size_t len);
	void (*broke)(void *arg,
		const struct fault *how); /* also when it could not be opened; nothing follows */
	void (*closed)(void *arg);        /* the answer to connection_close(): the memory may go */
	void *arg;
	bool closing;
	char room[16384];
};

/* Begins to connect; c is zeroed but for the callbacks. No callback comes from inside. Returns 0, or a
 * negative UV_E number when it cannot even be tried: then connection_close() is still due. */
int connection_open(struct connection *c, uv_loop_t *loop, const struct address *address, unsigned port);

/* Sends a copy of the bytes; what fails is told by broke. */
void connection_send(struct connection *c, const void *bytes, size_t len);

/* Closes it; what was not sent yet is lost. */
void connection_close(struct connection *c);

/* What a negative UV_E number means, as a fault with libuv's words. */
void connection_fault(int code, struct fault *f);

#endif
