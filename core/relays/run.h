/* run: what a stretch of verify words says of change: the last word, since when it stands, what stood before.
 * Runs of neighbouring stretches join to the run of both. */
#ifndef RELAYS_RUN_H
#define RELAYS_RUN_H

#include "model/verify.h"

struct run {
	bool any, changed; /* a word was seen; another one stands before the last */
	enum verify first, last, before;
	int64_t first_ms, since_ms; /* since_ms: when the last word began, if it changed */
	int64_t last_ok_ms, first_fail_ms;
};

/* A run of one word. */
struct run run_of(enum verify word, int64_t time_ms);

/* The run of both, the older first. */
struct run run_join(const struct run *older, const struct run *newer);

#endif
