/* report: what we know as text for people and as JSON for programs. Pure: values
 * in, text out. Hostile text is made safe here: in text, control and bidi characters are replaced; JSON
 * escapes them.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/text.h"
#include "model/finding.h"
#include "model/look.h"
#include "relays/relays.h"

struct report_options {
	int64_t now_ms;
	int64_t since_ms; /* lines before it are not counted; 0: all are */
	bool full;        /* recipients, senders and queue ids too */
	bool color;
	/* Takes what there is of a long document and empties *out, so that all of it never stands in memory;
	 * called between two relays. NULL: *out grows to the whole. */
	void (*drain)(void *arg, struct text *out);
	void *drain_arg;
};

struct report_findings { /* how the report asks for findings */
	/* Of a relay, or of this host for NULL: never NULL; used at once, it need not outlive the next call.
	 */
	const struct findings *(*of)(void *arg, const struct relay *relay);
	void *arg;
};

/* What was found of a relay, or of this host for NULL; an empty list where nobody can be asked (findings
 * NULL). */
const struct findings *report_findings_of(const struct report_findings *findings, const struct relay *relay);

/* All relays of one direction in the order of the table; the caller frees the array. */
const struct relay **report_relays(const struct history *h, enum direction direction, size_t *count);

/* A relay of a long document is finished: drains *out when that is wanted and worth it. */
void report_drain(struct text *out, const struct report_options *o);

/* The relay table: what fails first, each with its cause, proof and fix, whatever the peers put into it made
 * safe. `out` grows by it; findings may be NULL. */
void report_history_text(struct text *out, const struct history *h, const struct report_findings *findings,
	const struct report_options *o);

/* The same as one JSON document, "verifail/report/1". */
void report_history_json(struct text *out, const struct history *h, const struct report_findings *findings,
	const struct report_options *o);

/* One look: target, what was found (NULL: nothing), DNS, and for each address the stages, the verdict, the
 * chain as sent and as repaired, what went wrong. */
void report_look_text(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o);

/* The same as one line of JSON, "verifail/verify/1". */
void report_look_json(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o);

/* A saved chain (look->saved: one address, whose observation has nothing but the chain), its verdict and what
 * was found (NULL: nothing). */
void report_chain_text(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o);

/* The same as one JSON document, "verifail/chain/1". */
void report_chain_json(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o);

/* Whether there are lines, and none of them is a log line: a binary or compressed file. */
bool report_history_is_unreadable(const struct history *h);

/* The exit status: 1 when any finding is an error or a warning, or the last word of an outbound relay is
 * neither OK nor TRUSTED; 2 when nothing could be read. */
int report_history_status(const struct history *h, const struct report_findings *findings);

/* The same of one look: 0, 1, or 3 when it came to no server: what is found then says why, and is no 1. */
int report_look_status(const struct look *l, const struct findings *found);

/* The same of a saved chain: 0 or 1. */
int report_chain_status(const struct look *l, const struct findings *found);

#endif
