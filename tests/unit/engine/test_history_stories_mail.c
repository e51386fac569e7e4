/* Stories of mail: when it is called sent in clear, for how long it waits and for whom, what gave up. */
#include "../cm.h"

#include "story.h"

#define TO_SINCE(delay, qid, relay, end)                                             \
	qid ": to=<u@example.org>, delay=" delay ", xdelay=00:00:01, mailer=esmtp, " \
	    "pri=30400, relay=" relay " [192.0.2.1], " end "\n"
#define LOOKUP_FAILS "dsn=4.0.0, stat=Deferred: Name server: mx.example.net.: host name lookup failure"
#define TO_NOBODY(qid, end) \
	qid ": to=<u@example.org>, delay=00:10:00, mailer=esmtp, pri=30400, relay=mx.example.net., " end "\n"
#define BY(mailer, end)                                           \
	Q1 ": to=<u@example.org>, delay=00:00:01, mailer=" mailer \
	   ", relay=mx.example.net. [192.0.2.1], " end "\n"

static const struct story clear[] = {
	{"LogLevel 8 has no STARTTLS lines: nothing is called clear",
		FIRST
		"12:10:00 7 " TO(Q1, "a.example.net.", SENT) "12:20:00 8 " TO(Q2, "b.example.net.", SENT),
		"c:a.example.net sent=1\nc:b.example.net sent=1\n"},
	{"a later STARTTLS line proves it", FIRST "12:10:00 7 " TO(Q1, "a.example.net.", SENT) LATER_TLS,
		"c:a.example.net sent=1 clear=1\n last=-\n to 192.0.2.1=\n" LATER},
	{"an earlier one as well",
		"12:00:00 98 " TLS("later.example.net.", "OK") "12:10:00 7 " TO(Q1, "a.example.net.", SENT),
		LATER "c:a.example.net sent=1 clear=1\n"},
	{"an inbound one proves nothing",
		FIRST
		"12:00:01 98 STARTTLS=server, relay=[192.0.2.5], version=TLSv1.3, verify=NO, cipher=C, bits=256/256\n"
		"12:10:00 7 " TO(Q1, "a.example.net.", SENT),
		"s:[192.0.2.5] NO=1\nc:a.example.net sent=1\n"},
	{"another daemon's proves nothing",
		FIRST "12:10:00 7 " TO(Q1, "a.example.net.",
			SENT) "2026-11-18T12:59:59Z mx1 sm-msp-queue[98]: " TLS("later.example.net.", "OK"),
		"c:a.example.net sent=1\n" LATER},
	{"a file's first line is no proof", "12:10:00 7 " TO(Q1, "a.example.net.", SENT) LATER_TLS,
		"c:a.example.net sent=1\n" LATER},
	{"nor mail that came in before the file began",
		FIRST "12:00:10 7 " TO_SINCE("00:00:20", Q1, "a.example.net.", SENT) LATER_TLS,
		"c:a.example.net sent=1\n" LATER},
	{"an old message in a long log",
		FIRST "13:10:10 7 " TO_SINCE("07:00:20", Q1, "a.example.net.",
			SENT) "13:59:59 98 " TLS("later.example.net.", "OK"),
		"c:a.example.net sent=1 clear=1\n" LATER},
	{"what a doubtful session sends later is doubtful",
		"12:00:00 7 " TO(Q1, "a.example.net.", SENT) "12:03:00 7 " TO(Q2, "a.example.net.", SENT)
			LATER_TLS,
		"c:a.example.net sent=2\n" LATER},
	{"held mail was not sent in clear", FIRST "12:10:00 7 " TO(Q1, "a.example.net.", DEFERRED) LATER_TLS,
		"c:a.example.net deferred=1 waiting=1\n" LATER},
	{"to one relay in clear, to another over TLS",
		FIRST "12:10:00 7 " TLS("b.example.net.", "OK") "12:10:01 7 " TO(Q1, "b.example.net.",
			SENT) "12:10:02 7 " TO(Q2, "a.example.net.", SENT),
		"c:b.example.net OK=1 sent=1\nc:a.example.net sent=1 clear=1\n"},
};

