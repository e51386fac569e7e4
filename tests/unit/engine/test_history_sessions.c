/* What ties lines to each other: pids, hours, queue ids, names that were cut, repetitions. Each case is a
 * short log of its own; LINE(n, pid, text) is n seconds after noon. */
#include "../cm.h"

#include "base/text.h"
#include "base/when.h"
#include "history_help.h"

#include <stdlib.h>
#include <string.h>

#define NOON INT64_C(1795003200000) /* 2026-11-18T12:00:00Z */
#define FIRST "2026-11-18T12:00:00Z mx1 sm-mta[99]: 6AM7k1Bx000099: from=<a@example.net>\n"
#define LINE(time, pid, text) "2026-11-18T" time "Z mx1 sm-mta[" pid "]: " text "\n"
#define TLS(relay, word) \
	"STARTTLS=client, relay=" relay "., version=TLSv1.3, verify=" word ", cipher=C, bits=256/256"
#define TO(qid, relay, stat)                                                                    \
	qid ": to=<u@example.org>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, relay=" relay \
	    ". [192.0.2.1], " stat
#define SENT "dsn=2.0.0, stat=Sent (ok)"
#define DEFERRED "dsn=4.7.0, stat=Deferred: 454 4.7.0 authentication failed"
#define BOUNCED "dsn=5.7.0, stat=Service unavailable"
#define REJECT(word, relay) \
	"ruleset=tls_server, arg1=" word ", relay=" relay ", reject=454 4.7.0 authentication failed"
#define CONNECT_FAILED \
	"STARTTLS=client, error: connect failed=-1, reason=wrong version number, SSL_error=1, errno=0"
#define LONG "mx-abcdefghijklmnopqrstuvwxyz.mail.example.net"
#define Q1 "6AM7k1Bx000001"
#define Q2 "6AM7k1Bx000002"

struct session_case {
	const char *name, *log, *relay;
	uint64_t ok, fail, failures, sent, unverified, clear, deferred, waiting, rejects;
};

