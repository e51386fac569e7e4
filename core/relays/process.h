/* process: what pends in each process that logs: a daemon (host and tag) and a pid. A STARTTLS line carries
 * no queue id, so it is the process that ties it to the lines around it, and the process's sessions that tie
 * it to the to= lines after it. PROCESSES_MOST of them are kept; of more, one that logged nothing for long
 * gives way. */
#ifndef RELAYS_PROCESS_H
#define RELAYS_PROCESS_H

#include "relays/table.h"

#define PROCESSES_MOST 32768
#define PROCESS_SESSIONS 64 /* relays that one process talks to at a time */
#define PROCESS_REJECTS 16  /* rejects of one attempt: a relay each */

enum session_state {
	SESSION_NAMED, /* only the relay's name is known */
	SESSION_TLS,
	SESSION_FAILED, /* the handshake failed: what is sent now is sent in clear */
	SESSION_CLEAR,  /* no STARTTLS line, and it began after the log did */
	SESSION_DOUBT   /* no STARTTLS line, but it may have begun before the log */
};

struct session {
	uint64_t hash;   /* of the relay's row: it stays when the row is evicted and comes back */
	struct row *row; /* NULL: evicted since */
	enum session_state state;
	enum verify verify; /* SESSION_TLS */
	bool failed;        /* a failed handshake was counted */
	int64_t last_ms;    /* its last line */
	int64_t named_ms;   /* the last line that named the relay in full */
};

/* A line that waits for the one which names its relay. */
struct pending {
	bool counted;
	int64_t time_ms;
	uint64_t at; /* its number in the log */
	char *message, *subject;
	int ssl_error, err, retry, depth;
	struct row_line line;
};

struct process {
	uint64_t key;            /* daemon and pid */
	bool used;               /* used: since the last search for one that can go */
	struct pending *failure; /* a "connect failed" line; NULL: none */
	struct pending *check;   /* a "cert verify" line, which waits for its STARTTLS line */
	struct row *tls;         /* of a STARTTLS line that waits for its cert-subject line */
	uint64_t tls_handshake;  /* which of that row's it is */
	int64_t tls_ms;
	struct row *current; /* the relay spoken to last */
	struct reject *rejects;
	uint32_t session_count, session_room;
	struct session *sessions; /* the one used last is first; NULL: it is `own` */
	struct session own;       /* most processes have one: near at hand */
};

struct processes {
	struct process *all; /* PROCESSES_MOST of them, taken one after another */
	struct map map;      /* by key */
	size_t count, hand;  /* hand: where the next search begins */
};

/* A process of a daemon, made when there is none. */
struct process *processes_take(struct processes *all, unsigned daemon, int64_t pid);

/* Rows are gone: nothing refers to them any more. */
void processes_evict(struct processes *all);

/* Frees them all and leaves it empty. */
void processes_free(struct processes *all);

/* Whether a line at now_ms is too late for what was at then_ms: a session ends an hour after its last line.
 */
bool session_is_over(int64_t then_ms, int64_t now_ms);

/* Forgets a pending line, and the pointer to it. */
void pending_drop(struct pending **pending);

/* A reject of the row pends, and is the process's; the oldest of too many is told as not cured. */
void process_reject(struct process *p, struct reject *reject);

/* Ends the rejects that pend. answered: a to= line at now_ms says what became of the mail; cured: it was
 * sent. */
void process_end_rejects(struct process *p, bool answered, bool cured, int64_t now_ms);

/* Its sessions, session_count of them. */
struct session *process_sessions(const struct process *p);

/* The session with a relay, or NULL. */
struct session *process_session(const struct process *p, const struct row *r);

/* The same, made when there is none; it is the one used last now. */
struct session *process_take_session(struct process *p, struct row *r);

/* The relay that a shortened name of a to= line stands for, of the one used last; NULL: none of this process.
 */
struct row *process_long_name(const struct process *p, struct span name, int64_t now_ms);

#endif
