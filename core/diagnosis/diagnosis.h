/* diagnosis: evidence in; findings, and what would decide more, out. Pure and quick: the judging was done
 * by examine.h. Nothing is guessed: a finding without evidence is a bug. */
#ifndef DIAGNOSIS_DIAGNOSIS_H
#define DIAGNOSIS_DIAGNOSIS_H

#include "diagnosis/evidence.h"

/* Diagnoses one relay; freed with diagnosis_clear(). Where evidence->of_host has a finding that explains what
 * the log says of the relay, that one is the first, and its blame the relay's. It does not look at the other
 * relays, but for evidence->scan where a look found a certificate out of its time: some 20 µs from the log
 * alone, 50 µs when the log tells of CA options too. */
void diagnose_relay(const struct evidence *evidence, struct diagnosis *out);

/* Diagnoses the host: what the log says of all relays together, and its settings: evidence->scan costs, the
 * rest does not. evidence->relay, look and what belongs to them are NULL. */
void diagnose_host(const struct evidence *evidence, struct diagnosis *out);

/* What would decide most about the look of the evidence that is not known yet: a certificate to fetch, or one
 * more connection. Made from the examinations alone; the engine serves it, adds to the evidence and asks
 * again. False: nothing. The URL is borrowed from the examination. */
bool diagnosis_want(const struct evidence *evidence, struct want *out);

/* Frees what it holds. */
void diagnosis_clear(struct diagnosis *d);

#endif
