/* logged: the history that lines of a log make, and what a finding says of it. */
#ifndef UNIT_DIAGNOSIS_LOGGED_H
#define UNIT_DIAGNOSIS_LOGGED_H

#include "model/finding.h"
#include "relays/history.h"

/* The history of these lines, which have ISO times. Freed with history_free(). */
struct history *logged(const char *lines);

/* Whether a sentence of the finding's evidence has these words; a finding that is NULL says nothing. */
bool logged_says(const struct finding *f, const char *words);

#endif
