/* Stories of verify words: what is counted, what is told of the last one, since
 * when it stands, and which rows inbound sessions make. */
#include "../cm.h"

#include "story.h"

#define BITS ", cipher=C, bits=256/256"
#define SERVER(relay, word) "STARTTLS=server, relay=" relay ", version=TLSv1.3, verify=" word BITS "\n"
#define ACCEPT_FAILED(reason, relay)                               \
	"STARTTLS=server, error: accept failed=-1, reason=" reason \
	", SSL_error=1, errno=0, retry=-1, relay=" relay "\n"

static const struct story words[] = {
	{"TRUSTED is as good as OK",
		FIRST
		"12:00:01 7 " TLS("mx.example.net.", "TRUSTED") "12:00:02 7 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net TRUSTED=1 sent=1\n ok=12:00:01\n fail=-\n"},
	{"DANE_FAIL tells the key's fingerprint",
		FIRST "12:00:01 7 STARTTLS=client, relay=mx.example.net., version=TLSv1.3, "
		      "verify=DANE_FAIL" BITS ", pubkey_fp=5A:53:E1\n",
		"c:mx.example.net DANE_FAIL=1\n last=DANE_FAIL\n"
		" tail=, pubkey_fp=5A:53:E1\n bits=256\n"},
	{"an anonymous cipher gives NO",
		FIRST
		"12:00:01 7 " TLS("mx.example.net.", "NO") "12:00:02 7 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net NO=1 sent=1 unverified=1\n last=NO\n"},
	{"a word that Sendmail does not have is kept as written",
		FIRST
		"12:00:01 7 " TLS("mx.example.net.", "PERHAPS") "12:00:02 7 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net other=1 sent=1 unverified=1\n last=-\n word=PERHAPS\n"},
	{"a word in small letters is none of Sendmail's", FIRST "12:00:01 7 " TLS("mx.example.net.", "ok"),
		"c:mx.example.net other=1\n word=ok\n fail=12:00:01\n"},
	{"8.18 may say why at once",
		FIRST "12:00:01 7 STARTTLS=client, relay=mx.example.net., version=TLSv1.3, verify=FAIL" BITS
		      ", status=certificate has expired\n",
		"c:mx.example.net FAIL=1\n msg=certificate has expired\n"},
	{"8.18 may say a session id first",
		FIRST "12:00:01 7 STARTTLS=client, c_se_id=6AM7k1Bx, relay=mx.example.net., "
		      "version=TLSv1.3, verify=FAIL" BITS "\n",
		"c:mx.example.net FAIL=1\n version=TLSv1.3\n"},
	{"a common name that cannot be read comes in a line before",
		FIRST
		"12:00:01 7 STARTTLS=client, relay=mx.example.net., field=cn_subject, status=failed to extract CN\n"
		"12:00:01 7 " TLS("mx.example.net.", "OK"),
		"c:mx.example.net OK=1\n last=OK\n warning=-\n msg=-\n"},
	{"a word's other bits",
		FIRST "12:00:01 7 STARTTLS=client, relay=mx.example.net., version=TLSv1, verify=OK, "
		      "cipher=ECDHE-RSA-NULL-SHA, bits=0/0\n",
		"c:mx.example.net OK=1\n version=TLSv1\n bits=0\n"},
	{"arg1= is no verify= field",
		FIRST "12:00:01 7 " REJECT("FAIL", "mx.example.net",
			"454 4.7.0 authentication failed") "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=1 waiting=1 temp=1\n last=FAIL\n"},
};

