#include "diagnosis/texts.h"

#include "model/codes.h"

#include <stdlib.h>
#include <string.h>

/* X509_verify_cert_error_string(): OpenSSL 3's words first, then those of 1.1 and before that differ. */
static const struct {
	int code;
	const char *text;
} codes[] = {
	{CHAIN_NO_ISSUER, "unable to get issuer certificate"},
	{CHAIN_NO_CRL, "unable to get certificate CRL"},
	{CHAIN_SIGNATURE_UNDECRYPTABLE, "unable to decrypt certificate's signature"},
	{CHAIN_ISSUER_KEY_UNREADABLE, "unable to decode issuer public key"},
	{CHAIN_BAD_SIGNATURE, "certificate signature failure"},
	{CHAIN_BAD_CRL_SIGNATURE, "CRL signature failure"},
	{CHAIN_NOT_YET_VALID, "certificate is not yet valid"},
	{CHAIN_EXPIRED, "certificate has expired"},
	{CHAIN_CRL_NOT_YET_VALID, "CRL is not yet valid"},
	{CHAIN_CRL_EXPIRED, "CRL has expired"},
	{CHAIN_BAD_NOT_BEFORE, "format error in certificate's notBefore field"},
	{CHAIN_BAD_NOT_AFTER, "format error in certificate's notAfter field"},
	{CHAIN_SELF_SIGNED, "self-signed certificate"},
	{CHAIN_SELF_SIGNED, "self signed certificate"},
	{CHAIN_SELF_SIGNED_ROOT, "self-signed certificate in certificate chain"},
	{CHAIN_SELF_SIGNED_ROOT, "self signed certificate in certificate chain"},
	{CHAIN_NO_LOCAL_ISSUER, "unable to get local issuer certificate"},
	{CHAIN_LEAF_UNVERIFIED, "unable to verify the first certificate"},
	{CHAIN_TOO_LONG, "certificate chain too long"},
	{CHAIN_REVOKED, "certificate revoked"},
	{CHAIN_NO_PUBLIC_KEY, "issuer certificate doesn't have a public key"},
	{CHAIN_PATH_LENGTH, "path length constraint exceeded"},
	{CHAIN_WRONG_PURPOSE, "unsuitable certificate purpose"},
	{CHAIN_WRONG_PURPOSE, "unsupported certificate purpose"},
	{CHAIN_NOT_TRUSTED, "certificate not trusted"},
	{CHAIN_REJECTED, "certificate rejected"},
	{CHAIN_SUBJECT_MISMATCH, "subject issuer mismatch"},
	{CHAIN_KEY_ID_MISMATCH, "authority and subject key identifier mismatch"},
	{CHAIN_NO_CERT_SIGN, "key usage does not include certificate signing"},
	{CHAIN_NO_CRL_ISSUER, "unable to get CRL issuer certificate"},
	{CHAIN_UNKNOWN_CRITICAL, "unhandled critical extension"},
	{CHAIN_NO_CRL_SIGN, "key usage does not include CRL signing"},
	{CHAIN_NON_CA, "invalid non-CA certificate (has CA markings)"},
	{CHAIN_BAD_EXTENSION, "invalid or inconsistent certificate extension"},
	{CHAIN_CRL_SCOPE, "Different CRL scope"},
	{CHAIN_CRL_SCOPE, "different CRL scope"},
	{CHAIN_NAME_NOT_PERMITTED, "permitted subtree violation"},
	{CHAIN_NAME_EXCLUDED, "excluded subtree violation"},
	{CHAIN_NAME_MINIMUM, "name constraints minimum and maximum not supported"},
	{CHAIN_NAME_CONSTRAINT_TYPE, "unsupported name constraint type"},
	{CHAIN_NAME_CONSTRAINT_SYNTAX, "unsupported or invalid name constraint syntax"},
	{CHAIN_NAME_SYNTAX, "unsupported or invalid name syntax"},
	{CHAIN_HOST_MISMATCH, "hostname mismatch"},
	{CHAIN_HOST_MISMATCH, "Hostname mismatch"},
	{CHAIN_WEAK_LEAF_KEY, "EE certificate key too weak"},
	{CHAIN_WEAK_CA_KEY, "CA certificate key too weak"},
	{CHAIN_WEAK_DIGEST, "CA signature digest algorithm too weak"},
	{CHAIN_NO_CA, "invalid CA certificate"}, /* 24 before OpenSSL 3 */
	{CHAIN_EXPLICIT_PARAMETERS, "Certificate public key has explicit ECC parameters"},
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
		{CHAIN_NO_ISSUER, "anchor-not-root"},
		{CHAIN_NO_CRL, "crl-missing"},
		{CHAIN_BAD_SIGNATURE, "bad-signature"},
		{CHAIN_NOT_YET_VALID, "not-yet-valid"},
		{CHAIN_EXPIRED, "leaf-expired"},
		{CHAIN_CRL_EXPIRED, "crl-stale"},
		{CHAIN_SELF_SIGNED, "self-signed"},
		{CHAIN_SELF_SIGNED_ROOT, "unknown-root"},
		{CHAIN_NO_LOCAL_ISSUER, "issuer-unknown"},
		{CHAIN_REVOKED, "revoked"},
		{CHAIN_NO_PUBLIC_KEY, "bad-ca"},
		{CHAIN_PATH_LENGTH, "path-length"},
		{CHAIN_WRONG_PURPOSE, "wrong-purpose"},
		{CHAIN_UNKNOWN_CRITICAL, "critical-extension"},
		{CHAIN_NAME_NOT_PERMITTED, "name-constraint"},
		{CHAIN_NAME_EXCLUDED, "name-constraint"},
		{CHAIN_WEAK_LEAF_KEY, "weak-key"},
		{CHAIN_WEAK_CA_KEY, "weak-key"},
		{CHAIN_WEAK_DIGEST, "weak-signature"},
		{CHAIN_NO_CA, "bad-ca"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].code == code)
			return rows[i].id;
	}
	return NULL;
}

