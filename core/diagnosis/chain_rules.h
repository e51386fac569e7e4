/* chain_rules: from an examined chain to findings: each kept change is one, named by the code that it
 * answered. */
#ifndef DIAGNOSIS_CHAIN_RULES_H
#define DIAGNOSIS_CHAIN_RULES_H

#include "diagnosis/chain_case.h"

/* Tells the causes of a chain that does not verify, in the order of peeling; nothing for a good one. */
void chain_rules(const struct chain_case *c);

/* Adds the name-mismatch note where the certificate names another host. */
void chain_rules_name(const struct chain_case *c);

#endif
