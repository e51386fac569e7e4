/* observation: all that one connection saw. Immutable once made, reference counted, counts change on the loop
 * only. probe/ makes it. */
#ifndef MODEL_OBSERVATION_H
#define MODEL_OBSERVATION_H

#include "base/address.h"
#include "base/fault.h"
#include "model/certificate.h"

enum stage { /* how far a connection came: the last stage that was passed */
	STAGE_NONE,
	STAGE_CONNECT,   /* TCP */
	STAGE_GREETING,  /* 220 */
	STAGE_EHLO,      /* 250 to EHLO or HELO */
	STAGE_STARTTLS,  /* 220 to STARTTLS */
	STAGE_HANDSHAKE, /* TLS */
	STAGE_EHLO2,     /* 250 to EHLO inside TLS */
	STAGES
};

enum client_cert { CLIENT_CERT_NONE, CLIENT_CERT_REQUESTED, CLIENT_CERT_REQUIRED };

struct transcript_line {
	int64_t at_ms; /* since the probe began */
	char mark;     /* '>' sent by us, '<' received, '*' our own remark ("TCP connected", "TLSv1.3 …") */
	char *text;    /* without line end; hostile bytes as they came (canvas and report make them safe) */
};

struct sent_certificate {
	unsigned char *der; /* whatever the server put there: may be no certificate */
	size_t len;
};

struct observation_tls {
	char version[16], cipher[64]; /* as OpenSSL names them; "" when there was no handshake */
	int bits;                     /* 0: none */
	int level;                    /* OpenSSL's security level in force (SSL_get_security_level) */
	enum client_cert client_cert;
	char *sni;          /* what was sent as server_name, or NULL */
	char group[32];     /* key exchange group, "" when not known */
	char signature[48]; /* the handshake's signature, "" when not known */
	int dh_bits;        /* of the server's temporary DH key, 0: none */
	int alert;          /* TLS alert received, -1: none */
};

struct observation {
	unsigned refs;
	struct address address;
	unsigned port;
	int64_t begun_ms; /* the wall clock when it began */
	enum stage reached;
	int64_t stage_ms[STAGES]; /* how long each stage took; -1: not passed */
	char *greeting;           /* the 220's text, lines joined by \n; NULL: none */
	char *capabilities;       /* EHLO's answer before TLS, a line each; NULL: none */
	char *reply;    /* the last reply that decided: a refusal, or the 220 to STARTTLS; NULL: none */
	int reply_code; /* its code, 0: none */
	bool helo;      /* EHLO was refused, HELO was said */
	bool starttls_offered;
	bool starttls_sent;
	bool injected;      /* bytes came with the 220 to STARTTLS; dropped */
	bool cut_short;     /* lost in EHLO after TLS: see fault */
	struct fault fault; /* what ended it before its time; FAULT_NONE when it went through to QUIT */
	struct observation_tls tls;
	struct sent_certificate *sent; /* the certificates as they came, the leaf first */
	size_t sent_count;
	struct chain *chain; /* the same parsed, set by the engine before anyone else sees it; NULL: none */
	struct transcript_line *transcript;
	size_t transcript_count;
};

/* A new observation with one reference, all stages not passed. */
struct observation *observation_new(void);

/* One more reference; returns its argument. NULL gives NULL. */
struct observation *observation_ref(struct observation *o);

/* One reference less; the last one frees it. NULL does nothing. */
void observation_unref(struct observation *o);

/* The word of a stage for JSON and the screen: "none", "connect", "greeting", … Static. */
const char *stage_word(enum stage stage);

#endif
