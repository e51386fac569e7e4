/* openssl_extensions: what the extensions of a certificate say. Private to trust. */
#ifndef TRUST_OPENSSL_EXTENSIONS_H
#define TRUST_OPENSSL_EXTENSIONS_H

#include "model/certificate.h"

#include <openssl/x509.h>

/* Fills the facts that come from extensions; one that cannot be read leaves its fact unknown. */
void openssl_extensions_read(X509 *x, struct certificate *c);

#endif
