/* looks: looking again: which targets are looked at, in which order, and what came of it. A look resolves the
 * target's name, makes a connection to each address when the manners allow it, and has each judged on a
 * worker. */
#ifndef ENGINE_LOOKS_H
#define ENGINE_LOOKS_H

#include "engine/debug.h"
#include "engine/inquiry.h"
#include "engine/settings.h"
#include "engine/target.h"
#include "model/look.h"
#include "probe/resolver.h"

struct looks;

struct looks_options {
	unsigned jobs, pace;
	int64_t timeout_ms;
	int64_t at_ms;             /* the now of validity; 0: the clock */
	struct settings *settings; /* borrowed, all four */
	struct resolver *resolver;
	struct aia *aia;
	bool offline;               /* no URL is asked */
	struct debug *debug;        /* NULL: none */
	void (*changed)(void *arg); /* on the loop, after every change of a look */
	void *arg;
};

/* Looks on a loop; nothing begins before the settings are read. */
struct looks *looks_new(uv_loop_t *loop, const struct looks_options *options);

/* Begins a look at a target, ahead of those that nobody waits for when `asked`; while one at the same host
 * and port goes on, returns that one. Borrowed until a newer look at the same target takes its place. */
struct look *looks_start(struct looks *l, const struct target *target, bool asked);

/* The newest look at a target, or NULL. Borrowed. */
struct look *looks_find(const struct looks *l, const struct target *target);

/* The key that a target is kept under: the caller frees it. */
char *looks_key(const struct target *target);

/* Another number after every change of what looks_put_evidence() says of the newest look at the target of
 * that key; 0: there is none. */
uint64_t looks_version_of(const struct looks *l, const char *key);

/* Another number after every change of any of these. */
uint64_t looks_version(const struct looks *l);

/* Makes a saved look the newest one of its target and examines its chain at once. Blocking. */
void looks_examine_saved(struct looks *l, struct look *look);

/* A look becomes part of an evidence; while it is the newest of its target, with what was found out about it
 * and the look before it. */
void looks_put_evidence(const struct looks *l, const struct look *look, struct evidence *e);

/* The newest look of each target: calls each(arg, look). */
void looks_each(const struct looks *l, void (*each)(void *arg, const struct look *look), void *arg);

/* Ends a look early. */
void looks_cancel(struct looks *l, const struct look *look);

/* Goes on where something changed that looks wait for: the settings were read. */
void looks_go_on(struct looks *l);

/* How many looks have not begun to connect, go on, and have ended; the longest-running one, or NULL. */
struct looks_activity {
	size_t queued, running, done;
	const struct look *first;
};
struct looks_activity looks_activity(const struct looks *l);

/* Cancels all and closes; closed(arg) comes when the memory is gone. */
void looks_close(struct looks *l, void (*closed)(void *arg), void *arg);

#endif
