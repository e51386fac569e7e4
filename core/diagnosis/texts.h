/* texts: what OpenSSL's words mean, those of 1.1 and of 3: X509 errors to codes, handshake errors to
 * findings. Data. */
#ifndef DIAGNOSIS_TEXTS_H
#define DIAGNOSIS_TEXTS_H

#include <stdbool.h>

/* The X509_V_ERR_… code of a verifymsg= or reason=; -1 for a text that no version has. */
int texts_code(const char *message);

/* The finding that an X509 error names by itself, without the chain: NULL when there is none. */
const char *texts_finding(int code);

struct handshake_text {
	const char *part; /* what the text has in it */
	const char *id;   /* the finding; NULL: the TLS alert in the text decides */
	const char *name; /* of a value in the title; NULL: none */
	const char *value;
	bool certain;
};

/* What a failed handshake's reason= means; NULL: nothing that we know. */
const struct handshake_text *texts_handshake(const char *reason);

/* What a TLS alert means that a server sent us; we_have: a client certificate was there to be sent, asked:
 * the server asked for one. "handshake-failed" for one that says no more. Static. */
const char *texts_alert_finding(int alert, bool we_have, bool asked);

/* The name of a TLS alert (RFC 8446 section 6), "alert 255" style for an unknown one is NULL. Static. */
const char *texts_alert_name(int alert);

/* The number of the alert in "SSL alert number 116" or "tlsv1 alert unknown ca"; -1: none. */
int texts_alert_number(const char *text);

#endif
