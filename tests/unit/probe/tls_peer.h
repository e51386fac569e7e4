/* tls_peer: a TLS server over memory, for the tests of the client: bytes in, bytes out. */
#ifndef UNIT_PROBE_TLS_PEER_H
#define UNIT_PROBE_TLS_PEER_H

#include "base/text.h"
#include "model/policy.h"
#include "probe/tls_session.h"
#include "tests/lab/pki.h"

#include <openssl/ssl.h>

struct tls_peer_spec {
	const char *chain;      /* names of rows; NULL: no certificate */
	int version;            /* TLS1_2_VERSION, …; 0: any */
	const char *ciphers;    /* up to TLS 1.2; NULL: OpenSSL's */
	const char *suites;     /* from TLS 1.3; NULL: OpenSSL's */
	const char *dh;         /* a named DH group for DHE ciphers; NULL: none */
	int verify;             /* SSL_VERIFY_… : client certificates */
	int level;              /* its own security level */
	const char *signatures; /* that it makes; NULL: OpenSSL's */
	bool refuses_clients;   /* whoever shows a certificate is turned away */
	bool before_rfc5746;    /* knows nothing of secure renegotiation */
	bool before_tls13;      /* a ClientHello that lists versions is turned away */
	size_t longest_share; /* of a key exchange in the ClientHello; a longer one is turned away; 0: any */
};

struct tls_peer {
	const struct tls_peer_spec *spec;
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out;
	bool ready, failed;
	char sni[256]; /* what the client sent; "" nothing */
};

/* The certificates of these tests: root, int, leaf (its chain is "leaf int"), client. Freed with pki_free().
 */
struct pki *tls_peer_pki(void);

/* A server; aborts when it cannot be made. */
void tls_peer_open(struct tls_peer *peer, const struct pki *pki, const struct tls_peer_spec *spec);

/* Takes bytes from the client, goes on with the handshake, and appends what it answers to *out. */
void tls_peer_feed(struct tls_peer *peer, const void *bytes, size_t len, struct text *out);

/* What the client said, decrypted: appended to *heard; what the server answers by itself to *out. */
void tls_peer_read(struct tls_peer *peer, struct text *heard, struct text *out);

/* Encrypts text for the client: appended to *out. */
void tls_peer_say(struct tls_peer *peer, const char *text, struct text *out);

/* Says close_notify. */
void tls_peer_hang_up(struct tls_peer *peer, struct text *out);

/* Frees it. */
void tls_peer_close(struct tls_peer *peer);

/* A policy file with that certificate, or its key, as PEM. The policy owns it. */
void tls_peer_pem(const struct minted *m, bool key, struct policy_file *file);

/* Both ends of one handshake. */
struct tls_pair {
	struct tls_session *client;
	struct tls_peer server;
	enum tls_wish wish; /* of the client; TLS_READY as long as all goes well after the handshake */
	struct fault why;
	struct text got; /* decrypted by the client */
};

/* A client of that policy (NULL: an empty one) and a server. */
void tls_pair_open(struct tls_pair *p, const struct pki *pki, const struct policy *policy,
	const struct tls_peer_spec *spec, const char *sni);

/* As tls_pair_open() with settings that are made already. */
void tls_pair_start(struct tls_pair *p, const struct pki *pki, struct tls_config *config,
	const struct tls_peer_spec *spec, const char *sni);

/* Carries bytes both ways until nobody says more, or the client has got limit bytes, in pieces of that size;
 * returns how many it got. */
size_t tls_pair_shake(struct tls_pair *p, size_t piece, size_t limit);

/* Gives bytes to the client in pieces of that size, up to a limit, and empties them; returns how many it
 * took. */
size_t tls_pair_give(struct tls_pair *p, struct text *bytes, size_t piece, size_t limit);

/* Frees both. */
void tls_pair_close(struct tls_pair *p);

#endif
