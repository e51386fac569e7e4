/* table: the rows by name, in the order they were first seen: a row is one relay with what its lines left.
 * When there are too many the quietest go, several at once, so that a flood of names costs little. */
#ifndef RELAYS_TABLE_H
#define RELAYS_TABLE_H

#include "base/hash.h"
#include "relays/counters.h"
#include "relays/map.h"
#include "relays/relays.h"

#define ROW_ADDRESSES 16 /* kept per relay: those seen last */
#define ROW_LINES 24     /* kept per relay: the newest */

struct wait;

/* A ruleset's reject whose to= line is still to come: it says what became of the mail. */
struct reject {
	struct reject *next;                /* of the process */
	struct reject *row_prev, *row_next; /* of the row, the latest last */
	struct row *row;
	char *text; /* NULL: it says nothing */
	int64_t time_ms;
	bool counted, permanent;
};

/* A kept line: where it stands, and who logged it. */
struct row_line {
	int64_t offset; /* in its file, or of its copy */
	int64_t pid;
	uint32_t len;
	uint16_t source; /* LINE_COPY and above: of a copy */
	uint16_t daemon;
};

/* Mail sent without TLS by a daemon: clear once its LogLevel is known to show STARTTLS lines. */
struct maybe_clear {
	unsigned daemon;
	uint64_t sent;
};

struct row {
	struct relay relay; /* what readers see; row_publish() brings it up to date */
	bool stale;         /* it is not up to date */
	bool shown;         /* a counted line named it */
	bool gone;          /* it is being evicted */
	uint64_t hash;      /* of its direction and name */
	size_t name_len;
	uint64_t number; /* its place in the order of first lines */
	uint64_t lines;  /* that name it */

	struct relay_last told; /* all that was told last; relay.last is what of it still holds */
	struct {
		char *at;
		size_t room;
	} texts[RELAY_TEXT_COUNT];     /* their memory; told.texts has those that hold */
	bool word_alone;               /* the last verify word is of a later line than the STARTTLS line */
	uint64_t handshake;            /* how many STARTTLS lines came: tells them apart */
	uint64_t attempt_at, alert_at; /* the log's line of the last attempt at TLS, of the last alert */
	struct streak streak;
	struct reject *rejects;

	struct relay_address *seen; /* the latest first */
	struct address *addresses;
	size_t address_count;

	struct maybe_clear *maybes;
	size_t maybe_count;
	uint64_t clear; /* proven by a failed handshake before it */
	struct tally minutes, hours;

	struct row_line *lines_kept; /* a ring when it is full */
	uint32_t line_count, line_room, line_next;

	struct wait **waits; /* recipients that wait for it: a heap, the one that waits longest first */
	size_t wait_count, wait_room;
	uint64_t held; /* messages that these are of */
};

struct table {
	struct map rows;    /* by hash */
	struct row **shown; /* in the order of their first lines */
	size_t shown_count, shown_room;
	size_t most; /* max_relays; 0: no bound */
	uint64_t evicted, numbers;
	void (*evict)(void
			*arg); /* called once rows are marked `gone`: nothing may refer to them afterwards */
	void *arg;
};

/* The row of a name, made when there is none: then others may have been evicted. */
struct row *table_row(struct table *t, enum direction direction, struct span name);

/* The row of a name, or NULL. */
struct row *table_find(const struct table *t, enum direction direction, struct span name);

/* A row has its first counted line: it is shown from now on. */
void table_show(struct table *t, struct row *r);

/* Frees the rows and leaves it empty. */
void table_free(struct table *t);

/* Something that readers see of it is another one now. */
void row_changed(struct row *r);

/* Keeps a line. */
void row_keep_line(struct row *r, const struct row_line *line);

/* The i-th of the kept lines, the oldest first. */
const struct row_line *row_line_at(const struct row *r, uint32_t i);

/* Sets one of the texts, and lets it hold; an empty one: none. */
void row_tell(struct row *r, enum relay_text which, struct span text);

/* The same of a text in xtext (RFC 3461 section 4), as cert-subject= and cert-issuer= have it. */
void row_tell_xtext(struct row *r, enum relay_text which, struct span text);

/* A text that was told does not hold any more. */
void row_untell(struct row *r, enum relay_text which);

/* n outcomes at a time, for the minutes and hours. */
void row_outcomes(struct row *r, int64_t time_ms, uint32_t good, uint32_t bad);

/* Mail went to an address, over a session with that word. */
void row_address(struct row *r, const struct address *address, int64_t time_ms, enum verify verify);

/* n messages were sent without TLS as far as is known. */
void row_maybe_clear(struct row *r, unsigned daemon, uint64_t n);

/* Brings r->relay up to date, all but what waits for it: shows(arg, daemon) says whether a daemon's STARTTLS
 * lines are in the log. */
void row_publish(struct row *r, bool (*shows)(const void *arg, unsigned daemon), const void *arg);

#endif
