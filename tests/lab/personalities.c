#include "personalities.h"

#include <string.h>

#define NET ".example.net"
#define ORG ".example.org"

/* What Sendmail says: a good chain, a bad one, a failed handshake, a relay that is not reached. */
#define GOOD .verify = VERIFY_OK, .depth = -1, .reached = STAGE_EHLO2
#define BAD(at, with) .verify = VERIFY_FAIL, .code = with, .depth = at, .reached = STAGE_EHLO2
#define CLEAR_WITH(word) .verify = word, .depth = -1, .reached = STAGE_EHLO
#define NO_HANDSHAKE .verify = VERIFY_SOFTWARE, .depth = -1, .reached = STAGE_STARTTLS
#define NOT_REACHED(stage) .verify = VERIFY_UNREACHABLE, .depth = -1, .reached = stage

static const struct personality rows[] = {
	{"mx-good" NET, "127.0.40.1", .chain = "good int", GOOD, .about = "RSA 2048, all as it should be"},
	{"mx-ec" NET, "127.0.40.2", .chain = "ec int", GOOD, .about = "ECDSA, all as it should be"},
	{"mx-six" NET, "::1", .chain = "six int", GOOD, .about = "good, over IPv6"},
	{"mx-missing" NET, "127.0.40.4", .chain = "missing", BAD(0, 20),
		.about = "does not send its intermediate"},
	{"mx-unknown" NET, "127.0.40.5", .chain = "unknown unknownint", BAD(1, 20),
		.about = "private CA, its root not sent"},
	{"mx-private" NET, "127.0.40.6", .chain = "private unknownint unknownroot", BAD(2, 19),
		.about = "private CA, its root sent"},
	{"mx-self" NET, "127.0.40.7", .chain = "self", BAD(0, 18), .about = "self-signed"},
	{"mx-expired" NET, "127.0.40.8", .chain = "expired int", BAD(0, 10),
		.about = "leaf expired 3 days ago"},
	{"mx-expired-int" NET, "127.0.40.9", .chain = "expired-int expiredint", BAD(1, 10),
		.about = "intermediate expired"},
	{"mx-expired-root" NET, "127.0.40.10", .chain = "expired-root", BAD(1, 10),
		.about = "root in our store expired"},
	{"mx-future" NET, "127.0.40.11", .chain = "future int", BAD(0, 9),
		.about = "not valid before five days from now"},
	{"mx-rsa1024" NET, "127.0.40.12", .chain = "rsa1024 int", BAD(0, 66), .about = "RSA 1024"},
	{"mx-sha1" NET, "127.0.40.13", .chain = "sha1 int", BAD(0, 68), .about = "signed with SHA-1"},
	{"mx-client-only" NET, "127.0.40.14", .chain = "client-only int", BAD(0, 26),
		.about = "EKU clientAuth alone"},
	{"mx-bad-usage" NET, "127.0.40.15", .chain = "bad-usage int", BAD(0, 26),
		.about = "keyUsage cRLSign alone"},
	{"mx-wrong-name" NET, "127.0.40.16", .chain = "othername int", GOOD,
		.about = "certificate for another name"},
	{"mx-sni" NET, "127.0.40.17", .chain = "no-sni", .sni_chain = "sni int", BAD(0, 18),
		.about = "self-signed unless SNI is sent"},
	{"mx-bad-ca" NET, "127.0.40.18", .chain = "bad-ca notca", BAD(1, 79), .about = "issuer is CA:FALSE"},
	{"mx-path-length" NET, "127.0.40.19", .chain = "path-length toolong short", BAD(2, 25),
		.about = "chain longer than its CA allows"},
	{"mx-constraint" NET, "127.0.40.20", .chain = "constraint constrained", BAD(0, 47),
		.about = "CA may not issue for this name"},
	{"mx-critical" NET, "127.0.40.21", .chain = "critical int", BAD(0, 34),
		.about = "unknown critical extension"},
	{"mx-bad-signature" NET, "127.0.40.22", .chain = "bad-signature int", BAD(0, 7),
		.about = "damaged signature"},
	{"mx-self-expired" NET, "127.0.40.23", .chain = "self-expired", BAD(0, 18),
		.about = "self-signed and expired"},
	{"mx-self-trusted" NET, "127.0.40.24", .chain = "self-trusted", GOOD,
		.about = "self-signed, and pinned in our store"},
	{"mx-revoked" NET, "127.0.40.25", .chain = "revoked int", GOOD,
		.about = "revoked, but no CRL is set"},
	{"mx-wrong-order" NET, "127.0.40.26", .chain = "ec root int", GOOD,
		.about = "chain in the wrong order"},
	{"mx-root-sent" NET, "127.0.40.27", .chain = "ec int root", GOOD, .about = "the root is sent too"},
	{"mx-junk" NET, "127.0.40.28", .chain = "missing expired unknownroot", BAD(0, 20),
		.about = "unrelated certificates instead of the intermediate"},
	{"mx-cross" NET, "127.0.40.29", .chain = "ec int-cross", BAD(1, 20),
		.about = "a cross-sign to a root that nobody knows"},
	{"mx-hostile" NET, "127.0.40.30", .chain = "hostile int", GOOD,
		.about = "control characters in its names"},
	{"mx-utf8" NET, "127.0.40.31", .chain = "utf8 int", GOOD, .about = "UTF-8 in its names"},

	{"mx-tls12" ORG, "127.0.40.40", .tls = TLS_12, .chain = "good int", GOOD, .about = "TLS 1.2 alone"},
	{"mx-tls10" ORG, "127.0.40.41", .tls = TLS_10, .chain = "good int", NO_HANDSHAKE,
		.about = "TLS 1.0 at most"},
	{"mx-anonymous" ORG, "127.0.40.42", .tls = TLS_ANONYMOUS, .chain = "ec int", NO_HANDSHAKE,
		.about = "anonymous ciphers alone"},
	{"mx-weak-dh" ORG, "127.0.40.43", .tls = TLS_WEAK_DH, .chain = "good int", NO_HANDSHAKE,
		.about = "Diffie-Hellman with 1024 bits"},
	{"mx-asks-client" ORG, "127.0.40.44", .tls = TLS_ASKS_CLIENT_CERT, .chain = "ec int", GOOD,
		.about = "asks for a client certificate, needs none"},
	{"mx-client12" ORG, "127.0.40.45", .tls = TLS_DEMANDS_CLIENT_CERT_12, .chain = "ec int", NO_HANDSHAKE,
		.about = "demands a client certificate, TLS 1.2"},
	/* In TLS 1.3 the client has finished before the server can object: Sendmail logs OK and then loses
	   it. */
	{"mx-client13" ORG, "127.0.40.46", .tls = TLS_DEMANDS_CLIENT_CERT_13, .chain = "ec int",
		.verify = VERIFY_OK, .depth = -1, .reached = STAGE_HANDSHAKE,
		.about = "demands a client certificate, TLS 1.3"},

	{"mx-no-starttls" ORG, "127.0.40.50", OFFERS_NO_STARTTLS, CLEAR_WITH(VERIFY_NONE),
		.about = "offers no STARTTLS"},
	{"mx-stripped" ORG, "127.0.40.51", STARTTLS_STRIPPED, CLEAR_WITH(VERIFY_NONE),
		.about = "STARTTLS overwritten on the way"},
	{"mx-454" ORG, "127.0.40.52", REFUSES_STARTTLS_454, CLEAR_WITH(VERIFY_TEMP),
		.about = "answers STARTTLS with 454"},
	{"mx-554" ORG, "127.0.40.53", REFUSES_STARTTLS_554, CLEAR_WITH(VERIFY_NONE),
		.about = "answers STARTTLS with 554"},
	{"mx-334" ORG, "127.0.40.54", ANSWERS_STARTTLS_334, CLEAR_WITH(VERIFY_PROTOCOL),
		.about = "answers STARTTLS with 334"},
	{"mx-helo" ORG, "127.0.40.55", REFUSES_EHLO, CLEAR_WITH(VERIFY_NONE), .about = "knows no EHLO"},
	{"mx-drop" ORG, "127.0.40.56", DROPS_AT_STARTTLS, CLEAR_WITH(VERIFY_FAILURE),
		.about = "closes instead of answering STARTTLS"},
	{"mx-closes" ORG, "127.0.40.57", CLOSES_IN_HANDSHAKE, NO_HANDSHAKE,
		.about = "closes in the handshake"},
	{"mx-resets" ORG, "127.0.40.58", RESETS_IN_HANDSHAKE, NO_HANDSHAKE,
		.about = "resets in the handshake"},
	{"mx-hangs" ORG, "127.0.40.59", HANGS_IN_HANDSHAKE, NO_HANDSHAKE, .about = "silent in the handshake"},
	{"mx-alert" ORG, "127.0.40.60", ALERTS_IN_HANDSHAKE, NO_HANDSHAKE, .about = "refuses the handshake"},
	{"mx-plain" ORG, "127.0.40.61", PLAIN_AFTER_220, NO_HANDSHAKE, .about = "plain text after the 220"},
	{"mx-inject" ORG, "127.0.40.62", INJECTS_AFTER_220, .chain = "ec int", GOOD,
		.about = "bytes slipped in with the 220"},
	{"mx-drop-after" ORG, "127.0.40.63", DROPS_AFTER_HANDSHAKE, .chain = "ec int", .verify = VERIFY_OK,
		.depth = -1, .reached = STAGE_HANDSHAKE, .about = "closes after the handshake"},

	{"mx-silent" ORG, "127.0.40.70", SAYS_NOTHING, NOT_REACHED(STAGE_CONNECT),
		.about = "accepts and never greets"},
	{"mx-slow" ORG, "127.0.40.71", GREETS_SLOWLY, .chain = "ec int", GOOD, .about = "a slow greeting"},
	{"mx-554-greeting" ORG, "127.0.40.72", GREETS_554, NOT_REACHED(STAGE_CONNECT),
		.about = "greets with 554"},
	{"mx-421-greeting" ORG, "127.0.40.73", GREETS_421, NOT_REACHED(STAGE_CONNECT),
		.about = "greets with 421"},
	{"mx-endless" ORG, "127.0.40.74", TALKS_FOR_EVER, NOT_REACHED(STAGE_CONNECT),
		.about = "never stops talking"},
	{"mx-garbage" ORG, "127.0.40.75", TALKS_GARBAGE, NOT_REACHED(STAGE_CONNECT),
		.about = "speaks no SMTP"},
	{"mx-refused" ORG, "127.0.40.76", REFUSES_CONNECTIONS, NOT_REACHED(STAGE_NONE),
		.about = "refuses connections"},

	{"mx-stale" NET, "127.0.40.91", .chain = "stale newint", BAD(1, 20),
		.about = "our CA file is older than its root"},
	{"mx-old-bundle" NET, "127.0.40.92", .chain = "old-bundle unknownint", BAD(1, 20),
		.about = "a public CA that no bundle here knows"},
	{"mx-cross-expired" NET, "127.0.40.93", .chain = "cross-expired newint newroot-cross", BAD(2, 10),
		.about = "an expired cross-sign leads away from the new root"},
	{"mx-int-cross-expired" NET, "127.0.40.94", .chain = "int-cross-expired int-old-cross", BAD(1, 10),
		.about = "an expired cross-sign in the place of the intermediate"},
	{"mx-renewed-root" NET, "127.0.40.95", .chain = "renewed-root", BAD(1, 10),
		.about = "our copy of its root expired, the system's did not"},
	{"mx-mail-ca" NET, "127.0.40.96", .chain = "mail-ca mailint", BAD(1, 26),
		.about = "its CA is for mail signatures alone"},
	{"mx-future-ca" NET, "127.0.40.97", .chain = "future-ca futureint", BAD(1, 9),
		.about = "intermediate not valid before five days from now"},
	{"mx-weak-ca" NET, "127.0.40.98", .chain = "weak-ca weakint", BAD(1, 67),
		.about = "intermediate with RSA 1024"},
	{"mx-sha1-ca" NET, "127.0.40.99", .chain = "sha1-ca sha1int", BAD(1, 68),
		.about = "intermediate signed with SHA-1"},

	{"mx-missing-expired" NET, "127.0.40.100", .chain = "missing-expired", BAD(0, 20),
		.about = "no intermediate, and the leaf expired"},
	{"mx-self-weak-expired" NET, "127.0.40.101", .chain = "self-weak-expired", BAD(0, 66),
		.about = "self-signed, RSA 1024, and expired"},
	{"mx-weak-unknown" NET, "127.0.40.102", .chain = "weak-unknown unknownint unknownroot", BAD(0, 66),
		.about = "RSA 1024 from a private CA"},
	{"mx-sni-expired" NET, "127.0.40.103", .chain = "no-sni", .sni_chain = "sni-expired int", BAD(0, 18),
		.about = "self-signed unless SNI is sent; expired then"},
	{"mx-early-ca" NET, "127.0.40.104", .chain = "early-ca expiredint", BAD(1, 10),
		.about = "intermediate expired before the leaf began"},
	{"mx-all-expired" NET, "127.0.40.105", .chain = "all-expired expiredint", BAD(1, 10),
		.about = "intermediate and leaf expired"},
	{"mx-crosses-expired" NET, "127.0.40.147", .chain = "crosses-expired int-old-cross int", BAD(0, 10),
		.about = "expired; an expired cross-sign and the current intermediate are sent"},
	{"mx-purpose-expired" NET, "127.0.40.106", .chain = "purpose-expired int", BAD(0, 26),
		.about = "EKU clientAuth alone, and expired"},
	{"mx-weak-missing" NET, "127.0.40.107", .chain = "weak-missing", BAD(0, 66),
		.about = "RSA 1024, and no intermediate"},
	{"mx-sha1-missing" NET, "127.0.40.108", .chain = "sha1-missing", BAD(0, 20),
		.about = "signed with SHA-1, and no intermediate"},

	/* The intermediate is not sent; what its AIA URL answers. */
	{"mx-aia-two" NET, "127.0.40.109", .chain = "aia-two", BAD(0, 20),
		.about = "two are missing, each names the next"},
	{"mx-aia-pem" NET, "127.0.40.110", .chain = "aia-pem", BAD(0, 20), .about = "AIA answers PEM"},
	{"mx-aia-pkcs7" NET, "127.0.40.111", .chain = "aia-pkcs7", BAD(0, 20), .about = "AIA answers PKCS#7"},
	{"mx-aia-hops" NET, "127.0.40.112", .chain = "aia-hops", BAD(0, 20),
		.about = "AIA redirects three times"},
	{"mx-aia-too-many-hops" NET, "127.0.40.113", .chain = "aia-too-many-hops", BAD(0, 20),
		.about = "AIA redirects four times"},
	{"mx-aia-circle" NET, "127.0.40.114", .chain = "aia-circle", BAD(0, 20),
		.about = "AIA redirects in a circle"},
	{"mx-aia-to-file" NET, "127.0.40.115", .chain = "aia-to-file", BAD(0, 20),
		.about = "AIA redirects to a file"},
	{"mx-aia-to-address" NET, "127.0.40.116", .chain = "aia-to-address", BAD(0, 20),
		.about = "AIA redirects to loopback"},
	{"mx-aia-to-https" NET, "127.0.40.117", .chain = "aia-to-https", BAD(0, 20),
		.about = "AIA redirects to https"},
	{"mx-aia-404" NET, "127.0.40.118", .chain = "aia-404", BAD(0, 20), .about = "AIA answers 404"},
	{"mx-aia-public-404" NET, "127.0.40.119", .chain = "aia-public-404", BAD(0, 20),
		.about = "the same, of a public CA"},
	{"mx-aia-garbage" NET, "127.0.40.120", .chain = "aia-garbage", BAD(0, 20),
		.about = "AIA answers garbage"},
	{"mx-aia-empty" NET, "127.0.40.121", .chain = "aia-empty", BAD(0, 20),
		.about = "AIA answers nothing"},
	{"mx-aia-html" NET, "127.0.40.122", .chain = "aia-html", BAD(0, 20),
		.about = "AIA answers a web page"},
	{"mx-aia-no-http" NET, "127.0.40.123", .chain = "aia-no-http", BAD(0, 20),
		.about = "AIA speaks no HTTP"},
	{"mx-aia-silent" NET, "127.0.40.124", .chain = "aia-silent", BAD(0, 20),
		.about = "AIA never answers"},
	{"mx-aia-drip" NET, "127.0.40.125", .chain = "aia-drip", BAD(0, 20), .about = "AIA drips"},
	{"mx-aia-endless" NET, "127.0.40.126", .chain = "aia-endless", BAD(0, 20), .about = "AIA never ends"},
	{"mx-aia-gigabyte" NET, "127.0.40.127", .chain = "aia-gigabyte", BAD(0, 20),
		.about = "AIA sends a gigabyte"},
	{"mx-aia-wrong" NET, "127.0.40.128", .chain = "aia-wrong", BAD(0, 20),
		.about = "AIA answers another certificate"},
	{"mx-aia-namesakes" NET, "127.0.40.129", .chain = "aia-namesakes", BAD(0, 20),
		.about = "AIA answers 100 of one name, the right one last"},
	{"mx-aia-strangers" NET, "127.0.40.130", .chain = "aia-strangers", BAD(0, 20),
		.about = "AIA answers 99 of one name, all wrong"},
	{"mx-aia-ring" NET, "127.0.40.131", .chain = "aia-ring", BAD(0, 20),
		.about = "issuers that issued each other"},
	{"mx-aia-no-host" NET, "127.0.40.132", .chain = "aia-no-host", BAD(0, 20),
		.about = "AIA's host does not exist"},
	{"mx-aia-address" NET, "127.0.40.133", .chain = "aia-address", BAD(0, 20),
		.about = "AIA names loopback"},
	{"mx-aia-file" NET, "127.0.40.134", .chain = "aia-file", BAD(0, 20), .about = "AIA names a file"},
	{"mx-aia-ldap" NET, "127.0.40.135", .chain = "aia-ldap", BAD(0, 20),
		.about = "AIA names a directory"},
	{"mx-own-issuer" NET, "127.0.40.136", .chain = "own-issuer-leaf own-issuer", BAD(1, 20),
		.about = "a CA that names itself as its issuer"},
	{"mx-namesakes" NET, "127.0.40.137", .chain = "namesakes-leaf namesakes int", BAD(0, 7),
		.about = "100 intermediates of one name, the right one last"},

	/* Handshakes that fail for the server's sake, or for our client certificate's. */
	{"mx-no-cipher" ORG, "127.0.40.138", .tls = TLS_NULL, .chain = "good int", NO_HANDSHAKE,
		.about = "ciphers that do not encrypt alone"},
	{"mx-sha1-handshake" ORG, "127.0.40.139", .tls = TLS_SIGNS_SHA1, .chain = "good int", NO_HANDSHAKE,
		.about = "signs the handshake with SHA-1 alone"},
	{"mx-renegotiation" ORG, "127.0.40.140", .tls = TLS_BEFORE_RFC5746, .chain = "good int", NO_HANDSHAKE,
		.about = "knows nothing of secure renegotiation"},
	{"mx-rejects12" ORG, "127.0.40.141", .tls = TLS_REJECTS_CLIENT_CERT_12, .chain = "ec int", GOOD,
		.about = "refuses every client certificate, TLS 1.2"},
	{"mx-rejects13" ORG, "127.0.40.142", .tls = TLS_REJECTS_CLIENT_CERT_13, .chain = "ec int", GOOD,
		.about = "refuses every client certificate, TLS 1.3"},
	{"mx-insufficient" ORG, "127.0.40.146", ALERTS_INSUFFICIENT, NO_HANDSHAKE,
		.about = "nothing that we offer is enough"},
	{"mx-fears13" ORG, "127.0.40.143", FEARS_TLS_13, .chain = "good int", NO_HANDSHAKE,
		.about = "closes on whoever offers TLS 1.3"},
	{"mx-clock" ORG, "127.0.40.144", HAS_ANOTHER_CLOCK, .chain = "future int", BAD(0, 9),
		.about = "its clock is ten days ahead of ours"},
	{"mx-full" ORG, "127.0.40.145", NEVER_ACCEPTS, NOT_REACHED(STAGE_NONE),
		.about = "hears nobody: its queue is full"},
	{"mx-no-route" ORG, "ff0e::db8:0:40", HAS_NO_ROUTE, NOT_REACHED(STAGE_NONE),
		.about = "no route leads to it"},

	{"mx-two" ORG, "127.0.40.80", .chain = "ec int", GOOD, .about = "two addresses: the good one"},
	{"mx-two" ORG, "127.0.40.81", .chain = "expired int", BAD(0, 10),
		.about = "two addresses: the expired one"},
};

const struct personality *
personality_row(size_t i)
{
	return i < sizeof(rows) / sizeof(*rows) ? &rows[i] : NULL;
}

const struct personality *
personality_of(const char *host)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].host, host) == 0)
			return &rows[i];
	return NULL;
}

const struct personality *
personality_at(const char *address)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].address, address) == 0)
			return &rows[i];
	return NULL;
}

bool
personality_listens(const struct personality *p)
{
	return p->behaviour != REFUSES_CONNECTIONS && p->behaviour != HAS_NO_ROUTE;
}