static const struct story certificates[] = {
	{"LogLevel 15 tells of the good certificates too",
		FIRST "12:00:01 7 " CERT_VERIFY("2", "/CN=Root", "ok") "12:00:01 7 " CERT_VERIFY("1",
			"/CN=Issuing", "ok") "12:00:01 7 " CERT_VERIFY("0", "/CN=mx",
			"certificate has expired") "12:00:01 7 " TLS("mx.example.net.", "FAIL"),
		"c:mx.example.net FAIL=1\n depth=0\n top=/CN=mx\n msg=certificate has expired\n"},
	{"a subject with commas and reasons in it",
		FIRST "12:00:01 7 " CERT_VERIFY("1", "/O=A, reason=ok, state=1/CN=B",
			"invalid CA certificate") "12:00:01 7 " TLS("mx.example.net.", "FAIL"),
		"c:mx.example.net FAIL=1\n depth=1\n top=/O=A, reason=ok, state=1/CN=B\n msg=invalid CA certificate\n"},
	{"names are xtext, also when cut within a code",
		FIRST "12:00:01 7 " TLS("mx.example.net.",
			"FAIL") "12:00:01 7 " CERTIFICATE("/O=A+20B/CN=mx.example.net",
			"/O=Example+20Trust+2", "self-signed certificate"),
		"c:mx.example.net FAIL=1\n subject=/O=A B/CN=mx.example.net\n issuer=/O=Example Trust+2\n msg=self-signed certificate\n depth=-1\n"},
	{"OK has a message, too",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "OK") "12:00:01 7 " CERTIFICATE("/CN=mx", "/CN=CA",
			"ok"),
		"c:mx.example.net OK=1\n msg=ok\n subject=/CN=mx\n"},
	{"a cert-subject line alone is nobody's",
		FIRST "12:00:01 7 " CERTIFICATE("/CN=mx", "/CN=CA", "ok") "12:00:02 7 " TLS("mx.example.net.",
			"FAIL"),
		"c:mx.example.net FAIL=1\n msg=-\n subject=-\n"},
	{"a second cert-subject line is nobody's",
		FIRST
		"12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " CERTIFICATE("/CN=mx", "/CN=CA",
			"certificate has expired") "12:00:01 7 " CERTIFICATE("/CN=no", "/CN=no", "ok"),
		"c:mx.example.net FAIL=1\n msg=certificate has expired\n subject=/CN=mx\n"},
	{"what was said of the word before is not said of this one",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " CERTIFICATE("/CN=mx",
			"/CN=CA", "certificate has expired") "12:10:01 8 " TLS("mx.example.net.", "FAIL"),
		"c:mx.example.net FAIL=2\n msg=-\n subject=-\n issuer=-\n"},
	{"nor of a handshake that failed since",
		FIRST "12:00:01 7 " CERT_VERIFY("0", "/CN=mx",
			"certificate has expired") "12:00:01 7 " TLS("mx.example.net.",
			"FAIL") "12:00:01 7 " CERTIFICATE("/CN=mx", "/CN=CA",
			"certificate has expired") "12:10:01 8 " CONNECT_FAILED "12:10:01 8 " REJECT("SOFTWARE",
			"mx.example.net",
			"454 4.7.0 TLS handshake failed.") "12:10:02 8 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net FAIL=1 failures=1 deferred=1 waiting=1 temp=1\n last=SOFTWARE\n msg=-\n depth=-1\n version=-\n"},
	{"TRUSTED has no failed certificate",
		FIRST "12:00:01 7 " CERT_VERIFY("0", "/CN=mx",
			"self-signed certificate") "12:00:01 7 " TLS("mx.example.net.", "TRUSTED"),
		"c:mx.example.net TRUSTED=1\n depth=-1\n top=-\n msg=-\n"},
	{"a new handshake forgets the certificates of one that never ended",
		FIRST "12:00:01 7 STARTTLS=client, start=ok\n12:00:01 7 " CERT_VERIFY("1", "/CN=old",
			"invalid CA certificate") "12:00:09 7 STARTTLS=client, start=ok\n12:00:10 7 " TLS("mx.example.net.",
			"FAIL"),
		"c:mx.example.net FAIL=1\n depth=-1\n msg=-\n"},
};

static const struct story changes[] = {
	{"failing all along",
		FIRST
		"12:01:00 1 " TLS("mx.example.net.", "FAIL") "12:02:00 2 " TLS("mx.example.net.", "FAIL"),
		"c:mx.example.net FAIL=2\n before=-\n since=-\n ok=-\n fail=12:01:00\n at=12:02:00\n"},
	{"failing since",
		FIRST "12:01:00 1 " TLS("mx.example.net.", "OK") "12:02:00 2 " TLS("mx.example.net.",
			"FAIL") "12:03:00 3 " TLS("mx.example.net.", "FAIL"),
		"c:mx.example.net OK=1 FAIL=2\n before=OK\n since=12:02:00\n ok=12:01:00\n fail=12:02:00\n at=12:03:00\n"},
	{"healed",
		FIRST "12:01:00 1 " TLS("mx.example.net.", "OK") "12:02:00 2 " TLS("mx.example.net.",
			"FAIL") "12:03:00 3 " TLS("mx.example.net.",
			"OK") "12:04:00 4 " TLS("mx.example.net.", "OK"),
		"c:mx.example.net OK=3 FAIL=1\n before=FAIL\n since=12:03:00\n ok=12:04:00\n fail=-\n"},
	{"from one failure to another",
		FIRST "12:01:00 1 " TLS("mx.example.net.", "OK") "12:02:00 2 " TLS("mx.example.net.",
			"FAIL") "12:03:00 3 " TLS("mx.example.net.", "NO"),
		"c:mx.example.net OK=1 FAIL=1 NO=1\n before=FAIL\n since=12:03:00\n ok=12:01:00\n fail=12:02:00\n"},
	{"from FAIL to no handshake at all",
		FIRST "12:01:00 1 " TLS("mx.example.net.",
			"FAIL") "12:02:00 2 " CONNECT_FAILED "12:02:00 2 " REJECT("SOFTWARE",
			"mx.example.net",
			"454 4.7.0 TLS handshake failed.") "12:02:01 2 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net FAIL=1 failures=1 deferred=1 waiting=1 temp=1\n"
		" before=FAIL\n since=12:02:00\n fail=12:01:00\n"},
	{"a refusal repeats its word and changes nothing",
		FIRST "12:01:00 1 " TLS("mx.example.net.", "OK") "12:02:00 2 " TLS("mx.example.net.",
			"FAIL") "12:02:01 2 " REJECT("FAIL", "mx.example.net",
			"454 4.7.0 authentication failed") "12:02:02 2 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net OK=1 FAIL=1 deferred=1 waiting=1 temp=1\n before=OK\n since=12:02:00\n"},
};

