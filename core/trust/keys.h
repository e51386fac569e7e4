/* keys: whether a private key is the one of a certificate. Pure. */
#ifndef TRUST_KEYS_H
#define TRUST_KEYS_H

#include "base/fault.h"
#include "model/policy.h"

#include <stdbool.h>

/* Whether the first certificate of a file and the key of another belong together, as Sendmail's
 * SSL_CTX_check_private_key() asks. False with *why (may be NULL) when they do not, or when one of them is
 * not there, cannot be read or is encrypted. */
bool keys_match(const struct policy_file *certificate, const struct policy_file *key, struct fault *why);

#endif
