/* store_rules: findings about our own trust store: what Sendmail's CA options come to. */
#ifndef DIAGNOSIS_STORE_RULES_H
#define DIAGNOSIS_STORE_RULES_H

#include "diagnosis/draft.h"

/* Whether Sendmail has no store at all by its settings, so that nobody verifies. */
bool store_is_broken(const struct evidence *e);

/* Whether an error code (0: not known) is one that a store without the right anchor gives. */
bool store_explains(int code);

/* Tells why there is no store: ca-options-unset, ca-option-missing or ca-file-unusable. `words` is what it
 * explains. */
void store_rules_broken(struct casework *w, enum proof proof, bool certain, const char *words);

/* What the log says of the CA options (SENDMAIL.md A.7), for the relay or for all of the host; true when it
 * explains a failing relay. certain only when the process that said so is the one that failed. */
bool store_rules_log(struct casework *w);

#endif
