/* policies: which rule of the access map refuses a relay, as the log tells it (SENDMAIL.md A.9, D). */
#ifndef DIAGNOSIS_POLICIES_H
#define DIAGNOSIS_POLICIES_H

#include "diagnosis/casework.h"

/* What of the relay's rejections is a rule's doing: sets by_policy, verify_demanded, {entry}, {entry_key}. */
void policies_read(struct casework *w);

#endif
