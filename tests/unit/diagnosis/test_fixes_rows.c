/* Every row of the catalogue on a Debian host: its title, its remedies, what is to be typed, and what it
 * gives up. */
#include "tests/unit/cm.h"

#include "diagnosis/catalogue.h"
#include "drafted.h"

#include <stdlib.h>
#include <string.h>

#define DEBIAN "/etc/ssl/certs/ca-certificates.crt"
#define CURE "CURE"
#define TELL "TELL THEM"
#define APPLY "$ make -C /etc/mail; $ systemctl restart sendmail"
#define MAKEMAP "$ makemap hash /etc/mail/access < /etc/mail/access"
#define NOTHING ""
#define FORGED "A certificate that can be forged then counts as verified, for this relay."
#define BROKEN "This relay's sessions can then be broken by who is on the path."
#define PREFIXED "Text can then be put in front of a session with this relay."
#define REVOKED "A revoked certificate then counts as verified."
#define ALLOWS "Every relay may then use what our own level forbids."
#define POSE "Whoever holds this CA can then pose as any relay."
#define CLEAR "Mail to this relay then goes in clear text: whoever is on the path reads it."

static const struct row {
	const char *id, *title, *heads, *typed, *costs;
} rows[] = {
	{"ca-options-unset", "No CA store: CACertFile and CACertPath are both unset", CURE,
		"define(`confCACERT_PATH', `/etc/ssl/certs')dnl; "
		"define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl; " APPLY,
		NOTHING},
	{"ca-option-missing", "Only CACertFile is set; Sendmail then loads neither", CURE,
		"define(`confCACERT_PATH', `/etc/ssl/certs')dnl; "
		"define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl; " APPLY,
		NOTHING},
	{"ca-file-unusable",
		"CACertFile cannot be loaded (No such file or directory); CACertPath is ignored too", CURE,
		"define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl; " APPLY, NOTHING},
	{"ca-path-unhashed", "CACertPath holds Example Root, but no hash link to it", CURE,
		"$ openssl rehash /etc/mail/certs", NOTHING},
	{"ca-bundle-stale", "Sendmail's CA file lacks Example Root; the system bundle has it",
		"CURE, HELP IT HERE",
		"define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl; " APPLY "; "
		"$ cp /etc/ssl/certs/ca-certificates.crt /etc/mail/ca.crt",
		NOTHING},
	{"system-bundle-old", "This host's CA bundle (2026-11-20) lacks the public root Example Root", CURE,
		"$ update-ca-certificates", NOTHING},
	{"store-verifies-nobody", "No relay verifies (0 of 3 since 2026-11-19 10:00): our trust store", CURE,
		"$ grep -E '^O (CACertFile|CACertPath)' /etc/mail/sendmail.cf", NOTHING},
	{"anchor-not-root", "Store has Example CA but not its root; Sendmail needs the root", CURE,
		"define(`confCACERT_PATH', `/etc/mail/certs')dnl; "
		"$ mkdir -p /etc/mail/certs; " APPLY "; "
		"$ install -m 644 /var/tmp/root.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs",
		NOTHING},
	{"seclevel-strict", "Fails only at our own @SECLEVEL=2; default is 2", "CURE, FOR ALL RELAYS",
		"TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT:@SECLEVEL=2; " MAKEMAP
		"; define(`confCIPHER_LIST', `DEFAULT:@SECLEVEL=2')dnl; " APPLY,
		ALLOWS},
	{"cipherlist-narrow", "Handshake fails only with our CipherList", CURE,
		"TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT; " MAKEMAP, NOTHING},
	{"client-cert-rejected", "Server refuses our client certificate (unknown ca)", "TELL THEM, CURE",
		APPLY, NOTHING},
	{"crl-stale", "CRLFile expired 2026-11-20: every certificate of Example E1 fails",
		"CURE, WITHOUT CRL", "$ systemctl restart sendmail; " APPLY, REVOKED},
	{"crl-missing", "No CRL for Example E1, and Flags=R demands one", "CURE, WITHOUT CRL", "", REVOKED},
	{"clock-wrong", "Our clock is 2 h behind; valid certificates look expired", CURE,
		"$ timedatectl status; "
		"$ chronyc tracking",
		NOTHING},
	{"key-unsafe", "/etc/mail/k.key: No such file or directory; Sendmail does not use this key", "", "",
		NOTHING},
	{"key-mismatch", "Key /etc/mail/k.key does not belong to certificate /etc/mail/k.crt", CURE,
		"$ openssl pkey -in /etc/mail/k.key -pubout; "
		"$ openssl x509 -in /etc/mail/k.crt -noout -pubkey",
		NOTHING},
	{"log-too-quiet", "LogLevel 9 logs no verify=; clear cannot be told", CURE,
		"define(`confLOG_LEVEL', `14')dnl; " APPLY, NOTHING},
	{"local-submission", "Local submission to our own daemon, not a remote relay", CURE,
		"define(`confCACERT_PATH', `/etc/ssl/certs')dnl; "
		"define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl",
		NOTHING},
	{"not-this-host", "Log is from mx1; this probe is from mail.example.org", CURE, "", NOTHING},
	{"tls-features-invalid",
		"TLS_Clt_Features for mx.example.net is not valid; Sendmail refuses to deliver", CURE,
		MAKEMAP, NOTHING},
	{"missing-intermediate", "Server does not send the intermediate Example E1",
		"TELL THEM, SUPPLY IT HERE",
		"define(`confCACERT_PATH', `/etc/mail/certs')dnl; "
		"$ mkdir -p /etc/mail/certs; " APPLY "; "
		"$ install -m 644 /var/tmp/e1.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs",
		NOTHING},
	{"issuer-unknown", "Issuer Example E1 is neither sent nor known here (AIA not reachable)", TELL, "",
		NOTHING},
	{"unknown-root", "Signed by a private CA unknown here: Example Root", "TELL THEM, TRUST THEIR ROOT",
		"define(`confCACERT_PATH', `/etc/mail/certs')dnl; "
		"$ mkdir -p /etc/mail/certs; " APPLY "; "
		"$ install -m 644 /var/tmp/root.pem /etc/mail/certs/ && openssl rehash /etc/mail/certs",
		POSE},
	{"self-signed", "Certificate is self-signed", TELL, "", NOTHING},
	{"leaf-expired", "Certificate expired 2026-11-20 (1 day ago)", TELL, "", NOTHING},
	{"intermediate-expired", "Intermediate Example CA expired 2026-11-20", TELL, "", NOTHING},
	{"root-expired", "Root Example CA expired 2026-11-20", TELL, "", NOTHING},
	{"not-yet-valid", "Certificate is not valid before 2026-11-20", "TELL THEM, WAIT", "", NOTHING},
	{"weak-key", "RSA 1024 key is below security level 2", "TELL THEM, ACCEPT LESS",
		"TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT:@SECLEVEL=1; " MAKEMAP, FORGED},
	{"weak-signature", "Signed with SHA1, below security level 2", "TELL THEM, ACCEPT LESS",
		"TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT:@SECLEVEL=1; " MAKEMAP, FORGED},
	{"revoked", "Certificate was revoked 2026-11-20", "TELL THEM, HERE", "", NOTHING},
	{"wrong-purpose", "Certificate is not for TLS servers (clientAuth)", TELL, "", NOTHING},
	{"bad-ca", "Issuer Example CA is not a CA certificate", TELL, "", NOTHING},
	{"path-length", "Chain is longer than Example CA allows", TELL, "", NOTHING},
	{"name-constraint", "Example CA may not issue for mx.example.net", TELL, "", NOTHING},
	{"critical-extension", "Unknown critical extension 1.2.3.4.5", TELL, "", NOTHING},
	{"bad-signature", "Signature does not match issuer Example E1 (damaged, or its old key)", TELL, "",
		NOTHING},
	{"verify-error", "OpenSSL error 28 at depth 1: certificate rejected", "TELL THEM, CURE", "", NOTHING},
	{"sni-required", "Right certificate only with SNI; Sendmail sends none", TELL, "", NOTHING},
	{"name-mismatch", "Certificate is for www.example.org, not mx.example.net", CURE, "", NOTHING},
	{"cross-sign-expired",
		"An expired cross-signed certificate is sent and gets in the way (Example CA, 2026-11-20)",
		TELL, "", NOTHING},
	{"no-certificate", "Anonymous cipher: no certificate was sent", "TELL THEM, CURE",
		"define(`confCIPHER_LIST', `DEFAULT')dnl; " APPLY, NOTHING},
	{"one-of-many", "1 of 3 addresses fail: 192.0.2.10", TELL, "", NOTHING},
	{"protocol-too-old", "Server speaks TLSv1 at most", "TELL THEM, ACCEPT LESS",
		"TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT:@SECLEVEL=0; " MAKEMAP, BROKEN},
	{"weak-dh", "Server's DH key is too small (1024 bits)", "TELL THEM, HELP IT HERE, ACCEPT LESS",
		"TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT:!DHE; " MAKEMAP
		"; TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT:@SECLEVEL=1; " MAKEMAP,
		BROKEN},
	{"no-shared-cipher", "No cipher in common", "TELL THEM, ACCEPT LESS",
		"Try_TLS:mx.example.net\tNO; " MAKEMAP, CLEAR},
	{"legacy-signature", "Server signs the handshake with SHA1 only", "TELL THEM, ACCEPT LESS",
		"TLS_Clt_Features:mx.example.net\tCipherList=DEFAULT:@SECLEVEL=0; " MAKEMAP, BROKEN},
	{"legacy-renegotiation", "Server lacks secure renegotiation (RFC 5746)", "TELL THEM, ACCEPT LESS",
		"TLS_Clt_Features:mx.example.net\tOptions=SSL_OP_LEGACY_SERVER_CONNECT; " MAKEMAP, PREFIXED},
	{"client-cert-required", "Server demands a client certificate; we have none",
		"TELL THEM, ACCEPT LESS", "Try_TLS:mx.example.net\tNO; " MAKEMAP, CLEAR},
	{"hello-intolerant", "Server fails on a large ClientHello", "TELL THEM, HELP IT HERE",
		"TLS_Clt_Features:mx.example.net\tOptions=SSL_OP_NO_TLSv1_3; " MAKEMAP, NOTHING},
	{"not-tls", "Server answers 220, then speaks plain text", "TELL THEM, ACCEPT LESS",
		"Try_TLS:mx.example.net\tNO; " MAKEMAP, CLEAR},
	{"handshake-closed", "Connection reset during the handshake", "TELL THEM, ACCEPT LESS",
		"Try_TLS:mx.example.net\tNO; " MAKEMAP, CLEAR},
	{"handshake-timeout", "No answer in the handshake for 20 s", "TELL THEM, HELP IT HERE, ACCEPT LESS",
		"define(`confTO_STARTTLS', `2m')dnl; " APPLY "; "
		"Try_TLS:mx.example.net\tNO; " MAKEMAP,
		CLEAR},
	{"handshake-failed", "Handshake refused: unknown ca", "TELL THEM, ACCEPT LESS",
		"Try_TLS:mx.example.net\tNO; " MAKEMAP, CLEAR},
	{"starttls-not-offered", "Server offers no STARTTLS", TELL, "", NOTHING},
	{"starttls-stripped", "STARTTLS is overwritten on the way (250-XXXXXXXA)", "TELL THEM, CURE", "",
		NOTHING},
	{"starttls-refused", "Offers STARTTLS, then answers 454 4.3.0 no", TELL, "", NOTHING},
	{"starttls-dropped", "Connection lost right after STARTTLS", "TELL THEM, ACCEPT LESS",
		"Try_TLS:mx.example.net\tNO; " MAKEMAP, CLEAR},
	{"injected-after-starttls", "Plain text followed the 220: tampering or broken proxy",
		"TELL THEM, HERE", "", NOTHING},
	{"greeting-refused", "Server refuses us: 454 4.3.0 no", "TELL THEM, CURE", "", NOTHING},
	{"greeting-busy", "Server is busy or limits us: 454 4.3.0 no", CURE, "", NOTHING},
	{"greeting-slow", "No greeting in 20 s; Sendmail waits 5 min", CURE, "", NOTHING},
	{"connect-timeout", "No answer from 192.0.2.10 port 25", CURE, "$ nc -vz 192.0.2.10 25", NOTHING},
	{"connect-refused", "192.0.2.10 port 25 refuses connections", TELL, "", NOTHING},
	{"unreachable", "No route to 192.0.2.10", CURE, "$ ip route get 192.0.2.10", NOTHING},
	{"dns-no-name", "mx.example.net does not exist (NXDOMAIN)", CURE, "$ dig mx.example.net MX", NOTHING},
	{"dns-failed", "DNS for mx.example.net: No such file or directory", CURE,
		"$ dig mx.example.net A +trace", NOTHING},
	{"policy-deferred", "3 messages held: access TLS_Srv VERIFY is not met", CURE,
		"$ sendmail -qRexample.net -v", NOTHING},
	{"policy-bounced", "3 messages returned: access TLS_Srv VERIFY is not met", "CURE, HELP IT HERE",
		"TLS_Srv:mx.example.net\tTEMP+VERIFY; " MAKEMAP, NOTHING},
	{"mail-held", "3 messages held by DNS; returned from 2026-11-20", CURE,
		"$ sendmail -qRexample.net -v", NOTHING},
	{"sent-in-clear", "3 messages sent unencrypted", CURE, "TLS_Srv:mx.example.net\tENCR:112; " MAKEMAP,
		NOTHING},
	{"clear-fallback", "Sent unencrypted after a failed handshake", CURE,
		"define(`confTLS_FALLBACK_TO_CLEAR', `false')dnl; " APPLY, NOTHING},
	{"clear-by-us", "We switched TLS off: Try_TLS:mx.example.net NO", CURE, "", NOTHING},
	{"no-longer-failing", "Failed until 2026-11-22 07:00; verifies now", CURE,
		"$ sendmail -qRexample.net -v", NOTHING},
	{"now-failing", "Log says OK, fails now", CURE, "", NOTHING},
	{"cause-not-logged", "FAIL, but LogLevel 9 does not log why", CURE,
		"define(`confLOG_LEVEL', `14')dnl; " APPLY, NOTHING},
	{"inbound-unverified", "Client's certificate does not verify: certificate rejected", CURE, "",
		NOTHING},
	{"inbound-noise", "Not a TLS mail client: certificate rejected", CURE, "", NOTHING},
};

