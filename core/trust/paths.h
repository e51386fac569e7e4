/* paths: all ways from the certificates that were sent to the anchors of a store, not only the one that a
 * judgement took: cross-signed certificates make several. Pure; may run on a worker. */
#ifndef TRUST_PATHS_H
#define TRUST_PATHS_H

#include "model/certificate.h"
#include "trust/store.h"

/* Who sends a hundred certificates of one name, or rings of them, must not keep us busy: */
#define PATHS_MOST 8           /* paths that are told */
#define PATHS_DEPTH 10         /* certificates of a path */
#define PATHS_CERTIFICATES 300 /* that may be issuers, of what was sent and added; more are not looked at */
#define PATHS_SIGNATURES \
	150              /* that are checked in all, each pair once: 15 ms, 700 ms with the worst of keys */
#define PATHS_STEPS 2000 /* certificates that are put on a path */

/* The paths from the leaf of what was sent to an anchor of the store, by issuer name, key identifier and
 * signature, through what was sent, the store and `add` (NULL: nothing); dates, purposes and levels do not
 * count. The ones through the store come first. Fills paths with at most PATHS_MOST and returns how many; the
 * caller has one reference to each. sent and store may be NULL: then there is none. */
size_t judge_paths(const struct chain *sent, const struct store *store, const struct chain *add,
	struct chain *paths[PATHS_MOST]);

#endif
