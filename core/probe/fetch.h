/* fetch: one HTTP GET on a libuv loop for what certificates and policies point at: issuers (AIA), CRLs,
 * MTA-STS. The URLs are written by attackers: names are resolved by our resolver and pinned, private
 * addresses and other ports are asked only with the user's leave, each redirect is checked again, size and
 * time are bounded. Nothing is cached, and nothing is said about what the bytes are. */
#ifndef PROBE_FETCH_H
#define PROBE_FETCH_H

#include "base/fault.h"
#include "probe/resolver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct fetch_options {
	bool allow_private; /* --allow-private: any port, and addresses of our own networks */
};

struct fetch_limits {
	int64_t timeout_ms; /* from the call to the last byte, redirects included; more than 0 */
	size_t bytes;       /* of the body */
	unsigned redirects; /* this many are followed; 0: none, as MTA-STS wants (RFC 8461 section 3.3) */
	bool allow_https;   /* https: too, port 443, its certificate verified with libcurl's default store.
			     * Never for an issuer: that would need what is being fetched (RFC 5280 section 8)
			     */
};

/* What an answer with certificates is worth waiting for (RFC 5280 section 4.2.2.1). */
#define FETCH_LIMITS ((struct fetch_limits){5000, 1 << 20, 3, false})

/* What came of it. fault.kind:
 *   FAULT_NONE         bytes is the body of a 200, perhaps empty
 *   FAULT_USAGE        a URL that we do not ask: scheme, port, literal or private address, …; code 0
 *   FAULT_DNS          the host has no address; code is the DNS response code
 *   FAULT_UNREACHABLE, FAULT_REFUSED, FAULT_RESET, FAULT_CLOSED   as of any connection; code: UV_E or 0
 *   FAULT_TLS          an https: server's certificate or handshake
 *   FAULT_REPLY        the server answered and has nothing for us; code is the HTTP status
 *   FAULT_PROTOCOL     what came is no HTTP
 *   FAULT_LIMIT        too many bytes, too many redirects, or redirects in a circle
 *   FAULT_TIMEOUT      timeout_ms ran out, or no connection came up
 *   FAULT_CANCELLED    fetch_cancel() or fetcher_close()
 * "Not reachable" is a fault with status 0; FAULT_REPLY is "none". */
struct fetch_result {
	struct fault fault;
	int status; /* of the HTTP answer of url; 0: it did not answer */
	const unsigned char *bytes;
	size_t len;               /* 0 with a fault */
	const char *type;         /* Content-Type as sent; NULL: none */
	int64_t date_ms;          /* the server's clock, from Date; 0: not known */
	int64_t ms;               /* how long it took */
	const char *url;          /* the last one: that answered, did not, or was not even asked */
	const char *const *asked; /* the URLs to which a connection was tried, in order, without fragments */
	size_t asked_count;
};

struct fetcher;
struct fetch;

/* Called exactly once, never from inside fetcher_get(), fetch_cancel() or fetcher_close(). The result and
 * all it points to are borrowed for the call. */
typedef void fetch_cb(void *arg, const struct fetch_result *result);

/* Begins on the loop; NULL when libcurl cannot (no descriptor is left). The resolver must outlive it or be
 * closed right after fetcher_close(). options is borrowed for its lifetime and read anew for each URL,
 * redirects too. libcurl brings OpenSSL up, with the user's configuration unless tls_library_init() was
 * called before. */
struct fetcher *fetcher_new(uv_loop_t *loop, struct resolver *resolver, const struct fetch_options *options);

/* Asks for a URL, which is copied and may be any text. The fetch is valid until its callback. */
struct fetch *fetcher_get(struct fetcher *r, const char *url, const struct fetch_limits *limits,
	fetch_cb *done, void *arg);

/* Ends it early; its callback still comes, later: with FAULT_CANCELLED, or with what it ended with before. */
void fetch_cancel(struct fetch *f);

/* Cancels what goes on and closes; closed (may be NULL) comes after the last callback, when its last handle
 * is gone from the loop. NULL does nothing, and closed never comes. */
void fetcher_close(struct fetcher *r, void (*closed)(void *arg), void *arg);

#endif
