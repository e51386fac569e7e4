/* Each finding of the catalogue in so few words that a table of 80 columns has room for them: 15 columns, and
 * 13 where the log alone may tell it and a "?" stands behind. */
#include "wording/words.h"

#include <string.h>

static const struct {
	const char *id, *words;
} shorts[] = {
	/* our own side */
	{"ca-options-unset", "no CA store"},
	{"ca-option-missing", "one CA option"},
	{"ca-file-unusable", "our CA file"},
	{"ca-path-unhashed", "CA not hashed"},
	{"ca-bundle-stale", "our CA file old"},
	{"system-bundle-old", "CA bundle old"},
	{"store-verifies-nobody", "our CA store"},
	{"anchor-not-root", "root missing"},
	{"seclevel-strict", "our SECLEVEL"},
	{"cipherlist-narrow", "our ciphers"},
	{"client-cert-rejected", "our cert"},
	{"crl-stale", "our CRL old"},
	{"crl-missing", "our CRL lacks"},
	{"clock-wrong", "our clock"},
	{"key-unsafe", "our key unsafe"},
	{"key-mismatch", "our key differs"},
	{"log-too-quiet", "log too quiet"},
	{"local-submission", "local mail"},
	{"not-this-host", "other host"},
	{"tls-features-invalid", "our TLS entry"},

	/* the chain */
	{"missing-intermediate", "no intermediate"},
	{"issuer-unknown", "unknown CA"},
	{"unknown-root", "private CA"},
	{"self-signed", "self-signed"},
	{"leaf-expired", "expired"},
	{"intermediate-expired", "CA expired"},
	{"root-expired", "root expired"},
	{"cross-sign-expired", "old cross-sign"},
	{"not-yet-valid", "not yet valid"},
	{"weak-key", "weak key"},
	{"weak-signature", "weak digest"},
	{"revoked", "revoked"},
	{"wrong-purpose", "wrong purpose"},
	{"bad-ca", "issuer no CA"},
	{"path-length", "path too long"},
	{"name-constraint", "CA name limit"},
	{"critical-extension", "odd extension"},
	{"bad-signature", "bad signature"},
	{"verify-error", "OpenSSL error"},
	{"sni-required", "needs SNI"},
	{"name-mismatch", "other name"},
	{"no-certificate", "anonymous TLS"},
	{"one-of-many", "one of many"},

	/* the handshake, and the way there */
	{"protocol-too-old", "old TLS only"},
	{"weak-dh", "weak DH key"},
	{"no-shared-cipher", "no cipher"},
	{"legacy-signature", "old signature"},
	{"legacy-renegotiation", "renegotiation"},
	{"client-cert-required", "wants a cert"},
	{"hello-intolerant", "ClientHello"},
	{"not-tls", "not TLS"},
	{"handshake-closed", "closed in TLS"},
	{"handshake-timeout", "TLS timeout"},
	{"handshake-failed", "TLS refused"},
	{"starttls-not-offered", "no STARTTLS"},
	{"starttls-stripped", "STARTTLS cut"},
	{"starttls-refused", "refuses TLS"},
	{"starttls-dropped", "STARTTLS lost"},
	{"injected-after-starttls", "text injected"},
	{"greeting-refused", "refuses us"},
	{"greeting-busy", "busy"},
	{"greeting-slow", "slow greeting"},
	{"connect-timeout", "no answer"},
	{"connect-refused", "port closed"},
	{"unreachable", "no route"},
	{"dns-no-name", "no such name"},
	{"dns-failed", "DNS fails"},

	/* what it led to, and notes */
	{"policy-deferred", "our rule holds"},
	{"policy-bounced", "refused by us"},
	{"mail-held", "mail held"},
	{"sent-in-clear", "sent in clear"},
	{"clear-fallback", "clear fallback"},
	{"clear-by-us", "Try_TLS NO"},
	{"no-longer-failing", "works again"},
	{"now-failing", "log says OK"},
	{"cause-not-logged", "not logged: v"},
	{"inbound-unverified", "not verified"},
	{"inbound-noise", "no TLS client"},
};

const char *
words_short(const char *id)
{
	for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
		if (strcmp(shorts[i].id, id) == 0)
			return shorts[i].words;
	}
	return NULL;
}
