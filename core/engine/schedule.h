/* schedule: which looks wait and go on, and in which order: what the user asked for goes first, never more
 * connections than --jobs at a time, each when the rate limit of its address allows it. */
#ifndef ENGINE_SCHEDULE_H
#define ENGINE_SCHEDULE_H

#include "engine/debug.h"
#include "engine/look_table.h"

struct schedule;

struct schedule_options {
	unsigned jobs, pace;
	int64_t timeout_ms;
	int64_t at_ms;             /* the now of validity; 0: the clock */
	struct settings *settings; /* borrowed, all three */
	struct resolver *resolver;
	struct aia *aia;
	bool offline;               /* no URL is asked */
	struct debug *debug;        /* NULL: none */
	void (*changed)(void *arg); /* on the loop, after every change of a look */
	void *arg;
};

/* A schedule on a loop; nothing begins before the settings are read. */
struct schedule *schedule_new(uv_loop_t *loop, const struct schedule_options *options);

/* The newest look at each target. Borrowed. */
struct look_table *schedule_looks(const struct schedule *s);

/* Begins a look at a target, ahead of those that nobody waits for when `asked`; while one at the same host
 * and port goes on, returns that one. Borrowed until a newer look at the same target takes its place. */
struct look *schedule_look(struct schedule *s, const struct target *target, bool asked);

/* A look that was made of a chain from a file, judged and taken apart when it returns. Blocking. The chain's
 * reference goes over; borrowed as above. */
struct look *schedule_judge_saved(struct schedule *s, const char *path, struct chain *chain);

/* Ends a look early. */
void schedule_cancel(struct schedule *s, const struct look *look);

/* Goes on where something changed that looks wait for: the settings were read. */
void schedule_go_on(struct schedule *s);

/* How many looks have not begun to connect, go on, and have ended; the longest-running one, or NULL. */
struct schedule_activity {
	size_t queued, running, done;
	const struct look *first;
};
struct schedule_activity schedule_activity(const struct schedule *s);

/* Cancels all and closes; closed(arg) comes when the memory is gone. */
void schedule_close(struct schedule *s, void (*closed)(void *arg), void *arg);

#endif