static const struct story waits[] = {
	{"waiting, then sent",
		FIRST "12:00:02 7 " TO_SINCE("00:00:01", Q1, "mx.example.net.",
			DEFERRED) "12:30:02 8 " TO_SINCE("00:30:01", Q1, "mx.example.net.", SENT),
		"c:mx.example.net sent=1 deferred=1\n held=-\n stat=Sent (ok)\n"},
	{"waiting, then returned",
		FIRST "12:00:02 7 " TO_SINCE("00:00:01", Q1, "mx.example.net.",
			DEFERRED) "12:30:02 8 " TO_SINCE("00:30:01", Q1, "mx.example.net.", UNAVAILABLE),
		"c:mx.example.net deferred=1 bounced=1\n held=-\n"},
	{"waiting twice is one message, held since it came",
		FIRST "12:00:02 7 " TO_SINCE("00:00:01", Q1, "mx.example.net.",
			DEFERRED) "12:30:02 8 " TO_SINCE("00:30:01", Q1, "mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=2 waiting=1\n held=12:00:01\n"},
	{"the oldest of two",
		FIRST "12:00:02 7 " TO_SINCE("02:00:00", Q1, "mx.example.net.",
			DEFERRED) "12:30:02 8 " TO_SINCE("00:30:01", Q2, "mx.example.net.", DEFERRED),
		"c:mx.example.net deferred=2 waiting=2\n held=10:00:02\n"},
	{"when the oldest is gone the other one is",
		FIRST "12:00:02 7 " TO_SINCE("02:00:00", Q1, "mx.example.net.",
			DEFERRED) "12:30:02 8 " TO_SINCE("00:30:01", Q2, "mx.example.net.",
			DEFERRED) "12:40:00 9 " TO_SINCE("02:40:00", Q1, "mx.example.net.", SENT),
		"c:mx.example.net sent=1 deferred=2 waiting=1\n held=12:00:01\n"},
	{"two recipients, one of whom got it",
		FIRST "12:00:02 7 " TO_WHOM(Q1, "<u@example.org>", "mx.example.net.",
			DEFERRED) "12:00:03 7 " TO_WHOM(Q1, "<v@example.org>", "mx.example.net.", SENT),
		"c:mx.example.net sent=1 deferred=1 waiting=1\n"},
	{"two recipients in one line, one after the other served",
		FIRST "12:00:02 7 " TO_WHOM(Q1, "<u@example.org>,<v@example.org>", "mx.example.net.",
			DEFERRED) "12:10:02 8 " TO_WHOM(Q1, "<u@example.org>", "mx.example.net.",
			SENT) "12:20:02 9 " TO_WHOM(Q2, "<w@example.org>", "mx.example.net.",
			DEFERRED) "12:30:02 10 " TO_WHOM(Q1, "<v@example.org>", "mx.example.net.", SENT),
		"c:mx.example.net sent=2 deferred=2 waiting=1\n"},
	{"recipients at two relays",
		FIRST "12:00:02 7 " TO_WHOM(Q1, "<u@example.org>", "a.example.net.",
			DEFERRED) "12:00:03 7 " TO_WHOM(Q1, "<v@example.com>", "b.example.net.",
			DEFERRED) "12:30:02 8 " TO_WHOM(Q1, "<u@example.org>", "a.example.net.", SENT),
		"c:a.example.net sent=1 deferred=1\nc:b.example.net deferred=1 waiting=1\n"},
	{"it waits where it was tried last",
		FIRST "12:00:02 7 " TO(Q1, "a.example.net.", DEFERRED) "12:30:02 8 " TO(Q1, "b.example.net.",
			DEFERRED),
		"c:a.example.net deferred=1\nc:b.example.net deferred=1 waiting=1\n"},
	{"no connection: it waits where it did",
		FIRST "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED) "12:30:02 8 " TO_NOBODY(Q1,
			"dsn=4.4.1, stat=Deferred: Connection refused by mx.example.net."),
		"c:mx.example.net deferred=1 waiting=1\n"},
	{"given up without a connection",
		FIRST "12:00:02 7 " TO(Q1, "mx.example.net.", DEFERRED) "12:30:02 8 " TO_NOBODY(Q1,
			"dsn=5.1.2, stat=Host unknown"),
		"c:mx.example.net deferred=1 bounced=1\n held=-\n"},
	{"given up, and the queue's line says so",
		FIRST "12:00:02 7 " TO(Q1, "mx.example.net.",
			DEFERRED) "12:30:02 8 " Q1
				  ": 6AI0UE6A000008: sender notify: Cannot send message for 5 days\n"
				  "12:30:02 8 " Q1
				  ": 6AI0UE6B000008: postmaster notify: Cannot send message for 5 days\n",
		"c:mx.example.net deferred=1 bounced=1\n held=-\n"},
	{"a permanent refusal of ours, and no to= line",
		FIRST "12:00:02 7 " REJECT("FAIL", "mx.example.net", "550 5.7.1 no"),
		"c:mx.example.net bounced=1 perm=1\n"},
	{"its to= line is the same message",
		FIRST "12:00:02 7 " REJECT("FAIL", "mx.example.net", "550 5.7.1 no") "12:00:03 7 " TO(Q1,
			"mx.example.net.", UNAVAILABLE),
		"c:mx.example.net bounced=1 perm=1\n"},
	{"its to= line is the same message, also without a connection",
		FIRST "12:00:02 7 " REJECT("FAIL", "mx.example.net",
			"550 5.7.1 no") "12:00:03 7 " TO_NOBODY(Q1, UNAVAILABLE),
		"c:mx.example.net bounced=1 perm=1\n"},
	{"the next relay took it",
		FIRST "12:00:02 7 " REJECT("FAIL", "mx.example.net", "550 5.7.1 no") "12:00:03 7 " TO(Q1,
			"mx2.example.net.", SENT),
		"c:mx.example.net\nc:mx2.example.net sent=1\n"},
	{"no address, as the name does not resolve for now", FIRST "12:00:02 7 " TO_NOBODY(Q1, LOOKUP_FAILS),
		"c:mx.example.net waiting=1\n held=11:50:02\n stat=Deferred: Name server: mx.example.net.: host name lookup failure\n"},
	{"it resolves again",
		FIRST "12:00:02 7 " TO_NOBODY(Q1, LOOKUP_FAILS) "12:30:02 8 " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net sent=1\n held=-\n stat=Sent (ok)\n"},
	{"no such name",
		FIRST "12:00:02 7 " TO_NOBODY(Q1,
			"dsn=5.1.2, stat=Host unknown (Name server: mx.example.net.: host not found)"),
		"c:mx.example.net bounced=1\n held=-\n"},
	{"the queue says that it is done",
		FIRST "12:00:02 7 " TO(Q1, "mx.example.net.",
			DEFERRED) "12:30:02 8 " Q1 ": done; delay=5+00:30:01, ntries=44\n",
		"c:mx.example.net deferred=1\n held=-\n"},
	{"one queue id on two hosts is two messages",
		FIRST "12:00:02 7 " TO(Q1, "mx.example.net.",
			DEFERRED) "2026-11-18T12:00:09Z mx2 sm-mta[7]: " TO(Q1, "mx.example.net.", SENT),
		"c:mx.example.net sent=1 deferred=1 waiting=1\n"},
};

static const struct story mailers[] = {
	{"esmtp", FIRST "12:10:00 7 " BY("esmtp", SENT), "c:mx.example.net sent=1\n"},
	{"relay", FIRST "12:10:00 7 " BY("relay", SENT), "c:mx.example.net sent=1\n"},
	{"an SMTP mailer of the administrator's own", FIRST "12:10:00 7 " BY("mxtls", SENT),
		"c:mx.example.net sent=1\n"},
	{"cyrusv2 speaks LMTP", FIRST "12:10:00 7 " BY("cyrusv2", SENT), ""},
	{"error", FIRST "12:10:00 7 " BY("error", "dsn=5.1.1, stat=User unknown"), ""},
	{"discard", FIRST "12:10:00 7 " BY("*file*", SENT), ""},
	{"a recipient who does not exist",
		FIRST "12:10:00 7 " BY("esmtp", "dsn=5.1.1, reply=550 5.1.1 no, stat=User unknown"),
		"c:mx.example.net bounced=1\n stat=User unknown\n"},
	{"dsn= decides, not the peer's words",
		FIRST "12:10:00 7 " BY("esmtp", "dsn=5.0.0, stat=Service unavailable, stat=Sent"),
		"c:mx.example.net bounced=1\n"},
	{"neither sent nor held nor given up", FIRST "12:10:00 7 " BY("esmtp", "dsn=4.0.0, stat=queued"),
		"c:mx.example.net\n stat=queued\n"},
};

static void
clear_is_claimed_only_with_proof(void **state)
{
	(void)state;
	story_check(clear, COUNT(clear), 0);
}

static void
mail_waits_until_its_last_stat_says_otherwise(void **state)
{
	(void)state;
	story_check(waits, COUNT(waits), 0);
}

static void
deliveries_are_those_of_smtp_mailers(void **state)
{
	(void)state;
	story_check(mailers, COUNT(mailers), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clear_is_claimed_only_with_proof),
		cmocka_unit_test(mail_waits_until_its_last_stat_says_otherwise),
		cmocka_unit_test(deliveries_are_those_of_smtp_mailers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
