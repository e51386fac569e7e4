/* inquiry: from verdicts to causes: takes the chains of a look apart on a worker, asks diagnosis what would
 * decide more, and gets it: an issuer from its URL, or a second look; until nothing more is wanted. What it
 * found out stays with the look as evidence. */
#ifndef ENGINE_INQUIRY_H
#define ENGINE_INQUIRY_H

#include "diagnosis/diagnosis.h"
#include "engine/aia.h"
#include "engine/attempt.h"
#include "engine/issuer_pool.h"

/* URLs asked for one look. */
#define INQUIRY_ISSUERS 8
/* The most connections to one relay, first looks included: looking must not be a burden. */
#define INQUIRY_CONNECTIONS 8

struct inquiry_owner { /* what an inquiry needs of the looks it belongs to */
	const struct attempt_owner *attempts;
	struct aia *aia;
	struct issuer_pool *pool; /* of all chains of this run */
	bool offline;             /* no URL is asked */
};

struct inquiry;

/* The inquiry of a look, which is borrowed; nothing has begun. */
struct inquiry *inquiry_new(const struct inquiry_owner *owner, struct look *look);

struct inquiry_events {
	void (*waits)(void *arg); /* a second look waits for its turn: inquiry_waiting() */
	void (*ended)(void *arg); /* nothing more is wanted; from the loop, once */
	void *arg;
};

/* Begins, when each address has its verdict. `asked`: the user did, so weaker handshakes may be tried. */
void inquiry_begin(struct inquiry *q, bool asked, const struct inquiry_events *events);

/* The user asks for it, too, while it goes on. */
void inquiry_ask(struct inquiry *q);

/* The second look that waits for its turn, or NULL. */
struct attempt *inquiry_waiting(const struct inquiry *q);

/* The second look that waits would have to wait too long: the inquiry ends with what it has, from inside. why
 * is static. */
void inquiry_do_without(struct inquiry *q, const char *why);

/* Whether something is under way: a judgement, a URL, a second look. */
bool inquiry_is_busy(const struct inquiry *q);

/* Whether a connection of it is under way. */
bool inquiry_is_connected(const struct inquiry *q);

/* Ends it early: ended() comes when nothing is under way any more, if it had begun. */
void inquiry_cancel(struct inquiry *q);

/* Examines the one chain of a saved look at once, with what is known without asking anybody. Blocking. */
void inquiry_examine_now(struct inquiry *q);

/* Sets what it found out in an evidence: look, examinations, second looks, URLs asked. Borrowed. */
void inquiry_put_evidence(struct inquiry *q, struct evidence *e);

/* Another number after every change of that. */
uint64_t inquiry_version(const struct inquiry *q);

/* Frees it; it must not be busy. NULL does nothing. */
void inquiry_free(struct inquiry *q);

#endif
