/* look_rules: what all looks of an engine have in common: what they use, their limits, and whom they tell. */
#ifndef ENGINE_LOOK_RULES_H
#define ENGINE_LOOK_RULES_H

#include "engine/aia.h"
#include "engine/issuer_pool.h"
#include "engine/settings.h"
#include "probe/probe.h"

struct look_run;

/* The most connections to one relay for one look, second looks included: looking must not be a burden. */
#define LOOK_CONNECTIONS 8

struct look_rules {
	uv_loop_t *loop;
	struct settings *settings; /* borrowed, all four */
	struct resolver *resolver;
	struct aia *aia;
	struct issuer_pool *pool; /* certificates of all chains seen, and fetched */
	struct probe_limits limits;
	int64_t at_ms; /* the now of validity; 0: the clock */
	bool offline;  /* no URL is asked */
	/* Something of a look has changed: what findings are made of (run), or progress alone (NULL). */
	void (*changed)(void *arg, struct look_run *run);
	void (*waits)(void *arg); /* a connection may wait for its turn */
	void (*connection_ended)(void *arg, const struct observation *o);
	void (*ended)(void *arg, struct look_run *run); /* the look has ended */
	void *arg;
};

#endif
