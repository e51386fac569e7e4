/* parse: certificates from bytes (DER, PEM) to the facts in model/certificate.h. Pure. */
#ifndef TRUST_PARSE_H
#define TRUST_PARSE_H

#include "base/fault.h"
#include "model/observation.h"

/* A certificate from DER; NULL when the bytes are none. The caller has one reference. */
struct certificate *certificate_from_der(const void *der, size_t len);

/* The certificates as a server sent them; one that cannot be parsed ends the chain there. NULL when there is
 * none. The caller has one reference. */
struct chain *chain_from_sent(const struct sent_certificate *sent, size_t count);

/* All certificates of a PEM text, in its order; other PEM blocks are passed over. NULL with *why when there
 * is none, or when one of them cannot be read. The caller has one reference. */
struct chain *chain_from_pem(const void *pem, size_t len, struct fault *why);

/* The PEM text of a certificate (RFC 7468). The caller frees it. */
char *certificate_to_pem(const struct certificate *c);

#endif
