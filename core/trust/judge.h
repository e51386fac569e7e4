/* judge: the verdict on a chain, as Sendmail's X509_verify_cert() gives it: first error wins, purpose
 * sslserver, no name check, no partial chain, OpenSSL's security level takes part (tls_verify_cb() in
 * Sendmail's tls.c).
 * Pure: bytes and now in, verdict out; may run on a worker. */
#ifndef TRUST_JUDGE_H
#define TRUST_JUDGE_H

#include "model/observation.h"
#include "model/verdict.h"
#include "trust/store.h"

/* What an experiment changes in the judgement. */
enum judge_change {
	JUDGE_PARTIAL_CHAIN = 1 << 0, /* any certificate of the store may be the anchor */
	JUDGE_NO_TIME = 1 << 1,
	JUDGE_ANY_PURPOSE = 1 << 2,
	JUDGE_IGNORE_CRITICAL = 1 << 3,
	JUDGE_WITHOUT_CRL = 1 << 4,
	JUDGE_DROP_SENT = 1 << 5, /* of what was sent only the leaf */
	JUDGE_TRUST_TOP = 1 << 6, /* the topmost certificate of the path is an anchor */
};

struct judge_options {
	int level;               /* OpenSSL security level in force */
	int64_t now_ms;          /* the now of validity */
	unsigned changes;        /* enum judge_change; 0: as Sendmail judges */
	const struct chain *add; /* issuers that were not sent; NULL: none */
};

/* What a certificate of a chain is worth by itself, for the chain view. */
struct judged_certificate {
	int code; /* the first error at this depth; 0: none */
	bool in_store;
};

/* Judges a chain (the leaf first; NULL or empty: no certificate was sent, which is OK with code 0 here). */
struct verdict judge_chain(const struct chain *sent, const struct store *store,
	const struct judge_options *options);

/* The word for a whole observation: UNREACHABLE, NONE, TEMP, PROTOCOL, FAILURE,
 * SOFTWARE, or what judge_chain() says of its chain at the level of its handshake; NO when no certificate
 * came. */
struct verdict judge_observation(const struct observation *o, const struct store *store, int64_t now_ms);

/* The chain as OpenSSL built it for judge_chain(): the certificates from the leaf to the anchor, of which the
 * ones behind the last sent came from the store. The caller has one reference; NULL when none was built. */
struct chain *judge_path(const struct chain *sent, const struct store *store,
	const struct judge_options *options);

/* What each certificate of judge_path()'s chain is worth when judging goes on behind the first error: fills
 * each, at most room of them, the leaf first, and returns how many. */
size_t judge_each(const struct chain *sent, const struct store *store, const struct judge_options *options,
	struct judged_certificate *each, size_t room);

/* The security level that a CipherList leaves in force (its @SECLEVEL, else OpenSSL's default); the list may
 * be NULL. For judging a saved chain; a live one brings its own level. */
int judge_level(const char *cipher_list);

#endif
