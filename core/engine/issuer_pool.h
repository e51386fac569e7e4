/* issuer_pool: certificates that may be a missing issuer: seen in other relays' chains, fetched from where a
 * certificate says, or lying in a folder without a hash link. Found by the name of their subject. */
#ifndef ENGINE_ISSUER_POOL_H
#define ENGINE_ISSUER_POOL_H

#include "diagnosis/examine.h"

#define POOL_MOST 4096      /* certificates kept; then the oldest goes: relays may send what they like */
#define POOL_MOST_NAMED 100 /* of one name: building a path tries them all */

struct issuer_pool;

/* An empty pool. */
struct issuer_pool *pool_new(void);

/* Adds a certificate, a reference of which is taken, with where it came from, which is copied. One that is
 * there stays as it is. */
void pool_add(struct issuer_pool *p, struct certificate *c, const char *from);

/* Frees it. NULL does nothing. */
void pool_free(struct issuer_pool *p);

struct issuer_set { /* owns its references and its texts */
	struct issuer *items;
	size_t count;
};

#define SET_MOST 100

/* Adds to the set what a pool (NULL: none) has for the issuers of a chain, and for theirs, up to SET_MOST. */
void issuer_set_add(struct issuer_set *set, const struct issuer_pool *p, const struct chain *chain);

/* Drops all. */
void issuer_set_clear(struct issuer_set *set);

#endif
