/* trial: a remedy applied in memory: every chain that was seen in this run is judged again on a worker, with
 * the change; nothing is written and nobody is asked. */
#ifndef ENGINE_TRIAL_H
#define ENGINE_TRIAL_H

#include "engine/engine.h"
#include "engine/look_table.h"

struct trials;

/* Trials on a loop, which borrow settings and looks; changed(arg) comes when one has ended. */
struct trials *trials_new(uv_loop_t *loop, struct settings *settings, struct look_table *looks,
	void (*changed)(void *arg), void *arg);

struct trial_request {
	const struct relay *relay; /* NULL: the host's finding */
	const struct look *look;   /* the newest at it; NULL: none */
	const struct finding *finding;
	size_t remedy;                     /* of the finding */
	const struct second_look *seconds; /* of the look */
	size_t second_count;
	int64_t now_ms;
};

/* Begins a trial, or returns the one that goes on. Its words live until the next one begins. */
struct trial trials_begin(struct trials *t, const struct trial_request *request);

/* What came of it, while the look that it was tried on is the newest and the settings are the same. */
struct trial trials_find(const struct trials *t, const struct trial_request *request);

/* Closes when the worker has ended; closed(arg) comes when the memory is gone. */
void trials_close(struct trials *t, void (*closed)(void *arg), void *arg);

#endif
