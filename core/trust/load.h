/* load: the bytes of Sendmail's CA and CRL files into an OpenSSL store, as OpenSSL's own lookups would read
 * the files. Private to trust. */
#ifndef TRUST_LOAD_H
#define TRUST_LOAD_H

#include "model/certificate.h"
#include "model/policy.h"

#include <openssl/x509.h>

/* Loads a CA file as X509_LOOKUP_file does: certificates with and without trust settings, and CRLs. Returns
 * how many objects it held; 0 means that OpenSSL calls the file unusable and nothing was loaded. */
size_t load_file(X509_STORE *to, const struct policy_file *file);

/* Loads hash-named certificates as X509_LOOKUP_hash_dir would find them, from files in OpenSSL's order
 * (folder, hash, number), and `more` as if they lay among them (NULL: none). Returns how many certificates it
 * added. */
size_t load_hashed(X509_STORE *to, const struct policy_file *files, size_t count, const struct chain *more);

/* Loads the first CRL of a CRLFile, which is all that Sendmail reads; false when there is none in it. */
bool load_crl_file(X509_STORE *to, const struct policy_file *file);

/* Loads hash-named CRLs, as load_hashed. Returns how many. */
size_t load_hashed_crls(X509_STORE *to, const struct policy_file *files, size_t count);

#endif
