/* lanes: what is pending in each process that logs: a lane is a daemon (host and tag) and a pid. A STARTTLS
 * line carries no queue id, so it is a lane that ties it to the lines around it, and a lane's sessions that
 * tie it to the to= lines after it. The lanes used last are kept, LANES_MOST of them. */
#ifndef RELAYS_LANE_H
#define RELAYS_LANE_H

#include "relays/kept.h"
#include "relays/row.h"

#define LANES_MOST 32768
#define LANE_SESSIONS 64 /* relays that one process talks to at a time */
#define LANE_REJECTS 16  /* rejects of one attempt: a relay each */

/* The parts of a lane. In a history that is not closed a part is unknown until a line of this stretch sets
 * it: what an older line left there decides. */
enum lane_part {
	LANE_FAILURE = 1,  /* a "connect failed" line that waits for the line which names its relay */
	LANE_CHECK = 2,    /* a "cert verify" line that waits for its STARTTLS line */
	LANE_TLS = 4,      /* a STARTTLS line that waits for its cert-subject line */
	LANE_REJECT = 8,   /* rejects that wait for the to= line which says what became of the mail */
	LANE_CURRENT = 16, /* the relay spoken to last */
	LANE_ALL = 31
};

enum session_state {
	SESSION_NAMED, /* only the relay's name is known */
	SESSION_TLS,
	SESSION_FAILED, /* the handshake failed: what is sent now is sent in clear */
	SESSION_CLEAR,  /* no STARTTLS line, and it began after the log did */
	SESSION_DOUBT   /* no STARTTLS line, but it may have begun before the log */
};

struct session {
	struct session *prev, *next;
	struct row *row;
	enum session_state state;
	enum verify verify; /* SESSION_TLS */
	bool failed;        /* a failed handshake was counted */
	int64_t last_ms;    /* its last line */
	int64_t named_ms;   /* the last line that named the relay in full */
};

struct pending {
	struct kept *line; /* NULL: nothing pends */
	uint64_t seq;
	bool counted;
};

struct reject {
	struct reject *next;
	struct reject *row_prev, *row_next; /* utlist: those of the row, of all lanes */
	struct pending pending;
	char *text; /* reject=; NULL: it says nothing */
	struct row *row;
};

struct lane_key {
	int64_t pid;
	uint64_t daemon;
};

struct lane {
	struct lane_key key;
	UT_hash_handle hh;
	struct lane *prev, *next;
	unsigned known; /* parts */
	struct pending failure, check;
	struct row *tls, *current;
	uint64_t tls_seq;
	int64_t tls_ms;
	struct reject *rejects;
	struct session *sessions; /* utlist: the one used last is first */
};

struct lanes {
	struct lane *lanes;  /* uthash */
	struct lane *oldest; /* utlist, by their last line */
	unsigned known;      /* what is known of a new lane: LANE_ALL in a closed history */
};

/* The lane of a key, made when there is none; it is the one used last now. */
struct lane *lanes_take(struct lanes *l, struct lane_key key);

/* The lane of a key, or NULL. */
struct lane *lanes_find(const struct lanes *l, struct lane_key key);

/* Frees them all and leaves it empty. */
void lanes_free(struct lanes *l);

/* Whether a line at now_ms is too late for what was at then_ms: a session ends an hour after its last line.
 */
bool lane_is_over(int64_t then_ms, int64_t now_ms);

/* Lets a line pend, in place of another; NULL: nothing pends. */
void pending_set(struct pending *p, struct kept *line, uint64_t seq, bool counted);

/* Sets a part that is a row, with its reference. */
void lane_set_row(struct row **part, struct row *r);

/* A rejection pends; the oldest of too many is told as not cured. */
void lane_reject(struct lane *l, struct row *r, struct pending p);

/* The rejects that pend are over: cured, or told as the rows' last rejects. now_ms: of the line that ends
 * them. */
void lane_end_rejects(struct lane *l, bool cured, int64_t now_ms);

/* The first reject that pends is forgotten. */
void lane_drop_reject(struct lane *l);

/* The session with a relay, or NULL. */
struct session *lane_session(const struct lane *l, const struct row *r);

/* The same, made when there is none; it is the one used last now. */
struct session *lane_take_session(struct lane *l, struct row *r);

/* Ends a session. */
void lane_drop_session(struct lane *l, struct session *s);

/* The relay that a shortened name of a to= line stands for, of the one used last; NULL: none of this lane. */
struct row *lane_long_name(const struct lane *l, struct span name, int64_t now_ms);

#endif
