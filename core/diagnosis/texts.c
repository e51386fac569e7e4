#include "diagnosis/texts.h"

#include <stdlib.h>
#include <string.h>

/* X509_verify_cert_error_string(): OpenSSL 3's words first, then those of 1.1 and before that differ. */
static const struct {
	int code;
	const char *text;
} codes[] = {
	{2, "unable to get issuer certificate"},
	{3, "unable to get certificate CRL"},
	{4, "unable to decrypt certificate's signature"},
	{6, "unable to decode issuer public key"},
	{7, "certificate signature failure"},
	{8, "CRL signature failure"},
	{9, "certificate is not yet valid"},
	{10, "certificate has expired"},
	{11, "CRL is not yet valid"},
	{12, "CRL has expired"},
	{13, "format error in certificate's notBefore field"},
	{14, "format error in certificate's notAfter field"},
	{18, "self-signed certificate"},
	{18, "self signed certificate"},
	{19, "self-signed certificate in certificate chain"},
	{19, "self signed certificate in certificate chain"},
	{20, "unable to get local issuer certificate"},
	{21, "unable to verify the first certificate"},
	{22, "certificate chain too long"},
	{23, "certificate revoked"},
	{24, "issuer certificate doesn't have a public key"},
	{25, "path length constraint exceeded"},
	{26, "unsuitable certificate purpose"},
	{26, "unsupported certificate purpose"},
	{27, "certificate not trusted"},
	{28, "certificate rejected"},
	{29, "subject issuer mismatch"},
	{30, "authority and subject key identifier mismatch"},
	{32, "key usage does not include certificate signing"},
	{33, "unable to get CRL issuer certificate"},
	{34, "unhandled critical extension"},
	{35, "key usage does not include CRL signing"},
	{37, "invalid non-CA certificate (has CA markings)"},
	{41, "invalid or inconsistent certificate extension"},
	{44, "Different CRL scope"},
	{44, "different CRL scope"},
	{47, "permitted subtree violation"},
	{48, "excluded subtree violation"},
	{49, "name constraints minimum and maximum not supported"},
	{51, "unsupported name constraint type"},
	{52, "unsupported or invalid name constraint syntax"},
	{53, "unsupported or invalid name syntax"},
	{62, "hostname mismatch"},
	{62, "Hostname mismatch"},
	{66, "EE certificate key too weak"},
	{67, "CA certificate key too weak"},
	{68, "CA signature digest algorithm too weak"},
	{79, "invalid CA certificate"}, /* 24 before OpenSSL 3 */
	{94, "Certificate public key has explicit ECC parameters"},
};

int
texts_code(const char *message)
{
	for (size_t i = 0; message && i < sizeof codes / sizeof *codes; i++) {
		if (strcmp(codes[i].text, message) == 0)
			return codes[i].code;
	}
	return -1;
}

const char *
texts_finding(int code)
{
	static const struct {
		int code;
		const char *id;
	} rows[] = {
		{2, "anchor-not-root"},
		{3, "crl-missing"},
		{7, "bad-signature"},
		{9, "not-yet-valid"},
		{10, "leaf-expired"},
		{12, "crl-stale"},
		{18, "self-signed"},
		{19, "unknown-root"},
		{20, "issuer-unknown"},
		{23, "revoked"},
		{24, "bad-ca"},
		{25, "path-length"},
		{26, "wrong-purpose"},
		{34, "critical-extension"},
		{47, "name-constraint"},
		{48, "name-constraint"},
		{66, "weak-key"},
		{67, "weak-key"},
		{68, "weak-signature"},
		{79, "bad-ca"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].code == code)
			return rows[i].id;
	}
	return NULL;
}

/* MEASURED texts of SENDMAIL.md A.4, and what OpenSSL's clients say of the other faults; the first that fits.
 */
