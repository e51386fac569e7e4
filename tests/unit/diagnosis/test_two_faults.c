/* Two and three faults at once: each told, in the order of peeling, with what proves it. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "cases.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FACTS 3

static const struct row {
	const char *label, *sent, *anchors, *system, *issuers, *with_sni;
	const char *ids;
	const char *titles[FACTS];
	const char *proofs[FACTS]; /* a part of the first sentence of each */
} rows[] = {
	{"expired leaf, missing intermediate", "expired", "root", NULL, "int", NULL,
		"missing-intermediate leaf-expired",
		{"Server does not send the intermediate Example Issuing CA",
			"Certificate expired 2026-05-25 (3 days ago)"},
		{"FAIL 20 at depth 0 (unable to get local issuer certificate); once "
		 "/C=US/O=Example Trust Services/CN=Example Issuing CA is added (from http://aia.example.net/), "
		 "10 at depth 0 is left",
			"FAIL 10 at depth 0 (certificate has expired); OK once dates do not count"}},
	{"self-signed, 1024 bits, expired", "self-weak-expired", "root", NULL, NULL, NULL,
		"weak-key self-signed leaf-expired",
		{"RSA 1024 key is below security level 2", "Certificate is self-signed",
			"Certificate expired 2026-05-27 (1 day ago)"},
		{"FAIL 66 at depth 0", "FAIL 18 at depth 0", "FAIL 10 at depth 0"}},
	{"weak key, unknown root", "weak-other otherint otherroot", "root", NULL, NULL, NULL,
		"weak-key unknown-root",
		{"RSA 1024 key is below security level 2",
			"Signed by a private CA unknown here: Unknown Root"},
		{"once the security level is 1 (ours is 2), 19 at depth 2 is left",
			"FAIL 19 at depth 2 (self-signed certificate in certificate chain); OK once "
			"/O=Unknown/CN=Unknown Root is trusted"}},
	{"SNI brings the right one, which is expired", "self", "root", NULL, NULL, "expired int",
		"sni-required leaf-expired",
		{"Right certificate only with SNI; Sendmail sends none",
			"Certificate expired 2026-05-25 (3 days ago)"},
		{"without SNI /CN=self.example.net: FAIL 18 (self-signed certificate)",
			"FAIL 10 at depth 0 (certificate has expired); OK once dates do not count"}},
	{"SNI brings the right one, with a weak key", "self", "root", NULL, NULL, "sha1 int",
		"sni-required weak-signature",
		{"Right certificate only with SNI; Sendmail sends none",
			"Signed with ecdsa-with-SHA1, below security level 2"},
		{"without SNI /CN=self.example.net", "FAIL 68 at depth 0"}},
	{"intermediate expired before the leaf began", "late oldint", "root", NULL, NULL, NULL,
		"intermediate-expired", {"Intermediate Old Issuing CA expired 2026-05-18"},
		{"FAIL 10 at depth 1"}},
	{"intermediate and leaf expired", "all-old oldint", "root", NULL, NULL, NULL,
		"intermediate-expired leaf-expired",
		{"Intermediate Old Issuing CA expired 2026-05-18",
			"Certificate expired 2026-05-26 (2 days ago)"},
		{"FAIL 10 at depth 1", "FAIL 10 at depth 1"}},
	{"expired, of a CA that only the system's bundle has", "old-other otherint", "root", "otherroot",
		NULL, NULL, "ca-bundle-stale leaf-expired",
		{"Sendmail's CA file lacks Unknown Root; the system bundle has it",
			"Certificate expired 2026-05-25 (3 days ago)"},
		{"FAIL 20 at depth 1", "FAIL 10 at depth 0"}},
	{"expired cross-sign in the way", "ec cross", "root", NULL, "int", NULL, "cross-sign-expired",
		{"An expired cross-signed certificate is sent and gets in the way (Example Issuing CA, 2026-04-28)"},
		{"FAIL 20 at depth 1"}},
	{"the same, its root known here", "ec cross", "root otherroot", NULL, "int", NULL,
		"cross-sign-expired",
		{"An expired cross-signed certificate is sent and gets in the way (Example Issuing CA, 2026-04-28)"},
		{"FAIL 10 at depth 1"}},
	{"an expired root of ours, renewed in the system's bundle", "ec int", "root-before", "root", NULL,
		NULL, "root-expired", {"Root Example Root expired 2026-04-28"}, {"FAIL 10 at depth 2"}},
	{"an expired intermediate of ours before the server's current one", "ec int", "root int-before",
		"root", NULL, NULL, "intermediate-expired",
		{"Intermediate Example Issuing CA expired 2026-04-28"}, {"FAIL 10 at depth 1"}},
	{"the same, and no system's bundle", "ec int", "root int-before", NULL, NULL, NULL,
		"intermediate-expired", {"Intermediate Example Issuing CA expired 2026-04-28"},
		{"FAIL 10 at depth 1"}},
	{"an expired intermediate of ours, where the server sends none", "ec", "root int-before", NULL, "int",
		NULL, "intermediate-expired", {"Intermediate Example Issuing CA expired 2026-04-28"},
		{"FAIL 10 at depth 1"}},
};

