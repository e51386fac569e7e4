/* look_rules: from a look to findings. */
#ifndef DIAGNOSIS_LOOK_RULES_H
#define DIAGNOSIS_LOOK_RULES_H

#include "diagnosis/draft.h"

/* Tells what the look saw, address by address: first the one that Sendmail would use. */
void look_rules(struct casework *w);

/* What was different in the log or in the look before; and whose host looked. */
void look_rules_notes(struct casework *w);

#endif
