/* Logs: what each line, or a few of them together, prove of a relay and of the host. */
#include "cases.h"
#include "logged.h"

#include "base/text.h"

#include <string.h>

#define AT INT64_C(1795910400000) /* 2026-11-29 */
#define SAYS(text) "2026-11-22T07:00:01+00:00 mx1 sm-mta[812]: " text "\n"
/* Hours before: the daemon logs STARTTLS lines, and the log did not begin with this session. */
#define EARLIER                                                                                  \
	"2026-11-22T04:00:00+00:00 mx1 sm-mta[700]: STARTTLS=client, relay=other.example.net., " \
	"version=TLSv1.3, verify=OK, cipher=C, bits=256/256\n"
#define TLS(relay, word) \
	SAYS("STARTTLS=client, relay=" relay "., version=TLSv1.3, verify=" word ", cipher=C, bits=256/256")
#define CERT(message) \
	SAYS("STARTTLS=client, cert-subject=/CN=mx.example.net, cert-issuer=/CN=E1, verifymsg=" message)
#define DEPTH(n, dn, message) SAYS("STARTTLS: TLS cert verify: depth=" n " " dn ", state=0, reason=" message)
#define TO(stat)                                                                  \
	SAYS("6AM7k1Bx000812: to=<u@example.org>, delay=00:00:01, mailer=esmtp, " \
	     "relay=mx.example.net. [192.0.2.10], " stat)
#define SENT TO("dsn=2.0.0, stat=Sent (ok)")
#define RULE(word, text) SAYS("ruleset=tls_server, arg1=" word ", relay=mx.example.net, reject=" text)
#define REJECT(word, text) RULE(word, text) TO("dsn=4.7.0, stat=Deferred: " text)
#define NO_HANDSHAKE(reason) \
	SAYS("STARTTLS=client, error: connect failed=-1, reason=" reason ", SSL_error=1, errno=0, retry=-1")
#define FAILED(reason) NO_HANDSHAKE(reason) REJECT("SOFTWARE", "454 4.7.0 TLS handshake failed.")
#define FAIL_12(message) TLS("mx.example.net", "FAIL") CERT(message) SENT
#define FAIL_14(depth, dn, message) DEPTH(depth, dn, message) FAIL_12(message)

struct log_row {
	const char *label, *lines, *expected;
};

