/* crl: what the CRLs of a store say of a certificate: since when it is revoked, and of when they are. Pure.
 */
#ifndef TRUST_CRL_H
#define TRUST_CRL_H

#include "model/certificate.h"
#include "trust/store.h"

struct crl_facts {          /* of the newest CRL of the certificate's issuer */
	bool found;         /* the store has one; its signature is not looked at */
	int64_t issued_ms;  /* thisUpdate */
	int64_t due_ms;     /* nextUpdate: from then on it counts no more; 0: not said */
	int64_t revoked_ms; /* since when the certificate is revoked; 0: it is not */
};

/* Looks the certificate up; store may be NULL: nothing is found. A large CRL takes some ms: for a worker. */
struct crl_facts crl_find(const struct store *store, const struct certificate *c);

#endif
