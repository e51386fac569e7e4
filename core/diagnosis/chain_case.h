/* chain_case: an examined chain whose causes are to be told, and how a step of peeling is told. */
#ifndef DIAGNOSIS_CHAIN_CASE_H
#define DIAGNOSIS_CHAIN_CASE_H

#include "diagnosis/draft.h"

struct chain_case {
	struct casework *work;
	const struct observation *o;
	const struct examination *x;
	const char *ip; /* printed; of a chain from a file "The chain" */
	int64_t now_ms;
};

/* The leaf's facts, and those of the certificate at a depth of the path, as places. */
void chain_places(struct draft *d, const struct chain_case *c, int depth);

/* Begins a finding of this chain with its places; the sentence quotes the experiment: step NULL is what is
 * left. */
void chain_draft(struct draft *d, const struct chain_case *c, const char *id, const struct peel_step *step);

/* The certificate of the path at a depth; the last one for a depth behind it. NULL: there is no path. */
const struct certificate *chain_at(const struct chain_case *c, int depth);

#endif
