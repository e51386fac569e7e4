/* row: one relay with all that is needed to join it with the same relay of a neighbouring stretch. Every
 * change of a row is a sum, or a value that the higher line number wins: so it does not matter in which order
 * changes come. Line numbers count the events of a history. */
#ifndef RELAYS_ROW_H
#define RELAYS_ROW_H

#include "base/hash.h"
#include "relays/relays.h"
#include "relays/ring.h"
#include "relays/run.h"
#include "relays/tally.h"

#define ROW_PLACES 16 /* addresses kept per relay: those seen last */

struct wait;
struct reject;

struct place {
	struct address address;
	uint64_t seq;
	int64_t time_ms;
	enum verify verify;
};

/* Mail sent without TLS by a daemon: clear once its LogLevel is known to show STARTTLS lines. */
struct maybe {
	unsigned daemon;
	uint64_t sent;
};

/* Whose texts of relay_last are there: line numbers, 0 nobody's. What belongs to a STARTTLS line has its
 * number. */
struct row_seqs {
	uint64_t word, tls, certificate, depth, reason, reject, stat, try_tls, warning, alert;
};

struct row {
	struct relay relay;     /* what readers see; row_publish() brings it up to date */
	bool stale;             /* it is not up to date */
	struct relay_last told; /* the last told of each text; relay.last borrows those that are valid */
	UT_hash_handle hh;
	char *key; /* a byte of direction, then the name */
	unsigned refs;
	bool gone; /* evicted: kept by sessions only, shown to nobody */
	struct row
		*heir; /* while merging: the older history's row of that name; NULL: this one moved there */
	uint64_t lines, first_seq;
	uint64_t first_timed, last_timed; /* the lines whose times first_ms and last_ms are */
	struct run run;
	struct row_seqs seqs;
	struct place *places; /* the latest first */
	size_t place_count;
	struct maybe *maybes;
	size_t maybe_count;
	uint64_t clear; /* proven by a failed handshake before it */
	struct tally minutes, hours;
	struct ring ring;
	struct wait **waits; /* recipients that wait for it: a heap, the one that waits longest first */
	size_t wait_count, wait_room;
	uint64_t held;          /* messages that these are of */
	struct reject *rejects; /* those that pend in lanes */
};

/* A row with one reference. */
struct row *row_new(enum direction direction, const char *name, size_t len);

/* One more reference; returns its argument. NULL gives NULL. */
struct row *row_ref(struct row *r);

/* One reference less; the last one frees it. NULL does nothing. */
void row_unref(struct row *r);

/* Whether both are rows of one name: of an evicted relay and of its return, too. */
bool row_same(const struct row *a, const struct row *b);

/* Something that readers see of it is another one now. */
void row_changed(struct row *r);

/* A line that belongs to the relay. named: it names the relay itself, so it counts as one of its lines. */
void row_line(struct row *r, const struct event *e, uint64_t seq, bool named);

/* A verify word, from a STARTTLS or ruleset line. */
void row_word(struct row *r, const struct event *e, uint64_t seq);

/* n outcomes with that word at a time, for counts and minutes. */
void row_count(struct row *r, enum verify verify, int64_t time_ms, uint64_t n);

/* One failed handshake, for the counter and minutes. */
void row_failure(struct row *r, int64_t time_ms);

/* What the rest of a STARTTLS line says. */
void row_tls(struct row *r, const struct event *e, uint64_t seq);

/* Sets one of told's texts when seq is not below *at. */
bool row_tell(char **text, uint64_t *at, uint64_t seq, struct span value);

/* What the line after a STARTTLS line says; seq is that one's. */
void row_certificate(struct row *r, const struct event *e, uint64_t seq);

/* Why a STARTTLS line did not verify, as another line than that one says it, which is worth more. */
void row_message(struct row *r, struct span message, uint64_t seq);

/* n messages sent without TLS as far as is known. */
void row_maybe_clear(struct row *r, unsigned daemon, uint64_t n);

/* An address seen at a line; the verify word may come later with row_place_verify(). */
void row_place(struct row *r, const struct place *p);

/* The verify word of the address seen at that line, if it is still the last one there. */
void row_place_verify(struct row *r, const struct place *p);

/* Joins a row of the newer stretch into the older one's: shift is what its line numbers begin after, daemons
 * what its daemons are called in the older history. */
void row_join(struct row *older, struct row *newer, uint64_t shift, const unsigned *daemons);

/* The same for a row that the older history does not have. */
void row_move(struct row *r, uint64_t shift, const unsigned *daemons);

/* Brings r->relay up to date, all but what waits for it: shows(arg, daemon) says whether a daemon's STARTTLS
 * lines are in the log. */
void row_publish(struct row *r, bool (*shows)(const void *arg, unsigned daemon), const void *arg);

#endif
