/* Stories of rules that demand TLS: who was refused, who was not in the end, what was
 * returned, what went out in clear. */
#include "../cm.h"

#include "story.h"

#define AUTHENTICATION "454 4.7.0 authentication failed"
#define HANDSHAKE "454 4.7.0 TLS handshake failed."
#define TRY_TLS(how)                                                       \
	"ruleset=try_tls, arg1=mx.example.net, relay=mx.example.net, " how \
	"=550 5.7.1 u@example.org... do not try TLS with mx.example.net [192.0.2.1]\n"
#define TLS_RCPT(qid, text) \
	qid ": ruleset=tls_rcpt, arg1=u@example.org, relay=mx.example.net., reject=" text "\n"

#define ALERT_116 \
	"STARTTLS=client: error:0A00045C:SSL routines::tlsv13 alert certificate required:ssl.c:1605:SSL alert number 116\n"

static const struct story rejects[] = {
	{"a refusal holds the mail",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx.example.net", AUTHENTICATION) "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net FAIL=1 deferred=1 waiting=1 temp=1\n last=FAIL\n reject=" AUTHENTICATION
		"\n"
		" stat=Deferred: 454 4.7.0 authentication failed\n to 192.0.2.1=FAIL\n"},
	{"the next MX cures a refusal",
		FIRST "12:00:01 7 " TLS("mx1.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx1.example.net", AUTHENTICATION) "12:00:02 7 " TLS("mx2.example.net.",
			"OK") "12:00:02 7 " TO(Q1, "mx2.example.net.", SENT),
		"c:mx1.example.net FAIL=1\n reject=-\n last=FAIL\nc:mx2.example.net OK=1 sent=1\n reject=-\n to 192.0.2.1=OK\n"},
	{"both MX refused: neither is cured",
		FIRST "12:00:01 7 " TLS("mx1.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx1.example.net", AUTHENTICATION) "12:00:02 7 " TLS("mx2.example.net.",
			"FAIL") "12:00:02 7 " REJECT("FAIL", "mx2.example.net",
			AUTHENTICATION) "12:00:03 7 " TO(Q1, "mx2.example.net.", DEFERRED),
		"c:mx1.example.net FAIL=1 temp=1\n reject=" AUTHENTICATION "\n"
		"c:mx2.example.net FAIL=1 deferred=1 waiting=1 temp=1\n reject=" AUTHENTICATION "\n"},
	{"mail of another process cures nothing",
		FIRST
		"12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL", "mx.example.net",
			AUTHENTICATION) "12:00:01 8 " TLS("b.example.net.", "OK") "12:00:02 8 " TO(Q2,
			"b.example.net.", SENT) "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net FAIL=1 deferred=1 waiting=1 temp=1\nc:b.example.net OK=1 sent=1\n"},
	{"PERM returns the mail, the reason is in the ruleset line alone",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx.example.net", "503 5.7.0 authentication failed") "12:00:02 7 " TO(Q1,
			"mx.example.net.", UNAVAILABLE),
		"c:mx.example.net FAIL=1 bounced=1 perm=1\n reject=503 5.7.0 authentication failed\n stat=Service unavailable\n"},
	{"8.18's PERM is 554",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx.example.net", "554 5.7.0 authentication failed") "12:00:02 7 " TO(Q1,
			"mx.example.net.", UNAVAILABLE),
		"c:mx.example.net FAIL=1 bounced=1 perm=1\n"},
	{"8.16's TEMP is 403",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx.example.net", "403 4.7.0 authentication failed") "12:00:02 7 " TO(Q1,
			"mx.example.net.", "dsn=4.7.0, stat=Deferred: 403 4.7.0 authentication failed"),
		"c:mx.example.net FAIL=1 deferred=1 waiting=1 temp=1\n reject=403 4.7.0 authentication failed\n"},
	{"a relay without STARTTLS is refused by name",
		FIRST "12:00:01 7 " REJECT("NONE", "mx.example.net",
			"454 4.7.0 other side does not support STARTTLS") "12:00:02 7 " TO(Q1,
			"mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=1 waiting=1 temp=1\n last=NONE\n version=-\n bits=-1\n"},
	{"a name that does not match is refused in spite of OK",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "OK") "12:00:01 7 " REJECT("OK", "mx.example.net",
			"454 4.7.0 CN a.example.net does not match mx.example.net") "12:00:02 7 " TO(Q1,
			"mx.example.net.", DEFERRED),
		"c:mx.example.net OK=1 deferred=1 waiting=1 temp=1\n last=OK\n"
		" reject=454 4.7.0 CN a.example.net does not match mx.example.net\n"},
	{"a recipient's rule refuses by queue id, stat= says nothing",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " TLS_RCPT(Q1,
			AUTHENTICATION) "12:00:02 7 " TO(Q1, "mx.example.net.", "dsn=4.2.0, stat=Deferred"),
		"c:mx.example.net FAIL=1 deferred=1 waiting=1 temp=1\n reject=" AUTHENTICATION
		"\n last=FAIL\n stat=Deferred\n"},
	{"one recipient refused, the other one served",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " TLS_RCPT(Q1,
			"503 5.7.0 authentication failed") "12:00:02 7 " TO(Q1, "mx.example.net.",
			"dsn=5.5.2, stat=Data format error") "12:00:02 7 " TO_WHOM(Q1, "<v@example.org>",
			"mx.example.net.", SENT),
		"c:mx.example.net FAIL=1 sent=1 unverified=1 bounced=1 perm=1\n reject=503 5.7.0 authentication failed\n"},
	{"a refusal whose to= line the log lacks is one",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx.example.net", AUTHENTICATION),
		"c:mx.example.net FAIL=1 temp=1\n reject=" AUTHENTICATION "\n"},
	{"a refusal is not cured by mail of hours later",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx.example.net", AUTHENTICATION) "14:00:00 7 " TLS("b.example.net.",
			"OK") "14:00:01 7 " TO(Q2, "b.example.net.", SENT),
		"c:mx.example.net FAIL=1 temp=1\n reject=" AUTHENTICATION "\nc:b.example.net OK=1 sent=1\n"},
	{"an earlier refusal stays the last one when a later one is cured",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:01 7 " REJECT("FAIL",
			"mx.example.net", AUTHENTICATION) "12:00:02 7 " TO(Q1, "mx.example.net.",
			DEFERRED) "12:10:00 8 " REJECT("NONE", "mx.example.net",
			"454 4.7.0 other side does not support STARTTLS") "12:10:01 8 " TLS("b.example.net.",
			"OK") "12:10:02 8 " TO(Q1, "b.example.net.", SENT),
		"c:mx.example.net FAIL=1 deferred=1 temp=1\n reject=" AUTHENTICATION
		"\n last=NONE\nc:b.example.net OK=1 sent=1\n"},
};