/* What OpenSSL says in reason= of a failed handshake; the first that fits counts. Most were seen in real
 * logs. */
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
	{ALERT_UNEXPECTED_MESSAGE, "unexpected message", false, NULL},
	{ALERT_BAD_RECORD_MAC, "bad record mac", false, NULL},
	{ALERT_HANDSHAKE_FAILURE, "handshake failure", false, NULL},
	{ALERT_NO_CERTIFICATE, "no certificate", true, NULL},
	{ALERT_BAD_CERTIFICATE, "bad certificate", true, NULL},
	{ALERT_UNSUPPORTED_CERTIFICATE, "unsupported certificate", true, NULL},
	{ALERT_CERTIFICATE_REVOKED, "certificate revoked", true, NULL},
	{ALERT_CERTIFICATE_EXPIRED, "certificate expired", true, NULL},
	{ALERT_CERTIFICATE_UNKNOWN, "certificate unknown", true, NULL},
	{ALERT_ILLEGAL_PARAMETER, "illegal parameter", false, NULL},
	{ALERT_UNKNOWN_CA, "unknown ca", true, NULL},
	{ALERT_ACCESS_DENIED, "access denied", true, NULL},
	{ALERT_DECODE_ERROR, "decode error", false, NULL},
	{ALERT_DECRYPT_ERROR, "decrypt error", false, NULL},
	{ALERT_PROTOCOL_VERSION, "protocol version", false, "protocol-too-old"},
	{ALERT_INSUFFICIENT_SECURITY, "insufficient security", false, "no-shared-cipher"},
	{ALERT_INTERNAL_ERROR, "internal error", false, NULL},
	{ALERT_INAPPROPRIATE_FALLBACK, "inappropriate fallback", false, NULL},
	{ALERT_UNRECOGNIZED_NAME, "unrecognized name", false, NULL},
	{ALERT_CERTIFICATE_REQUIRED, "certificate required", true, NULL},
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
		if (alert == ALERT_CERTIFICATE_REQUIRED)
			return "client-cert-required";
		if (alerts[i].certificate && we_have)
			return "client-cert-rejected";
		if ((alert == ALERT_HANDSHAKE_FAILURE || alerts[i].certificate) && asked)
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
