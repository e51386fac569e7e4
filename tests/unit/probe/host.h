/* host: a small SMTP server on the test's own loop, 127.0.0.1 and a free port, that follows a script. */
#ifndef UNIT_PROBE_HOST_H
#define UNIT_PROBE_HOST_H

#include "tests/unit/probe/tls_peer.h"

#include <uv.h>

#define HOST_STEPS 10

/* The first step is played on connect, another for each line that comes: bytes to send, or "!close",
 * "!reset",
 * "!flood" (the bytes of the step behind it, for ever), "!drip" (the same, one byte in a while), NULL:
 * silence.
 * "!tls" is played together with the step before it. */
struct host_script {
	const char *steps[HOST_STEPS];
	struct tls_peer_spec tls;
	bool by_read; /* in clear, the next step follows whatever comes, not a line */
};

struct host {
	uv_tcp_t listener;
	const struct host_script *script;
	const struct pki *pki;
	unsigned port;
	struct text heard; /* the lines that came, in clear and inside TLS */
	bool open;
	struct guest *guest;
};

/* Begins to listen. */
void host_open(struct host *h, uv_loop_t *loop, const struct pki *pki, const struct host_script *script);

/* Closes it and the connection; the loop has to run for that. May be called twice. */
void host_close(struct host *h);

#endif
