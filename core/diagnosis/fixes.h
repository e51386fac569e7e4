/* fixes: the catalogue's remedies for this host and this relay: what to type, what to write, what it costs.
 * Whatever a peer named may stand in sentences, never in a command unless it is
 * harmless. */
#ifndef DIAGNOSIS_FIXES_H
#define DIAGNOSIS_FIXES_H

#include "diagnosis/draft.h"

/* Adds the remedies of the draft's row: the cure first, what weakens last. */
void fixes_add(struct draft *d);

/* Sets the message to the relay's postmaster, where there is something to tell him. */
void fixes_letter(struct draft *d);

/* What it costs to wait, in one or two sentences; NULL for a note, and for a chain from a file, where nobody
 * waits. The caller frees it. */
char *fixes_waiting(const struct draft *d);

/* Sets {host}, {host_key}, {domain}, {ip}, … of a relay or a look's target. */
void fixes_name_vars(struct template_vars *p, const char *host);

#endif
