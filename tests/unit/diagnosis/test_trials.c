/* What of the remedies can be tried in memory, and what has to be at hand for it. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "diagnosis/catalogue.h"
#include "drafted.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *id, *changes; /* of each remedy; behind "=" a level */
} tries[] = {
	{"ca-options-unset", "SYSTEM"},
	{"ca-option-missing", "SYSTEM"},
	{"ca-file-unusable", "SYSTEM"},
	{"ca-bundle-stale", "SYSTEM SYSTEM"},
	{"ca-path-unhashed", "HASH"},
	{"anchor-not-root", "ROOT"},
	{"seclevel-strict", "LEVEL=2 LEVEL=2"},
	{"client-cert-rejected", "- NOCERT"},
	{"crl-stale", "NOCRL NOCRL"},
	{"missing-intermediate", "- ISSUER"},
	{"unknown-root", "- ROOT"},
	{"weak-key", "- LEVEL=1"},
	{"weak-signature", "- LEVEL=1"},
	{"protocol-too-old", "- LEVEL"},
	{"legacy-signature", "- LEVEL"},
	{"weak-dh", "- - LEVEL=1"},
};

static char *
changes_of(const struct finding *f)
{
	static const char *const words[] = {
		"-", "ISSUER", "ROOT", "SYSTEM", "HASH", "LEVEL", "NOCRL", "EXEMPT", "KEY", "NOCERT"};
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < f->remedy_count; i++) {
		text_printf(&t, "%s%s", i ? " " : "", words[f->remedies[i].change]);
		if (f->remedies[i].level)
			text_printf(&t, "=%d", f->remedies[i].level);
	}
	return text_take(&t);
}

/* All others can be tried nowhere but in the world. An exemption can be tried wherever it is offered. */
static void
remedies_say_what_trying_them_changes(void **state)
{
	static const char bundle[] = "/etc/ssl/certs/ca-certificates.crt";
	const struct catalogue_row *row;

	(void)state;
	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		const char *expected = NULL;

		for (size_t j = 0; j < COUNT(tries); j++) {
			if (strcmp(tries[j].id, row->id) == 0)
				expected = tries[j].changes;
		}
		for (int demanded = 0; demanded < 2; demanded++) {
			struct drafted d;
			char *changes;

			drafted_row(&d, row->id, bundle, NULL, demanded);
			changes = changes_of(d.finding);
			if (demanded && row->exempt)
				assert_non_null(strstr(changes, "EXEMPT"));
			else if (expected)
				assert_string_equal(changes, expected);
			else
				assert_int_equal(changes[strspn(changes, "- ")], 0);
			free(changes);
			drafted_clear(&d);
		}
	}
}

/* Chains: what was not found cannot be supplied, and is not tried. */
static void
nothing_is_tried_that_is_not_at_hand(void **state)
{
	static const struct {
		const char *sent, *anchors, *system, *issuers, *changes;
	} cases[] = {
		{"ec", "root", NULL, "int", "- ISSUER"},
		{"by-other otherint otherroot", "root", NULL, NULL, "- ROOT"},
		{"by-other otherint", "root", NULL, "otherroot", "- ROOT"},
		{"by-other otherint", "root", NULL, NULL, "-"},
		{"public", "root", NULL, NULL, "- -"}, /* the intermediate could not be fetched */
		{"ec int", "int", NULL, NULL, "-"},    /* the root is nowhere */
		{"ec int", "int", "root", NULL, "ROOT"},
		{"by-other otherint", "root", "otherroot", NULL, "SYSTEM SYSTEM"},
		{"ec int", "root-before", "root", NULL, "SYSTEM"}, /* ours: nobody is to be told */
		{"rsa1024 int", "root", NULL, NULL, "- LEVEL=1"},
		{"expired int", "root", NULL, NULL, "-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diagnosis d;
		struct scene s;
		char *changes;

		scene_begin(&s, cases[i].anchors);
		scene_address(&s, scene_observation(cases[i].sent, 2));
		if (cases[i].system)
			scene_system(&s, cases[i].system);
		if (cases[i].issuers)
			scene_issuers(&s, cases[i].issuers, "http://aia.example.net/");
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		changes = changes_of(d.findings.items[0]);
		if (strcmp(changes, cases[i].changes) != 0)
			fail_msg("%s, %s in the store: \"%s\"", cases[i].sent, cases[i].anchors, changes);
		free(changes);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remedies_say_what_trying_them_changes),
		cmocka_unit_test(nothing_is_tried_that_is_not_at_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
