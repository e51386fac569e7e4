/* effect_rules: what a cause did to the mail: held, returned, sent in clear. */
#ifndef DIAGNOSIS_EFFECT_RULES_H
#define DIAGNOSIS_EFFECT_RULES_H

#include "diagnosis/draft.h"

/* Tells what the log says became of the mail for an outbound relay. */
void effect_rules(struct casework *w);

#endif
