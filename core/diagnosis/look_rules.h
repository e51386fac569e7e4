/* look_rules: from a look to findings, and what a further look would decide. */
#ifndef DIAGNOSIS_LOOK_RULES_H
#define DIAGNOSIS_LOOK_RULES_H

#include "diagnosis/draft.h"

/* Whether the evidence has a look that came to something. */
bool look_counts(const struct evidence *e);

/* Whether an address was reached at all: else what the log says still counts. */
bool look_reached(const struct evidence *e);

/* The first address that Sendmail could connect to: what its chain is worth is the target's word. */
size_t look_first(const struct evidence *e);

/* Tells what the look saw, address by address: first the one that Sendmail would use. */
void look_rules(struct casework *w);

/* What was different in the log or in the look before; and whose host looked. */
void look_rules_notes(struct casework *w);

/* Adds the one want that would decide most; none when all is said. */
void look_rules_wants(struct casework *w);

#endif
