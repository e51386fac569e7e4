/* log_errors: verify=FAIL in the log: what its verifymsg= and depth= prove, and what they leave open. */
#ifndef DIAGNOSIS_LOG_ERRORS_H
#define DIAGNOSIS_LOG_ERRORS_H

#include "diagnosis/draft.h"

/* Tells the cause of a relay whose last word is FAIL. */
void log_errors(struct casework *w);

#endif
