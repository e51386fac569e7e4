/* openssl_store: what trust's own files share about OpenSSL's objects. Private to trust. */
#ifndef TRUST_OPENSSL_STORE_H
#define TRUST_OPENSSL_STORE_H

#include "model/certificate.h"

#include <openssl/x509.h>

/* A handshake brings 100 kB of certificates at most, which is some 300; a file may bring more. */
#define CHAIN_CERTIFICATES 1000

struct store {
	unsigned refs;
	int state;        /* an enum store_state */
	char *words;      /* the sentence of store_words() */
	X509_STORE *x509; /* never changed once made: several workers judge with it at once */
	struct certificate **certificates; /* all in it, ordered by subject, anchors first */
	bool *anchors;                     /* for each: a chain can end at it */
	size_t count;
};

/* Where in the store's list the certificates of that subject (one line form) begin, or would. */
size_t store_first(const struct store *s, const char *subject);

/* OpenSSL's object of DER bytes that are one certificate and nothing more; NULL when they are none. The
 * caller frees it with X509_free(). */
X509 *openssl_certificate(const void *der, size_t len);

/* The facts of OpenSSL's object; the caller has one reference. */
struct certificate *openssl_certificate_facts(X509 *x);

/* A BIO that reads bytes, which must outlive it; NULL when there are more than OpenSSL can count. */
BIO *openssl_reader(const void *bytes, size_t len);

#endif
