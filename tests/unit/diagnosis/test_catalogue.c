/* Every row of the catalogue is reached by a case, and every finding that a case makes is whole. */
#include "tests/unit/cm.h"

#include "cases.h"
#include "diagnosis/catalogue.h"

#include <string.h>

static bool (*const tables[])(size_t i, struct tried *t) = {
	cases_chain, cases_connection, cases_relay_log, cases_host_log};

static void
for_each_finding(void (*each)(const struct finding *f, const char *label))
{
	for (size_t k = 0; k < COUNT(tables); k++) {
		struct tried t;

		for (size_t i = 0; tables[k](i, &t); i++) {
			for (size_t j = 0; j < t.diagnosis.findings.count; j++)
				each(t.diagnosis.findings.items[j], t.label);
			diagnosis_clear(&t.diagnosis);
		}
	}
}

static bool seen[200];

static void
note(const struct finding *f, const char *label)
{
	const struct catalogue_row *row;

	(void)label;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		if (row == catalogue_find(f->id))
			seen[i] = true;
	}
}

static void
every_id_is_reached(void **state)
{
	const struct catalogue_row *row;
	size_t count = 0;

	(void)state;
	for_each_finding(note);
	for (; (row = catalogue_row(count)); count++) {
		assert_true(count < COUNT(seen));
		if (!seen[count])
			fail_msg("%s is reached by no case", row->id);
	}
	assert_true(count >= 70);
}

static void
check_text(const char *text, const char *id, const char *label)
{
	if (strpbrk(text, "{}") || text[0] == '\0')
		fail_msg("%s, %s: \"%s\"", label, id, text);
}

static void
check_remedy(const struct remedy *r, const struct finding *f, const char *label)
{
	assert_true(r->line_count > 0);
	for (size_t i = 0; i < r->line_count; i++)
		check_text(r->lines[i].text, f->id, label);
	if (r->cost)
		check_text(r->cost, f->id, label);
	if (r->kind == REMEDY_WEAKER)
		assert_non_null(r->cost);
}

static void
check_finding(const struct finding *f, const char *label)
{
	const struct catalogue_row *row = catalogue_find(f->id);

	if (f->evidence_count == 0)
		fail_msg("%s, %s: no evidence", label, f->id);
	for (size_t i = 0; i < f->evidence_count; i++)
		assert_true(f->evidence[i].text[0] != '\0');
	check_text(f->title, f->id, label);
	if (strchr(f->title, '?'))
		fail_msg("%s, %s: \"%s\"", label, f->id, f->title);
	for (size_t i = 0; i < f->remedy_count; i++) {
		check_remedy(&f->remedies[i], f, label);
		if (i && f->remedies[i].kind < f->remedies[i - 1].kind)
			fail_msg("%s, %s: remedies are out of order", label, f->id);
	}
	if (f->remedy_count && f->remedies[0].kind == REMEDY_WEAKER)
		fail_msg("%s, %s: what weakens comes first", label, f->id);
	assert_int_equal(f->remote_message != NULL,
		row->says && (f->blame != BLAME_LOCAL || row->blame == BLAME_LOCAL));
	if (f->remote_message)
		check_text(f->remote_message, f->id, label);
	if (row->kind != FINDING_NOTE && !f->cost)
		fail_msg("%s, %s: nobody knows what waiting costs", label, f->id);
}

static void
findings_are_whole(void **state)
{
	(void)state;
	for_each_finding(check_finding);
}

/* What never is to be suggested first, or at all. */
static void
check_advice(const struct finding *f, const char *label)
{
	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];

		for (size_t j = 0; j < r->line_count; j++) {
			bool weak = strstr(r->lines[j].text, "Try_TLS:") ||
				    strstr(r->lines[j].text, "SECLEVEL=0") ||
				    strstr(r->lines[j].text, "SECLEVEL=1");

			if (weak && r->kind != REMEDY_WEAKER)
				fail_msg("%s, %s: \"%s\" weakens", label, f->id, r->lines[j].text);
			if (strstr(r->lines[j].text, "TLS_FALLBACK_TO_CLEAR', `true") ||
				strstr(r->lines[j].text, "} OK"))
				fail_msg("%s, %s: \"%s\"", label, f->id, r->lines[j].text);
		}
	}
	if (strcmp(f->id, "revoked") == 0) {
		for (size_t i = 0; i < f->remedy_count; i++)
			assert_int_equal(f->remedies[i].kind, REMEDY_CURE);
	}
}

static void
no_advice_weakens_unsaid(void **state)
{
	(void)state;
	for_each_finding(check_advice);
}

static void
ids_are_unique(void **state)
{
	const struct catalogue_row *row;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++)
		assert_ptr_equal(catalogue_find(row->id), row);
	assert_null(catalogue_find("no-such-finding"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_id_is_reached),
		cmocka_unit_test(findings_are_whole),
		cmocka_unit_test(no_advice_weakens_unsaid),
		cmocka_unit_test(ids_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
