/* fixes: the catalogue's remedies for this host and this relay: what to type, what to write, what it costs.
 * Whatever a peer named may stand in sentences, never in a command unless it is
 * harmless. */
#ifndef DIAGNOSIS_FIXES_H
#define DIAGNOSIS_FIXES_H

#include "diagnosis/casework.h"

/* Adds the remedies of the draft's row: the cure first, what weakens last. */
void fixes_add(struct draft *d);

/* The message to the relay's postmaster; NULL: nobody to tell. The caller frees it. */
char *fixes_letter(const struct draft *d);

/* Sets {host}, {host_key}, {domain}, {ip}, … of a relay or a look's target. */
void fixes_name_places(struct places *p, const char *host);

#endif
