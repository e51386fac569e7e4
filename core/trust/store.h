/* store: the anchors and CRLs that Sendmail would verify with, built from the bytes of a policy as
 * SSL_CTX_load_verify_locations() would, called as inittls() of Sendmail's tls.c does: nothing without both
 * options; nothing at all when the CA file cannot be loaded. Immutable, reference counted; made on a worker,
 * counted on the loop. Pure. */
#ifndef TRUST_STORE_H
#define TRUST_STORE_H

#include "model/certificate.h"
#include "model/policy.h"

enum store_state {
	STORE_LOADED,
	STORE_UNSET,        /* neither CACertFile nor CACertPath */
	STORE_HALF,         /* only one of the two: Sendmail loads neither */
	STORE_FILE_UNUSABLE /* CACertFile missing, empty, without PEM, …: CACertPath is ignored too */
};

struct store;

/* Builds the store of a policy. The caller has one reference. */
struct store *store_new(const struct policy *policy);

/* The same with more certificates, as if they lay hashed in CACertPath, which then counts as set. Reference
 * counts of `more` do not change; NULL: none. For a worker. The caller has one reference. */
struct store *store_new_with(const struct policy *policy, const struct chain *more);

/* One more reference; returns its argument. NULL gives NULL. */
struct store *store_ref(struct store *s);

/* One reference less; the last one frees it. NULL does nothing. */
void store_unref(struct store *s);

/* What became of the options. */
enum store_state store_state(const struct store *s);

/* How many certificates are in it. */
size_t store_count(const struct store *s);

/* The certificate in the store with that subject (one line form) that a chain can end at, or NULL;
 * borrowed. */
const struct certificate *store_find(const struct store *s, const char *subject);

/* One sentence for the screen: "144 roots", "CACertPath is unset: Sendmail loads neither", … The caller
 * frees. */
char *store_words(const struct store *s);

#endif