static const struct story servers[] = {
	{"a name with its address", "12:00:01 7 " SERVER("client.example.net [192.0.2.5]", "NO"),
		"s:client.example.net NO=1\n version=TLSv1.3\n"},
	{"no name", "12:00:01 7 " SERVER("[192.0.2.5]", "NOT"), "s:[192.0.2.5] NOT=1\n"},
	{"no name, IPv6", "12:00:01 7 " SERVER("[IPv6:2001:db8:0:0:0:0:0:1]", "NO"),
		"s:[IPv6:2001:db8:0:0:0:0:0:1] NO=1\n"},
	{"a name, IPv6", "12:00:01 7 " SERVER("client.example.net [IPv6:2001:db8:0:0:0:0:0:1]", "OK"),
		"s:client.example.net OK=1\n"},
	{"a name that may be forged",
		"12:00:01 7 " SERVER("client.example.net [192.0.2.5] (may be forged)", "FAIL"),
		"s:client.example.net FAIL=1\n"},
	{"IDENT",
		"12:00:01 7 " SERVER("root@client.example.net [192.0.2.5]",
			"NO") "12:00:02 8 " SERVER("IDENT:x@y@client.example.net [192.0.2.5]", "NO"),
		"s:client.example.net NO=2\n"},
	{"IDENT without a name", "12:00:01 7 " SERVER("root@[192.0.2.5]", "NO"), "s:[192.0.2.5] NO=1\n"},
	{"a client and a relay of one name are two rows",
		"12:00:01 7 " SERVER("mx.example.net [192.0.2.5]", "NO") "12:00:02 8 " TLS("mx.example.net.",
			"OK"),
		"s:mx.example.net NO=1\nc:mx.example.net OK=1\n"},
	{"a client that does not trust us",
		"12:00:01 7 " ACCEPT_FAILED("tlsv1 alert unknown ca", "client.example.net [192.0.2.5]"),
		"s:client.example.net failures=1\n reason=tlsv1 alert unknown ca\n last=SOFTWARE\n ssl_error=1\n"},
	{"its second try in the same session is the same failure",
		"12:00:01 7 " ACCEPT_FAILED("http request",
			"[192.0.2.5]") "12:00:02 7 " ACCEPT_FAILED("http request",
			"[192.0.2.5]") "12:00:03 8 " ACCEPT_FAILED("http request", "[192.0.2.5]"),
		"s:[192.0.2.5] failures=2\n"},
	{"a client that our rules refuse",
		"12:00:01 7 " SERVER("client.example.net [192.0.2.5]",
			"FAIL") "12:00:01 7 "
				"ruleset=tls_client, arg1=FAIL, arg2=STARTTLS, relay=client.example.net [192.0.2.5], reject=503 5.7.0 authentication failed\n",
		"s:client.example.net FAIL=1 perm=1\n reject=503 5.7.0 authentication failed\n last=FAIL\n"},
	{"a server's lines are not the client's",
		"12:00:01 7 " SERVER("client.example.net [192.0.2.5]",
			"FAIL") "12:00:01 7 STARTTLS=server, cert-subject=/CN=client, cert-issuer=/CN=CA, verifymsg=certificate has expired\n"
				"12:00:02 7 " TO(Q1, "client.example.net.", SENT),
		"s:client.example.net FAIL=1\n msg=certificate has expired\n subject=/CN=client\nc:client.example.net sent=1\n subject=-\n"},
	{"local submission",
		"2026-11-18T12:00:00Z mx1 sendmail[5]: " CAME(Q1) "12:00:01 8 " SERVER(
			"localhost [127.0.0.1]",
			"NO") "2026-11-18T12:00:01Z mx1 sm-msp-queue[7]: " TLS("[127.0.0.1]",
			"FAIL") "2026-11-18T12:00:02Z mx1 sm-msp-queue[7]: " Q1
				": to=root, ctladdr=root (0/0), delay=00:00:02, xdelay=00:00:01, mailer=relay, "
				"pri=30400, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (" Q2
				" Message accepted for delivery)\n",
		"s:localhost NO=1\nc:[127.0.0.1] FAIL=1 sent=1 unverified=1\n to 127.0.0.1=FAIL\n"
		" stat=Sent (" Q2 " Message accepted for delivery)\n"},
};

static void
each_word_is_counted_as_it_is(void **state)
{
	(void)state;
	story_check(words, COUNT(words), 0);
}

static void
certificates_belong_to_their_word(void **state)
{
	(void)state;
	story_check(certificates, COUNT(certificates), 0);
}

static void
a_change_is_dated(void **state)
{
	(void)state;
	story_check(changes, COUNT(changes), 0);
}

static void
clients_have_rows_of_their_own(void **state)
{
	(void)state;
	story_check(servers, COUNT(servers), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_is_counted_as_it_is),
		cmocka_unit_test(certificates_belong_to_their_word),
		cmocka_unit_test(a_change_is_dated),
		cmocka_unit_test(clients_have_rows_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
