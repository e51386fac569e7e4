/* rate_limit: when a connection to an address may begin: one at a
 * time to an address, 4 to a /24 or /48, `pace` in 10 minutes, no more than 3 failed handshakes in 10
 * minutes, none for 10 minutes after a 421 or 554. Loopback is exempt. Pure: now is a parameter. */
#ifndef ENGINE_RATE_LIMIT_H
#define ENGINE_RATE_LIMIT_H

#include "model/observation.h"

#define RATE_LIMIT_WINDOW (10 * INT64_C(60000)) /* ms */
#define RATE_LIMIT_ANOTHER (-1)                 /* the wait ends when another connection ends */

struct rate_limit;

/* A limit of `pace` connections to one address in the window (at least 1). Freed with rate_limit_free(). */
struct rate_limit *rate_limit_new(unsigned pace);

/* How long a connection to that address must wait, in ms: 0 not at all, or RATE_LIMIT_ANOTHER. *why gets the
 * reason in words, static; NULL when there is none. */
int64_t rate_limit_wait(const struct rate_limit *m, const struct address *a, int64_t now_ms,
	const char **why);

/* A connection begins. */
void rate_limit_begin(struct rate_limit *m, const struct address *a, int64_t now_ms);

/* It has ended with that observation. */
void rate_limit_end(struct rate_limit *m, const struct observation *o, int64_t now_ms);

/* Frees it. NULL does nothing. */
void rate_limit_free(struct rate_limit *m);

#endif
