/* store: the inside of a history, shared by the files of this room and nobody else. */
#ifndef RELAYS_STORE_H
#define RELAYS_STORE_H

#include "relays/facts.h"
#include "relays/history.h"
#include "relays/lane.h"
#include "relays/table.h"
#include "relays/waits.h"

enum item_kind {
	ITEM_PARTS,  /* parts of a line whose other effects are counted already */
	ITEM_EVENT,  /* a line nothing of which could be counted: to whom it belongs is not known */
	ITEM_FORGET, /* a "connect failed" of an older stretch was over when such a line came */
	ITEM_REJECT, /* a rejection that pended when such a line came */
	ITEM_REPEAT  /* "last message repeated" whose message is in an older stretch */
};

/* What of a line depends on the lines before it. */
enum item_part {
	PART_FAILURE = 1,     /* names the relay of a pending "connect failed" */
	PART_COUNT = 2,       /* a failed handshake: counted unless its session has one */
	PART_CHECK = 4,       /* a STARTTLS line takes the pending "cert verify" */
	PART_CERTIFICATE = 8, /* a cert-subject line belongs to the pending STARTTLS line */
	PART_SESSION = 16,    /* a to= line goes by what its session is */
	PART_REJECT = 32,     /* a to= line says what became of the pending rejects */
	PART_ALERT = 64       /* a TLS error belongs to the relay spoken to last */
};

struct item {
	struct item *prev, *next;
	enum item_kind kind;
	unsigned parts;
	struct lane_key key;
	unsigned host;
	uint64_t seq;
	int64_t time_ms;
	bool counted; /* not before since_ms */
	bool fresh;   /* PART_SESSION: the session before it is over, that much is known */
	unsigned repeat;
	struct row *row;
	struct kept *line;         /* the whole line, where it is needed */
	const struct event *event; /* the line while it is fed; a kept item uses line */
	enum outcome outcome;      /* of a to= line */
	int64_t begun_ms;   /* of a to= line: a log that began before this shows how its session began */
	struct place place; /* of a to= line */
	enum verify verify;
};

struct history {
	struct history_options options;
	bool closed;
	uint64_t seq; /* the number of the last event */
	uint64_t generation;
	uint64_t lines, bytes, skipped, earlier;
	int64_t first_ms, last_ms;
	unsigned host; /* who logged the last Sendmail line, plus 1; 0 nobody */
	struct hosts hosts;
	struct table table;
	struct lanes lanes;
	struct waits waits;
	struct facts facts;
	struct tally minutes, hours; /* of all outbound relays */
	struct item *head;           /* utlist: lines that wait for an older stretch, in their order */
};

/* Takes an event that has the number seq. */
void history_take(struct history *h, const struct event *e, uint64_t seq);

/* Does what the item's kind and parts call for; what needs an older stretch goes to the head. The item stays
 * the caller's. */
void settle(struct history *h, struct item *item);

/* Puts a copy of an item at the end of the head. */
void head_add(struct history *h, const struct item *item);

/* Puts a line of which nothing could be counted at the end of the head, after what pends for it in its lane.
 */
void head_add_whole(struct history *h, struct item *item);

/* Frees an item of the head. */
void item_free(struct item *item);

/* Counts outcomes for a row and for all outbound ones together. */
void store_add(struct history *h, struct row *r, enum verify verify, int64_t time_ms, uint64_t n);

/* Counts a failed handshake. */
void store_failure(struct history *h, struct row *r, int64_t time_ms);

/* The row that a line names, made when there is none; NULL: it names none. */
struct row *store_row(struct history *h, const struct event *e);

/* A line that names a row: shown, its line kept. */
void store_line(struct history *h, struct row *r, const struct event *e, uint64_t seq);

/* A to= line. */
void take_delivery(struct history *h, const struct event *e, struct item *item);

/* A ruleset= line. */
void take_ruleset(struct history *h, const struct event *e, struct item *item);

/* A STARTTLS line of a session that began, and the lines that say more of it. */
void take_tls(struct history *h, const struct event *e, struct item *item);

/* A STARTTLS line from before a session began: start=ok, cert verify, connect failed, accept failed. */
void take_handshake(struct history *h, const struct event *e, struct item *item);

/* The counters of n to= lines with that outcome. */
void count_outcome(struct relay *r, enum outcome outcome, uint64_t n);

#endif
