/* What stands in the evidence, and whose process a line about our own files ties to which relay. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "cases.h"
#include "logged.h"
#include "scene.h"

#include <string.h>

#define AT INT64_C(1795910400000) /* 2026-11-29 */
#define BY(who, text) "2026-11-22T07:00:01+00:00 mx1 " who ": " text "\n"
#define FAILS(who)                                                                                              \
	BY(who, "STARTTLS=client, relay=mx.example.net., version=TLSv1.3, verify=FAIL, cipher=C, bits=256/256") \
	BY(who, "STARTTLS=client, cert-subject=/CN=mx, cert-issuer=/CN=E1, "                                    \
		"verifymsg=unable to get local issuer certificate")
#define MISSING(who) BY(who, "STARTTLS: CACertFile missing") BY(who, "STARTTLS: CACertPath missing")

static void
facts_count_for_the_process_that_said_them(void **state)
{
	static const struct {
		const char *label, *lines, *expected;
	} cases[] = {
		{"the same process", MISSING("sm-mta[8]") FAILS("sm-mta[8]"), "ca-options-unset"},
		{"another process of the daemon", MISSING("sm-mta[9]") FAILS("sm-mta[8]"),
			"ca-options-unset?"},
		{"the submission program has its own settings", MISSING("sm-msp-queue[9]") FAILS("sm-mta[8]"),
			"issuer-unknown?"},
		{"a pid is matched whole", MISSING("sendmail[81]") FAILS("sm-mta[8]"), "issuer-unknown?"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history *h = logged(cases[i].lines);
		struct evidence e = {.history = h, .relay = history_relay(h, 0), .now_ms = AT};
		struct tried t = {.label = cases[i].label, .expected = cases[i].expected};

		diagnose_relay(&e, &t.diagnosis);
		cases_check(&t);
		history_free(h);
	}
}

/* What the settings of this host say counts for its own log alone. */
static void
settings_explain_our_own_log_alone(void **state)
{
	static const struct {
		const char *log_host, *expected;
	} cases[] = {{"mx1", "ca-options-unset"}, {"mx2", "issuer-unknown?"}};
	struct history *h = logged(FAILS("sm-mta[8]"));
	struct policy *p = policy_new();

	(void)state;
	p->source = POLICY_CF;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct evidence e = {.history = h,
			.relay = history_relay(h, 0),
			.policy = p,
			.store = STORE_UNSET,
			.own_host = "mx1",
			.log_host = cases[i].log_host,
			.now_ms = AT};
		struct tried t = {.label = cases[i].log_host, .expected = cases[i].expected};

		diagnose_relay(&e, &t.diagnosis);
		if (i == 0)
			assert_int_equal(t.diagnosis.findings.items[0]->proof, PROOF_AUDIT);
		cases_check(&t);
	}
	policy_unref(p);
	history_free(h);
}