static const struct session_case cases[] = {
	{"several queue ids go over one connection",
		FIRST LINE("12:00:01", "1", TLS("a.example.net", "FAIL")) LINE("12:00:02", "1",
			TO(Q1, "a.example.net", SENT)) LINE("12:04:00", "1", TO(Q2, "a.example.net", SENT)),
		"a.example.net", .fail = 1, .sent = 2, .unverified = 2},
	{"a session ends an hour after its last line",
		FIRST LINE("12:00:01", "1", TLS("a.example.net", "FAIL")) LINE("13:00:00", "1",
			TO(Q1, "a.example.net", SENT)) LINE("14:00:01", "1", TO(Q2, "a.example.net", SENT)),
		"a.example.net", .fail = 1, .sent = 2, .unverified = 1, .clear = 1},
	{"pids do not mix",
		FIRST LINE("12:00:01", "1", TLS("a.example.net", "FAIL")) LINE("12:00:01", "2",
			TLS("a.example.net", "OK")) LINE("12:00:02", "1", TO(Q1, "a.example.net", SENT))
			LINE("12:00:03", "2", TO(Q2, "a.example.net", SENT)),
		"a.example.net", .ok = 1, .fail = 1, .sent = 2, .unverified = 1},
	{"the latest STARTTLS line counts",
		FIRST LINE("12:00:01", "1", TLS("a.example.net", "FAIL")) LINE("12:00:02", "1",
			TLS("a.example.net", "OK")) LINE("12:00:03", "1", TO(Q1, "a.example.net", SENT)),
		"a.example.net", .ok = 1, .fail = 1, .sent = 1},
	{"a handshake that failed twice in a session is one",
		FIRST LINE("12:00:01", "1", CONNECT_FAILED) LINE("12:00:01", "1",
			REJECT("SOFTWARE", "a.example.net")) LINE("12:00:02", "1", CONNECT_FAILED)
			LINE("12:00:02", "1", REJECT("SOFTWARE", "a.example.net"))
				LINE("12:00:03", "1", TO(Q1, "a.example.net", DEFERRED)),
		"a.example.net", .failures = 1, .deferred = 1, .waiting = 1, .rejects = 2},
	{"what is sent after a failed handshake is sent in clear",
		FIRST LINE("12:00:01", "1", CONNECT_FAILED)
			LINE("12:00:01", "1", REJECT("SOFTWARE", "a.example.net"))
				LINE("12:00:02", "1", TO(Q1, "a.example.net", SENT)),
		"a.example.net", .failures = 1, .sent = 1, .clear = 1},
	{"a connection that failed belongs to the next to= line",
		FIRST LINE("12:00:01", "1", CONNECT_FAILED)
			LINE("12:00:02", "1", TO(Q1, "a.example.net", DEFERRED)),
		"a.example.net", .failures = 1, .deferred = 1, .waiting = 1},
	{"the next MX cures a rejection",
		FIRST LINE("12:00:01", "1", TLS("a.example.net", "FAIL")) LINE("12:00:01", "1",
			REJECT("FAIL", "a.example.net")) LINE("12:00:02", "1", TLS("b.example.net", "OK"))
			LINE("12:00:03", "1", TO(Q1, "b.example.net", SENT)),
		"a.example.net", .fail = 1},
	{"two rejections are not cured by each other",
		FIRST LINE("12:00:01", "1", TLS("a.example.net", "FAIL")) LINE("12:00:01", "1",
			REJECT("FAIL", "a.example.net")) LINE("12:00:02", "1", TLS("b.example.net", "FAIL"))
			LINE("12:00:02", "1", REJECT("FAIL", "b.example.net"))
				LINE("12:00:03", "1", TO(Q1, "b.example.net", DEFERRED)),
		"a.example.net", .fail = 1, .rejects = 1},
	{"mail that is delivered later does not wait",
		FIRST LINE("12:00:01", "1", TO(Q1, "a.example.net", DEFERRED))
			LINE("12:00:01", "1", TO(Q2, "a.example.net", DEFERRED))
				LINE("12:30:00", "2", TO(Q1, "b.example.net", SENT)),
		"a.example.net", .deferred = 2, .waiting = 1},
	{"mail that is returned does not wait",
		FIRST LINE("12:00:01", "1", TO(Q1, "a.example.net", DEFERRED))
			LINE("12:30:00", "2", TO(Q1, "a.example.net", BOUNCED)),
		"a.example.net", .deferred = 1},
	{"a message that left the queue does not wait",
		FIRST LINE("12:00:01", "1", TO(Q1, "a.example.net", DEFERRED))
			LINE("12:30:00", "2", Q1 ": done; delay=00:30:00, ntries=2"),
		"a.example.net", .deferred = 1},
	{"a message tried again waits once",
		FIRST LINE("12:00:01", "1", TO(Q1, "a.example.net", DEFERRED))
			LINE("12:30:00", "2", TO(Q1, "a.example.net", DEFERRED)),
		"a.example.net", .deferred = 2, .waiting = 1},
	{"without any STARTTLS line nothing is called clear",
		FIRST LINE("12:00:05", "1", TO(Q1, "a.example.net", SENT)), "a.example.net", .sent = 1},
	{"a STARTTLS line later shows that mail was sent in clear",
		FIRST LINE("12:00:05", "1", TO(Q1, "a.example.net", SENT))
			LINE("12:00:06", "2", TLS("b.example.net", "OK")),
		"a.example.net", .sent = 1, .clear = 1},
	{"a file's first line is never called clear",
		LINE("12:00:00", "1", TO(Q1, "a.example.net", SENT)) LINE("12:00:05", "1",
			TO(Q2, "a.example.net", SENT)) LINE("12:00:06", "2", TLS("b.example.net", "OK")),
		"a.example.net", .sent = 2},
	{"another daemon's STARTTLS line shows nothing",
		FIRST LINE("12:00:05", "1",
			TO(Q1, "a.example.net",
				SENT)) "2026-11-18T12:00:06Z mx2 sm-mta[2]: " TLS("b.example.net", "OK") "\n",
		"a.example.net", .sent = 1},
	{"a long name is one with its shortened form",
		FIRST LINE("12:00:01", "1", TLS(LONG, "FAIL"))
			LINE("12:00:02", "1", TO(Q1, "mx-abcdefghijklmno...z.mail.example.net", SENT)),
		LONG, .fail = 1, .sent = 1, .unverified = 1},
	{"a rejected long name is one with its shortened form",
		FIRST LINE("12:00:01", "1", REJECT("NONE", LONG))
			LINE("12:00:02", "1", TO(Q1, "mx-abcdefghijklmno...z.mail.example.net", DEFERRED)),
		LONG, .deferred = 1, .waiting = 1, .rejects = 1},
	{"another name of the same beginning is another relay",
		FIRST LINE("12:00:01", "1", TLS(LONG, "FAIL"))
			LINE("12:00:02", "1", TO(Q1, "mx-abcdefghijklmno...y.mail.example.net", SENT)),
		LONG, .fail = 1},
	{"rsyslog's repeated message counts as often as it was",
		FIRST LINE("12:00:01", "1", "message repeated 3 times: [ " TLS("a.example.net", "FAIL") "]"),
		"a.example.net", .fail = 3},
	{"a repetition repeats the line before of the same host",
		FIRST LINE("12:00:01", "1",
			TLS("a.example.net",
				"FAIL")) "2026-11-18T12:00:01Z mx2 sm-mta[1]: " TLS("b.example.net",
			"OK") "\n"
			      "2026-11-18T12:00:02Z mx1 last message repeated 4 times\n",
		"a.example.net", .fail = 5},
	{"mailers that speak no SMTP make no row",
		FIRST LINE("12:00:01", "1", TLS("a.example.net", "OK")) LINE("12:00:02", "1",
			Q1
			": to=<u@example.org>, delay=00:00:00, mailer=local, relay=a.example.net. [192.0.2.1], " SENT),
		"a.example.net", .ok = 1},
};

