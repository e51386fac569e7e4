/* trial: one probe against a host on one loop, and what it told. */
#ifndef UNIT_PROBE_TRIAL_H
#define UNIT_PROBE_TRIAL_H

#include "probe/probe.h"
#include "tests/unit/probe/host.h"

struct trial {
	uv_loop_t loop;
	struct host host;
	struct probe *probe;
	struct observation *o;
	int done;
	bool outside; /* no call into probe.h is under way */
	enum stage cancel_at;
	struct text lines, waits;
};

extern const struct probe_limits trial_patient; /* 20 s each */

/* Begins to listen and to probe; checks that nothing is told from inside. */
void trial_start(struct trial *t, const struct pki *pki, const struct host_script *script,
	const struct probe_limits *limits);

/* Cancels the probe, twice. */
void trial_cancel(struct trial *t);

/* For probe_events.done: keeps the observation and closes the host. */
void trial_done(void *arg, struct observation *o);

/* Runs the loop to its end: it can be closed, and done was called once. */
void trial_finish(struct trial *t);

/* Frees what it holds. */
void trial_forget(struct trial *t);

#endif
