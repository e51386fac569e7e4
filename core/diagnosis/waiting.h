/* waiting: what it costs to wait: mail that Sendmail returns one day, mail that goes on in clear. */
#ifndef DIAGNOSIS_WAITING_H
#define DIAGNOSIS_WAITING_H

#include "base/when.h"
#include "diagnosis/casework.h"

/* One or two sentences; NULL for a note, and for a chain from a file, where nobody waits. The caller frees
 * it. */
char *waiting_costs(const struct draft *d);

/* A length of time as sentences have it: "5 days", "4 h", "90 s". */
void waiting_length(int64_t ms, char room[WHEN_ROOM]);

#endif
