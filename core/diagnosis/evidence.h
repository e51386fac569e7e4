/* evidence: what is known of one relay, or of the host, and what diagnosis makes of it. Values that others
 * own. */
#ifndef DIAGNOSIS_EVIDENCE_H
#define DIAGNOSIS_EVIDENCE_H

#include "diagnosis/examine.h"
#include "diagnosis/host_scan.h"
#include "model/finding.h"
#include "model/look.h"
#include "relays/relays.h"

enum second_look_kind { /* second connections, each one change away from Sendmail's */
	SECOND_REPEAT,  /* the same once more */
	SECOND_SNI,     /* with server_name */
	SECOND_LEVEL_1, /* weak handshakes, after a failed one */
	SECOND_LEVEL_0_TLS10,
	SECOND_LEGACY_RENEGOTIATION,
	SECOND_NO_CLIENT_CERT,
	SECOND_OPENSSL_DEFAULTS, /* OpenSSL's ciphers and options instead of ours */
	SECOND_CLASSIC_GROUPS,
	SECOND_UP_TO_TLS12,
	SECOND_ALL_CIPHERS, /* every cipher that OpenSSL has, however weak */
	SECOND_LOOKS
};

struct second_look {
	enum second_look_kind kind;
	const struct observation *observation; /* NULL: not made: our settings leave it no difference */
	struct verdict verdict;
	const struct examination
		*examination; /* of SECOND_SNI: the faults of that chain; NULL: not examined */
};

struct aia_outcome { /* a URL that was asked for an issuer */
	const char *url;
	const char *why; /* why there was none: "not reachable: …", "404", "no certificate in it"; NULL: it
			  * answered with certificates */
	bool reachable;  /* somebody answered; else it is not known whether there is one */
};

struct evidence { /* all that is known of one relay; borrowed, const; what is not known is NULL */
	const struct relay *relay;
	const struct history *history;
	const struct host_scan
		*scan; /* of the history, by host_scan(); NULL: it is made where it is needed */
	const struct findings
		*of_host; /* what diagnose_host() found; what explains the relay is told first */
	const struct look *look;
	const struct look *before; /* the look before it */
	const struct examination
		*examinations; /* one an address of the look, in its order; NULL: not examined */
	const struct second_look *seconds;
	size_t second_count;
	const char *left_out; /* why no further second look is made; NULL: none is wanted */
	const struct aia_outcome *asked;
	size_t asked_count;
	bool offline; /* --offline: no URL is asked */
	const struct policy *policy;
	enum store_state store;
	const char *system_bundle; /* its path */
	const char *log_host, *own_host;
	int64_t now_ms;
};

enum want_kind { WANT_SECOND_LOOK, WANT_ISSUER };

struct want { /* what would decide: the engine may serve it and ask again */
	enum want_kind kind;
	size_t address;               /* of the look */
	enum second_look_kind second; /* of WANT_SECOND_LOOK */
	const char *url;              /* of WANT_ISSUER */
};

struct diagnosis {
	struct findings findings; /* causes first, then effects, then notes; the first is the one to act on */
};

#endif
