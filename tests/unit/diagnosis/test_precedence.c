/* Which finding comes first where several are there: ours before theirs, causes before effects before
 * notes. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "cases.h"
#include "diagnosis/catalogue.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

enum option { SET, UNSET, NOT_THERE };

static void
set_options(struct policy *p, enum option file, bool path)
{
	if (!path) {
		free(p->ca_path);
		p->ca_path = NULL;
	}
	if (file == UNSET) {
		free(p->ca_file);
		p->ca_file = NULL;
	}
	if (file == NOT_THERE)
		fill_file(&p->ca_file_bytes, p->ca_file, NULL);
}

/* Each row would also be the next one, if its own fault were cured; the last is the relay's own. */
static void
our_own_faults_come_first_in_their_order(void **state)
{
	static const struct {
		enum option file;
		bool path;
		const char *sent, *system, *issuers, *from, *first;
	} cases[] = {
		{UNSET, false, "by-other otherint", "otherroot", "otherroot", SCENE_PATH "/o.pem",
			"ca-options-unset"},
		{UNSET, true, "by-other otherint", "otherroot", "otherroot", SCENE_PATH "/o.pem",
			"ca-option-missing"},
		{SET, false, "by-other otherint", "otherroot", "otherroot", SCENE_PATH "/o.pem",
			"ca-option-missing"},
		{NOT_THERE, true, "by-other otherint", "otherroot", "otherroot", SCENE_PATH "/o.pem",
			"ca-file-unusable"},
		{SET, true, "by-other otherint", "root", "otherroot", SCENE_PATH "/o.pem",
			"ca-path-unhashed"},
		{SET, true, "by-other otherint", "otherroot", NULL, NULL, "ca-bundle-stale"},
		{SET, true, "public otherint otherroot", "int", NULL, NULL, "system-bundle-old"},
		{SET, true, "by-other otherint otherroot", "int", NULL, NULL, "unknown-root"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, "root");
		set_options(s.policy, cases[i].file, cases[i].path);
		scene_address(&s, scene_observation(cases[i].sent, 2));
		scene_system(&s, cases[i].system);
		if (cases[i].issuers)
			scene_issuers(&s, cases[i].issuers, cases[i].from);
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		assert_true(d.findings.count > 0);
		if (strcmp(d.findings.items[0]->id, cases[i].first) != 0)
			fail_msg("%zu: %s, not %s", i, d.findings.items[0]->id, cases[i].first);
		assert_int_equal(d.findings.items[0]->blame == BLAME_LOCAL, i + 1 < COUNT(cases));
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

static bool (*const tables[])(size_t i, struct tried *t) = {
	cases_chain, cases_connection, cases_relay_log, cases_host_log};

/* Of one diagnosis: kinds in their order, and no id twice. */
static void
check_order(const struct findings *list, const char *label)
{
	for (size_t i = 0; i < list->count; i++) {
		if (i && list->items[i]->kind < list->items[i - 1]->kind)
			fail_msg("%s: %s behind %s", label, list->items[i]->id, list->items[i - 1]->id);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(list->items[i]->id, list->items[j]->id);
	}
}

static void
causes_then_effects_then_notes(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(tables); k++) {
		struct tried t;

		for (size_t i = 0; tables[k](i, &t); i++) {
			check_order(&t.diagnosis.findings, t.label);
			diagnosis_clear(&t.diagnosis);
		}
	}
}

/* What may rise rises where a rule holds or returns mail, and nowhere else; what may not stays. */
static void
warnings_rise_where_a_rule_stops_mail(void **state)
{
	static const struct {
		const char *message, *reject;
		unsigned temp, perm;
		enum severity severity;
	} cases[] = {
		{"EE certificate key too weak", NULL, 0, 0, SEVERITY_WARNING},
		{"EE certificate key too weak", "454 4.7.0 authentication failed", 3, 0, SEVERITY_ERROR},
		{"EE certificate key too weak", "503 5.7.0 authentication failed", 0, 1, SEVERITY_ERROR},
		{"EE certificate key too weak", "454 4.7.0 authentication failed", 0, 0, SEVERITY_WARNING},
		{"EE certificate key too weak", "454 4.7.0 TLS handshake failed.", 1, 0, SEVERITY_WARNING},
		{"self-signed certificate", NULL, 0, 0, SEVERITY_WARNING},
		{"self-signed certificate", "454 4.7.0 not authenticated", 1, 0, SEVERITY_ERROR},
		{"certificate revoked", "454 4.7.0 encryption too weak 0 less than 112", 1, 0,
			SEVERITY_ERROR},
		{"unable to get certificate CRL", "454 4.7.0 authentication failed", 1, 0, SEVERITY_WARNING},
		{"CRL has expired", NULL, 0, 0, SEVERITY_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {
			.direction = DIRECTION_CLIENT, .last = {.verify = VERIFY_FAIL, .depth = -1}};
		struct evidence e = {.relay = &r, .now_ms = NOW_MS};
		struct diagnosis d;

		r.name = mem_text(SCENE_HOST);
		r.last.verifymsg = mem_text(cases[i].message);
		r.last.reject = mem_text(cases[i].reject);
		r.rejects_temp = cases[i].temp;
		r.rejects_perm = cases[i].perm;
		diagnose_relay(&e, &d);
		assert_int_equal(d.findings.items[0]->kind, FINDING_CAUSE);
		if (d.findings.items[0]->severity != cases[i].severity)
			fail_msg("%zu: %s is %s", i, d.findings.items[0]->id,
				severity_word(d.findings.items[0]->severity));
		diagnosis_clear(&d);
		free(r.name);
		free(r.last.verifymsg);
		free(r.last.reject);
	}
}

/* Only a warning can rise: a row that is marked and is no warning would say nothing. */
static void
only_warnings_are_marked_to_rise(void **state)
{
	const struct catalogue_row *row;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		if (row->rises && (row->severity != SEVERITY_WARNING || row->kind != FINDING_CAUSE))
			fail_msg("%s", row->id);
		if (row->weaker && !row->cost)
			fail_msg("%s: what it gives up is not said", row->id);
		if (row->says && row->blame == BLAME_LOCAL && strcmp(row->id, "client-cert-rejected") != 0)
			fail_msg("%s: nobody is to be told of our own fault", row->id);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_faults_come_first_in_their_order),
		cmocka_unit_test(causes_then_effects_then_notes),
		cmocka_unit_test(warnings_rise_where_a_rule_stops_mail),
		cmocka_unit_test(only_warnings_are_marked_to_rise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
