/* What came of asking for an issuer: in the title, in the evidence, and never asked twice. */
#include "tests/unit/cm.h"

#include "scene.h"

#include <string.h>

#define URL "http://aia.example.org/o.der"
#define ISSUER "Issuer Unknown Issuing CA is neither sent nor known here"

static const struct row {
	const char *sent, *url; /* url NULL: nothing was asked */
	bool reachable, offline;
	const char *why, *title, *proof;
	bool wants; /* and is asked (again) */
} rows[] = {
	{"by-other", NULL, false, false, NULL, ISSUER " (AIA none named)",
		"/CN=by-other.example.net names no URL for its issuer (AIA)", false},
	{"aia-other", NULL, false, false, NULL, ISSUER " (AIA not asked)",
		URL " was not asked for the issuer", true},
	{"aia-other", NULL, false, true, NULL, ISSUER " (AIA not asked: --offline)",
		URL " would be asked for the issuer, but for --offline", true},
	{"aia-other", URL, false, false, "not reachable: no answer in 5 s", ISSUER " (AIA not reachable)",
		URL
		" was asked for the issuer: not reachable: no answer in 5 s; whether it has one is not known",
		false},
	{"aia-other", URL, true, false, "404", ISSUER " (AIA 404)",
		URL " was asked for the issuer, and has none: 404", false},
	{"aia-other", URL, true, false, "a web page, no certificate",
		ISSUER " (AIA a web page, no certificate)",
		URL " was asked for the issuer, and has none: a web page, no certificate", false},
	{"aia-other", URL, true, false, NULL, ISSUER " (AIA leads no further)",
		URL " was asked for the issuer: what it answered leads to no anchor here", false},
	/* another URL was asked: that says nothing of this one */
	{"aia-other", "http://aia.example.net/", true, false, "404", ISSUER " (AIA not asked)",
		URL " was not asked for the issuer", true},
	/* it names two, one of them not over http */
	{"aia", "http://aia.example.net/int.der", false, false, "not reachable: refused",
		"Issuer Example Issuing CA is neither sent nor known here (AIA not reachable)",
		"ldap://aia.example.net/ is not asked for the issuer: only http:// is", false},
	/* the marks of a public CA: an intermediate is missing, whatever came of asking */
	{"public", NULL, false, false, NULL, "Server does not send the intermediate Unknown Issuing CA",
		"/CN=public.example.net names no URL for its issuer (AIA)", false},
};

static bool
proves(const struct finding *f, const char *sentence)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		if (strcmp(f->evidence[i].text, sentence) == 0)
			return true;
	}
	return false;
}

static void
asked_and_not_reachable_is_not_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		const struct finding *first;
		struct diagnosis d;
		struct want want;
		struct scene s;

		scene_begin(&s, "root");
		scene_address(&s, scene_observation(row->sent, 2));
		if (row->url)
			scene_asked(&s, row->url, row->reachable, row->why);
		scene_ready(&s);
		s.evidence.offline = row->offline;
		diagnose_relay(&s.evidence, &d);
		first = d.findings.items[0];
		if (strcmp(first->title, row->title) != 0)
			fail_msg("\"%s\", expected \"%s\"", first->title, row->title);
		if (!proves(first, row->proof))
			fail_msg("%s: no \"%s\"", first->title, row->proof);
		assert_int_equal(s.examinations[0].want_issuer != NULL, row->wants);
		/* --offline forbids HTTP, not SMTP: the look with SNI is the next thing */
		assert_true(diagnosis_want(&s.evidence, &want));
		assert_int_equal((int)want.kind,
			row->wants && !row->offline ? WANT_ISSUER : WANT_SECOND_LOOK);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_and_not_reachable_is_not_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
