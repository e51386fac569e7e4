/* stages: how long each stage of a probe takes, and the time limits: one timer on the loop. */
#ifndef PROBE_STAGES_H
#define PROBE_STAGES_H

#include "model/observation.h"
#include "probe/limits.h"

#include <uv.h>

struct stages {
	uv_timer_t timer; /* the owner closes it */
	struct probe_limits limits;
	void (*late)(void *arg, const struct fault *why); /* a limit ran out */
	void *arg;
	enum stage waits_for; /* STAGE_NONE: for the answer to QUIT */
	enum stage passed;
	int64_t begun, stage_begun; /* ms of the loop's clock */
	int64_t limit;              /* the one that runs, ms */
	bool limit_is_overall;
};

/* Begins to wait for STAGE_CONNECT; limits, late and arg are set. The handle's data is the caller's to set.
 */
void stages_start(struct stages *s, uv_loop_t *loop);

/* Milliseconds since the start. */
int64_t stages_elapsed(const struct stages *s);

/* Waits for that stage from now on; false when it does so already, and its limit goes on running. */
bool stages_wait_for(struct stages *s, enum stage stage);

/* Notes in o->stage_ms the times of the stages that were passed since the last call, up to o->reached. */
void stages_pass(struct stages *s, struct observation *o);

#endif
