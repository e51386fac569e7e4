/* facts: what the log says of this host's own files, and whose process said it. */
#ifndef DIAGNOSIS_FACTS_H
#define DIAGNOSIS_FACTS_H

#include "diagnosis/draft.h"

/* Whether the process that said it is the one whose word is the relay's last; where that is not known,
 * whether it wrote one of the relay's newest lines. */
bool facts_is_of(const struct history *h, const struct history_fact *f, const struct relay *r);

/* Whether it may be: a program of the same tag wrote the relay's lines. With no relay: any but the submission
 * program's, which has its own settings (submit.cf). */
bool facts_may_be_of(const struct history *h, const struct history_fact *f, const struct relay *r);

/* Adds the line as evidence. */
void facts_prove(struct draft *d, const struct history_fact *f);

/* Why a file could not be loaded, as another line of the same process says it, or NULL. Borrowed. */
const char *facts_reason(const struct history *h, const struct history_fact *f);

/* Whether the log says something that only LogLevel 13 or more logs. */
bool facts_are_detailed(const struct history *h);

#endif
