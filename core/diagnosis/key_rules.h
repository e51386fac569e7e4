/* key_rules: what the log says of our own keys: files that Sendmail calls unsafe, and pairs that do not
 * match. */
#ifndef DIAGNOSIS_KEY_RULES_H
#define DIAGNOSIS_KEY_RULES_H

#include "diagnosis/draft.h"

/* Tells key-unsafe and key-mismatch; of a relay, only what its own program may have said. Returns whether
 * there was something to tell. A key that our policy has loaded by now is not complained of. */
bool key_rules(struct casework *w);

#endif