static const struct log_row relay_rows[] = {
	{"good", TLS("mx.example.net", "OK") CERT("ok") SENT, ""},
	{"LogLevel 9", TLS("mx.example.net", "FAIL") SENT, "cause-not-logged"},
	{"20 at 0", FAIL_14("0", "/CN=mx.example.net", "unable to get local issuer certificate"),
		"missing-intermediate?"},
	{"20 at 1", FAIL_14("1", "/CN=E1", "unable to get local issuer certificate"), "unknown-root?"},
	{"20 without depth", FAIL_12("unable to get local issuer certificate"), "issuer-unknown?"},
	{"19", FAIL_14("2", "/CN=R", "self-signed certificate in certificate chain"), "unknown-root?"},
	{"18, as OpenSSL 1.1 says it", FAIL_14("0", "/CN=mx.example.net", "self signed certificate"),
		"self-signed"},
	{"2", FAIL_14("1", "/CN=E1", "unable to get issuer certificate"), "anchor-not-root"},
	{"10 at 0", FAIL_14("0", "/CN=mx.example.net", "certificate has expired"), "leaf-expired"},
	{"10 at 1", FAIL_14("1", "/CN=E1", "certificate has expired"), "intermediate-expired?"},
	{"10 at 2, by its name a root", FAIL_14("2", "/O=X/CN=X Root CA 3", "certificate has expired"),
		"root-expired?"},
	{"10 at 1, a name that only begins so", FAIL_14("1", "/CN=Rootbeer CA", "certificate has expired"),
		"intermediate-expired?"},
	{"10 at 1, not its CN", FAIL_14("1", "/O=Root/CN=E1", "certificate has expired"),
		"intermediate-expired?"},
	{"10 without depth", FAIL_12("certificate has expired"), "leaf-expired?"},
	{"9", FAIL_14("0", "/CN=mx.example.net", "certificate is not yet valid"), "not-yet-valid"},
	{"66", FAIL_12("EE certificate key too weak"), "weak-key"},
	{"68", FAIL_12("CA signature digest algorithm too weak"), "weak-signature"},
	{"26", FAIL_12("unsuitable certificate purpose"), "wrong-purpose"},
	{"26, as OpenSSL 1.1 says it", FAIL_12("unsupported certificate purpose"), "wrong-purpose"},
	{"79", FAIL_12("invalid CA certificate"), "bad-ca"},
	{"25", FAIL_12("path length constraint exceeded"), "path-length"},
	{"47", FAIL_12("permitted subtree violation"), "name-constraint"},
	{"34", FAIL_12("unhandled critical extension"), "critical-extension"},
	{"7", FAIL_12("certificate signature failure"), "bad-signature"},
	{"23", FAIL_12("certificate revoked"), "revoked"},
	{"12", FAIL_12("CRL has expired"), "crl-stale"},
	{"3", FAIL_12("unable to get certificate CRL"), "crl-missing"},
	{"any other", FAIL_12("certificate rejected"), "verify-error"},
	{"a text that no version has", FAIL_12("the moon is full"), "verify-error"},
	{"no CA option, this process",
		SAYS("STARTTLS: CACertFile missing") SAYS("STARTTLS: CACertPath "
							  "missing")
			FAIL_14("1", "/CN=E1", "unable to get local issuer certificate"),
		"ca-options-unset"},
	{"one CA option",
		SAYS("STARTTLS: CACertPath missing")
			FAIL_14("1", "/CN=E1", "unable to get local issuer certificate"),
		"ca-option-missing"},
	{"CACertFile not there",
		SAYS("STARTTLS=client, error: load verify locs /etc/mail/certs, "
		     "/etc/mail/ca.crt failed: 0")
			FAIL_14("1", "/CN=E1", "unable to get local issuer certificate"),
		"ca-file-unusable"},
	{"an expired certificate is not the store's doing",
		SAYS("STARTTLS: CACertPath missing")
			FAIL_14("0", "/CN=mx.example.net", "certificate has expired"),
		"leaf-expired"},
	{"anonymous", TLS("mx.example.net", "NO") SENT, "no-certificate"},
	{"TLS 1.0 only", FAILED("tlsv1 alert protocol version"), "protocol-too-old mail-held"},
	{"small DH", FAILED("dh key too small"), "weak-dh mail-held"},
	{"no cipher", FAILED("tlsv1 alert insufficient security"), "no-shared-cipher mail-held"},
	{"old renegotiation", FAILED("unsafe legacy renegotiation disabled"),
		"legacy-renegotiation "
		"mail-held"},
	{"plain text", FAILED("wrong version number"), "not-tls mail-held"},
	{"closed", FAILED("unexpected eof while reading"), "handshake-closed mail-held"},
	{"alert 40", FAILED("sslv3 alert handshake failure"), "handshake-failed? mail-held"},
	{"our certificate is refused", FAILED("tlsv1 alert unknown ca"), "client-cert-rejected mail-held"},
	{"reset",
		SAYS("STARTTLS=client, error: connect failed=-1, reason=unknown, SSL_error=5, errno=104, "
		     "retry=-1") REJECT("SOFTWARE", "454 4.7.0 TLS handshake failed."),
		"handshake-closed mail-held"},
	{"silence",
		SAYS("STARTTLS=client, error: connect failed=-1, reason=unknown, SSL_error=2, errno=11, "
		     "retry=0") REJECT("SOFTWARE", "454 4.7.0 TLS handshake failed."),
		"handshake-timeout mail-held"},
	{"certificate demanded in TLS 1.3",
		TLS("mx.example.net", "OK") SAYS(
			"STARTTLS=client: "
			"error:0A00045C:SSL "
			"routines::tlsv13 alert certificate required:rec_layer_s3.c:918:SSL alert number 116")
			TO("dsn=4.4.2, stat=Deferred: Connection reset by mx.example.net."),
		"client-cert-required "
		"mail-held"},
	{"VERIFY",
		TLS("mx.example.net", "FAIL") CERT("self-signed certificate")
			REJECT("FAIL", "454 4.7.0 authentication failed"),
		"self-signed policy-deferred"},
	{"PERM+VERIFY",
		TLS("mx.example.net", "FAIL") CERT("self-signed certificate") SAYS(
			"ruleset=tls_server, arg1=FAIL, relay=mx.example.net, reject=503 5.7.0 authentication "
			"failed") TO("dsn=5.7.0, stat=Service unavailable"),
		"self-signed policy-bounced"},
	{"ENCR alone",
		TLS("mx.example.net", "OK") REJECT("OK", "454 4.7.0 encryption too weak 128 less than "
							 "256"),
		"policy-deferred"},
	{"CN",
		TLS("mx.example.net", "OK") REJECT("OK", "454 4.7.0 CN other.example.net does not match "
							 "mx.example.net"),
		"policy-deferred name-mismatch"},
	{"VERIFY, and no STARTTLS", REJECT("NONE", "454 4.7.0 other side does not support STARTTLS"),
		"starttls-not-offered? policy-deferred"},
	{"4xx to STARTTLS", REJECT("TEMP", "454 4.7.0 STARTTLS failed."), "starttls-refused? mail-held"},
	{"250 to STARTTLS", REJECT("PROTOCOL", "454 4.7.0 STARTTLS failed."), "starttls-refused? mail-held"},
	{"lost at STARTTLS", REJECT("FAILURE", "454 4.7.0 no"), "starttls-dropped? mail-held"},
	{"TLS_Clt_Features", REJECT("CONFIG", "454 4.7.0 STARTTLS temporarily not possible."),
		"tls-features-invalid mail-held"},
	{"Try_TLS NO",
		EARLIER SAYS("ruleset=try_tls, arg1=mx.example.net, relay=mx.example.net, "
			     "reject=550 5.7.1 u... do not try TLS with mx.example.net") SENT,
		"sent-in-clear "
		"clear-by-us"},
	{"in clear", EARLIER SENT, "starttls-not-offered? sent-in-clear"},
	{"in clear, or not logged", SENT, "log-too-quiet?"},
	{"in clear after a failed handshake",
		EARLIER SAYS(
			"STARTTLS=client, error: connect failed=-1, reason=wrong version number, SSL_error=1, "
			"errno=0, retry=-1")
			SAYS("ruleset=tls_server, arg1=SOFTWARE, relay=mx.example.net, reject=454 4.7.0 TLS "
			     "handshake failed.") SENT,
		"not-tls clear-fallback sent-in-clear"},
	{"timed out", TO("dsn=4.0.0, stat=Deferred: Connection timed out with mx.example.net."),
		"connect-timeout mail-held"},
	{"refused", TO("dsn=4.0.0, stat=Deferred: Connection refused by mx.example.net."),
		"connect-refused "
		"mail-held"},
	{"no route", TO("dsn=4.0.0, stat=Deferred: No route to host"), "unreachable mail-held"},
	{"no name", TO("dsn=5.1.2, stat=Host unknown (Name server: mx.example.net.: host not found)"),
		"dns-no-name"},
	{"DNS fails", TO("dsn=4.4.3, stat=Deferred: Name server: mx.example.net.: host name lookup failure"),
		"dns-failed mail-held"},
	{"verifies again", TLS("mx.example.net", "FAIL") SENT TLS("mx.example.net", "OK") SENT,
		"no-longer-failing"},
	{"one address of two",
		TLS("mx.example.net", "OK") SENT SAYS(
			"STARTTLS=client, relay=mx.example.net., version=TLSv1.3, verify=FAIL, cipher=C, "
			"bits=256/256")
			SAYS("6AM7k1By000812: to=<u@example.org>, delay=00:00:01, mailer=esmtp, "
			     "relay=mx.example.net. [192.0.2.11], "
			     "dsn=2.0.0, stat=Sent (ok)"),
		"one-of-many? cause-not-logged"},
	{"submission",
		"2026-11-22T07:00:01+00:00 mx1 sm-msp-queue[90]: STARTTLS=client, relay=[127.0.0.1], "
		"version=TLSv1.3, "
		"verify=FAIL, cipher=C, bits=256/256\n"
		"2026-11-22T07:00:01+00:00 mx1 sm-msp-queue[90]: 6AM7k1Bx000090: to=root, delay=00:00:01, "
		"mailer=relay, "
		"relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (6AM7k1Bx000091 Message accepted for "
		"delivery)\n",
		"cause-not-logged local-submission"},
	{"a client that does not verify",
		SAYS("STARTTLS=server, relay=c.example.net [192.0.2.2], "
		     "version=TLSv1.3, "
		     "verify=FAIL, cipher=C, bits=256/256"),
		"inbound-unverified"},
	{"no client at all",
		SAYS("STARTTLS=server, error: accept failed=-1, reason=http request, "
		     "SSL_error=1, errno=0, "
		     "retry=-1, relay=c.example.net [192.0.2.2]"),
		"inbound-noise"},
};

