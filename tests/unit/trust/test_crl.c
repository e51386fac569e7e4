/* What the CRLs of a store say of a certificate. */
#include "trust/crl.h"

#include "base/mem.h"
#include "material.h"
#include "tests/unit/cm.h"

#include <stdlib.h>

#define DAY INT64_C(86400000)

struct crl_spec {
	const char *issuer, *revoked;
	int from_days, to_days;
};

static struct store *
store_with(const struct crl_spec *file, const struct crl_spec *hashed)
{
	struct policy *p = policy_named("root");
	struct store *s;

	if (file->issuer) {
		p->crl_file = mem_text("/etc/mail/crl.pem");
		fill_file(&p->crl_file_bytes, p->crl_file,
			crl_pem(file->issuer, file->revoked, file->from_days, file->to_days));
	}
	if (hashed->issuer) {
		p->crl_path = mem_text("/etc/mail/certs");
		add_hashed(p, ".r", 0,
			crl_pem(hashed->issuer, hashed->revoked, hashed->from_days, hashed->to_days));
	}
	s = store_new(p);
	policy_unref(p);
	return s;
}

static void
a_certificate_is_looked_up_in_its_issuers_crl(void **state)
{
	static const struct {
		const char *name;
		struct crl_spec file, hashed;
		bool found, revoked;
		int from_days, to_days;
	} cases[] = {
		{"ec", {NULL, NULL, 0, 0}, {NULL, NULL, 0, 0}, false, false, 0, 0},
		{"ec", {"int", "revoked", -1, 30}, {NULL, NULL, 0, 0}, true, false, -1, 30},
		{"revoked", {"int", "revoked", -1, 30}, {NULL, NULL, 0, 0}, true, true, -1, 30},
		{"revoked", {"int", "ec revoked rsa", -40, -10}, {NULL, NULL, 0, 0}, true, true, -40, -10},
		{"revoked", {"root", "", -1, 30}, {NULL, NULL, 0, 0}, false, false, 0, 0},
		{"revoked", {"root", "", -1, 30}, {"int", "revoked", -2, 20}, true, true, -2, 20},
		/* the newest counts, whatever it says */
		{"revoked", {"int", "", -9, 9}, {"int", "revoked", -2, 20}, true, true, -2, 20},
		{"revoked", {"int", "revoked", -9, 9}, {"int", "", -2, 20}, true, false, -2, 20},
		{"int", {"root", "int", -1, 30}, {NULL, NULL, 0, 0}, true, true, -1, 30},
		{"by-other", {"int", "revoked", -1, 30}, {NULL, NULL, 0, 0}, false, false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct store *s = store_with(&cases[i].file, &cases[i].hashed);
		struct chain *chain = chain_named(cases[i].name);
		struct crl_facts facts = crl_find(s, chain->certificates[0]);

		assert_int_equal(facts.found, cases[i].found);
		assert_int_equal(facts.revoked_ms != 0, cases[i].revoked);
		assert_int_equal(facts.issued_ms, cases[i].found ? NOW_MS + cases[i].from_days * DAY : 0);
		assert_int_equal(facts.due_ms, cases[i].found ? NOW_MS + cases[i].to_days * DAY : 0);
		chain_unref(chain);
		store_unref(s);
	}
}

static void
without_a_store_nothing_is_found(void **state)
{
	struct chain *chain = chain_named("revoked");
	struct crl_facts facts = crl_find(NULL, chain->certificates[0]);
	struct certificate garbage = {.der = (unsigned char *)(uintptr_t) "garbage", .der_len = 7};
	struct store *s = store_named("root");

	(void)state;
	assert_false(facts.found);
	assert_false(crl_find(s, &garbage).found);
	store_unref(s);
	chain_unref(chain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_looked_up_in_its_issuers_crl),
		cmocka_unit_test(without_a_store_nothing_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
