/* probe: one connection to one address: TCP, greeting, EHLO, STARTTLS, TLS, EHLO again, QUIT: as Sendmail
 * would, up to MAIL. A driver over smtp.h and tls_session.h on a libuv loop. */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "model/observation.h"
#include "probe/tls_session.h"

#include <uv.h>

struct probe_limits { /* milliseconds; --timeout and its parts */
	int64_t overall, connect, greeting, reply, handshake;
};

struct probe_settings {
	struct address address;
	unsigned port;
	const char *helo_name;     /* copied */
	const char *sni;           /* NULL: none, as Sendmail; copied */
	struct tls_config *config; /* a reference is taken */
	struct probe_limits limits;
	int64_t now_ms; /* the wall clock, for begun_ms */
};

struct probe;

struct probe_events {
	/* One more line of the dialogue, or our own remark ('*'); may be NULL. What the transcript leaves out
	 * (it keeps 400 lines, 256 KiB) is not told. */
	void (*line)(void *arg, int64_t at_ms, char mark, struct span line);
	/* It waits for the next stage now; may be NULL. From the start it waits for STAGE_CONNECT: not told.
	 */
	void (*waits)(void *arg, enum stage stage);
	/* It has ended: called exactly once, never from inside probe_start() or probe_cancel(). o is
	 * borrowed. The certificates are in o->sent, unparsed; o->chain is NULL. */
	void (*done)(void *arg, struct observation *o);
	void *arg;
};

/* Starts a probe; valid until its done callback returns. Never NULL: what fails at once is told by done. */
struct probe *probe_start(uv_loop_t *loop, const struct probe_settings *settings,
	const struct probe_events *events);

/* Ends it: the observation says FAULT_CANCELLED; done still comes, nothing else does. Without effect once it
 * has ended. */
void probe_cancel(struct probe *p);

#endif
