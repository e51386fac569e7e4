/* look_run: one look, from its names to the cause: asks for the addresses, makes a connection to each when it
 * is its turn and has it judged on a worker, then searches for the cause. It is the one owner of the look and
 * of all that is found out about it, and stays when the look has ended. The state of a look is written here
 * alone. */
#ifndef ENGINE_LOOK_RUN_H
#define ENGINE_LOOK_RUN_H

#include "base/hash.h"
#include "engine/cause_search.h"
#include "engine/target.h"
#include "probe/resolver.h"

enum attempt_state { ATTEMPT_WAITS, ATTEMPT_CONNECTED, ATTEMPT_JUDGED, ATTEMPT_ENDED };

struct attempt { /* one connection: to an address as Sendmail makes it, or a second one that differs in one
		    thing */
	struct look_run *run;
	struct look_address *into; /* what came of it: of the look, or of the search for the cause */
	const char *sni;           /* NULL: none is sent */
	enum tls_change change;
	enum attempt_state state;
	struct probe *probe; /* while ATTEMPT_CONNECTED */
	uv_work_t work;      /* while ATTEMPT_JUDGED, with the five below */
	struct observation *observation;
	struct store *store;
	struct verdict verdict;
	struct path *path;
	int64_t now_ms;
};

struct look_run {
	const struct look_rules *rules;
	struct target target;
	struct look *look, *before; /* a reference each; before: the look before this one, NULL: none */
	bool asked;                 /* by the user */
	bool cancelled;
	bool searches;             /* the search for the cause has begun */
	int64_t began_ms;          /* on the loop's clock */
	struct lookup *lookups[2]; /* AAAA, A; NULL: answered */
	struct attempt *attempts;  /* one an address; NULL until resolved */
	size_t attempt_count;
	struct attempt second; /* of the search for the cause */
	struct cause_search *search;
	char *key; /* for look_table.c, with the two below */
	uint64_t version;
	UT_hash_handle hh;
	struct look_run *prev, *next; /* for schedule.c, while it waits or goes on */
};

/* A run for a new look at a target; nothing has begun. The reference to the look before goes over. */
struct look_run *look_run_new(const struct look_rules *rules, const struct target *target,
	struct look *before);

/* A run that has ended already: of a chain from a file, which is judged and taken apart at once. Blocking.
 * The chain's reference goes over. */
struct look_run *look_run_saved(const struct look_rules *rules, const char *path, struct chain *chain);

/* Begins: asks for the addresses, or takes the target's own. */
void look_run_start(struct look_run *run);

/* The user asks for it, too. */
void look_run_ask(struct look_run *run);

/* The next attempt after `last` (NULL: the first) that waits for its turn, or NULL. */
struct attempt *look_run_waiting(struct look_run *run, const struct attempt *last);

/* Begins the connection of an attempt that waits. */
void look_run_connect(struct attempt *a);

/* Does without an attempt that waits, when it is one of the search for the cause, for a static reason: which
 * ends the look. False: it is none of them. */
bool look_run_do_without(struct attempt *a, const char *why);

/* How many of its look-ups, connections and judgements are under way. */
size_t look_run_active(const struct look_run *run);

/* Ends a look early: ended() comes when what is under way has ended; from inside this call when nothing is.
 */
void look_run_cancel(struct look_run *run);

/* Frees a run that has ended, or has not begun. */
void look_run_free(struct look_run *run);

#endif
