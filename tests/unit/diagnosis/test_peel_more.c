/* Chains with two faults at once, and chains made to keep us busy. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "scene.h"
#include "trust/parse.h"

#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* "change(code@depth)" of each step, in order; behind "=" the code that is left. The caller frees it. */
static char *
steps_of(const struct peel *p)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < p->step_count; i++)
		text_printf(&t, "%s%s(%d@%d)", i ? " " : "", experiment_word(p->steps[i].id),
			p->steps[i].answered.code, p->steps[i].answered.depth);
	text_printf(&t, "%s=%d", p->step_count ? " " : "", p->last.code);
	return text_take(&t);
}

static const struct {
	const char *sent, *anchors, *system, *issuers;
	int level;
	const char *steps;
} pairs[] = {
	{"ec int", "root", NULL, NULL, 2, "=0"},
	{"expired int", "root", NULL, NULL, 2, "no-time(10@0) =0"},
	{"expired", "root", NULL, "int", 2, "add-issuers(20@0) no-time(10@0) =0"},
	{"expired", "root", NULL, NULL, 2, "trust-top(20@0) no-time(10@0) =0"},
	{"weak-sha1 int", "root", NULL, NULL, 2, "level(66@0) level(68@0) =0"},
	{"expired-sha1 int", "root", NULL, NULL, 2, "level(68@0) no-time(10@0) =0"},
	{"expired-sha1", "root", NULL, "int", 2, "add-issuers(20@0) level(68@0) no-time(10@0) =0"},
	{"rsa1024", "root", NULL, "int", 2, "level(66@0) add-issuers(20@0) =0"},
	{"sha1", "root", NULL, "int", 2, "add-issuers(20@0) level(68@0) =0"},
	{"client-only", "root", NULL, "int", 2, "add-issuers(20@0) any-purpose(26@0) =0"},
	{"critical", "root", NULL, "int", 2, "add-issuers(20@0) ignore-critical(34@0) =0"},
	{"tampered", "root", NULL, "int", 2, "add-issuers(20@0) =7"},
	{"future", "root", NULL, "int", 2, "add-issuers(20@0) no-time(9@0) =0"},
	{"by-other otherint", "root", "otherroot", NULL, 2, "system-store(20@1) =0"},
	{"by-other", "root", "otherroot", "otherint", 2, "add-issuers(20@0) system-store(20@1) =0"},
	{"by-other", "root", "otherroot otherint", NULL, 2, "system-store(20@0) =0"},
	{"by-other otherint", "root", NULL, "otherroot", 2, "add-issuers(20@1) trust-top(19@2) =0"},
	{"old-other otherint", "root", "otherroot", NULL, 2, "system-store(20@1) no-time(10@0) =0"},
	{"old-other", "root", "otherroot", "otherint", 2,
		"add-issuers(20@0) system-store(20@1) no-time(10@0) =0"},
	{"weak-other otherint otherroot", "root", NULL, NULL, 2, "level(66@0) trust-top(19@2) =0"},
	{"weak-other otherint", "root", "otherroot", NULL, 2, "level(66@0) system-store(20@1) =0"},
	{"all-old oldint", "root", NULL, NULL, 2, "no-time(10@1) =0"},
	{"late oldint", "root", NULL, NULL, 2, "no-time(10@1) =0"},
	{"by-oldint", "root", NULL, "oldint", 2, "trust-top(20@0) =0"}, /* what expired helps nobody */
	{"self-expired", "root", NULL, NULL, 2, "trust-top(18@0) no-time(10@0) =0"},
	{"self-weak-expired", "root", NULL, NULL, 2, "level(66@0) trust-top(18@0) no-time(10@0) =0"},
	{"self", "root", "self", NULL, 2, "system-store(18@0) =0"},
	{"ec cross", "root", NULL, "int", 2, "add-issuers(20@1) =0"},
	{"ec int-before", "root", NULL, "int", 2, "add-issuers(10@1) =0"},
	{"expired int-before", "root", NULL, "int", 2, "no-time(10@1) =0"},
	{"ec int", "root-before", "root", NULL, 2, "system-store(10@2) =0"},
	{"expired int", "root-before", "root", NULL, 2, "no-time(10@2) =0"},
	{"ec int", "int", NULL, NULL, 2, "partial-chain(2@1) =0"},
	{"expired int", "int", NULL, NULL, 2, "partial-chain(2@1) no-time(10@0) =0"},
	{"rsa int", "root", NULL, NULL, 3, "level(66@0) =0"},
	{"rsa", "root", NULL, "int", 3, "level(66@0) add-issuers(20@0) =0"},
	{"by-notca", "root", NULL, "notca", 2, "add-issuers(20@0) =79"},
	{"deep toolong", "root", NULL, "short", 2, "add-issuers(20@1) =25"},
	{"outside", "root", NULL, "constrained", 2, "add-issuers(20@0) =47"},
	{"namesake", "root", NULL, NULL, 2, "trust-top(18@0) any-purpose(26@0) =0"},
};