static const struct story handshakes[] = {
	{"TLSFallbacktoClear sends in clear after a failed handshake",
		FIRST "12:00:01 7 " CONNECT_FAILED "12:00:01 7 " REJECT("SOFTWARE", "mx.example.net",
			HANDSHAKE) "12:00:02 7 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net failures=1 sent=1 clear=1\n last=SOFTWARE\n reject=-\n reason=wrong version number\n"
		" ssl_error=1\n errno=0\n retry=-1\n"},
	{"a failed handshake without a rule's line is the next to= line's",
		FIRST "12:00:01 7 " CONNECT_FAILED "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net failures=1 deferred=1 waiting=1\n reason=wrong version number\n"},
	{"a failed handshake is cured by the next MX",
		FIRST "12:00:01 7 " CONNECT_FAILED "12:00:01 7 " REJECT("SOFTWARE", "mx1.example.net",
			HANDSHAKE) "12:00:02 7 " TLS("mx2.example.net.", "OK") "12:00:02 7 " TO(Q1,
			"mx2.example.net.", SENT),
		"c:mx1.example.net failures=1\n reject=-\n reason=wrong version number\nc:mx2.example.net OK=1 sent=1\n reason=-\n"},
	{"a relay that hides why after a failure is not called clear at LogLevel 8",
		FIRST "12:00:01 7 " CONNECT_FAILED
		      "12:00:01 7 " REJECT("SOFTWARE", "mx.example.net", HANDSHAKE) "12:00:02 7 " TO(Q1,
			      "mx.example.net.", DEFERRED) "12:20:00 7 " TO(Q2, "mx.example.net.", SENT),
		"c:mx.example.net failures=1 sent=1 deferred=1 waiting=1 temp=1\n"},
	{"8.12 says neither reason nor errno",
		FIRST
		"12:00:01 7 STARTTLS=client, error: connect failed=0, SSL_error=5\n"
		"12:00:01 7 " REJECT("SOFTWARE", "mx.example.net",
			"403 4.7.0 TLS handshake failed.") "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net failures=1 deferred=1 waiting=1 temp=1\n"
		" reason=-\n ssl_error=5\n errno=-2147483648\n retry=-2147483648\n last=SOFTWARE\n"},
	{"8.14 says errno without reason",
		FIRST "12:00:01 7 STARTTLS=client, error: connect failed=-1, SSL_error=1, errno=0, retry=-1\n"
		      "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net failures=1 deferred=1 waiting=1\n reason=-\n ssl_error=1\n errno=0\n retry=-1\n"},
	{"a failed handshake of another process says nothing of this one",
		FIRST "12:00:01 8 " CONNECT_FAILED "12:00:01 7 " TLS("mx.example.net.",
			"OK") "12:00:02 7 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net OK=1 sent=1\n reason=-\n"},
	{"each session's failed handshake is one",
		FIRST "12:00:01 7 " CONNECT_FAILED "12:00:01 7 " REJECT("SOFTWARE", "mx.example.net",
			HANDSHAKE) "12:00:02 7 " TO(Q1, "mx.example.net.",
			DEFERRED) "12:10:01 8 " CONNECT_FAILED "12:10:01 8 " REJECT("SOFTWARE",
			"mx.example.net", HANDSHAKE) "12:10:02 8 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net failures=2 deferred=2 waiting=1 temp=2\n"},
	{"a connection lost before the STARTTLS reply has no text",
		FIRST LATER_TLS "13:00:01 7 " TO(Q1, "mx.example.net.", "dsn=4.0.0, stat=Deferred"),
		LATER "c:mx.example.net deferred=1 waiting=1\n last=-\n reject=-\n stat=Deferred\n"},
	{"a client certificate demanded after TLS 1.3's handshake",
		FIRST "12:00:01 7 " TLS("mx.example.net.",
			"OK") "12:00:01 7 STARTTLS: write error=syscall error (-1), errno=104, get_error=error:00000000:lib(0)::reason(0), retry=99, ssl_err=5\n"
			      "12:00:01 7 " ALERT_116 "12:00:02 7 " TO(Q1, "mx.example.net.",
				      "dsn=4.0.0, stat=Deferred: Connection reset by mx.example.net."),
		"c:mx.example.net OK=1 deferred=1 waiting=1\n last=OK\n reason=-\n"
		" alert=error:0A00045C:SSL routines::tlsv13 alert certificate required:ssl.c:1605:SSL alert number 116\n"},
};

