/* sni_rules: a server that has the right certificate only for who names it in the ClientHello; Sendmail does
 * not. */
#ifndef DIAGNOSIS_SNI_RULES_H
#define DIAGNOSIS_SNI_RULES_H

#include "diagnosis/chain_rules.h"

/* Tells sni-required, then the faults of the chain that SNI brings; false when it is not so, or not proven.
 */
bool sni_rules(const struct chain_case *c);

/* The second look that would prove it for a chain that fails: SECOND_SNI, then SECOND_REPEAT; SECOND_LOOKS:
 * none. */
enum second_look_kind sni_next_look(const struct evidence *e, const struct observation *o,
	const struct examination *x);

#endif
