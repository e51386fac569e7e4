/* attempt: one connection of a look, then the judgement on a worker: to an address as Sendmail makes it, or a
 * second one that differs in one thing. */
#ifndef ENGINE_ATTEMPT_H
#define ENGINE_ATTEMPT_H

#include "engine/settings.h"
#include "model/look.h"
#include "probe/probe.h"

enum attempt_state { ATTEMPT_WAITS, ATTEMPT_PROBING, ATTEMPT_JUDGING, ATTEMPT_ENDED };

struct attempt_owner { /* what an attempt needs of the look it belongs to, and whom it tells */
	uv_loop_t *loop;
	struct settings *settings;
	struct probe_limits limits;
	int64_t at_ms;              /* the now of validity; 0: the clock */
	void (*changed)(void *arg); /* its look_address changed */
	void (*connection_ended)(void *arg, const struct observation *o);
	void *arg;
};

struct attempt {
	const struct attempt_owner *owner;
	struct look *look;
	struct look_address *into; /* what came of it: of the look, or a second look's own */
	const char *sni;           /* NULL: none is sent */
	enum tls_change change;
	enum attempt_state state;
	struct probe *probe; /* while ATTEMPT_PROBING */
	uv_work_t work;      /* while ATTEMPT_JUDGING, with the five below */
	struct observation *observation;
	struct store *store;
	struct verdict verdict;
	struct path *path;
	int64_t now_ms;
	void (*ended)(void *arg); /* it is ATTEMPT_ENDED after a connection */
	void *arg;
};

/* Begins the connection of a waiting attempt; ended(arg) comes later, exactly once. */
void attempt_start(struct attempt *a);

/* Ends it early. One that waits is ended at once, without ended(). */
void attempt_cancel(struct attempt *a);

#endif
