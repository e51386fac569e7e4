/* CRLs and private extensions: the dates and the OID that only the files and the certificate have. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

static const struct row {
	const char *sent, *issuer, *revoked; /* of the CRL; issuer NULL: none */
	int from_days, to_days;
	const char *id, *title;
	const char *proof;
} rows[] = {
	{"revoked int", "int", "revoked", -2, 30, "revoked", "Certificate was revoked 2026-05-26",
		"It lists the certificate as revoked on 2026-05-26 20:26"},
	{"revoked int", "int", "revoked", -2, 30, "revoked", "Certificate was revoked",
		"The CRL is of 2026-05-26 20:26; the next one was due: 2026-06-27 20:26"},
	{"ec int", "int", "", -40, -8, "crl-stale",
		"CRLFile expired 2026-05-20: every certificate of Example Issuing CA fails",
		"The CRL is of 2026-04-18 20:26; the next one was due: 2026-05-20 20:26"},
	{"ec int", "int", "", 2, 30, "verify-error", "OpenSSL error 11 at depth 0: CRL is not yet valid",
		"The CRL is of 2026-05-30 20:26; the next one was due: 2026-06-27 20:26"},
	{"critical int", NULL, NULL, 0, 0, "critical-extension", "Unknown critical extension 1.2.3.4.5",
		"FAIL 34"},
};

static bool
proves(const struct finding *f, const char *part)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		if (strstr(f->evidence[i].text, part))
			return true;
	}
	return false;
}

static void
dates_and_numbers_are_in_titles_and_evidence(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		const struct finding *first;
		struct diagnosis d;
		struct scene s;

		scene_begin(&s, "root");
		if (row->issuer) {
			s.policy->crl_file = mem_text("/etc/mail/crl.pem");
			fill_file(&s.policy->crl_file_bytes, s.policy->crl_file,
				crl_pem(row->issuer, row->revoked, row->from_days, row->to_days));
		}
		scene_address(&s, scene_observation(row->sent, 2));
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		first = d.findings.items[0];
		assert_string_equal(first->id, row->id);
		if (!strstr(first->title, row->title))
			fail_msg("\"%s\", expected \"%s\"", first->title, row->title);
		if (!proves(first, row->proof))
			fail_msg("%s: no \"%s\" in \"%s\"", row->id, row->proof, first->evidence[0].text);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_and_numbers_are_in_titles_and_evidence),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