static void
two_faults_are_two_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct scene s;
		char *steps;

		scene_begin(&s, pairs[i].anchors);
		scene_address(&s, scene_observation(pairs[i].sent, pairs[i].level));
		if (pairs[i].system)
			scene_system(&s, pairs[i].system);
		if (pairs[i].issuers)
			scene_issuers(&s, pairs[i].issuers, "http://aia.example.net/x.der");
		scene_ready(&s);
		steps = steps_of(&s.examinations[0].peel);
		if (strcmp(steps, pairs[i].steps) != 0)
			fail_msg("\t{\"%s\", \"%s\"}: \"%s\", expected \"%s\"", pairs[i].sent,
				pairs[i].anchors, steps, pairs[i].steps);
		free(steps);
		scene_end(&s);
	}
}

#define MANY 100

static const struct pki *
crowd(void)
{
	static struct cert_spec specs[MANY + 1];
	static char names[MANY + 1][16];
	static struct pki *minted;

	if (minted)
		return minted;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "same%zu", i);
		specs[i] = (struct cert_spec){
			.name = names[i], .subject = "/O=Crowd/CN=Same Name", .kind = CERT_CA};
	}
	specs[MANY] = (struct cert_spec){
		.name = "leaf", .issuer = names[MANY - 1], .subject = "/CN=leaf.example.net"};
	minted = pki_new(specs, MANY + 1, (time_t)NOW);
	return minted;
}

static struct certificate *
crowd_certificate(size_t i)
{
	unsigned char *der = NULL;
	int len = i2d_X509(pki_row(crowd(), i)->x509, &der);
	struct certificate *c = certificate_from_der(der, (size_t)len);

	OPENSSL_free(der);
	return c;
}

/* The leaf, and behind it the first `count` of the crowd; or the crowd alone. */
static struct chain *
crowd_chain(bool leaf, size_t first, size_t count)
{
	struct certificate **list = mem_new(count + 2, sizeof(struct certificate *));
	size_t n = 0;

	if (leaf)
		list[n++] = crowd_certificate(MANY);
	for (size_t i = 0; i < count; i++)
		list[n++] = crowd_certificate(first + i);
	return chain_new(list, n);
}

/* A hundred issuers of one name, each with a key of its own; the one that signed is the last. What is
 * counted are
 * judgements: they do not grow with the crowd. */
static void
a_crowd_of_one_name_costs_no_more_judgements(void **state)
{
	static const struct {
		size_t sent, known;
		int first_code;
		size_t most;
	} cases[] = {
		{0, 0, 20, 8},
		{1, 0, 20, 8},
		{50, 0, 20, 8},
		{99, 0, 20, 8},
		{0, 1, 20, 10},
		{0, 99, 20, 10},
		{50, 99, 20, 10},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct store *store = store_named("root");
		struct chain *sent = crowd_chain(true, 0, cases[i].sent),
			     *known = cases[i].known ? crowd_chain(false, 0, cases[i].known) : NULL;
		struct peel_material m = {
			.sent = sent, .store = store, .issuers = known, .level = 2, .now_ms = NOW_MS};
		struct peel p;

		peel_chain(&m, &p);
		assert_int_equal(p.first.code, cases[i].first_code);
		if (p.experiment_count > cases[i].most || p.step_count > 2)
			fail_msg("%zu: %zu judgements, %zu steps", i, p.experiment_count, p.step_count);
		peel_clear(&p);
		chain_unref(sent);
		chain_unref(known);
		store_unref(store);
	}
}

