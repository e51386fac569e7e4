/* Every text that OpenSSL 1.1 and 3 may put into verifymsg= and reason=: its finding, and how sure the log
 * is of it. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "cases.h"
#include "diagnosis/texts.h"
#include "trust/judge.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define AT INT64_C(1795910400000) /* 2026-11-29 */

static struct relay
relay_with(enum verify verify)
{
	struct relay r = {.direction = DIRECTION_CLIENT, .last = {.verify = verify}};

	r.name = mem_text("mx.example.net");
	r.last.time_ms = AT;
	r.last.depth = -1;
	return r;
}

/* Fails unless the diagnosis of the relay gives these ids; "?" behind one: not certain. */
static void
check_ids(const struct relay *r, const char *label, const char *expected)
{
	struct evidence e = {.relay = r, .now_ms = AT};
	struct tried t = {.label = label, .expected = expected};

	diagnose_relay(&e, &t.diagnosis);
	cases_check(&t);
}

static void
check_message(const char *text, int depth, const char *expected)
{
	struct relay r = relay_with(VERIFY_FAIL);

	r.last.verifymsg = mem_text(text);
	r.last.depth = depth;
	if (depth >= 0)
		r.last.depth_subject = mem_text("/O=Example/CN=Example CA");
	r.last.subject = mem_text("/CN=mx.example.net");
	r.last.issuer = mem_text("/O=Example/CN=Example CA");
	check_ids(&r, text, expected);
	free(r.name);
	free(r.last.verifymsg);
	free(r.last.depth_subject);
	free(r.last.subject);
	free(r.last.issuer);
}

/* The finding without a depth (LogLevel 12), at 0, and above; one that is NULL is the same as the first. */
static const struct message {
	const char *text;
	int code;
	const char *without, *at_leaf, *above;
} messages[] = {
	{"unable to get issuer certificate", 2, "anchor-not-root", NULL, NULL},
	{"unable to get certificate CRL", 3, "crl-missing", NULL, NULL},
	{"unable to decrypt certificate's signature", 4, "verify-error", NULL, NULL},
	{"unable to decode issuer public key", 6, "verify-error", NULL, NULL},
	{"certificate signature failure", 7, "bad-signature", NULL, NULL},
	{"CRL signature failure", 8, "verify-error", NULL, NULL},
	{"certificate is not yet valid", 9, "not-yet-valid", NULL, NULL},
	{"certificate has expired", 10, "leaf-expired?", "leaf-expired", "intermediate-expired?"},
	{"CRL is not yet valid", 11, "verify-error", NULL, NULL},
	{"CRL has expired", 12, "crl-stale", NULL, NULL},
	{"format error in certificate's notBefore field", 13, "verify-error", NULL, NULL},
	{"format error in certificate's notAfter field", 14, "verify-error", NULL, NULL},
	{"self-signed certificate", 18, "self-signed", NULL, NULL},
	{"self signed certificate", 18, "self-signed", NULL, NULL},
	{"self-signed certificate in certificate chain", 19, "unknown-root?", NULL, NULL},
	{"self signed certificate in certificate chain", 19, "unknown-root?", NULL, NULL},
	{"unable to get local issuer certificate", 20, "issuer-unknown?", "missing-intermediate?",
		"unknown-root?"},
	{"unable to verify the first certificate", 21, "verify-error", NULL, NULL},
	{"certificate chain too long", 22, "verify-error", NULL, NULL},
	{"certificate revoked", 23, "revoked", NULL, NULL},
	{"issuer certificate doesn't have a public key", 24, "bad-ca", NULL, NULL},
	{"path length constraint exceeded", 25, "path-length", NULL, NULL},
	{"unsuitable certificate purpose", 26, "wrong-purpose", NULL, NULL},
	{"unsupported certificate purpose", 26, "wrong-purpose", NULL, NULL},
	{"certificate not trusted", 27, "verify-error", NULL, NULL},
	{"certificate rejected", 28, "verify-error", NULL, NULL},
	{"authority and subject key identifier mismatch", 30, "verify-error", NULL, NULL},
	{"key usage does not include certificate signing", 32, "verify-error", NULL, NULL},
	{"unable to get CRL issuer certificate", 33, "verify-error", NULL, NULL},
	{"unhandled critical extension", 34, "critical-extension", NULL, NULL},
	{"key usage does not include CRL signing", 35, "verify-error", NULL, NULL},
	{"invalid non-CA certificate (has CA markings)", 37, "verify-error", NULL, NULL},
	{"invalid or inconsistent certificate extension", 41, "verify-error", NULL, NULL},
	{"Different CRL scope", 44, "verify-error", NULL, NULL},
	{"permitted subtree violation", 47, "name-constraint", NULL, NULL},
	{"excluded subtree violation", 48, "name-constraint", NULL, NULL},
	{"unsupported name constraint type", 51, "verify-error", NULL, NULL},
	{"EE certificate key too weak", 66, "weak-key", NULL, NULL},
	{"CA certificate key too weak", 67, "weak-key", NULL, NULL},
	{"CA signature digest algorithm too weak", 68, "weak-signature", NULL, NULL},
	{"invalid CA certificate", 79, "bad-ca", NULL, NULL},
	{"Certificate public key has explicit ECC parameters", 94, "verify-error", NULL, NULL},
	{"", -1, "verify-error", NULL, NULL},
	{"CERTIFICATE HAS EXPIRED", -1, "verify-error", NULL, NULL},
	{"certificate has expired ", -1, "verify-error", NULL, NULL},
	{"ok\033[2J", -1, "verify-error", NULL, NULL},
};