static void
check(const char *what, uint64_t is, uint64_t should, const struct session_case *c)
{
	if (is != should)
		fail_msg("%s: %s is %llu, not %llu", c->name, what, (unsigned long long)is,
			(unsigned long long)should);
}

static void
lines_are_tied_as_sendmail_wrote_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct session_case *c = &cases[i];
		struct history *h = help_history(span_of(c->log));
		const struct relay *r = history_find(h, DIRECTION_CLIENT, c->relay);

		if (!r)
			fail_msg("%s: no row", c->name);
		check("OK", r->counts[VERIFY_OK], c->ok, c);
		check("FAIL", r->counts[VERIFY_FAIL], c->fail, c);
		check("failures", r->handshake_failures, c->failures, c);
		check("sent", r->deliveries.sent, c->sent, c);
		check("unverified", r->deliveries.unverified, c->unverified, c);
		check("clear", r->deliveries.clear, c->clear, c);
		check("deferred", r->deliveries.deferred, c->deferred, c);
		check("waiting", r->deliveries.waiting, c->waiting, c);
		check("rejects", r->rejects_temp, c->rejects, c);
		history_free(h);
	}
}

static void
lines_around_a_starttls_line_belong_to_it(void **state)
{
	static const char log[] = FIRST LINE("12:00:01", "1",
		"STARTTLS: TLS cert verify: depth=1 /CN=Issuing, state=0, reason=certificate has expired") LINE("12:00:01",
		"2",
		"STARTTLS: TLS cert verify: depth=0 /CN=other, state=0, reason=self-signed certificate") LINE("12:00:01",
		"1", TLS("a.example.net", "FAIL")) LINE("12:00:01", "2",
		TLS("b.example.net", "FAIL")) LINE("12:00:02", "1",
		"STARTTLS=client, cert-subject=/CN=a+20b, cert-issuer=/CN=Issuing+2, verifymsg=certificate has expired");
	struct history *h = help_history(span_of(log));
	const struct relay_last *a = &history_find(h, DIRECTION_CLIENT, "a.example.net")->last;
	const struct relay_last *b = &history_find(h, DIRECTION_CLIENT, "b.example.net")->last;
	(void)state;

	assert_int_equal(a->depth, 1);
	assert_string_equal(a->depth_subject, "/CN=Issuing");
	assert_string_equal(a->verifymsg, "certificate has expired");
	assert_string_equal(a->subject, "/CN=a b");
	assert_string_equal(a->issuer, "/CN=Issuing+2");
	assert_int_equal(b->depth, 0);
	assert_string_equal(b->verifymsg, "self-signed certificate");
	assert_null(b->subject);
	history_free(h);
}

