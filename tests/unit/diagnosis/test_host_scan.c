/* What all relays show together: counted in one pass, and taken from whoever counted it before. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "diagnosis/diagnosis.h"
#include "logged.h"
#include "scene.h"

#include <stdlib.h>

#define AT INT64_C(1795910400000) /* 2026-11-29 */
#define T0 "2026-11-22T07:00:00+00:00 mx1 sm-mta[8]: "
#define T1 "2026-11-22T07:10:00+00:00 mx1 sm-mta[8]: "
#define START "2026-11-22T07:05:00+00:00 mx1 sm-mta[7]: starting daemon (8.17.1): SMTP+queueing@00:10:00\n"
#define TLS(at, relay, word) \
	at "STARTTLS=client, relay=" relay "., version=TLSv1.3, verify=" word ", cipher=C, bits=256/256\n"
#define CERT(at, message) \
	at "STARTTLS=client, cert-subject=/CN=mx, cert-issuer=/CN=E1, verifymsg=" message "\n"
#define FAIL(at, relay, message) TLS(at, relay, "FAIL") CERT(at, message)
#define SENT(at, relay)                                                                     \
	at "6AM7k1Bx000812: to=<u@example.org>, delay=00:00:01, mailer=esmtp, relay=" relay \
	   ". [192.0.2.10], dsn=2.0.0, stat=Sent (ok)\n"
#define DATED "certificate has expired"
#define UNKNOWN "unable to get local issuer certificate"

static void
each_relay_counts_once(void **state)
{
	static const struct {
		const char *lines;
		struct host_scan expected;
		bool clock;
	} cases[] = {
		{"", {.failing = 0}, false},
		{FAIL(T0, "a.example.net", UNKNOWN), {.failing = 1, .starttls = 1}, false},
		{TLS(T0, "a.example.net", "FAIL"), {.failing = 1, .starttls = 1}, false},
		{FAIL(T0, "a.example.net", DATED) FAIL(T0, "b.example.net", UNKNOWN)
				TLS(T0, "c.example.net", "OK") CERT(T0, "ok"),
			{.failing = 1, .others = 2, .dated = 1, .good = 1, .starttls = 3}, false},
		/* the words of OpenSSL 1.1 and of 3, one after the other */
		{FAIL(T0, "a.example.net", "self signed certificate") FAIL(T0, "b.example.net",
			 "self-signed certificate") FAIL(T0, "c.example.net", "certificate revoked"),
			{.failing = 2, .others = 1, .starttls = 3}, false},
		/* before the daemon's start a word says nothing of its store; of dates it does */
		{TLS(T0, "a.example.net", "OK") FAIL(T0, "b.example.net", DATED)
				START FAIL(T1, "c.example.net", UNKNOWN),
			{.failing = 1, .dated = 1, .good = 1, .starttls = 3}, false},
		{FAIL(T0, "a.example.net", DATED) FAIL(T0, "b.example.net", DATED)
				FAIL(T0, "c.example.net", DATED),
			{.others = 3, .dated = 3, .starttls = 3}, true},
		{FAIL(T0, "a.example.net", DATED) FAIL(T0, "b.example.net", DATED)
				FAIL(T0, "c.example.net", DATED) TLS(T0, "d.example.net", "OK")
					TLS(T0, "e.example.net", "OK") TLS(T0, "f.example.net", "OK"),
			{.others = 6, .dated = 3, .good = 3, .starttls = 6}, false},
		{SENT(T0, "a.example.net") SENT(T0, "b.example.net"), {.quiet = 2}, false},
		/* clients of ours are no relays of ours */
		{T0 "STARTTLS=server, relay=c.example.net [192.0.2.7], version=TLSv1.3, verify=FAIL, cipher=C, "
		    "bits=256/256\n",
			{.failing = 0}, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history *h = logged(cases[i].lines);
		const struct host_scan *expected = &cases[i].expected;
		struct host_scan s;

		host_scan(h, &s);
		if (s.failing != expected->failing || s.others != expected->others ||
			s.quiet != expected->quiet || s.dated != expected->dated ||
			s.good != expected->good || s.starttls != expected->starttls)
			fail_msg("%zu: failing %zu, others %zu, quiet %zu, dated %zu, good %zu, STARTTLS %zu",
				i, s.failing, s.others, s.quiet, s.dated, s.good, s.starttls);
		assert_int_equal(host_scan_suspects_clock(&s), cases[i].clock);
		history_free(h);
	}
}

/* The scan that is handed in counts: nobody looks at all relays again. */
static void
a_scan_made_before_is_used(void **state)
{
	static const struct {
		struct host_scan scan;
		const char *first; /* NULL: none */
	} cases[] = {
		{{.failing = 0}, NULL},
		{{.failing = 40, .starttls = 1}, "store-verifies-nobody"},
		{{.failing = 2, .starttls = 1}, NULL},
		{{.failing = 40, .others = 1, .starttls = 1}, NULL},
		{{.dated = 9, .others = 9, .starttls = 1}, "clock-wrong"},
		{{.quiet = 1}, "log-too-quiet"},
		{{.quiet = 1, .starttls = 1}, NULL},
	};
	struct history *h = logged(FAIL(T0, "a.example.net", UNKNOWN) FAIL(T0, "b.example.net", UNKNOWN)
			FAIL(T0, "c.example.net", UNKNOWN));

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct evidence e = {.history = h, .scan = &cases[i].scan, .now_ms = AT};
		struct diagnosis d;

		diagnose_host(&e, &d);
		if (cases[i].first)
			assert_string_equal(d.findings.items[0]->id, cases[i].first);
		else
			assert_int_equal(d.findings.count, 0);
		diagnosis_clear(&d);
	}
	history_free(h);
}

