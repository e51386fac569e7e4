/* kept: an event that outlives its line. */
#ifndef RELAYS_KEPT_H
#define RELAYS_KEPT_H

#include "model/event.h"

struct kept {
	struct event event; /* its spans point into line */
	char line[];
};

/* A copy of an event with its line in one piece of memory; the caller frees it with free(). */
struct kept *kept_new(const struct event *e);

#endif
