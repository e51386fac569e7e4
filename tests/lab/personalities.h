/* personalities: the relays of the lab, one row each: what it is called, how it behaves, which certificates
 * it sends, and what Sendmail says of it (measured with Sendmail 8.17 and OpenSSL 3.0). */
#ifndef LAB_PERSONALITIES_H
#define LAB_PERSONALITIES_H

#include "model/observation.h"
#include "model/verify.h"
#include "pki.h"

enum behaviour {
	PLAYS_WELL,
	OFFERS_NO_STARTTLS,
	STARTTLS_STRIPPED, /* 250-XXXXXXXA: a firewall overwrote the word */
	REFUSES_STARTTLS_454,
	REFUSES_STARTTLS_554,
	ANSWERS_STARTTLS_334, /* a code that is none of RFC 3207's */
	REFUSES_EHLO,         /* 502; HELO is taken, so there is no STARTTLS */
	SAYS_NOTHING,         /* accepts and never greets */
	GREETS_SLOWLY,        /* after lab_options.slow_ms */
	GREETS_554,
	GREETS_421,
	TALKS_FOR_EVER,      /* a greeting without an end */
	TALKS_GARBAGE,       /* a greeting that is no SMTP, with control characters */
	DROPS_AT_STARTTLS,   /* closes instead of answering STARTTLS */
	CLOSES_IN_HANDSHAKE, /* 220, then FIN */
	RESETS_IN_HANDSHAKE, /* 220, then RST */
	HANGS_IN_HANDSHAKE,  /* 220, then nothing */
	ALERTS_IN_HANDSHAKE, /* 220, then TLS alert 80 */
	ALERTS_INSUFFICIENT, /* 220, then TLS alert 71: what we offer is too weak for it */
	PLAIN_AFTER_220,     /* 220, then SMTP again */
	INJECTS_AFTER_220,   /* bytes in the same packet as the 220; TLS is good */
	DROPS_AFTER_HANDSHAKE,
	FEARS_TLS_13,        /* 220, then FIN for whoever offers TLS 1.3 */
	HAS_ANOTHER_CLOCK,   /* its greeting has a date, ten days and an hour from now */
	REFUSES_CONNECTIONS, /* nobody listens */
	NEVER_ACCEPTS,       /* listens, but its queue is full: whoever knocks hears nothing */
	HAS_NO_ROUTE,        /* an address that nothing leads to */
};

enum tls_kind {
	TLS_ANY, /* 1.2 and 1.3 */
	TLS_12,
	TLS_10,        /* at most */
	TLS_ANONYMOUS, /* 1.2 with anonymous ciphers alone */
	TLS_WEAK_DH,   /* 1.2 with DHE and a 1024-bit prime alone */
	TLS_ASKS_CLIENT_CERT,
	TLS_DEMANDS_CLIENT_CERT_12,
	TLS_DEMANDS_CLIENT_CERT_13,
	TLS_REJECTS_CLIENT_CERT_12, /* asks, and finds each one that comes expired */
	TLS_REJECTS_CLIENT_CERT_13,
	TLS_NULL,           /* 1.2 with ciphers that do not encrypt */
	TLS_SIGNS_SHA1,     /* 1.2, and SHA-1 alone for the handshake's signature */
	TLS_BEFORE_RFC5746, /* 1.2 without secure renegotiation */
};

struct personality {
	const char *host; /* rows of the same host are its addresses, in Sendmail's order */
	const char
		*address; /* 127.0.40.N, ::1, or a multicast address: TCP to that fails at once, everywhere */
	enum behaviour behaviour;
	enum tls_kind tls;
	const char *chain;     /* "good int": sent, the leaf first */
	const char *sni_chain; /* sent when the client names a server; NULL: the same */
	enum verify verify;    /* what Sendmail says */
	int code, depth;       /* X509_V_ERR_ and depth; 0 and -1 when it is good */
	enum stage reached;    /* the last stage passed */
	const char *about;     /* a sentence for people */
};

/* The i-th row; NULL after the last. */
const struct personality *personality_row(size_t i);

/* The row of a host (its first one), or NULL. */
const struct personality *personality_of(const char *host);

/* The row that has this address, or NULL. */
const struct personality *personality_at(const char *address);

/* False for who has no socket: it refuses connections, or cannot be reached at all. */
bool personality_listens(const struct personality *p);

/* The certificates that the rows name; *count is set. */
const struct cert_spec *personality_certificates(size_t *count);

#endif