static void
check(const struct row *row, const struct findings *list)
{
	char *ids = cases_ids(list);

	if (strncmp(ids, row->ids, strlen(row->ids)) != 0)
		fail_msg("%s: \"%s\", expected \"%s\"", row->label, ids, row->ids);
	free(ids);
	for (size_t i = 0; i < FACTS && row->titles[i]; i++) {
		const struct finding *f = list->items[i];

		if (strcasecmp(f->title, row->titles[i]) != 0)
			fail_msg("%s: \"%s\", expected \"%s\"", row->label, f->title, row->titles[i]);
		if (!strstr(f->evidence[0].text, row->proofs[i]))
			fail_msg("%s: \"%s\" has no \"%s\"", row->label, f->evidence[0].text, row->proofs[i]);
	}
}

static void
faults_are_told_in_the_order_of_peeling(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, rows[i].anchors);
		scene_address(&s, scene_observation(rows[i].sent, 2));
		if (rows[i].system)
			scene_system(&s, rows[i].system);
		if (rows[i].issuers)
			scene_issuers(&s, rows[i].issuers, "http://aia.example.net/");
		if (rows[i].with_sni) {
			scene_second(&s, SECOND_SNI, scene_observation(rows[i].with_sni, 2));
			scene_second(&s, SECOND_REPEAT, scene_observation(rows[i].sent, 2));
		}
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		check(&rows[i], &d.findings);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

static bool
proves(const struct finding *f, const char *part)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		if (strstr(f->evidence[i].text, part))
			return true;
	}
	return false;
}

/* What else the evidence has to say for a certificate that expired. */
static void
the_evidence_says_which_path_and_since_when(void **state)
{
	static const struct {
		const char *sent, *anchors, *issuers, *proof;
	} cases[] = {
		{"ec cross", "root", "int",
			"Sendmail's OpenSSL used the path ec.example.net <- Example Issuing CA"},
		{"ec cross", "root", "int",
			"The path ec.example.net <- Example Issuing CA <- Example Root is good"},
		{"ec cross", "root otherroot", "int",
			"Sendmail's OpenSSL used the path ec.example.net <- Example Issuing CA <- Unknown Root"},
		{"late oldint", "root", NULL,
			"It expired (2026-05-18) before the server's certificate began (2026-05-23)"},
		{"ec int-before", "root", "int", "one of the same name is current"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, cases[i].anchors);
		scene_address(&s, scene_observation(cases[i].sent, 2));
		if (cases[i].issuers)
			scene_issuers(&s, cases[i].issuers, "http://aia.example.net/");
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		if (!proves(d.findings.items[0], cases[i].proof))
			fail_msg("%s: no \"%s\"", cases[i].sent, cases[i].proof);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

/* What expired in our own store is ours to mend, and nobody is written to; what was sent, or is a root, is
 * theirs. */
static void
an_expired_intermediate_is_whose_it_is(void **state)
{
	static const struct {
		const char *sent, *anchors, *system, *issuers;
		enum blame blame;
		const char *proof, *cure;
	} cases[] = {
		{"ec int", "root int-before", "root", NULL, BLAME_LOCAL,
			"before the current one that is sent",
			"Take it out of CACertFile or CACertPath: the server sends the current one."},
		{"ec int", "root int-before", NULL, NULL, BLAME_LOCAL, "before the current one that is sent",
			"Take it out of CACertFile or CACertPath: the server sends the current one."},
		{"ec", "root int-before", NULL, "int", BLAME_LOCAL,
			"it comes from our own CACertFile or CACertPath",
			"Put the current one in its place in CACertFile or CACertPath."},
		{"ec", "root int-before", NULL, NULL, BLAME_LOCAL,
			"it comes from our own CACertFile or CACertPath",
			"Put the current one in its place in CACertFile or CACertPath."},
		{"late oldint", "root", NULL, NULL, BLAME_REMOTE, "Depth 1, ",
			"Install the current intermediate of "
			"your CA."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct finding *f;
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, cases[i].anchors);
		scene_address(&s, scene_observation(cases[i].sent, 2));
		if (cases[i].system)
			scene_system(&s, cases[i].system);
		if (cases[i].issuers)
			scene_issuers(&s, cases[i].issuers, "http://aia.example.net/");
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		f = d.findings.items[0];
		assert_string_equal(f->id, "intermediate-expired");
		assert_int_equal(f->blame, cases[i].blame);
		assert_int_equal(f->remote_message != NULL, cases[i].blame == BLAME_REMOTE);
		assert_string_equal(f->remedies[0].lines[0].text, cases[i].cure);
		if (!proves(f, cases[i].proof))
			fail_msg("%s, %s: no \"%s\"", cases[i].sent, cases[i].anchors, cases[i].proof);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

/* OpenSSL asks the store first, since 1.1.0: what is sent beside a chain that the store completes is in
 * nobody's way, so that no finding is made of it. */
static void
what_the_store_replaces_is_in_nobodys_way(void **state)
{
	static const struct {
		const char *sent, *anchors;
	} cases[] = {
		{"ec int cross", "root"},
		{"ec cross int", "root int"},
		{"ec cross", "root int"},
		{"ec int root-before", "root"},
		{"ec int namesake", "root"},
		{"ec int oldint oldroot", "root"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scene s;

		scene_begin(&s, cases[i].anchors);
		scene_address(&s, scene_observation(cases[i].sent, 2));
		scene_ready(&s);
		if (s.examinations[0].peel.first.code != 0 || s.examinations[0].peel.step_count != 0)
			fail_msg("%s: %d", cases[i].sent, s.examinations[0].peel.first.code);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_told_in_the_order_of_peeling),
		cmocka_unit_test(the_evidence_says_which_path_and_since_when),
		cmocka_unit_test(an_expired_intermediate_is_whose_it_is),
		cmocka_unit_test(what_the_store_replaces_is_in_nobodys_way),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