/* The same crowd with the one that signed in it: it is found, by its key. */
static void
the_one_of_a_crowd_that_signed_is_found(void **state)
{
	struct store *store = store_named("root");
	struct chain *sent = crowd_chain(true, 0, MANY);
	struct peel_material m = {.sent = sent, .store = store, .level = 2, .now_ms = NOW_MS};
	struct peel_judgement j;
	struct chain *path;
	struct peel p;

	(void)state;
	peel_chain(&m, &p);
	assert_int_equal(p.first.code, 19);
	assert_int_equal(p.last.code, 0);
	assert_int_equal(p.step_count, 1);
	assert_int_equal(p.steps[0].id, EXPERIMENT_TRUST_TOP);
	j = peel_judgement(&m, &p, false);
	path = judge_path(sent, j.store, &j.options);
	assert_int_equal(path->count, 2);
	assert_string_equal(path->certificates[1]->sha256, sent->certificates[MANY]->sha256);
	chain_unref(path);
	peel_clear(&p);
	chain_unref(sent);
	store_unref(store);
}

/* Issuers that name each other in a ring, or themselves: peeling ends, and no round of it goes in circles. */
static void
rings_of_issuers_come_to_an_end(void **state)
{
	static const struct cert_spec specs[] = {
		{.name = "a", .subject = "/O=Ring/CN=A", .kind = CERT_CA},
		{.name = "b", .issuer = "a", .subject = "/O=Ring/CN=B", .kind = CERT_CA},
		{.name = "c", .issuer = "b", .subject = "/O=Ring/CN=C", .kind = CERT_CA},
		{.name = "ring", .issuer = "c", .subject = "/O=Ring/CN=A", .kind = CERT_CA, .key = "=a"},
		{.name = "own", .issuer = "ring", .subject = "/O=Ring/CN=A", .kind = CERT_CA},
		{.name = "leaf", .issuer = "c", .subject = "/CN=leaf.example.net"},
		{.name = "under", .issuer = "own", .subject = "/CN=under.example.net"},
	};
	static const char *const sent[] = {"leaf c b ring", "leaf ring c b", "leaf c b ring own",
		"under own ring c b", "leaf", "ring c b", "own ring", "c b ring"};
	struct pki *pki = pki_new(specs, COUNT(specs), (time_t)NOW);
	struct store *store = store_named("root");

	(void)state;
	for (size_t i = 0; i < COUNT(sent); i++) {
		const struct minted *list[PKI_CHAIN_ROOM];
		size_t count = pki_chain(pki, sent[i], list);
		struct certificate **certificates = mem_new(count + 1, sizeof(struct certificate *));
		struct peel_material m = {.store = store, .level = 2, .now_ms = NOW_MS};
		struct chain *chain;
		struct peel p;

		for (size_t k = 0; k < count; k++) {
			unsigned char *der = NULL;
			int len = i2d_X509(list[k]->x509, &der);

			certificates[k] = certificate_from_der(der, (size_t)len);
			OPENSSL_free(der);
		}
		m.sent = m.issuers = chain = chain_new(certificates, count);
		peel_chain(&m, &p);
		assert_int_not_equal(p.first.code, 0);
		assert_true(p.step_count <= PEEL_ROUNDS);
		if (p.experiment_count > 12)
			fail_msg("%s: %zu judgements", sent[i], p.experiment_count);
		for (size_t k = 1; k < p.step_count; k++)
			assert_int_not_equal(p.steps[k].id, p.steps[k - 1].id);
		peel_clear(&p);
		chain_unref(chain);
	}
	store_unref(store);
	pki_free(pki);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_faults_are_two_steps),
		cmocka_unit_test(a_crowd_of_one_name_costs_no_more_judgements),
		cmocka_unit_test(the_one_of_a_crowd_that_signed_is_found),
		cmocka_unit_test(rings_of_issuers_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
