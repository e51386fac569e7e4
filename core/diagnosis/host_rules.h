/* host_rules: what the log says of this host: its store, its clock, its keys, its LogLevel. */
#ifndef DIAGNOSIS_HOST_RULES_H
#define DIAGNOSIS_HOST_RULES_H

#include "diagnosis/draft.h"

/* Tells what all relays together, and the facts about our own files, show. */
void host_rules(struct casework *w);

#endif