static void
the_experiment_is_quoted(void **state)
{
	static const struct {
		const char *sent, *issuers, *quote;
	} cases[] = {
		{"ec", "int",
			"FAIL 20 at depth 0 (unable to get local issuer certificate); OK once "
			"/C=US/O=Example Trust "
			"Services/CN=Example Issuing CA is added (from "
			"http://aia.example.net/int.der)"},
		{"expired int", NULL,
			"FAIL 10 at depth 0 (certificate has expired); OK once dates do not "
			"count"},
		{"rsa1024 int", NULL, "OK once the security level is 1 (ours is 2)"},
		{"weak-other otherint otherroot", NULL,
			"once the security level is 1 (ours is 2), 19 at "
			"depth 2 is left"},
		{"late oldint", NULL, "before the server's certificate began"},
		{"tampered int", NULL, "FAIL 7 at depth 0 (certificate signature failure)"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, "root");
		scene_address(&s, scene_observation(cases[i].sent, 2));
		if (cases[i].issuers)
			scene_issuers(&s, cases[i].issuers, "http://aia.example.net/int.der");
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		if (!logged_says(d.findings.items[0], cases[i].quote))
			fail_msg("%s: %s", cases[i].sent, d.findings.items[0]->evidence[0].text);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

static void
a_certificate_that_changed_is_told(void **state)
{
	struct scene then, now;
	struct diagnosis d;

	(void)state;
	scene_begin(&then, "root");
	scene_address(&then, scene_observation("ec int", 2));
	scene_begin(&now, "root");
	scene_address(&now, scene_observation("expired int", 2));
	scene_ready(&then);
	scene_ready(&now);
	now.evidence.before = then.look;
	diagnose_relay(&now.evidence, &d);
	assert_true(logged_says(d.findings.items[0], "Another certificate than at "));
	assert_true(logged_says(d.findings.items[0], "issuer the same"));
	diagnosis_clear(&d);

	now.evidence.before = now.look;
	diagnose_relay(&now.evidence, &d);
	assert_false(logged_says(d.findings.items[0], "Another certificate than at "));
	diagnosis_clear(&d);
	scene_end(&now);
	scene_end(&then);
}

/* The same fault at two addresses is one finding; both addresses are in its evidence. */
static void
addresses_with_one_fault_share_a_finding(void **state)
{
	struct diagnosis d;
	struct scene s;

	(void)state;
	scene_begin(&s, "root");
	scene_address(&s, scene_observation("expired int", 2));
	scene_address(&s, scene_observation("expired int", 2));
	scene_ready(&s);
	diagnose_relay(&s.evidence, &d);
	assert_string_equal(d.findings.items[0]->id, "leaf-expired");
	assert_null(findings_find(&d.findings, "one-of-many"));
	assert_true(logged_says(d.findings.items[0], "192.0.2.10: ") &&
		    logged_says(d.findings.items[0], "192.0.2.11: "));
	diagnosis_clear(&d);
	scene_end(&s);
}

/* While a look goes on, or was cancelled, the log is what is known. */
static void
a_look_counts_once_it_is_done(void **state)
{
	static const struct {
		enum look_state state;
		int64_t after_ms; /* the log's last line */
		bool changed;     /* with that line the log's word is another one */
		const char *expected;
		bool unexamined; /* no chain was taken apart yet */
	} cases[] = {
		{LOOK_PROBING, 1000, false, "issuer-unknown?", false},
		{LOOK_CANCELLED, 1000, false, "issuer-unknown?", false},
		{LOOK_EXAMINING, 1000, false, "issuer-unknown?", true},
		{LOOK_EXAMINING, 1000, false, "name-mismatch no-longer-failing", false},
		{LOOK_DONE, 1000, false, "name-mismatch no-longer-failing", false},
		/* the log goes on to say what it said: the look is not the newest word, and explains it */
		{LOOK_DONE, -1000, false, "name-mismatch", false},
		{LOOK_DONE, -1000, true, "issuer-unknown?", false},
		{LOOK_EXAMINING, -1000, true, "issuer-unknown?", false},
	};
	struct history *h = logged(FAILS("sm-mta[8]"));

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tried t = {.label = "look", .expected = cases[i].expected};
		struct relay r = *history_relay(h, 0);
		struct scene s;

		scene_begin(&s, "root");
		s.look->state = cases[i].state;
		s.look->begun_ms = r.last.time_ms + cases[i].after_ms;
		r.since_ms = cases[i].changed ? r.last.time_ms : r.last.time_ms - 60000;
		s.evidence.relay = &r;
		scene_address(&s, scene_observation("ec int", 2));
		scene_ready(&s);
		if (cases[i].unexamined)
			s.evidence.examinations = NULL;
		diagnose_relay(&s.evidence, &t.diagnosis);
		cases_check(&t);
		scene_end(&s);
	}
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_count_for_the_process_that_said_them),
		cmocka_unit_test(settings_explain_our_own_log_alone),
		cmocka_unit_test(the_experiment_is_quoted),
		cmocka_unit_test(a_certificate_that_changed_is_told),
		cmocka_unit_test(addresses_with_one_fault_share_a_finding),
		cmocka_unit_test(a_look_counts_once_it_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
