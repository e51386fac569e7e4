/* Stories of what belongs together: pids, hours, queue ids, cut names, repetitions, cuts by --since. */
#include "../cm.h"

#include "base/when.h"
#include "story.h"

#include <string.h>

#define LONG "mx-abcdefghijklmnopqrstuvwxyz.mail.example.net"
#define SHORT "mx-abcdefghijklmno....mail.example.net."
#define HUNDRED \
	"mx-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define RAW(pid) "2026-11-18T12:00:01Z mx1 sm-mta[" pid "]: "

static const struct story processes[] = {
	{"one connection carries three messages",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:02 7 " TO(Q1, "mx.example.net.",
			SENT) "12:00:03 7 " TO(Q2, "mx.example.net.", SENT) "12:04:00 7 " TO(Q3,
			"mx.example.net.", SENT),
		"c:mx.example.net FAIL=1 sent=3 unverified=3\n begins=12:00:01\n"
		" ends=12:04:00\n to 192.0.2.1=FAIL\n"},
	{"lines of two processes mix, their facts do not",
		FIRST "12:00:01 7 " CERT_VERIFY("0", "/CN=seven",
			"certificate has expired") "12:00:01 8 " CERT_VERIFY("1", "/CN=eight",
			"unable to get local issuer certificate") "12:00:02 8 " TLS("b.example.net.",
			"FAIL") "12:00:02 7 " TLS("a.example.net.", "FAIL") "12:00:02 7 " CERTIFICATE("/CN=a",
			"/CN=A", "certificate has expired") "12:00:02 8 " CERTIFICATE("/CN=b", "/CN=B",
			"unable to get local issuer certificate") "12:00:03 7 " TO(Q1, "a.example.net.",
			SENT) "12:00:03 8 " TO(Q2, "b.example.net.", DEFERRED),
		"c:b.example.net FAIL=1 deferred=1 waiting=1\n depth=1\n top=/CN=eight\n subject=/CN=b\n issuer=/CN=B\n"
		" msg=unable to get local issuer certificate\n"
		"c:a.example.net FAIL=1 sent=1 unverified=1\n depth=0\n top=/CN=seven\n subject=/CN=a\n issuer=/CN=A\n"
		" msg=certificate has expired\n"},
	{"a queue runner speaks to two relays by turns",
		FIRST "12:00:01 7 " TLS("a.example.net.", "FAIL") "12:00:02 7 " TO(Q1, "a.example.net.",
			SENT) "12:00:03 7 " TLS("b.example.net.", "OK") "12:00:04 7 " TO(Q2, "b.example.net.",
			SENT) "12:00:05 7 " TO(Q3, "a.example.net.", SENT),
		"c:a.example.net FAIL=1 sent=2 unverified=2\nc:b.example.net OK=1 sent=1\n to 192.0.2.1=OK\n"},
	{"a second handshake with the same relay replaces the first",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "OK") "12:00:02 7 " TO(Q1, "mx.example.net.",
			SENT) "12:30:01 7 " TLS("mx.example.net.", "FAIL") "12:30:02 7 " TO(Q2,
			"mx.example.net.", SENT),
		"c:mx.example.net OK=1 FAIL=1 sent=2 unverified=1\n"},
	{"a pid that comes back after an hour is another process",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:02 7 " TO(Q1, "mx.example.net.",
			SENT) "13:00:03 7 " TO(Q2, "mx.example.net.", SENT),
		"c:mx.example.net FAIL=1 sent=2 unverified=1 clear=1\n to 192.0.2.1=\n"},
	{"to the hour it is the same",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") "12:00:02 7 " TO(Q1, "mx.example.net.",
			SENT) "13:00:02 7 " TO(Q2, "mx.example.net.", SENT),
		"c:mx.example.net FAIL=1 sent=2 unverified=2\n to 192.0.2.1=FAIL\n"},
	{"a failed handshake is forgotten after an hour",
		FIRST "12:00:01 7 " CONNECT_FAILED "13:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=1 waiting=1\n reason=-\n"},
	{"a certificate's line of another process is not ours",
		FIRST "12:00:01 8 " CERT_VERIFY("2", "/CN=other",
			"certificate revoked") "12:00:01 7 " TLS("mx.example.net.", "FAIL"),
		"c:mx.example.net FAIL=1\n depth=-1\n top=-\n msg=-\n"},
	{"the same tag and pid on another host is another process",
		FIRST
		"12:00:01 7 " TLS("mx.example.net.", "FAIL") "2026-11-18T12:00:00Z mx2 sm-mta[7]: " CAME(
			"6AM7k1Bx000098") "2026-11-18T12:00:03Z mx2 sm-mta[7]: " TO(Q1, "mx.example.net.",
			SENT),
		"c:mx.example.net FAIL=1 sent=1\n"},
	{"another tag with the same pid is another process",
		FIRST "12:00:01 7 " TLS("mx.example.net.",
			"FAIL") "2026-11-18T12:00:03Z mx1 sendmail[7]: " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net FAIL=1 sent=1\n"},
	{"a New Year's night",
		"Dec 31 23:59:58 mx1 sm-mta[99]: " CAME(
			"6AM7k1Bx000099") "Dec 31 23:59:59 mx1 sm-mta[7]: " TLS("mx.example.net.",
			"FAIL") "Jan  1 00:00:00 mx1 sm-mta[7]: " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net FAIL=1 sent=1 unverified=1\n"},
	{"a leap day",
		"2024-02-29T23:59:59Z mx1 sm-mta[7]: " TLS("mx.example.net.",
			"FAIL") "2024-03-01T00:00:00Z mx1 sm-mta[7]: " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net FAIL=1 sent=1 unverified=1\n"},
};

static const struct story names[] = {
	{"a name of 46 bytes is shortened in to= lines",
		FIRST "12:00:01 7 " TLS(LONG ".", "FAIL") "12:00:02 7 " TO(Q1, SHORT, SENT),
		"c:" LONG " FAIL=1 sent=1 unverified=1\n to 192.0.2.1=FAIL\n"},
	{"a name cut at 100 bytes takes its address from to=",
		FIRST "12:00:01 7 " TLS(HUNDRED, "FAIL") "12:00:02 7 " TO(Q1,
			"mx-aaaaaaaaaaaaaaa...ccccc.example.net.", SENT),
		"c:" HUNDRED " FAIL=1 sent=1 unverified=1\n to 192.0.2.1=FAIL\n"},
	{"a refused long name",
		FIRST "12:00:01 7 " REJECT("NONE", LONG,
			"454 4.7.0 other side does not support STARTTLS") "12:00:02 7 " TO(Q1, SHORT,
			DEFERRED),
		"c:" LONG " deferred=1 waiting=1 temp=1\n last=NONE\n"},
	{"a shortened name that was never told in full has a row of its own",
		FIRST "12:00:02 7 " TO(Q1, SHORT, DEFERRED),
		"c:mx-abcdefghijklmno....mail.example.net deferred=1 waiting=1\n"},
	{"a long name of another process does not help",
		FIRST "12:00:01 8 " TLS(LONG ".", "FAIL") "12:00:02 7 " TO(Q1, SHORT, DEFERRED),
		"c:" LONG " FAIL=1\nc:mx-abcdefghijklmno....mail.example.net deferred=1 waiting=1\n"},
	{"a literal, with and without a name in the log",
		FIRST "12:00:01 7 " TLS("[192.0.2.1]", "FAIL") "12:00:02 7 " TO(Q1, "[192.0.2.1]", SENT),
		"c:[192.0.2.1] FAIL=1 sent=1 unverified=1\n to 192.0.2.1=FAIL\n"},
	{"an IPv6 literal stays as configured, the address is complete",
		FIRST "12:00:01 7 " TLS("[ipv6:2001:db8::25]",
			"FAIL") "12:00:02 7 " Q1
				": to=<u@example.org>, delay=00:00:01, mailer=esmtp, relay=[ipv6:2001:db8::25] "
				"[IPv6:2001:db8:0:0:0:0:0:25], " SENT "\n",
		"c:[ipv6:2001:db8::25] FAIL=1 sent=1 unverified=1\n to 2001:db8::25=FAIL\n"},
	{"one name on two addresses, one of which fails",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "OK") "12:00:02 7 " TO(Q1, "mx.example.net.",
			SENT) "12:00:03 8 " TLS("mx.example.net.",
			"FAIL") "12:00:04 8 " Q2
				": to=<u@example.org>, delay=00:00:01, mailer=esmtp, relay=mx.example.net. [198.51.100.1], " SENT
				"\n",
		"c:mx.example.net OK=1 FAIL=1 sent=2 unverified=1\n to 192.0.2.1=OK\n to 198.51.100.1=FAIL\n"},
	{"a name with and without its dot, in capitals, is one",
		FIRST
		"12:00:01 7 " TLS("MX.Example.NET.", "FAIL") "12:00:02 8 " TLS("mx.example.net", "FAIL"),
		"c:mx.example.net FAIL=2\n"},
	{"escape codes in a name stay text", FIRST "12:00:01 7 " TLS("esc\\\\027[31m.example.net.", "FAIL"),
		"c:esc\\\\027[31m.example.net FAIL=1\n"},
	{"local deliveries make no row",
		FIRST
		"12:00:01 7 " Q1 ": to=root, delay=00:00:01, mailer=local, relay=local, " SENT "\n"
		"12:00:01 7 " Q2
		": to=root, delay=00:00:01, mailer=prog, relay=local, dsn=5.0.0, stat=unknown mailer error 1\n",
		""},
	{"no connection, no row",
		FIRST "12:00:01 7 " Q1
		      ": to=<u@example.org>, delay=00:00:01, mailer=esmtp, relay=mx.example.net., "
		      "dsn=4.4.1, stat=Deferred: Connection refused by mx.example.net.\n",
		""},
};

static const struct story repetitions[] = {
	{"rsyslog: the message is in the line",
		FIRST RAW(
			"7") "message repeated 3 times: [ STARTTLS=client, "
			     "relay=mx.example.net., version=TLSv1.3, verify=FAIL, cipher=C, bits=256/256]\n",
		"c:mx.example.net FAIL=3\n"},
	{"rsyslog: three deliveries at once",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "FAIL") RAW(
			"7") "message repeated 2 times: [ " Q1
			     ": to=<u@example.org>, delay=00:00:01, mailer=esmtp, relay=mx.example.net. [192.0.2.1], " SENT
			     "]\n",
		"c:mx.example.net FAIL=1 sent=2 unverified=2\n"},
	{"syslogd: the line before, as often again",
		FIRST "12:00:01 7 " TLS("mx.example.net.",
			"FAIL") "Nov 18 12:00:02 mx1 last message repeated 4 times\n",
		"c:mx.example.net FAIL=5\n"},
	{"syslogd: the line before was none of ours",
		FIRST "12:00:01 7 " TLS("mx.example.net.",
			"FAIL") "2026-11-18T12:00:02Z mx1 cron[1]: job\nNov 18 12:00:02 mx1 last message repeated 4 times\n",
		"c:mx.example.net FAIL=1\n"},
	{"syslogd: repeated again",
		FIRST "12:00:01 7 " TLS("mx.example.net.",
			"OK") "Nov 18 12:00:02 mx1 last message repeated 2 times\nNov 18 12:01:02 mx1 last message repeated 3 times\n",
		"c:mx.example.net OK=6\n"},
	{"syslogd: a delivery that was held",
		FIRST "12:00:01 7 " TLS("mx.example.net.", "OK") "12:00:02 7 " TO(Q1, "mx.example.net.",
			DEFERRED) "Nov 18 12:00:03 mx1 last message repeated 2 times\n",
		"c:mx.example.net OK=1 deferred=3 waiting=1\n"},
	{"syslogd: the first line of a file repeats nothing known",
		"Nov 18 12:00:02 mx1 last message repeated 4 times\n"
		"12:00:03 7 " TLS("mx.example.net.", "FAIL"),
		"c:mx.example.net FAIL=1\n"},
};

