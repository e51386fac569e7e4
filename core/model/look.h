/* look: one look at a target: its names, its addresses, and for each what the connection saw and the verdict.
 * The engine makes it and fills it on the loop while it goes on; everybody else reads. Reference counted. */
#ifndef MODEL_LOOK_H
#define MODEL_LOOK_H

#include "model/answer.h"
#include "model/experiment.h"
#include "model/observation.h"
#include "model/path.h"
#include "model/policy.h"

enum look_state {
	LOOK_QUEUED, /* waits for its turn: --jobs, or the rate limit */
	LOOK_RESOLVING,
	LOOK_PROBING,
	LOOK_JUDGING,
	LOOK_EXAMINING, /* of a look: every address has its verdict, the cause is being searched */
	LOOK_DONE,
	LOOK_CANCELLED,
};

struct look_address {
	struct address address;
	enum look_state state;
	enum stage waits_for;   /* LOOK_PROBING: the stage it waits for */
	int64_t waits_since_ms; /* the wall clock */
	int64_t waits_most_ms;  /* how long at most; 0: not known */
	char *held_back; /* LOOK_QUEUED: why it waits ("--pace: next in 4 min"); NULL: only for its turn */
	struct transcript_line
		*transcript; /* LOOK_PROBING: the dialogue so far; later the observation has it */
	size_t transcript_count;
	struct observation *observation; /* NULL until the connection has ended */
	struct verdict verdict;          /* VERIFY_UNKNOWN until judged */
	struct path *path;               /* the chain as it was built for the verdict; NULL: none was */
	struct experiment *experiments;  /* the judgements that took the verdict apart, in order */
	size_t experiment_count;
	struct path *
		repaired; /* the chain with all that the experiments kept; NULL: nothing was to be repaired */
	struct path *
		*others; /* further paths from what was sent to an anchor, that the verdict did not use */
	size_t other_count;
};

struct look {
	unsigned refs;
	char *target; /* as asked for */
	char *host;   /* what was resolved: the name or the literal, no trailing dot */
	unsigned port;
	enum look_state state;
	int64_t begun_ms;      /* the wall clock */
	int64_t elapsed_ms;    /* -1 until it has ended */
	struct policy *policy; /* what it was judged by */
	char *store;           /* the trust store in words: "144 roots", "none: CACertPath is unset" */
	enum dns_status dns;
	char *dns_why;           /* NULL unless bogus or failed */
	int64_t dns_ms;          /* -1 until known */
	struct answer **answers; /* the questions asked, in order */
	size_t answer_count;
	struct look_address *addresses; /* in Sendmail's order: IPv6 first */
	size_t address_count;
	enum verify verify; /* of the first address that Sendmail could connect to */
	char *asks; /* LOOK_EXAMINING: what it does now ("asks http://… for the issuer"); NULL: it judges */
	unsigned connections; /* how many were made for it, second looks included */
	struct fault fault;   /* why there is no address to look at */
	bool saved;           /* a chain from a file: no connection was made */
	bool not_this_host;   /* the log was written on another host */
};

/* A new look in LOOK_QUEUED with one reference. */
struct look *look_new(const char *target, unsigned port);

/* One more reference; returns its argument. NULL gives NULL. */
struct look *look_ref(struct look *l);

/* One reference less; the last one frees it. NULL does nothing. */
void look_unref(struct look *l);

/* The first address that Sendmail could connect to: its word is the look's. NULL: there was none. */
const struct look_address *look_deciding(const struct look *l);

/* LOOK_DONE or LOOK_CANCELLED. */
bool look_has_ended(const struct look *l);

#endif
