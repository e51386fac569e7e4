/* tls_session: one TLS handshake and session as Sendmail's client makes it, over two memory BIOs: sans-I/O.
 * SSL_VERIFY_NONE: the chain is judged afterwards, by trust/. No OpenSSL type crosses this header. */
#ifndef PROBE_TLS_SESSION_H
#define PROBE_TLS_SESSION_H

#include "base/fault.h"
#include "base/text.h"
#include "model/observation.h"
#include "model/policy.h"

/* The settings that all sessions of a policy share: ciphers, options, client certificate. */
struct tls_config;

/* Points OpenSSL at the configuration file that this Sendmail uses, once, before any other use of OpenSSL:
 * openssl_conf as in the policy (NULL: OpenSSL's own default), never the user's OPENSSL_CONF. */
void tls_library_init(const char *openssl_conf);

/* Makes the shared settings; what cannot be applied (an unknown option, a cipher list without a cipher, a key
 * that does not fit) is left out as Sendmail leaves it out, and said in *notes (added to; may be NULL). The
 * caller has one reference. */
struct tls_config *tls_config_new(const struct policy *policy, struct text *notes);

/* One more reference; returns its argument. */
struct tls_config *tls_config_ref(struct tls_config *c);

/* One reference less; the last one frees it. NULL does nothing. */
void tls_config_unref(struct tls_config *c);

/* One thing that a second look does otherwise than Sendmail. */
enum tls_change {
	TLS_AS_SENDMAIL,
	TLS_LEVEL_1,              /* security level 1 */
	TLS_LEVEL_0_TLS10,        /* security level 0, and TLS 1.0 and 1.1 allowed */
	TLS_LEGACY_RENEGOTIATION, /* a server without RFC 5746 is allowed */
	TLS_NO_CLIENT_CERT,
	TLS_OPENSSL_DEFAULTS, /* neither CipherList, CipherSuites nor ClientSSLOptions */
	TLS_CLASSIC_GROUPS,   /* no key exchange with a key that makes the ClientHello long */
	TLS_UP_TO_12,         /* TLS 1.3 is not offered */
	TLS_ALL_CIPHERS,      /* every cipher there is, at security level 0, with TLS 1.0 */
	TLS_CHANGES
};

/* The settings with exactly that one change. Cheap (no file, nothing parsed anew: a millisecond), so the loop
 * may call it. The caller has one reference; the argument is borrowed. */
struct tls_config *tls_config_changed(const struct tls_config *as_sendmail, enum tls_change change);

/* Would that change make any difference to the handshake? Without one there is nothing to learn from a
 * connection: the level is that low already, there is no client certificate, this OpenSSL offers no other
 * groups, … */
bool tls_change_matters(const struct tls_config *as_sendmail, enum tls_change change);

enum tls_wish {
	TLS_READ,   /* more bytes from the peer (send the output first) */
	TLS_READY,  /* the handshake is done */
	TLS_CLOSED, /* the peer said close_notify */
	TLS_FAILED, /* see the fault */
};

struct tls_session;

/* A client session; sni may be NULL (Sendmail sends none). Freed with tls_session_free(). */
struct tls_session *tls_session_new(struct tls_config *config, const char *sni);

/* Begins or goes on with len bytes from the peer (0 to begin). Once the handshake is done it only takes them:
 * tls_session_read() has the rest. A fault is FAULT_TLS, code the alert received or 0, text as Sendmail's
 * reason=; FAULT_PROTOCOL when what came is no TLS at all. What failed stays failed. */
enum tls_wish tls_session_feed(struct tls_session *s, const void *bytes, size_t len, struct fault *why);

/* Decrypted bytes that are ready: appends them to *out. Returns TLS_READ, TLS_CLOSED or TLS_FAILED (an alert
 * after the handshake, as TLS 1.3 sends for a missing client certificate). */
enum tls_wish tls_session_read(struct tls_session *s, struct text *out, struct fault *why);

/* Encrypts len bytes for the peer. False: the session is broken. */
bool tls_session_write(struct tls_session *s, const void *bytes, size_t len, struct fault *why);

/* Says close_notify to the peer, if the session still can; its output is then to be sent. */
void tls_session_end(struct tls_session *s);

/* What is to be sent to the peer: appends it to *out. */
void tls_session_output(struct tls_session *s, struct text *out);

/* Notes version, cipher, level, alert, client certificate asked for, … in *tls; also after a failed
 * handshake, as far as it came (version and cipher once there was a ServerHello). May be called again. */
void tls_session_facts(struct tls_session *s, struct observation_tls *tls);

/* The i-th certificate that the server sent, as DER; false when there is no such. Borrowed. */
bool tls_session_certificate(struct tls_session *s, size_t i, const unsigned char **der, size_t *len);

/* Frees it. NULL does nothing. */
void tls_session_free(struct tls_session *s);

#endif
