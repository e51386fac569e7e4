/* resolver: names by libunbound on a libuv loop, with DNSSEC and the reason when it is bogus. Looking again
 * means now: nothing is cached. */
#ifndef PROBE_RESOLVER_H
#define PROBE_RESOLVER_H

#include "base/fault.h"
#include "model/answer.h"

#include <uv.h>

struct resolver_options {
	const char *server;       /* ADDR[@PORT]; NULL: resolv.conf and /etc/hosts */
	const char *trust_anchor; /* a file; NULL: the system's (Debian: /usr/share/dns/root.key), if any */
};

struct resolver;
struct lookup;

/* Called exactly once, never from inside resolver_ask() or lookup_cancel(); answer is borrowed: take a
 * reference to keep it. A cancelled look-up answers DNS_FAILED with why "cancelled". */
typedef void resolver_cb(void *arg, struct answer *answer);

/* Starts one on the loop. NULL with *why when the options cannot be used. */
struct resolver *resolver_new(uv_loop_t *loop, const struct resolver_options *options, struct fault *why);

/* Asks one question; gives up after timeout_ms with DNS_FAILED. The look-up is valid until its callback. */
struct lookup *resolver_ask(struct resolver *r, const char *name, int type, int64_t timeout_ms,
	resolver_cb *done, void *arg);

/* Ends it early; its callback still comes, later. */
void lookup_cancel(struct lookup *l);

/* Cancels what goes on and closes; the memory goes with the last callback on the loop. NULL does nothing. */
void resolver_close(struct resolver *r);

#endif