static void
every_message_has_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		if (texts_code(messages[i].text) != messages[i].code)
			fail_msg("\"%s\" is %d", messages[i].text, texts_code(messages[i].text));
	}
}

static void
every_message_has_its_finding(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		const struct message *m = &messages[i];

		check_message(m->text, -1, m->without);
		check_message(m->text, 0, m->at_leaf ? m->at_leaf : m->without);
		check_message(m->text, 1, m->above ? m->above : m->without);
		check_message(m->text, 99, m->above ? m->above : m->without);
	}
}

/* What a reason= says, alone and with what SSL_error= adds where it says nothing. */
static const struct {
	const char *reason;
	const char *expected;
} reasons[] = {
	{"dh key too small", "weak-dh"},
	{"bad dh p is too small", "weak-dh"},
	{"legacy sigalg disallowed or unsupported", "protocol-too-old"},
	{"unsafe legacy renegotiation disabled", "legacy-renegotiation"},
	{"unsupported protocol", "protocol-too-old"},
	{"wrong ssl version", "protocol-too-old"},
	{"wrong version number", "not-tls"},
	{"packet length too long", "not-tls?"},
	{"http request", "not-tls"},
	{"unknown protocol", "not-tls?"},
	{"no ciphers available", "cipherlist-narrow"},
	{"no protocols available", "cipherlist-narrow"},
	{"no cipher match", "cipherlist-narrow"},
	{"wrong cipher returned", "no-shared-cipher?"},
	{"unknown cipher returned", "no-shared-cipher?"},
	{"wrong signature type", "legacy-signature"},
	{"unexpected eof while reading", "handshake-closed"},
	{"tlsv1 alert protocol version", "protocol-too-old"},
	{"tlsv1 alert insufficient security", "no-shared-cipher"},
	{"sslv3 alert handshake failure", "handshake-failed?"},
	{"ssl/tls alert handshake failure", "handshake-failed?"},
	{"sslv3 alert no certificate", "client-cert-rejected"},
	{"sslv3 alert bad certificate", "client-cert-rejected"},
	{"ssl/tls alert bad certificate", "client-cert-rejected"},
	{"sslv3 alert unsupported certificate", "client-cert-rejected"},
	{"sslv3 alert certificate revoked", "client-cert-rejected"},
	{"sslv3 alert certificate expired", "client-cert-rejected"},
	{"sslv3 alert certificate unknown", "client-cert-rejected"},
	{"tlsv1 alert unknown ca", "client-cert-rejected"},
	{"tlsv1 alert access denied", "client-cert-rejected"},
	{"tlsv13 alert certificate required", "client-cert-required"},
	{"tlsv1 alert internal error", "handshake-failed"},
	{"tlsv1 alert decode error", "handshake-failed"},
	{"tlsv1 alert decrypt error", "handshake-failed"},
	{"sslv3 alert illegal parameter", "handshake-failed"},
	{"sslv3 alert unexpected message", "handshake-failed"},
	{"sslv3 alert bad record mac", "handshake-failed"},
	{"tlsv1 alert inappropriate fallback", "handshake-failed"},
	{"tlsv13 alert missing extension", "handshake-failed"},
	{"tlsv1 unrecognized name", "handshake-failed"},
	{"unexpected message", "handshake-failed"},
	{"bad signature", "handshake-failed"},
	{"\033]0;alert\007", "handshake-failed"},
};

static void
every_reason_has_its_finding(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reasons); i++) {
		struct relay r = relay_with(VERIFY_SOFTWARE);

		r.last.reason = mem_text(reasons[i].reason);
		r.last.ssl_error = 1;
		r.last.retry = -1;
		check_ids(&r, reasons[i].reason, reasons[i].expected);
		free(r.last.reason);
		free(r.name);
	}
}

static void
what_is_no_reason_is_read_from_the_numbers(void **state)
{
	static const struct {
		const char *label, *reason;
		int ssl_error, err, retry;
		const char *expected;
	} cases[] = {
		{"reset", "unknown", 5, 104, -1, "handshake-closed"},
		{"closed", "unknown", 5, 0, -1, "handshake-closed"},
		{"timed out, retries used up", "unknown", 2, 11, 0, "handshake-timeout"},
		{"wants to read", "unknown", 2, 0, -1, "handshake-timeout"},
		{"library error", "unknown", 1, 0, -1, "handshake-failed"},
		{"no reason at all", NULL, 5, 104, -1, "handshake-closed"},
		{"no numbers", NULL, INT_MIN, INT_MIN, INT_MIN, "handshake-failed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = relay_with(VERIFY_SOFTWARE);

		r.last.reason = mem_text(cases[i].reason);
		r.last.ssl_error = cases[i].ssl_error;
		r.last.err = cases[i].err;
		r.last.retry = cases[i].retry;
		check_ids(&r, cases[i].label, cases[i].expected);
		free(r.last.reason);
		free(r.name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_has_its_code),
		cmocka_unit_test(every_message_has_its_finding),
		cmocka_unit_test(every_reason_has_its_finding),
		cmocka_unit_test(what_is_no_reason_is_read_from_the_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
