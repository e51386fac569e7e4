/* run: one look that goes on: its look-ups, then an attempt for each address, then the inquiry into the
 * cause. For looks.c. */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include "engine/inquiry.h"
#include "engine/target.h"
#include "probe/resolver.h"

struct run {
	const struct attempt_owner *owner;
	struct resolver *resolver;
	struct look *look; /* a reference */
	struct target target;
	bool asked; /* by the user */
	bool cancelled;
	struct inquiry *inquiry;   /* into the look; borrowed */
	bool inquires;             /* it has begun */
	int64_t began_ms;          /* on the loop's clock */
	struct lookup *lookups[2]; /* AAAA, A; NULL: answered */
	struct attempt *attempts;  /* one an address; NULL until resolved */
	size_t attempt_count;
	void (*ended)(void *arg, struct run *run); /* the look has ended: run_free() it */
	void (*waits)(void *arg);                  /* some of its attempts may wait for their turn */
	void *arg;
	struct run *prev, *next;
};

/* A run for a look, with its inquiry and its owner's callbacks to be set by the caller; nothing has begun. */
struct run *run_new(const struct attempt_owner *owner, struct resolver *resolver, struct look *look,
	const struct target *target);

/* Begins: asks for the addresses, or takes the target's own. */
void run_start(struct run *run);

/* The next attempt after `last` (NULL: the first) that waits for its turn, or NULL. */
struct attempt *run_waiting(const struct run *run, const struct attempt *last);

/* Does without an attempt that waits, of the inquiry, for a static reason; which may end the run. False: it
 * is none of the inquiry. */
bool run_do_without(struct run *run, const struct attempt *a, const char *why);

/* How many of its connections and judgements are under way. */
size_t run_active(const struct run *run);

/* Ends a look early: ended() comes when what is under way has ended; from inside this call when nothing is.
 */
void run_cancel(struct run *run);

/* Frees a run that has ended. */
void run_free(struct run *run);

#endif