static void
compare(const char *id, const char *what, char *is, const char *expected)
{
	if (strcmp(is, expected) != 0)
		fail_msg("%s, %s: \"%s\", expected \"%s\"", id, what, is, expected);
	free(is);
}

static void
every_row_says_what_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct drafted d;

		drafted_row(&d, rows[i].id, DEBIAN, NULL, false);
		if (strcmp(d.finding->title, rows[i].title) != 0)
			fail_msg("%s: \"%s\"", rows[i].id, d.finding->title);
		compare(rows[i].id, "remedies", drafted_heads(d.finding), rows[i].heads);
		compare(rows[i].id, "typed", drafted_typed(d.finding), rows[i].typed);
		compare(rows[i].id, "costs", drafted_costs(d.finding), rows[i].costs);
		drafted_clear(&d);
	}
}

static void
no_row_of_the_catalogue_is_left_out(void **state)
{
	const struct catalogue_row *row;
	size_t i;

	(void)state;
	for (i = 0; (row = catalogue_row(i)); i++) {
		if (i >= COUNT(rows) || strcmp(rows[i].id, row->id) != 0)
			fail_msg("%s is not in this table, or elsewhere", row->id);
	}
	assert_int_equal(i, COUNT(rows));
}

/* A demand for VERIFY offers an exemption where the row allows one, behind all that helps without it. */
static void
exemptions_stand_behind_what_helps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct catalogue_row *row = catalogue_find(rows[i].id);
		struct drafted d;
		char *typed;

		drafted_row(&d, rows[i].id, DEBIAN, NULL, true);
		typed = drafted_typed(d.finding);
		if (row->exempt != (strstr(typed, "TLS_Srv:" DRAFTED_HOST "\tENCR:112") != NULL) &&
			strcmp(row->id, "sent-in-clear") != 0)
			fail_msg("%s: %s", row->id, typed);
		for (size_t j = 0; j < d.finding->remedy_count; j++) {
			const struct remedy *r = &d.finding->remedies[j];

			assert_int_equal(r->kind == REMEDY_WEAKER, r->cost != NULL);
			assert_true(j == 0 || r[-1].kind <= r->kind);
		}
		free(typed);
		drafted_clear(&d);
	}
}

