/* look_outcome: what the look of the evidence came to. */
#ifndef DIAGNOSIS_LOOK_OUTCOME_H
#define DIAGNOSIS_LOOK_OUTCOME_H

#include "diagnosis/evidence.h"

/* Whether the evidence has a look that came to something, and the log says nothing else since. */
bool look_counts(const struct evidence *e);

/* Whether an address was reached at all: else what the log says still counts. */
bool look_reached(const struct evidence *e);

/* The first address that Sendmail could connect to: what its chain is worth is the target's word. */
size_t look_first(const struct evidence *e);

#endif
