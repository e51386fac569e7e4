/* chain_time: whose dates are wrong: the server's, an intermediate's, a root's, or our clock. */
#ifndef DIAGNOSIS_CHAIN_TIME_H
#define DIAGNOSIS_CHAIN_TIME_H

#include "diagnosis/chain_case.h"

/* Codes 9 and 10 that passing over the dates answered: a finding for each certificate that is out of its
 * time, from the root down as OpenSSL looks at them; clock-wrong instead where it is our clock. */
void chain_time_expired(const struct chain_case *c, const struct peel_step *s);

/* An expired CA certificate in the way of one that is current: cross-signed, renewed, or a renewed root. */
void chain_time_renewed(const struct chain_case *c, const struct peel_step *s);

/* Whether an expired CA certificate was sent, and another of its name is in the repaired path. */
bool chain_time_has_renewed(const struct chain_case *c);

/* How far our clock is behind the one in a greeting ("220 … ; Sun, 22 Nov 2026 07:29:11 +0000"), in ms; false
 * when the greeting has no date. */
bool chain_time_off(const char *greeting, int64_t begun_ms, int64_t *off_ms);

#endif
