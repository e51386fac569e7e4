/* x509: what the files of trust share about OpenSSL's objects. Private to trust: OpenSSL's types do not leave
 * this room. */
#ifndef TRUST_X509_H
#define TRUST_X509_H

#include "model/certificate.h"

#include <openssl/x509.h>

struct store;

/* A handshake brings at most 100 kB of certificates, which is some 300; a file may bring more. */
#define CHAIN_CERTIFICATES 1000

/* OpenSSL's object of a certificate that trust made; borrowed. NULL for one that has none. It was parsed once
 * and is only read: OpenSSL guards what it caches in it with a lock of its own, so several workers may judge
 * with it. */
X509 *certificate_x509(const struct certificate *c);

/* The certificate of OpenSSL's object, which it shares (X509_up_ref() is atomic); the caller has one
 * reference. */
struct certificate *certificate_of_x509(X509 *x);

/* OpenSSL's object of DER bytes that are one certificate and nothing more; NULL when they are none. The
 * caller frees it with X509_free(). */
X509 *x509_from_der(const void *der, size_t len);

/* A BIO that reads bytes, which must outlive it; NULL when there are more than OpenSSL can count. */
BIO *x509_reader(const void *bytes, size_t len);

/* A point in time; 0 when there is none, or none that can be read. */
int64_t x509_time_ms(const ASN1_TIME *t);

/* OpenSSL's store, loaded now if it was not yet: for a worker. Borrowed, never changed. */
X509_STORE *store_x509(const struct store *s);

/* Where in the store's list, ordered by subject, those of that subject (one line form) begin, or would. */
size_t store_first(const struct store *s, const char *subject);

/* The i-th certificate of the store's list when it has that subject, else NULL; *anchor: a chain can end at
 * it. Borrowed. */
const struct certificate *store_at(const struct store *s, size_t i, const char *subject, bool *anchor);

/* The store's certificate of that very object, or NULL; borrowed. */
struct certificate *store_certificate(const struct store *s, const X509 *x);

/* Whether the store has that certificate, as an anchor or not. */
bool store_has(const struct store *s, const struct certificate *c);

#endif
