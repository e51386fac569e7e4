#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/when.h"
#include "maillog/parse.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define TEXT "STARTTLS=client, start=ok"
#define NOON "2026-11-22T07:42:22+00:00"

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	if (text)
		assert_true(when_parse(span_of(text), &ms));
	return ms;
}

static int
in_utc(void **state)
{
	(void)state;
	return setenv("TZ", "UTC", 1);
}

static void
assert_span(struct span s, const char *expected)
{
	if (!span_is(s, expected))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.len, s.at, expected);
}

static void
every_frame_gives_time_host_tag_and_pid(void **state)
{
	static const struct {
		const char *line, *time, *host, *tag;
		int pid;
	} cases[] = {
		{"Nov 22 07:42:22 mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"Nov  2 07:42:22 mail sendmail: " TEXT, "2026-11-02T07:42:22Z", "mail", "sendmail", -1},
		{"<22>Nov 22 07:42:22 sendmail[15969]: " TEXT, NOON, "", "sendmail", 15969},
		{"<22>Nov 22 07:42:22 mail.example.net sendmail[1]: " TEXT, NOON, "mail.example.net",
			"sendmail", 1},
		{"Nov 22 07:42:22.675225 mail sm-mta[917]: " TEXT, "2026-11-22T07:42:22.675Z", "mail",
			"sm-mta", 917},
		{"Nov 22 07:42:22 mail sendmail[917]: [ID 702911 mail.notice] " TEXT, NOON, "mail",
			"sendmail", 917},
		{"Nov 22 07:42:22 <mail.info> mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"2026-11-22T08:42:22.898555+01:00 mail sendmail[1737]: " TEXT, "2026-11-22T07:42:22.898Z",
			"mail", "sendmail", 1737},
		{"<22>2026-11-22T07:42:22Z mail sendmail[1737]: " TEXT, NOON, "mail", "sendmail", 1737},
		{"2026-11-22T07:42:22+0000 mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"2026-11-22T05:12:22-0230 mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"2026-11-22T07:42:22,5 mail sm-mta[917]: " TEXT, "2026-11-22T07:42:22.5Z", "mail", "sm-mta",
			917},
		{"2026-11-22 07:42:22 mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"Sun 2026-11-22 07:42:22 UTC mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"Sun 2026-11-22 08:42:22 +01 mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"Sun 2026-11-22 07:42:22 CET mail sm-mta[917]: " TEXT, NOON, "mail", "sm-mta", 917},
		{"<21>1 2026-11-22T07:42:22.000+00:00 mail sendmail 917 - -  " TEXT, NOON, "mail", "sendmail",
			917},
		{"1 2026-11-22T07:42:22Z mail sendmail 917 - - " TEXT, NOON, "mail", "sendmail", 917},
		{"<21>1 - - sm-mta - - - " TEXT, NULL, "", "sm-mta", -1},
		{"<21>1 2026-11-22T07:42:22Z mail sm-mta 917 ID47 [a@1 b=\"]\\\"]\" c=\"\\]\"][d@2] \xEF\xBB\xBF" TEXT,
			NOON, "mail", "sm-mta", 917},
		{"sendmail[28450]: " TEXT, NULL, "", "sendmail", 28450},
		{"sm-mta: " TEXT, NULL, "", "sm-mta", -1},
		{TEXT, NULL, "", "", -1},
		{"<22>" TEXT "  \r", NULL, "", "", -1},
		{"Nov 22 07:42:22 mail a/very-long_label.of.32+characters[7][8]: " TEXT " \t\r", NOON, "mail",
			"a/very-long_label.of.32+characters[7]", 8},
		{"Nov 22 07:42:22 mail sm-mta[x]: " TEXT, NOON, "mail", "sm-mta[x]", -1},
		{"Nov 22 07:42:60 mail sm-mta[1]: " TEXT, "2026-11-22T07:43:00Z", "mail", "sm-mta", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct event e;

		assert_true(maillog_parse(span_of(cases[i].line), at("2026-11-22T12:00:00Z"), &e));
		assert_int_equal(e.kind, EVENT_TLS_START);
		assert_int_equal(e.time_ms, at(cases[i].time));
		assert_span(e.host, cases[i].host);
		assert_span(e.tag, cases[i].tag);
		assert_int_equal(e.pid, cases[i].pid);
		assert_span(e.text, TEXT);
		assert_int_equal(e.repeat, 1);
	}
}

static void
repetitions_are_unfolded(void **state)
{
	static const struct {
		const char *line;
		enum event_kind kind;
		unsigned repeat;
	} cases[] = {
		{"Nov 22 07:42:22 mail sm-mta[9]: message repeated 3 times: [ " TEXT "]", EVENT_TLS_START, 3},
		{"2026-11-22T07:42:22Z mail sm-mta: message repeated 12 times: [ " TEXT "]", EVENT_TLS_START,
			12},
		{"<22>1 2026-11-22T07:42:22Z mail sm-mta 9 - -  message repeated 2 times: [ " TEXT "]",
			EVENT_TLS_START, 2},
		{"message repeated 4 times: [ " TEXT "]", EVENT_TLS_START, 4},
		{"Nov 22 07:42:22 mail last message repeated 3 times", EVENT_REPEATED, 3},
		{"Nov 22 07:42:22 last message repeated 7 times", EVENT_REPEATED, 7},
		{"Nov 22 07:42:22 mail syslogd: last message repeated 1 time", EVENT_REPEATED, 1},
		{"last message repeated 5 times", EVENT_REPEATED, 5},
		{"Nov 22 07:42:22 mail last message repeated 0 times", EVENT_OTHER, 1},
		{"Nov 22 07:42:22 mail last message repeated -3 times", EVENT_OTHER, 1},
		{"Nov 22 07:42:22 mail last message repeated 99999999999 times", EVENT_OTHER, 1},
		{"Nov 22 07:42:22 mail sm-mta: message repeated many times: [ " TEXT "]", EVENT_OTHER, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct event e;

		assert_true(maillog_parse(span_of(cases[i].line), at(NOON), &e));
		assert_int_equal(e.kind, cases[i].kind);
		assert_int_equal(e.repeat, cases[i].repeat);
	}
}

static void
what_is_no_log_line_is_refused(void **state)
{
	static const char *const lines[] = {"", "   \r", "\177ELF\x02\x01", "\xff\xfe\x00",
		"Lorem ipsum dolor: sit amet", "title: a text file", "Nov 22 07:42 mail sm-mta[917]",
		"Nov 22", "Nov 31 07:42:22 mail a: b", "Foo 22 07:42:22 mail a: b",
		"Nov 22 24:42:22 mail a: b", "2026-13-22T07:42:22Z mail a: b",
		"2026-02-29T07:42:22Z mail a: b", "2026-11-22T07:42:22Zmail a: b",
		"2026-11-22T07:42:99Z mail a: b", "1 2026-11-22T07:42:22Z mail", "<22>",
		"<9999999999999999999999999>x", "STARTTLS", "-- Boot 1234 --"};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct event e;

		if (maillog_parse(span_of(lines[i]), at(NOON), &e))
			fail_msg("taken for a log line: %s", lines[i]);
	}
}

static void
other_programs_are_told_apart_but_count(void **state)
{
	static const char *const lines[] = {"Nov 22 07:42:22 mail HARNESS: === access: TLS_Srv: VERIFY;",
		"Nov 22 07:42:22 mail kernel: [12.3] eth0: link up", "Nov 22 07:42:22 mail -- MARK --",
		"Nov 22 07:42:22 mail", "Nov 22 07:42:22",
		"2026-11-22T07:42:22+00:00 mail sshd[1]: Invalid user STARTTLS=client",
		"cron[7]: (root) CMD (true)"};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct event e;

		assert_true(maillog_parse(span_of(lines[i]), at(NOON), &e));
		assert_int_equal(e.kind, EVENT_OTHER);
	}
}

static void
the_year_is_the_latest_not_after_a_day_past_the_reference(void **state)
{
	static const struct {
		const char *reference, *time, *expected;
	} cases[] = {
		{"2026-11-22T12:00:00Z", "Nov 22 07:42:22", NOON},
		{"2026-11-22T12:00:00Z", "Nov 23 12:00:00", "2026-11-23T12:00:00Z"},
		{"2026-11-22T12:00:00Z", "Nov 23 12:00:01", "2025-11-23T12:00:01Z"},
		{"2026-11-22T12:00:00Z", "Nov 23 11:59:59", "2026-11-23T11:59:59Z"},
		{"2026-11-22T12:00:00Z", "Dec 31 23:59:59", "2025-12-31T23:59:59Z"},
		{"2026-11-22T12:00:00Z", "Jan  1 00:00:00", "2026-01-01T00:00:00Z"},
		{"2027-01-01T00:00:30Z", "Dec 31 23:59:59", "2026-12-31T23:59:59Z"},
		{"2026-12-31T23:59:30Z", "Jan  1 00:00:10", "2027-01-01T00:00:10Z"},
		{"2026-12-30T23:59:30Z", "Jan  1 00:00:10", "2026-01-01T00:00:10Z"},
		{"2026-11-22T12:00:00Z", "Feb 29 10:00:00", "2024-02-29T10:00:00Z"},
		{"2024-02-28T12:00:00Z", "Feb 29 10:00:00", "2024-02-29T10:00:00Z"},
		{"2024-02-28T09:00:00Z", "Feb 29 10:00:00", "2020-02-29T10:00:00Z"},
		{"2103-02-28T12:00:00Z", "Feb 29 10:00:00", "2096-02-29T10:00:00Z"},
	};

	(void)state;
	/* Twice over: what is remembered of one line must not colour the next. */
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		size_t c = i % COUNT(cases);
		char line[64] = "";
		struct event e;

		strcat(strcpy(line, cases[c].time), " mail a[1]: b");
		assert_true(maillog_parse(span_of(line), at(cases[c].reference), &e));
		assert_int_equal(e.time_ms, at(cases[c].expected));
	}
}

static void
times_without_a_zone_are_local(void **state)
{
	static const char *const lines[] = {"Jul 14 12:00:00 mail a[1]: b",
		"2026-07-14T12:00:00 mail a[1]: b", "2026-07-14T12:00:01 mail a[1]: b",
		"Tue 2026-07-14 12:00:00 CEST mail a[1]: b"};

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct event e;

		assert_true(maillog_parse(span_of(lines[i]), at("2026-11-22T12:00:00Z"), &e));
		assert_int_equal(e.time_ms, at(i == 2 ? "2026-07-14T10:00:01Z" : "2026-07-14T10:00:00Z"));
	}
	setenv("TZ", "UTC", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_gives_time_host_tag_and_pid),
		cmocka_unit_test(repetitions_are_unfolded),
		cmocka_unit_test(what_is_no_log_line_is_refused),
		cmocka_unit_test(other_programs_are_told_apart_but_count),
		cmocka_unit_test(the_year_is_the_latest_not_after_a_day_past_the_reference),
		cmocka_unit_test(times_without_a_zone_are_local),
	};

	return cmocka_run_group_tests(tests, in_utc, NULL);
}
