/* tls_watch: what a handshake's messages say while they pass by, so that it is known also when the handshake
 * fails later. For probe/tls_*.c only. */
#ifndef PROBE_TLS_WATCH_H
#define PROBE_TLS_WATCH_H

#include "base/text.h"

#include <openssl/ssl.h>

#define TLS_SENT_LIMIT 256 /* certificates kept of one chain; OpenSSL's 100 kB hold fewer real ones */

struct tls_watch {
	struct text chain;           /* the certificates as they came, one behind the other */
	size_t ends[TLS_SENT_LIMIT]; /* where each ends in chain */
	size_t count;
	bool asked;  /* CertificateRequest */
	int dh_bits; /* of the server's temporary DH key, 0: none */
	int alert;   /* received, -1: none */
};

/* Watches a session; *w must live as long and be zeroed but for alert. */
void tls_watch_start(struct tls_watch *w, SSL *ssl);

/* Frees what it holds. */
void tls_watch_free(struct tls_watch *w);

#endif
