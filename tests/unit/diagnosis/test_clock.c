/* Our clock: suspected when many relays fail for a date, found guilty when a server's greeting disagrees too.
 */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/when.h"
#include "diagnosis/rules.h"
#include "maillog/parse.h"
#include "relays/history.h"
#include "scene.h"

#include <string.h>

#define AT INT64_C(1795910400000) /* 2026-11-29 */

static void
a_greetings_date_is_read(void **state)
{
	static const struct {
		const char *greeting;
		bool read;
		int64_t ms;
	} cases[] = {
		{"mx ESMTP Sendmail 8.18.1/8.18.1; Sun, 22 Nov 2026 07:29:11 GMT", false, 0},
		{"mx ESMTP Sendmail 8.18.1/8.18.1; Sun, 22 Nov 2026 07:29:11 +0000", true, 1795332551000},
		{"mx; Sun, 22 Nov 2026 08:59:11 +0130", true, 1795332551000},
		{"mx; Sun, 22 Nov 2026 02:29:11 -0500 (EST)", true, 1795332551000},
		{"mx; Sun, 22 Nov 2026 07:29:11", false, 0},
		{"mx; Sun, 32 Nov 2026 07:29:11 +0000", false, 0},
		{"mx; Sun, 22 Foo 2026 07:29:11 +0000", false, 0},
		{"mx; Sun, 99999999999999999999 Nov 2026 07:29:11 +0000", false, 0},
		{"mx, ready", false, 0},
		{"mx ESMTP Postfix", false, 0},
		{"", false, 0},
		{NULL, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t off = -1;

		if (chain_time_off(cases[i].greeting, 1000, &off) != cases[i].read)
			fail_msg("%s", cases[i].greeting);
		if (cases[i].read)
			assert_int_equal(off, cases[i].ms - 1000);
	}
}

/* Relays that fail with that message, a to z. */
static struct history *
failing(size_t count, const char *message)
{
	struct history *h = history_new(&(struct history_options){.max_relays = 0});

	for (size_t i = 0; i < count * 2; i++) {
		char line[300];
		struct event e;

		snprintf(line, sizeof line,
			i % 2 ? "2026-11-22T07:00:01+00:00 mx1 sm-mta[8]: "
				"STARTTLS=client, "
				"cert-subject=/CN=%c, cert-issuer=/CN=E1, verifymsg=%s"
			      : "2026-11-22T07:00:01+00:00 mx1 sm-mta[8]: "
				"STARTTLS=client, "
				"relay=%c.example.net., version=TLSv1.3, verify=FAIL, "
				"cipher=C, "
				"bits=256/256",
			(int)('a' + i / 2), message);
		assert_true(maillog_parse(span_of(line), AT, &e));
		history_feed(h, &e);
	}
	return h;
}

/* The certificate expired 3 days ago by our clock; the server's is some days behind it. */
static void
the_clock_is_blamed_on_two_witnesses(void **state)
{
	static const struct {
		size_t relays;
		const char *message;
		int64_t behind_days;
		const char *first;
	} cases[] = {
		{3, "certificate has expired", 10, "clock-wrong"},
		{3, "certificate has expired", 0, "leaf-expired"},  /* its clock is ours */
		{3, "certificate has expired", 1, "leaf-expired"},  /* it expired by its own clock, too */
		{2, "certificate has expired", 10, "leaf-expired"}, /* two are not many: its clock is wrong */
		{3, "self-signed certificate", 10, "leaf-expired"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct observation *o = scene_observation("expired int", 2);
		struct history *h = failing(cases[i].relays, cases[i].message);
		char date[64];
		time_t then = (time_t)(NOW - cases[i].behind_days * 86400);
		struct diagnosis d;
		struct scene s;
		struct tm tm;

		gmtime_r(&then, &tm);
		strftime(date, sizeof date, "mx ESMTP; %a, %d %b %Y %H:%M:%S +0000", &tm);
		o->greeting = mem_text(date);
		scene_begin(&s, "root");
		s.evidence.history = h;
		scene_address(&s, o);
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		if (strcmp(d.findings.items[0]->id, cases[i].first) != 0)
			fail_msg("%zu: %s", i, d.findings.items[0]->id);
		diagnosis_clear(&d);
		scene_end(&s);
		history_free(h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_greetings_date_is_read),
		cmocka_unit_test(the_clock_is_blamed_on_two_witnesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