static void
whoever_is_told_is_told_which_host_and_since_when(void **state)
{
	static const char *const parts[] = {"Subject: " DRAFTED_HOST ": ",
		"\n\nSince 2026-11-19 10:00: ", "To: postmaster@example.net", "Address: 192.0.2.10\n",
		"From: mail.example.org\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct catalogue_row *row = catalogue_find(rows[i].id);
		struct drafted d;
		const char *letter;

		drafted_row(&d, rows[i].id, DEBIAN, NULL, false);
		letter = d.finding->remote_message;
		assert_int_equal(letter != NULL, row->says != NULL);
		for (size_t j = 0; letter && j < COUNT(parts); j++) {
			if (!strstr(letter, parts[j]))
				fail_msg("%s: \"%s\" has no \"%s\"", row->id, letter, parts[j]);
		}
		if (letter && strstr(row->says, "{serial}"))
			assert_non_null(strstr(letter, "(serial 04A7)"));
		assert_int_equal(d.finding->cost == NULL, row->kind == FINDING_NOTE);
		drafted_clear(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_says_what_to_do),
		cmocka_unit_test(no_row_of_the_catalogue_is_left_out),
		cmocka_unit_test(exemptions_stand_behind_what_helps),
		cmocka_unit_test(whoever_is_told_is_told_which_host_and_since_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
