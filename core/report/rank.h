/* rank: the relays in the order in which an operator wants them: returned, held, clear, FAIL, other bad
 * words, OK. */
#ifndef REPORT_RANK_H
#define REPORT_RANK_H

#include "relays/relays.h"

enum rank {
	RANK_RETURNED, /* mail was bounced, and rulesets refused for good */
	RANK_HELD,     /* mail waits */
	RANK_CLEAR,    /* mail went out without TLS */
	RANK_FAIL,     /* verify=FAIL */
	RANK_BAD,      /* every other word that is neither OK nor TRUSTED, failed handshakes */
	RANK_QUIET,    /* no word, or a client that has no certificate (NO, NOT): as it should be */
	RANK_GOOD,
};

/* The rank of a relay. */
enum rank rank_of(const struct relay *r);

/* All relays of one direction in that order, the latest first within a rank; the caller frees the array. */
const struct relay **rank_all(const struct history *h, enum direction direction, size_t *count);

#endif
