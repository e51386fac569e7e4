/* manners: when a connection to an address may begin: one at a
 * time to an address, 4 to a /24 or /48, `pace` in 10 minutes, no more than 3 failed handshakes in 10
 * minutes, none for 10 minutes after a 421 or 554. Loopback is exempt. Pure: now is a parameter. */
#ifndef ENGINE_MANNERS_H
#define ENGINE_MANNERS_H

#include "model/observation.h"

#define MANNERS_WINDOW (10 * INT64_C(60000)) /* ms */
#define MANNERS_SOMEBODY (-1)                /* the wait ends when another connection ends */

struct manners;

/* Manners with `pace` connections to one address in the window (at least 1). Freed with manners_free(). */
struct manners *manners_new(unsigned pace);

/* How long a connection to that address must wait, in ms: 0 not at all, or MANNERS_SOMEBODY. *why gets the
 * reason in words, static; NULL when there is none. */
int64_t manners_wait(const struct manners *m, const struct address *a, int64_t now_ms, const char **why);

/* A connection begins. */
void manners_begin(struct manners *m, const struct address *a, int64_t now_ms);

/* It has ended with that observation. */
void manners_end(struct manners *m, const struct observation *o, int64_t now_ms);

/* Frees it. NULL does nothing. */
void manners_free(struct manners *m);

#endif
