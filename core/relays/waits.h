/* waits: the recipients of messages whose last stat= was Deferred, by queue id. */
#ifndef RELAYS_WAITS_H
#define RELAYS_WAITS_H

#include "relays/table.h"

#define WAITS_MOST 1000000   /* recipients kept; the messages silent longest go first */
#define WAITS_RECIPIENTS 256 /* told apart per message: each line looks through them */
#define WAITS_QID 32         /* bytes of a queue id that count; Sendmail's has 14 and more */

struct wait { /* one recipient of a message */
	struct wait *next_of_message;
	size_t at; /* in the row's heap */
	struct message *message;
	struct row *row;  /* NULL: does not wait */
	uint64_t to;      /* a hash of the recipient */
	int64_t since_ms; /* when the message came in: time less delay= */
};

struct waits {
	struct map messages;
	struct message *oldest; /* utlist, by their last line */
	size_t count;           /* recipients */
};

struct wait_line { /* what a to= line says of its recipients */
	unsigned host;
	struct span qid, to;
	struct row *row; /* where it waits from now on; NULL: nowhere */
	int64_t since_ms;
};

/* Takes a to= line. */
void waits_take(struct waits *w, const struct wait_line *line);

/* A message left the queue. each(arg, row), when not NULL, is called for every row that it waited for. */
void waits_done(struct waits *w, unsigned host, struct span qid, void (*each)(void *arg, struct row *r),
	void *arg);

/* A row is evicted: its recipients are forgotten. */
void waits_forget(struct waits *w, struct row *r);

/* How many messages wait for a row, and when the oldest came in (0: none). */
uint64_t waits_of(const struct row *r, int64_t *oldest_ms);

/* Frees what it holds and leaves it empty. */
void waits_free(struct waits *w);

#endif
