/* What diagnosis said is kept as long as what it was said of is the same. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "base/when.h"
#include "engine/cases.h"
#include "history_help.h"

#include <stdlib.h>
#include <string.h>

#define LINE(second, host, words)                                                         \
	"2026-11-22T13:05:" second "+00:00 mx1 sm-mta[812]: STARTTLS=client, relay=" host \
	", version=TLSv1.3, verify=" words ", cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n"
#define FAILS(second, host)                                                                \
	LINE(second, host, "FAIL")                                                         \
	"2026-11-22T13:05:" second                                                         \
	"+00:00 mx1 sm-mta[812]: STARTTLS=client, cert-subject=/CN=a, cert-issuer=/CN=b, " \
	"verifymsg=certificate has expired\n"

static struct evidence
evidence_of(const struct history *h, const char *name)
{
	return (struct evidence){
		.history = h, .now_ms = AT, .relay = name ? history_find(h, DIRECTION_CLIENT, name) : NULL};
}

static void
they_are_made_anew_when_their_basis_has_changed(void **state)
{
	struct history *h = help_history(span_of(FAILS("04", "a.example.net") FAILS("05", "b.example.net")));
	struct evidence e = evidence_of(h, "a.example.net");
	struct cases *c = cases_new();
	const struct finding *first = cases_findings(c, &e, 1)->items[0];

	(void)state;
	assert_non_null(e.relay);
	assert_string_equal(first->id, "leaf-expired");
	first = finding_ref((struct finding *)first);
	assert_ptr_equal(cases_findings(c, &e, 1)->items[0], first);
	e.now_ms += WHEN_MINUTE;
	assert_ptr_equal(cases_findings(c, &e, 1)->items[0], first);
	assert_ptr_not_equal(cases_findings(c, &e, 2)->items[0], first); /* of the look */
	e.now_ms += WHEN_HOUR;
	finding_unref((struct finding *)first);
	first = finding_ref(cases_findings(c, &e, 2)->items[0]);
	e.now_ms += WHEN_HOUR; /* ages are told in it */
	assert_ptr_not_equal(cases_findings(c, &e, 2)->items[0], first);
	finding_unref((struct finding *)first);
	cases_free(c);
	history_free(h);
}

static void
a_relay_that_recovers_loses_its_finding(void **state)
{
	struct history *h = help_history(span_of(FAILS("04", "a.example.net") FAILS("05", "b.example.net")));
	struct evidence a = evidence_of(h, "a.example.net"), b = evidence_of(h, "b.example.net");
	struct cases *c = cases_new();
	const struct finding *other;

	(void)state;
	assert_int_equal(cases_findings(c, &a, 0)->items[0]->severity, SEVERITY_WARNING);
	other = finding_ref(cases_findings(c, &b, 0)->items[0]);
	help_feed(h, span_of(LINE("59", "a.example.net", "OK")));
	a = evidence_of(h, "a.example.net");
	b = evidence_of(h, "b.example.net");
	assert_null(findings_find(cases_findings(c, &a, 0), "leaf-expired"));
	assert_ptr_equal(cases_findings(c, &b, 0)->items[0], other); /* nothing happened to it */
	finding_unref((struct finding *)other);
	cases_free(c);
	history_free(h);
}

static void
host_and_relays_have_cases_of_their_own(void **state)
{
	struct history *h = help_history(span_of(FAILS("04", "a.example.net") FAILS("05", "b.example.net")
			FAILS("06", "c.example.net")));
	struct evidence host = evidence_of(h, NULL), relay = evidence_of(h, "a.example.net");
	struct cases *c = cases_new();

	(void)state;
	assert_null(findings_find(cases_findings(c, &host, 0), "leaf-expired"));
	assert_non_null(findings_find(cases_findings(c, &relay, 0), "leaf-expired"));
	cases_free(c);
	cases_free(NULL);
	history_free(h);
}

/* A few are looked at after every change, many once a second. */
static void
all_relays_are_looked_at_when_it_is_due(void **state)
{
	static const size_t relays[] = {3, 2500};

	(void)state;
	for (size_t n = 0; n < COUNT(relays); n++) {
		struct text log = {NULL, 0, 0};
		struct cases *c = cases_new();
		bool many = relays[n] > 2000;
		struct history *h;

		for (size_t i = 0; i < relays[n]; i++)
			text_printf(&log, LINE("04", "mx%zu.example.net", "OK"), i);
		h = help_history((struct span){log.at, log.len});
		assert_int_equal(cases_scan(c, h, 5000)->good, relays[n]);
		help_feed(h, span_of(LINE("59", "new.example.net", "OK")));
		assert_int_equal(cases_scan(c, h, 5999)->good, relays[n] + (many ? 0 : 1));
		assert_int_equal(cases_scan(c, h, 6000)->good, relays[n] + 1);
		cases_free(c);
		history_free(h);
		text_free(&log);
	}
}

/* Of more relays than are kept each still has its own findings, whatever was dropped meanwhile. */
static void
a_case_that_was_dropped_is_made_again(void **state)
{
	struct text log = {NULL, 0, 0};
	struct cases *c = cases_new();
	const struct finding *kept;
	struct evidence drawn;
	struct history *h;

	(void)state;
	for (unsigned i = 0; i < CASES_KEPT + 10; i++)
		text_printf(&log, FAILS("04", "mx%u.example.net"), i);
	h = help_history((struct span){log.at, log.len});
	assert_int_equal(history_relay_count(h), CASES_KEPT + 10);
	drawn = (struct evidence){.history = h, .now_ms = AT, .relay = history_relay(h, 0)};
	kept = finding_ref(cases_findings(c, &drawn, 0)->items[0]);
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < history_relay_count(h); i++) {
			struct evidence e = {.history = h, .now_ms = AT, .relay = history_relay(h, i)};

			assert_string_equal(cases_findings(c, &e, 0)->items[0]->id, "leaf-expired");
			/* What is asked for all the time, as the rows on the screen are, stays. */
			assert_ptr_equal(cases_findings(c, &drawn, 0)->items[0], kept);
		}
	}
	finding_unref((struct finding *)kept);
	cases_free(c);
	history_free(h);
	text_free(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_made_anew_when_their_basis_has_changed),
		cmocka_unit_test(a_relay_that_recovers_loses_its_finding),
		cmocka_unit_test(host_and_relays_have_cases_of_their_own),
		cmocka_unit_test(all_relays_are_looked_at_when_it_is_due),
		cmocka_unit_test(a_case_that_was_dropped_is_made_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
