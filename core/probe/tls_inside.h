/* tls_inside: the insides of the types of tls_session.h, for probe/tls_*.c only. */
#ifndef PROBE_TLS_INSIDE_H
#define PROBE_TLS_INSIDE_H

#include "base/fault.h"
#include "base/text.h"
#include "probe/tls_watch.h"

#include <openssl/ssl.h>

struct tls_config {
	unsigned refs;
	SSL_CTX *ctx;
	char *cipher_list, *cipher_suites; /* as the policy says; NULL: OpenSSL's */
	uint64_t options;                  /* added to OpenSSL's own */
};

struct tls_session {
	struct tls_config *config;
	SSL *ssl;
	BIO *in, *out; /* the SSL owns both */
	char *sni;
	struct tls_watch watch;
	bool ready;
	bool began;          /* first bytes came */
	bool is_tls;         /* and they are a TLS record */
	struct fault broken; /* kind FAULT_NONE: it is not */
};

#endif
