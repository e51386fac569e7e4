/* asked: what came of asking for the issuer that a certificate names (AIA). "Not reachable" is not "none". */
#ifndef DIAGNOSIS_ASKED_H
#define DIAGNOSIS_ASKED_H

#include "diagnosis/draft.h"

/* Sets {aia} in a few words, and adds a sentence for each URL that this certificate names for its issuer. */
void asked_tell(struct draft *d, const struct certificate *of);

#endif
