/* issuers: the certificates in what a caIssuers URL answered (RFC 5280 section 4.2.2.1): one in DER, PEM,
 * or a PKCS#7 without content but with certificates, in DER or PEM. Pure. Whether one of them issued
 * anything is not asked here. */
#ifndef TRUST_ISSUERS_H
#define TRUST_ISSUERS_H

#include "base/fault.h"
#include "model/certificate.h"

/* Building a path looks at every certificate of a name; real bundles (cross-certificates of a bridge CA)
 * have some 30. */
#define ISSUERS_MOST 100

/* The certificates in their order, each once; never empty. NULL with *why (may be NULL) when there is none,
 * when one cannot be read (FAULT_PROTOCOL), or when there are more than ISSUERS_MOST (FAULT_LIMIT). The
 * caller has one reference. It may take some 100 ms when the bytes mean harm: signatures of self-issued
 * ones are checked. */
struct chain *issuers_from_answer(const void *bytes, size_t len, struct fault *why);

#endif
