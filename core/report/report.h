/* report: what we know as text for people and as JSON for programs. Pure: values
 * in, text out. Hostile text is made harmless here: control and bidi characters, in text; escapes, in JSON. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/text.h"
#include "model/look.h"
#include "relays/relays.h"

struct report_options {
	int64_t now_ms;
	bool full;    /* recipients, senders and queue ids too */
	bool color;
};

/* The relay table: what fails first, whatever the peers put into it made harmless. `out` grows by it. */
void report_history_text(struct text *out, const struct history *h, const struct report_options *o);

/* The same as one JSON document, "verifail/report/1". */
void report_history_json(struct text *out, const struct history *h, const struct report_options *o);

/* One look: target, DNS, and for each address the stages, the verdict, the chain, what went wrong. */
void report_look_text(struct text *out, const struct look *l, const struct report_options *o);

/* The same as one line of JSON, "verifail/verify/1". */
void report_look_json(struct text *out, const struct look *l, const struct report_options *o);

/* A saved chain and its verdict. */
void report_chain_text(struct text *out, const struct chain *c, const struct verdict *v,
	const struct report_options *o);

/* The same as one JSON document, "verifail/chain/1". */
void report_chain_json(struct text *out, const struct chain *c, const struct verdict *v,
	const struct report_options *o);

/* Whether there are lines, and none of them is a log line: a binary or compressed file. */
bool report_history_is_unreadable(const struct history *h);

/* The exit status: 1 when the last word of an outbound relay is neither OK nor TRUSTED; 2
 * when nothing could be read. */
int report_history_status(const struct history *h);

/* The same of one look: 0, 1 or 3. */
int report_look_status(const struct look *l);

/* The same of a saved chain's verdict: 0 or 1. */
int report_verdict_status(const struct verdict *v);

#endif
