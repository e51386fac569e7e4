/* cause_search: from verdicts to the cause: takes the chains of a look apart on a worker, asks diagnosis what
 * would decide more, and gets it: an issuer from its URL, or one more connection; until nothing more is
 * wanted. What it found out stays as evidence. */
#ifndef ENGINE_CAUSE_SEARCH_H
#define ENGINE_CAUSE_SEARCH_H

#include "diagnosis/diagnosis.h"
#include "engine/look_rules.h"

/* URLs asked for one look. */
#define SEARCH_URLS 8

struct cause_search;

struct search_connection {         /* a connection that it wants */
	struct look_address *into; /* where what came of it goes */
	const char *sni;           /* NULL: none is sent */
	enum tls_change change;
};

struct search_events {
	void (*changed)(void *arg); /* there is more to be told as evidence, or it does something else */
	void (*again)(void *arg, const struct search_connection *c); /* cause_search_looked() afterwards */
	void (*ended)(void *arg); /* nothing more is wanted; on the loop, once */
};

/* The search of a look, which is borrowed; nothing has begun. */
struct cause_search *cause_search_new(const struct look_rules *rules, struct look *look);

/* Begins, when each address has its verdict. `asked`: by the user, so weaker handshakes may be tried. */
void cause_search_begin(struct cause_search *s, bool asked, const struct search_events *events, void *arg);

/* The user asks for it, too, while it goes on. */
void cause_search_ask(struct cause_search *s);

/* The connection that it wanted has ended, and was judged. */
void cause_search_looked(struct cause_search *s);

/* That connection would have to wait too long and is not made: the search ends with what it has, from inside.
 * why is static. */
void cause_search_do_without(struct cause_search *s, const char *why);

/* Whether it goes on. */
bool cause_search_is_busy(const struct cause_search *s);

/* Ends it early: ended() comes when nothing is under way any more. `waits`: the connection that it wanted has
 * not begun and never will; then, and while a URL is asked, it has ended at once, without ended(). */
void cause_search_cancel(struct cause_search *s, bool waits);

/* Examines the one chain of a saved look at once, with what is known without asking anybody. Blocking. */
void cause_search_examine_now(struct cause_search *s);

/* Sets what it found out in an evidence: look, examinations, second looks, URLs asked. Borrowed. */
void cause_search_put_evidence(struct cause_search *s, struct evidence *e);

/* Frees it; it must not be busy. NULL does nothing. */
void cause_search_free(struct cause_search *s);

#endif