static void
the_change_of_the_word_is_told(void **state)
{
	static const char log[] = FIRST LINE("12:01:00", "1", TLS("a.example.net", "OK"))
		LINE("12:02:00", "2", TLS("a.example.net", "OK"))
			LINE("12:03:00", "3", TLS("a.example.net", "FAIL"))
				LINE("12:04:00", "4", TLS("a.example.net", "FAIL"));
	struct history *h = help_history(span_of(log));
	const struct relay *r = history_find(h, DIRECTION_CLIENT, "a.example.net");
	struct relay_minute minutes[RELAY_MINUTES], day = history_day(h, r);
	(void)state;

	assert_int_equal(r->before, VERIFY_OK);
	assert_int_equal(r->since_ms, NOON + 3 * WHEN_MINUTE);
	assert_int_equal(r->last_ok_ms, NOON + 2 * WHEN_MINUTE);
	assert_int_equal(r->first_fail_ms, NOON + 3 * WHEN_MINUTE);
	history_minutes(h, r, minutes);
	assert_int_equal(minutes[RELAY_MINUTES - 1].bad, 1);
	assert_int_equal(minutes[RELAY_MINUTES - 4].good, 1);
	assert_int_equal(day.good, 2);
	assert_int_equal(day.bad, 2);
	history_free(h);
}

static void
lines_before_since_only_open_sessions(void **state)
{
	static const char log[] = FIRST LINE("12:01:00", "1", TLS("a.example.net", "FAIL"))
		LINE("12:02:00", "1", TO(Q1, "a.example.net", SENT));
	struct history *h = history_new(&(struct history_options){.since_ms = NOON + 90 * WHEN_SECOND});
	size_t count;
	struct span *lines = help_lines(span_of(log), &count);
	const struct relay *r;
	(void)state;

	for (size_t i = 0; i < count; i++)
		help_feed(h, lines[i]);
	r = history_find(h, DIRECTION_CLIENT, "a.example.net");
	assert_int_equal(r->counts[VERIFY_FAIL], 0);
	assert_int_equal(r->deliveries.sent, 1);
	assert_int_equal(r->deliveries.unverified, 1);
	assert_int_equal(history_totals(h).first_ms, NOON + 2 * WHEN_MINUTE);
	assert_int_equal(history_totals(h).earlier, count - 1);
	free(lines);
	history_free(h);
}

/* RFC 3164 lines have no year: the log of a New Year's night keeps its order. */
static void
a_session_lives_across_new_year(void **state)
{
	static const char before[] = "Dec 31 23:59:59 mx1 sm-mta[1]: " TLS("a.example.net", "FAIL");
	static const char after[] = "Jan  1 00:00:01 mx1 sm-mta[1]: " TO(Q1, "a.example.net", SENT);
	struct history *h = history_new(&(struct history_options){0});
	const struct relay *r;
	(void)state;

	help_feed_at(h, span_of(before), INT64_C(1767312000000)); /* 2026-01-02 */
	help_feed_at(h, span_of(after), INT64_C(1767312000000));
	r = history_find(h, DIRECTION_CLIENT, "a.example.net");
	assert_int_equal(r->deliveries.unverified, 1);
	assert_int_equal(r->last_ms - r->first_ms, 2000);
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_tied_as_sendmail_wrote_them),
		cmocka_unit_test(lines_around_a_starttls_line_belong_to_it),
		cmocka_unit_test(the_change_of_the_word_is_told),
		cmocka_unit_test(lines_before_since_only_open_sessions),
		cmocka_unit_test(a_session_lives_across_new_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