#define NAMED(name, message) TLS(name, "FAIL") CERT(message)
#define THREE(message) \
	NAMED("a.example.net", message) NAMED("b.example.net", message) NAMED("c.example.net", message)

static const struct log_row host_rows[] = {
	{"all is well", TLS("a.example.net", "OK"), ""},
	{"nobody verifies", THREE("unable to get local issuer certificate"), "store-verifies-nobody?"},
	{"nobody verifies, and it is not said why",
		TLS("a.example.net", "FAIL") TLS("b.example.net", "FAIL") TLS("c.example.net", "FAIL"),
		"store-verifies-nobody?"},
	{"two are not many",
		NAMED("a.example.net", "self-signed certificate")
			NAMED("b.example.net", "self-signed certificate"),
		""},
	{"one verifies", THREE("self-signed certificate") TLS("d.example.net", "OK"), ""},
	{"our options",
		SAYS("STARTTLS: CACertFile missing") SAYS("STARTTLS: CACertPath missing")
			THREE("unable to get local issuer certificate"),
		"ca-options-unset"},
	{"many expired", THREE("certificate has expired"), "clock-wrong?"},
	{"key is readable", SAYS("STARTTLS=client: file /etc/mail/k.key unsafe: Group readable file"),
		"key-unsafe"},
	{"a CA file with loose modes still counts",
		SAYS("STARTTLS=client: file /etc/mail/ca.pem unsafe: "
		     "World writable "
		     "directory"),
		""},
	{"key of another",
		SAYS("STARTTLS=client, error: SSL_CTX_check_private_key failed(/etc/mail/k.key): "
		     "0"),
		"key-mismatch"},
	{"key not loaded",
		SAYS("STARTTLS=client, error: SSL_CTX_use_PrivateKey_file(/etc/mail/k.key) failed")
			SAYS("STARTTLS=client, error: SSL_CTX_check_private_key failed(/etc/mail/k.key): 0"),
		""},
	{"no STARTTLS line", SENT, "log-too-quiet?"},
};

static const struct relay *
relay_of(const struct history *h)
{
	const struct relay *r = history_find(h, DIRECTION_CLIENT, "mx.example.net");

	return r ? r : history_relay_count(h) ? history_relay(h, 0) : NULL;
}

static void
diagnose(const struct log_row *row, bool host, struct tried *t)
{
	struct history *h = logged(row->lines);
	struct evidence e = {
		.history = h, .relay = host ? NULL : relay_of(h), .now_ms = AT, .log_host = "mx1"};

	*t = (struct tried){.label = row->label, .expected = row->expected};
	(host ? diagnose_host : diagnose_relay)(&e, &t->diagnosis);
	history_free(h);
}

bool
cases_relay_log(size_t i, struct tried *t)
{
	if (i >= sizeof relay_rows / sizeof *relay_rows)
		return false;
	diagnose(&relay_rows[i], false, t);
	return true;
}

bool
cases_host_log(size_t i, struct tried *t)
{
	if (i >= sizeof host_rows / sizeof *host_rows)
		return false;
	diagnose(&host_rows[i], true, t);
	return true;
}