static const struct story since[] = {
	{"a session cut in two still knows its word",
		FIRST
		"12:00:10 7 " TLS("mx.example.net.", "FAIL") "12:02:00 7 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net sent=1 unverified=1\n last=-\n begins=12:02:00\n"},
	{"and the same of a failed handshake",
		FIRST "12:00:10 7 " CONNECT_FAILED "12:00:10 7 " REJECT("SOFTWARE", "mx.example.net",
			"454 4.7.0 TLS handshake failed.") "12:02:00 7 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net sent=1 clear=1\n reason=-\n"},
	{"what was before is not counted",
		FIRST "12:00:10 7 " TLS("old.example.net.", "FAIL") "12:00:11 7 " TO(Q1, "old.example.net.",
			DEFERRED) "12:02:00 8 " TLS("mx.example.net.", "OK"),
		"c:mx.example.net OK=1\n since=-\n"},
	{"a message that waited before waits again",
		FIRST "12:00:11 7 " TO(Q1, "mx.example.net.", DEFERRED) "12:02:00 8 " TO(Q1,
			"mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=1 waiting=1\n"},
	{"a long name told before", FIRST "12:00:10 7 " TLS(LONG ".", "OK") "12:02:00 7 " TO(Q1, SHORT, SENT),
		"c:" LONG " sent=1\n to 192.0.2.1=OK\n"},
};

static void
lines_go_with_the_process_that_wrote_them(void **state)
{
	(void)state;
	story_check(processes, COUNT(processes), 0);
}

static void
the_forms_of_a_name_are_one_relay(void **state)
{
	(void)state;
	story_check(names, COUNT(names), 0);
}

static void
repeated_messages_count_as_often_as_they_were(void **state)
{
	(void)state;
	story_check(repetitions, COUNT(repetitions), 0);
}

static void
since_leaves_sessions_whole(void **state)
{
	(void)state;
	story_check(since, COUNT(since), STORY_NOON + WHEN_MINUTE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_go_with_the_process_that_wrote_them),
		cmocka_unit_test(the_forms_of_a_name_are_one_relay),
		cmocka_unit_test(repeated_messages_count_as_often_as_they_were),
		cmocka_unit_test(since_leaves_sessions_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
