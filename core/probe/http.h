/* http: one HTTP GET on a libuv loop, for what certificates and policies point at: issuers (AIA), CRLs,
 * MTA-STS policies. Attackers write these URLs. So our own resolver looks the names up and libcurl connects
 * to just these addresses; private addresses and other ports need the user's leave; each redirect is checked
 * like a first URL; size and time are bounded. Nothing is cached, and the bytes are not looked at. */
#ifndef PROBE_HTTP_H
#define PROBE_HTTP_H

#include "base/fault.h"
#include "probe/resolver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct http_limits {
	int64_t timeout_ms; /* from the call to the last byte, redirects included; more than 0 */
	size_t bytes;       /* of the body */
	unsigned redirects; /* how many are followed; 0: none, as MTA-STS demands (RFC 8461 section 3.3) */
	bool https;         /* also https: on port 443, its certificate verified with libcurl's default store.
			     * Never for an issuer: that would need what is being asked for (RFC 5280 section 8) */
};

/* For certificates at the URLs of authorityInfoAccess (RFC 5280 section 4.2.2.1). */
#define HTTP_AIA_LIMITS ((struct http_limits){5000, 1 << 20, 3, false})

/* What came of a GET. fault.kind:
 *   FAULT_NONE         bytes is the body of a 200, perhaps empty
 *   FAULT_USAGE        a URL that we do not ask: scheme, port, literal or private address, …; code 0
 *   FAULT_DNS          the host has no address; code is the DNS response code
 *   FAULT_UNREACHABLE, FAULT_REFUSED, FAULT_RESET, FAULT_CLOSED   as of any connection; code: UV_E or 0
 *   FAULT_TLS          an https: server's certificate or handshake
 *   FAULT_REPLY        the server answered, but not with a 200; code is the HTTP status
 *   FAULT_PROTOCOL     what came is no HTTP
 *   FAULT_LIMIT        too many bytes, too many redirects, or redirects in a circle
 *   FAULT_TIMEOUT      timeout_ms ran out, or no connection came up
 *   FAULT_CANCELLED    http_cancel() or http_client_close() */
struct http_result {
	struct fault fault;
	int status; /* of the HTTP answer of url; 0: it did not answer */
	const unsigned char *bytes;
	size_t len;               /* 0 with a fault */
	const char *type;         /* Content-Type as sent; NULL: none */
	int64_t date_ms;          /* the server's clock, from Date; 0: not known */
	int64_t ms;               /* how long it took */
	const char *url;          /* the last one: that answered, did not, or was not even asked */
	const char *const *asked; /* the URLs to which a connection was opened, in order, without fragments */
	size_t asked_count;
};

struct http_client;
struct http_get;

/* Called exactly once, never from inside http_get(), http_cancel() or http_client_close(). The result and all
 * that it points to are borrowed for the call. */
typedef void http_done(void *arg, const struct http_result *result);

/* A client on the loop; NULL when libcurl cannot start (no file descriptor is left). The resolver must
 * outlive it or be closed right after http_client_close(). *allow_private (--allow-private: any port, and
 * addresses of private networks) is borrowed for the client's lifetime and read for each connection. libcurl
 * initialises OpenSSL, with the user's configuration unless tls_library_init() was called before. */
struct http_client *http_client_new(uv_loop_t *loop, struct resolver *resolver, const bool *allow_private);

/* Starts a GET of a URL, which is copied and may be any text. The returned GET is valid until its callback.
 */
struct http_get *http_get(struct http_client *c, const char *url, const struct http_limits *limits,
	http_done *done, void *arg);

/* Ends it early; its callback still comes, later: with FAULT_CANCELLED, or with the end that it had before.
 */
void http_cancel(struct http_get *g);

/* Cancels what is under way and closes; closed (may be NULL) comes after the last callback, when the last
 * handle is gone from the loop. NULL does nothing, and closed never comes. */
void http_client_close(struct http_client *c, void (*closed)(void *arg), void *arg);

#endif
