/* auto: --auto: looks again at relays that fail, each at most every 15 minutes, doubling to 6 hours while it
 * goes on failing. */
#ifndef ENGINE_AUTO_H
#define ENGINE_AUTO_H

#include "relays/relays.h"

#include <stdbool.h>
#include <uv.h>

struct automatic;

struct automatic_options {
	const struct history *(*history)(void *arg);        /* the relay table of now */
	bool (*look)(void *arg, const struct relay *relay); /* begins a look; false: not now */
	void *arg;
};

/* Begins; it does not keep the loop alive. */
struct automatic *automatic_new(uv_loop_t *loop, const struct automatic_options *options);

/* Closes; closed(arg) comes when the memory is gone. */
void automatic_close(struct automatic *a, void (*closed)(void *arg), void *arg);

/* Whether a relay's last word calls for a look. */
bool automatic_is_failing(const struct relay *relay);

/* How long to wait after the n-th look in a row (n counts from 1), in ms. */
int64_t automatic_wait(unsigned n);

#endif