static const struct story exceptions[] = {
	{"Try_TLS NO refuses nothing, though up to 8.17.1 it says reject=",
		FIRST "12:00:01 7 " TRY_TLS("reject") "12:00:02 7 " TO(Q1, "mx.example.net.", SENT) LATER_TLS,
		"c:mx.example.net sent=1 clear=1\n reject=-\n last=-\n"
		" try=550 5.7.1 u@example.org... do not try TLS with mx.example.net [192.0.2.1]\n" LATER},
	{"since 8.17.2 it says status=",
		FIRST "12:00:01 7 " TRY_TLS("status") "12:00:02 7 " TO(Q1, "mx.example.net.", SENT) LATER_TLS,
		"c:mx.example.net sent=1 clear=1\n reject=-\n"
		" try=550 5.7.1 u@example.org... do not try TLS with mx.example.net [192.0.2.1]\n" LATER},
	{"Try_TLS NO where TLS is demanded",
		FIRST "12:00:01 7 " TRY_TLS("reject") "12:00:01 7 " REJECT("NONE", "mx.example.net",
			"503 5.7.0 other side does not support STARTTLS") "12:00:02 7 " TO(Q1,
			"mx.example.net.", UNAVAILABLE),
		"c:mx.example.net bounced=1 perm=1\n last=NONE\n"
		" reject=503 5.7.0 other side does not support STARTTLS\n"
		" try=550 5.7.1 u@example.org... do not try TLS with mx.example.net [192.0.2.1]\n"},
	{"Try_TLS NO, and TLS again",
		FIRST "12:00:01 7 " TRY_TLS("reject") "12:00:02 7 " TO(Q1, "mx.example.net.",
			SENT) "12:30:00 8 " TLS("mx.example.net.", "OK") "12:30:01 8 " TO(Q2,
			"mx.example.net.", SENT),
		"c:mx.example.net OK=1 sent=2 clear=1\n try=-\n last=OK\n"},
	{"an alert is of its session alone",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "OK") "12:00:01 7 " ALERT_116 "12:00:02 7 " TO(Q1,
			"mx.example.net.",
			"dsn=4.0.0, stat=Deferred: Connection reset by mx.example.net.") "12:30:00 8 " TLS("mx.example.net.",
			"OK") "12:30:01 8 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net OK=2 sent=1 deferred=1\n alert=-\n"},
	{"nor is it of a handshake that fails later",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "OK") "12:00:01 7 " ALERT_116 "12:00:02 7 " TO(Q1,
			"mx.example.net.",
			"dsn=4.0.0, stat=Deferred: Connection reset by mx.example.net.") "12:30:00 8 " CONNECT_FAILED "12:30:00 8 " REJECT("SOFTWARE",
			"mx.example.net",
			"454 4.7.0 TLS handshake failed.") "12:30:01 8 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net OK=1 failures=1 deferred=2 waiting=1 temp=1\n alert=-\n last=SOFTWARE\n"},
	{"a rejection of 8.18's DANE comes by recipient",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "DANE_FAIL") "12:00:01 7 " TLS_RCPT(Q1,
			"454 4.7.0 DANE check failed.") "12:00:02 7 " TO(Q1, "mx.example.net.",
			"dsn=4.2.0, stat=Deferred"),
		"c:mx.example.net DANE_FAIL=1 deferred=1 waiting=1 temp=1\n last=DANE_FAIL\n reject=454 4.7.0 DANE check failed.\n"},
	{"TLSA records but no STARTTLS",
		FIRST
		"12:00:01 7 STARTTLS=client, relay=mx.example.net., warning=DANE configured in DNS but no STARTTLS available\n"
		"12:00:01 7 " REJECT("DANE_FAIL", "mx.example.net",
			"454 4.7.0 DANE check failed.") "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=1 waiting=1 temp=1\n last=DANE_FAIL\n"
		" warning=DANE configured in DNS but no STARTTLS available\n"},
	{"features that cannot be parsed",
		FIRST "12:00:01 7 STARTTLS=client, get_tls_se_features=failed, ret=78\n"
		      "12:00:01 7 " REJECT("CONFIG", "mx.example.net",
			      "454 4.7.0 STARTTLS temporarily not possible.") "12:00:02 7 " TO(Q1,
			      "mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=1 waiting=1 temp=1\n last=CONFIG\n"
		" reject=454 4.7.0 STARTTLS temporarily not possible.\n"},
};

static void
refusals_stand_unless_the_mail_got_through(void **state)
{
	(void)state;
	story_check(rejects, COUNT(rejects), 0);
}

static void
failed_handshakes_find_their_relay(void **state)
{
	(void)state;
	story_check(handshakes, COUNT(handshakes), 0);
}

static void
our_own_exceptions_are_told_apart_from_refusals(void **state)
{
	(void)state;
	story_check(exceptions, COUNT(exceptions), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_stand_unless_the_mail_got_through),
		cmocka_unit_test(failed_handshakes_find_their_relay),
		cmocka_unit_test(our_own_exceptions_are_told_apart_from_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