static const struct handshake_text handshakes[] = {
	{"dh key too small", "weak-dh", NULL, NULL, true},
	{"dh p is too small", "weak-dh", NULL, NULL, true},
	{"legacy sigalg disallowed", "protocol-too-old", "version", "TLSv1.1", true},
	{"unsafe legacy renegotiation disabled", "legacy-renegotiation", NULL, NULL, true},
	{"unsupported protocol", "protocol-too-old", NULL, NULL, true},
	{"wrong ssl version", "protocol-too-old", NULL, NULL, true},
	{"unsupported version", "protocol-too-old", NULL, NULL, false},
	{"wrong version number", "not-tls", NULL, NULL, true},
	{"packet length too long", "not-tls", NULL, NULL, false},
	{"http request", "not-tls", NULL, NULL, true},
	{"unknown protocol", "not-tls", NULL, NULL, false}, /* OpenSSL 1.0's words for the same */
	{"no ciphers available", "cipherlist-narrow", "option", "CipherList", true},
	{"no protocols available", "cipherlist-narrow", "option", "ClientSSLOptions", true},
	{"no cipher match", "cipherlist-narrow", "option", "CipherList", true},
	{"wrong cipher returned", "no-shared-cipher", NULL, NULL, false},
	{"unknown cipher returned", "no-shared-cipher", NULL, NULL, false},
	{"wrong signature type", "legacy-signature", NULL, NULL, true},
	{"unexpected eof", "handshake-closed", "closed", "closed", true},
	{"alert", NULL, NULL, NULL, true},
};

const struct handshake_text *
texts_handshake(const char *reason)
{
	for (size_t i = 0; reason && i < sizeof handshakes / sizeof *handshakes; i++) {
		if (strstr(reason, handshakes[i].part))
			return &handshakes[i];
	}
	return NULL;
}

/* RFC 8446 section 6 and RFC 5246 section 7.2; the words are OpenSSL's ("tlsv1 alert unknown ca"). */
static const struct alert {
	int number;
	const char *name;
	bool certificate; /* it is our certificate that is refused */
	const char *id;
} alerts[] = {
	{10, "unexpected message", false, NULL},
	{20, "bad record mac", false, NULL},
	{40, "handshake failure", false, NULL},
	{41, "no certificate", true, NULL},
	{42, "bad certificate", true, NULL},
	{43, "unsupported certificate", true, NULL},
	{44, "certificate revoked", true, NULL},
	{45, "certificate expired", true, NULL},
	{46, "certificate unknown", true, NULL},
	{47, "illegal parameter", false, NULL},
	{48, "unknown ca", true, NULL},
	{49, "access denied", true, NULL},
	{50, "decode error", false, NULL},
	{51, "decrypt error", false, NULL},
	{70, "protocol version", false, "protocol-too-old"},
	{71, "insufficient security", false, "no-shared-cipher"},
	{80, "internal error", false, NULL},
	{86, "inappropriate fallback", false, NULL},
	{112, "unrecognized name", false, NULL},
	{116, "certificate required", true, NULL},
};

#define ALERTS (sizeof alerts / sizeof *alerts)

const char *
texts_alert_finding(int alert, bool we_have, bool asked)
{
	for (size_t i = 0; i < ALERTS; i++) {
		if (alerts[i].number != alert)
			continue;
		if (alerts[i].id)
			return alerts[i].id;
		if (alert == 116)
			return "client-cert-required";
		if (alerts[i].certificate && we_have)
			return "client-cert-rejected";
		if ((alert == 40 || alerts[i].certificate) && asked)
			return we_have ? "client-cert-rejected" : "client-cert-required";
	}
	return "handshake-failed";
}

const char *
texts_alert_name(int alert)
{
	for (size_t i = 0; i < ALERTS; i++) {
		if (alerts[i].number == alert)
			return alerts[i].name;
	}
	return NULL;
}

int
texts_alert_number(const char *text)
{
	static const char numbered[] = "SSL alert number ";
	const char *at = text ? strstr(text, numbered) : NULL, *word = text ? strstr(text, "alert ") : NULL;

	if (at) {
		long number = strtol(at + sizeof numbered - 1, NULL, 10);

		return number > 0 && number < 256 ? (int)number : -1;
	}
	for (size_t i = 0; word && i < ALERTS; i++) {
		if (strncmp(word + 6, alerts[i].name, strlen(alerts[i].name)) == 0)
			return alerts[i].number;
	}
	return -1;
}
