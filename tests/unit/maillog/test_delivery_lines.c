#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "check.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define QID "6AM7gAR0001342"

/* Features and rulesets. */
static void
rulesets_say_whom_they_refuse(void **state)
{
	static const struct line_case cases[] = {
		{"ruleset=tls_server, arg1=FAIL, relay=mx.example.org, reject=454 4.7.0 authentication failed",
			"ruleset relay<mx.example.org> verify<FAIL> ruleset<tls_server> arg1<FAIL> "
			"reject<454 4.7.0 authentication failed> FAIL rejects"},
		{"ruleset=tls_server, arg1=SOFTWARE, relay=[127.0.0.1], reject=454 4.7.0 TLS handshake failed.",
			"ruleset relay<[127.0.0.1]> verify<SOFTWARE> ruleset<tls_server> arg1<SOFTWARE> "
			"reject<454 4.7.0 TLS handshake failed.> SOFTWARE rejects"},
		{QID ": ruleset=tls_rcpt, arg1=user@selfsigned.test, relay=mx.example.org., reject=503 5.7.0 CN a, relay=b, "
		     "reject=c does not match",
			"ruleset qid<" QID
			"> relay<mx.example.org.> ruleset<tls_rcpt> arg1<user@selfsigned.test> "
			"reject<503 5.7.0 CN a, relay=b, reject=c does not match> rejects"},
		{QID ": ruleset=tls_rcpt, arg1=<\"a, relay=forged\\\\\", reject=x\"@example.net>, relay=mx.example.org., "
		     "reject=454 4.7.0 no",
			"ruleset qid<" QID "> relay<mx.example.org.> ruleset<tls_rcpt> "
			"arg1<<\"a, relay=forged\\\\\", reject=x\"@example.net>> reject<454 4.7.0 no> rejects"},
		{"ruleset=tls_client, arg1=FAIL, arg2=STARTTLS, relay=client.example.com [127.0.0.2], reject=503 5.7.0 no",
			"ruleset server relay<client.example.com> address<127.0.0.2> verify<FAIL> ruleset<tls_client> "
			"arg1<FAIL> arg2<STARTTLS> reject<503 5.7.0 no> FAIL rejects"},
		{"ruleset=try_tls, arg1=mx.example.org, relay=mx.example.org, status=550 5.7.1 do not try TLS",
			"ruleset relay<mx.example.org> ruleset<try_tls> arg1<mx.example.org> reject<550 5.7.1 do not try TLS>"},
		{QID ": ruleset=check_mail, arg1=<a@b>, relay=[192.0.2.1], reject=503 5.7.0 authentication required",
			"ruleset server qid<" QID "> relay<[192.0.2.1]> ruleset<check_mail> arg1<<a@b>> "
			"reject<503 5.7.0 authentication required> rejects"},
		{"ruleset=tls_server, arg1=NONE, reject=454 4.7.0 no",
			"ruleset verify<NONE> ruleset<tls_server> arg1<NONE> "
			"reject<454 4.7.0 no> NONE rejects"},
		{"tls_clt_features=(null), relay=mx.example.org [127.0.0.11]",
			"features relay<mx.example.org> address<127.0.0.11> message<(null)>"},
		{"tls_clt_features=Options=A; CipherList=B, relay=x, stat=0, relay=mx.example.org [IPv6:2001:db8:0:0:0:0:0:25]",
			"features relay<mx.example.org> address<IPv6:2001:db8:0:0:0:0:0:25> "
			"message<Options=A; CipherList=B, relay=x, stat=0>"},
		{"tls_srv_features=empty, stat=0, relay=client.example.com [127.0.0.2]",
			"features server relay<client.example.com> address<127.0.0.2> message<empty, stat=0>"},
		{"tls_clt_features=", "other"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

/* The free texts are the peer's, the addresses the sender's. */
static void
deliveries_are_told_by_key(void **state)
{
	static const struct line_case cases[] = {
		{QID ": to=user@good.test, ctladdr=ops@example.net (0/0), delay=00:00:01, xdelay=00:00:00, mailer=esmtp, "
		     "pri=30018, relay=mx.example.org. [127.0.0.11], dsn=2.0.0, stat=Sent (2.0.0 accepted)",
			"delivery qid<" QID "> relay<mx.example.org.> address<127.0.0.11> to<user@good.test> "
			"ctladdr<ops@example.net (0/0)> mailer<esmtp> dsn<2.0.0> stat<Sent (2.0.0 accepted)> delay=1 recipients=1"},
		{QID ": to=<a@x.test>,<b@x.test>, [more], delay=2+03:04:05, mailer=esmtp, relay=[ipv6:2001:db8::25] "
		     "[IPv6:2001:db8:0:0:0:0:0:25], dsn=4.7.0, stat=Deferred: 454 4.7.0 TLS, stat=Sent",
			"delivery qid<" QID
			"> relay<[ipv6:2001:db8::25]> address<IPv6:2001:db8:0:0:0:0:0:25> "
			"to<<a@x.test>,<b@x.test>> mailer<esmtp> dsn<4.7.0> stat<Deferred: 454 4.7.0 TLS, stat=Sent> "
			"delay=183845 recipients=2"},
		{QID ": to=a@x.test, mailer=esmtp, dsn=5.1.1, reply=550 5.1.1 no, stat=Sent (ok), stat=User unknown",
			"delivery qid<" QID
			"> to<a@x.test> mailer<esmtp> dsn<5.1.1> reply<550 5.1.1 no, stat=Sent (ok)> "
			"stat<User unknown> recipients=1"},
		{QID ": to=<\"a, relay=forged. [192.0.2.9], stat=Sent\"@x.test>, mailer=esmtp, relay=mx.example.org., stat=Deferred",
			"delivery qid<" QID "> relay<mx.example.org.> "
			"to<<\"a, relay=forged. [192.0.2.9], stat=Sent\"@x.test>> mailer<esmtp> stat<Deferred> recipients=1"},
		{QID ": to=<\"never closed@x.test>, mailer=esmtp, stat=Deferred",
			"delivery qid<" QID
			"> to<<\"never closed@x.test>> mailer<esmtp> stat<Deferred> recipients=1"},
		{"ta_id=7, to=a@x.test, mailer=esmtp, relay=mx.example.org. [127.0.0.1], stat=Sent (ok, STS=OK)",
			"delivery relay<mx.example.org.> address<127.0.0.1> to<a@x.test> mailer<esmtp> stat<Sent (ok, STS=OK)> "
			"recipients=1"},
		{QID ": ta_id=7, to=a@x.test, mailer=esmtp, stat=Sent",
			"delivery qid<" QID "> to<a@x.test> mailer<esmtp> stat<Sent> recipients=1"},
		{QID ": to=a@x.test, delay=soon, mailer=esmtp, relay=mx-aaaaaaaaaaaaaaa...ccccc.example.org. [127.0.0.74], stat=",
			"delivery qid<" QID
			"> relay<mx-aaaaaaaaaaaaaaa...ccccc.example.org.> address<127.0.0.74> to<a@x.test> "
			"mailer<esmtp> stat<> recipients=1"},
		{"4XyzAbcDef12345: to=<a@x.test>, relay=mx.example.org[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (250)",
			"other qid<4XyzAbcDef12345>"},
		{QID ": from=<a@b.test>, size=1, msgid=<x, relay=forged [192.0.2.9]>, daemon=MTA, relay=client.example.com [127.0.0.2]",
			"from server qid<" QID "> relay<client.example.com> address<127.0.0.2>"},
		{QID ": done; delay=00:01:02, ntries=1", "done qid<" QID "> delay=62"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

/* sm_syslog splits what is longer than a packet; only the part with stat= is the delivery. */
static void
split_messages_count_once(void **state)
{
	static const struct line_case cases[] = {
		{QID "[1]: to=a@x.test,b@x.test, ...", "other qid<" QID ">"},
		{QID "[2]: c@x.test, delay=00:00:01, mailer=esmtp, relay=mx.example.org. [127.0.0.1], stat=Sent",
			"delivery qid<" QID
			"> relay<mx.example.org.> address<127.0.0.1> mailer<esmtp> stat<Sent> delay=1"},
		{QID "[3]: of some text, no more", "other qid<" QID ">"},
		{"[1]: STARTTLS=client, relay=mx.example.org., verify=OK, ...",
			"tls relay<mx.example.org.> verify<OK> OK"},
		{"[2]: STARTTLS=client, relay=mx.example.org., verify=OK", "other"},
		{QID "[x]: to=a, stat=Sent", "other"},
		{QID "[: to=a, stat=Sent", "other"},
	};

	(void)state;
	check_lines(cases, COUNT(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rulesets_say_whom_they_refuse),
		cmocka_unit_test(deliveries_are_told_by_key),
		cmocka_unit_test(split_messages_count_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
