/* chain_rules: from an examined chain to findings: each kept change is one, named by the code that it answered. */
#ifndef DIAGNOSIS_CHAIN_RULES_H
#define DIAGNOSIS_CHAIN_RULES_H

#include "diagnosis/draft.h"

struct chain_case {
	struct casework *work;
	const struct observation *o;
	const struct examination *x;
	const char *ip;      /* printed */
	int64_t now_ms;
};

/* Tells the causes of a chain that does not verify, in the order of peeling; nothing for a good one. */
void chain_rules(const struct chain_case *c);

/* Adds the name-mismatch note where the certificate names another host. */
void chain_rules_name(const struct chain_case *c);

/* The leaf's facts, and those of the certificate at a depth of the path, as places. */
void chain_places(struct draft *d, const struct chain_case *c, int depth);

/* Begins a finding of this chain with its places; the sentence quotes the experiment: step NULL is what is left. */
void chain_draft(struct draft *d, const struct chain_case *c, const char *id, const struct peel_step *step);

/* The certificate of the path at a depth; the last one for a depth behind it. NULL: there is no path. */
const struct certificate *chain_at(const struct chain_case *c, int depth);

#endif
