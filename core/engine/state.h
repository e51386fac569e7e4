/* state: the engine's own parts; for the files of this room that make up its door. */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "engine/engine.h"
#include "engine/target.h"

struct engine {
	uv_loop_t *loop;
	struct engine_options options;
	uint64_t generation;
	struct logs *logs;
	struct settings *settings;
	struct resolver *resolver;
	struct aia *aia;
	struct look_table *looks;
	struct schedule *schedule;
	struct trials *trials;
	struct names *names;
	struct findings_table *findings; /* NULL while it closes */
	struct automatic *automatic;     /* NULL without --auto */
	struct debug *debug;             /* NULL without --debug */
	char own_host[256];              /* of this machine, up to its first dot */
	bool probes_allowed;             /* --probe-here, or the user said yes */
	size_t closing;                  /* parts whose closed callback is still to come */
	bool is_reading;                 /* engine_read() has not come to the ends of the logs */
	void (*read_done)(void *arg, const struct fault *fault); /* NULL: nobody waits for that */
	struct fault read_fault;                                 /* what it ended with */
	void *read_arg;
	void (*closed)(void *arg);
	void *closed_arg;
};

/* Everything that was to be diagnosed is: whoever waits for that in engine_read() is told. */
void engine_found_all(struct engine *e);

/* The target of a relay's row: its name, or its address where the log cut the name or never knew one. */
bool engine_relay_target(const struct engine *e, const struct relay *relay, struct target *target,
	struct fault *why);

/* Begins a look at a relay's row, marked when another host wrote the log. Borrowed as looks_start() says;
 * NULL with *why where engine_look_relay() says so. */
struct look *engine_begin_look(struct engine *e, const struct relay *relay, bool asked, struct fault *why);

#endif
