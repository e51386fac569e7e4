/* logs_parts: the logs' own parts; for the files that make up their door. */
#ifndef ENGINE_LOGS_PARTS_H
#define ENGINE_LOGS_PARTS_H

#include "engine/logs_input.h"

struct scan;

enum phase { PHASE_NEW, PHASE_OPENING, PHASE_SCANNING, PHASE_FOLLOWING };

struct logs {
	uv_loop_t *loop;
	struct logs_options options;
	void (*changed)(void *arg);
	void (*done)(void *arg, const struct fault *fault);
	void *arg;
	enum phase phase;
	bool live, closing;
	struct input *inputs; /* in PHASE_OPENING they belong to a thread */
	size_t count;
	char *name;
	const struct follow *noted; /* whose note is the newest */
	struct history *history;
	uint64_t version; /* of which history it is */
	uv_work_t opening;
	struct scan *scan; /* in PHASE_SCANNING */
	void (*closed)(void *arg);
	void *closed_arg;
	uv_idle_t last; /* its close callback is the end */
};

/* Adds the inputs that the options name, or the usual ones. False with *why when the usage is wrong. */
bool logs_add_inputs(struct logs *l, struct fault *why);

/* How the inputs are called together: the caller frees it. */
char *logs_name(const struct logs *l);

/* Begins to follow an input, or to read a pipe or command to its end, where the scan stopped. */
void logs_begin_following(struct input *in);

/* In a reading to the ends: tells the user, once, when the last end has come. */
void logs_check_done(struct logs *l);

#endif
