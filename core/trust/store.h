/* store: the anchors and CRLs that Sendmail would verify with, built from the bytes of a policy as
 * SSL_CTX_load_verify_locations() would, called as inittls() of Sendmail's tls.c does: nothing without both
 * options; nothing at all when the CA file cannot be loaded. Immutable, reference counted: made on a worker,
 * counted on the loop; any number of workers judge with one store at once. Pure. */
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

/* A store that loads itself when the first judgement with it is made: few chains need the system's bundle,
 * and reading its 140 certificates costs more than a whole look. Until then it finds nothing. The caller has
 * one reference. */
struct store *store_new_when_needed(struct policy *policy);

/* The policy's store with more certificates, as if they lay hashed in CACertPath, which then counts as set.
 * base is the same policy's store, whose objects are shared instead of read again; NULL: it is read. For a
 * worker: reference counts of base and more do not change. The caller has one reference. */
struct store *store_new_with(const struct store *base, const struct policy *policy, const struct chain *more);

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
