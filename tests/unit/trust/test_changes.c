/* What an experiment changes in the judgement, each change alone: it answers its error, and no other. */
#include "base/mem.h"
#include "material.h"
#include "tests/unit/cm.h"

#include <stdlib.h>

static struct verdict
judged(const char *sent, const char *anchors, unsigned changes, int level, const char *add)
{
	struct store *store = store_named(anchors);
	struct chain *chain = chain_named(sent), *issuers = add ? chain_named(add) : NULL;
	struct judge_options options = {.level = level, .now_ms = NOW_MS, .changes = changes, .add = issuers};
	struct verdict v = judge_chain(chain, store, &options);

	chain_unref(chain);
	chain_unref(issuers);
	store_unref(store);
	return v;
}

static void
each_change_answers_its_error(void **state)
{
	static const struct {
		const char *sent, *anchors;
		unsigned change;
		int before, after, depth; /* codes; depth of the one after */
	} cases[] = {
		{"expired int", "root", JUDGE_NO_TIME, 10, 0, -1},
		{"future int", "root", JUDGE_NO_TIME, 9, 0, -1},
		{"all-old oldint", "root", JUDGE_NO_TIME, 10, 0, -1},
		{"by-oldroot", "root oldroot", JUDGE_NO_TIME, 10, 0, -1},
		{"client-only int", "root", JUDGE_ANY_PURPOSE, 26, 0, -1},
		{"critical int", "root", JUDGE_IGNORE_CRITICAL, 34, 0, -1},
		{"ec int", "int", JUDGE_PARTIAL_CHAIN, 2, 0, -1},
		{"ec int", "ec", JUDGE_PARTIAL_CHAIN, 20, 0, -1},
		{"self", "root", JUDGE_TRUST_TOP, 18, 0, -1},
		{"by-other", "root", JUDGE_TRUST_TOP, 20, 0, -1},
		{"by-other otherint", "root", JUDGE_TRUST_TOP, 20, 0, -1},
		{"by-other otherint otherroot", "root", JUDGE_TRUST_TOP, 19, 0, -1},
		{"self-expired", "root", JUDGE_TRUST_TOP, 18, 10, 0},
		{"old-other otherint otherroot", "root", JUDGE_TRUST_TOP, 19, 10, 0},
		{"self", "root", JUDGE_PARTIAL_CHAIN, 18, 18, 0},
		{"tampered int", "root", JUDGE_NO_TIME | JUDGE_ANY_PURPOSE, 7, 7, 0},
		{"ec int", "root", JUDGE_DROP_SENT, 0, 20, 0},
		{"ec", "root", JUDGE_TRUST_TOP, 20, 0, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct verdict before = judged(cases[i].sent, cases[i].anchors, 0, 2, NULL);
		struct verdict after = judged(cases[i].sent, cases[i].anchors, cases[i].change, 2, NULL);

		if (before.code != cases[i].before || after.code != cases[i].after ||
			after.depth != cases[i].depth)
			fail_msg("%s: %d, then %d at %d", cases[i].sent, before.code, after.code,
				after.depth);
	}
}

static void
added_issuers_repair_and_anchor_nothing(void **state)
{
	static const struct {
		const char *sent, *anchors, *add;
		int code, depth;
	} cases[] = {
		{"ec", "root", "int", 0, -1}, {"ec", "root", "otherint int self", 0, -1},
		{"ec", "otherroot", "int root", 19, 2}, /* a root that was fetched is not thereby trusted */
		{"ec int", "otherroot", "root", 19, 2}, {"ec", "root", "otherint", 20, 0},
		{"ec int-before", "root", "int", 0, -1}, /* the current one of two of the same name and key */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct verdict v = judged(cases[i].sent, cases[i].anchors, 0, 2, cases[i].add);

		if (v.code != cases[i].code || v.depth != cases[i].depth)
			fail_msg("%s and %s: %d at %d", cases[i].sent, cases[i].add, v.code, v.depth);
	}
}

static void
without_crl_nothing_is_revoked(void **state)
{
	struct policy *p = policy_named("root");
	struct chain *sent = chain_named("revoked int");
	struct judge_options options = {.level = 2, .now_ms = NOW_MS};
	struct store *store;

	(void)state;
	free(p->crl_file);
	p->crl_file = mem_text("/etc/mail/crl.pem");
	fill_file(&p->crl_file_bytes, p->crl_file, crl_pem("int", "revoked", -1, 30));
	store = store_new(p);
	assert_int_equal(judge_chain(sent, store, &options).code, 23);
	options.changes = JUDGE_WITHOUT_CRL;
	assert_int_equal(judge_chain(sent, store, &options).code, 0);
	store_unref(store);
	policy_unref(p);
	chain_unref(sent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_change_answers_its_error),
		cmocka_unit_test(added_issuers_repair_and_anchor_nothing),
		cmocka_unit_test(without_crl_nothing_is_revoked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