static char *
ids_of(const struct findings *list)
{
	struct text ids = {NULL, 0, 0};

	text_put(&ids, "");
	for (size_t i = 0; i < list->count; i++)
		text_printf(&ids, "%s%s %s", i ? ", " : "", list->items[i]->id,
			blame_who(list->items[i]->blame));
	return text_take(&ids);
}

/* Whoever reads the relay alone, as JSON does, must not send the letter that the clock has written. */
static void
what_explains_a_relay_on_this_host_is_told_first_of_the_relay(void **state)
{
	static const struct {
		const char *lines, *found;
	} cases[] = {
		{FAIL(T0, "a.example.net", DATED) FAIL(T0, "b.example.net", DATED)
				FAIL(T0, "c.example.net", DATED) FAIL(T0, "d.example.net", DATED),
			"clock-wrong us, leaf-expired them"},
		{FAIL(T0, "a.example.net", DATED), "leaf-expired them"},
		{FAIL(T0, "a.example.net", UNKNOWN) FAIL(T0, "b.example.net", UNKNOWN)
				FAIL(T0, "c.example.net", UNKNOWN),
			"store-verifies-nobody us, issuer-unknown ?"},
		{TLS(T0, "a.example.net", "FAIL") TLS(T0, "b.example.net", "FAIL")
				TLS(T0, "c.example.net", "FAIL"),
			"store-verifies-nobody us, cause-not-logged ?"},
		/* neither the clock nor the store makes a CRL of it */
		{FAIL(T0, "a.example.net", "certificate revoked") FAIL(T0, "b.example.net", DATED)
				FAIL(T0, "c.example.net", DATED) FAIL(T0, "d.example.net", DATED),
			"revoked them"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history *h = logged(cases[i].lines);
		struct evidence e = {.history = h, .now_ms = AT};
		struct diagnosis host, relay;
		char *ids;

		diagnose_host(&e, &host);
		e.of_host = &host.findings;
		e.relay = history_find(h, DIRECTION_CLIENT, "a.example.net");
		diagnose_relay(&e, &relay);
		ids = ids_of(&relay.findings);
		assert_string_equal(ids, cases[i].found);
		free(ids);
		diagnosis_clear(&relay);
		diagnosis_clear(&host);
		history_free(h);
	}
}

/* A look that has proved the relay's own fault needs no guess about all relays together. */
static void
what_a_look_has_proved_is_told_before_this_hosts_faults(void **state)
{
	static const struct {
		const char *sent, *found;
	} cases[] = {{"expired int", "leaf-expired"}, {"ec", "missing-intermediate"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct finding *clock = finding_new("clock-wrong"),
			       *store = finding_new("store-verifies-nobody");
		struct finding *both[] = {clock, store};
		const struct findings of_host = {both, COUNT(both)};
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, "root");
		scene_address(&s, scene_observation(cases[i].sent, 2));
		scene_issuers(&s, "int", "http://aia.example.net/");
		scene_ready(&s);
		s.evidence.of_host = &of_host;
		diagnose_relay(&s.evidence, &d);
		assert_string_equal(d.findings.items[0]->id, cases[i].found);
		diagnosis_clear(&d);
		scene_end(&s);
		finding_unref(clock);
		finding_unref(store);
	}
}

/* Many processes that complain, as after many restarts: the newest of them count. */
static void
only_the_newest_complaints_are_looked_at(void **state)
{
	static const struct {
		size_t later; /* complaints of other processes behind the relay's own */
		bool tied;
	} cases[] = {{0, true}, {7, true}, {8, false}, {60, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text lines = {NULL, 0, 0};
		struct history *h;
		struct diagnosis d;

		text_put(&lines, T0 "STARTTLS=client, error: load verify locs /d, /own failed: 0\n");
		for (size_t j = 0; j < cases[i].later; j++)
			text_printf(&lines,
				"2026-11-22T07:00:00+00:00 mx1 other[%zu]: STARTTLS=client, error: load "
				"verify locs /d, /f%zu failed: 0\n",
				100 + j, j);
		text_put(&lines, FAIL(T0, "a.example.net", UNKNOWN));
		h = logged(lines.at);
		diagnose_relay(&(struct evidence){.relay = history_relay(h, 0), .history = h, .now_ms = AT},
			&d);
		assert_int_equal(findings_find(&d.findings, "ca-file-unusable") != NULL, cases[i].tied);
		diagnosis_clear(&d);
		text_free(&lines);
		history_free(h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_relay_counts_once),
		cmocka_unit_test(a_scan_made_before_is_used),
		cmocka_unit_test(what_explains_a_relay_on_this_host_is_told_first_of_the_relay),
		cmocka_unit_test(what_a_look_has_proved_is_told_before_this_hosts_faults),
		cmocka_unit_test(only_the_newest_complaints_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
