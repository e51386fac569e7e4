/* Remedies tried in memory, on what real looks saw of the lab: what each would change for its relay, and for
 * the others that were looked at. */
#include "look_bench.h"

struct expected_trial {
	const char *target, *cf;
	const char *id; /* of the finding */
	enum remedy_change change;
	enum trial_state state;
	int before, after;    /* codes; after: 0 is OK */
	size_t better, worse; /* of the relay and the two that are looked at beside it */
	const char *words;    /* NULL: none */
};

static const char *const beside[] = {"mx-self-trusted.example.net", "mx-good.example.net"};

static const struct expected_trial trials[] = {
	{"mx-missing.example.net", "sendmail", "missing-intermediate", CHANGE_ADD_ISSUER, TRIAL_DONE, 20, 0,
		1, 0, NULL},
	{"mx-missing-expired.example.net", "sendmail", "missing-intermediate", CHANGE_ADD_ISSUER, TRIAL_DONE,
		20, 10, 0, 0, NULL},
	{"mx-private.example.net", "sendmail", "unknown-root", CHANGE_ADD_ROOT, TRIAL_DONE, 19, 0, 1, 0,
		NULL},
	{"mx-rsa1024.example.net", "sendmail", "weak-key", CHANGE_LEVEL, TRIAL_DONE, 66, 0, 1, 0, NULL},
	/* All three are good then, but for the one that only Sendmail's own store knows. */
	{"mx-ec.example.net", "unset", "ca-options-unset", CHANGE_SYSTEM_STORE, TRIAL_DONE, 20, 0, 2, 0,
		NULL},
	{"mx-stale.example.net", "sendmail", "ca-bundle-stale", CHANGE_SYSTEM_STORE, TRIAL_DONE, 20, 0, 1, 1,
		NULL},
	{"mx-ec.example.net", "unhashed", "ca-path-unhashed", CHANGE_HASH_PATH, TRIAL_DONE, 20, 0, 2, 0,
		NULL},
	{"mx-ec.example.net", "crl-stale", "crl-stale", CHANGE_WITHOUT_CRL, TRIAL_DONE, 12, 0, 2, 0, NULL},
};

static void
open_with(struct bench *b, const char *cf)
{
	char *name = text_new("%s.cf", cf);

	free(b->cf);
	b->cf = lab_file(b->lab, name);
	free(name);
	bench_usual(b, 6000);
	b->options.allow_private = true;
	bench_open(b);
}

/* The remedy of a finding that makes this change. */
static size_t
remedy_of(const struct expected_trial *x, const struct finding *f)
{
	if (!f)
		fail_msg("%s with %s: no %s", x->target, x->cf, x->id);
	for (size_t i = 0; i < f->remedy_count; i++) {
		if (f->remedies[i].change == x->change)
			return i;
	}
	fail_msg("%s with %s: %s has no such remedy", x->target, x->cf, x->id);
	return 0;
}

static void
compare(const struct expected_trial *x, const struct trial *t)
{
	if (t->state != x->state || t->before.code != x->before || t->after.code != x->after ||
		t->better != x->better || t->worse != x->worse || t->relays != 1 + COUNT(beside))
		fail_msg("%s with %s: state %d, %d then %d, %zu better, %zu worse of %zu: %s", x->target,
			x->cf, (int)t->state, t->before.code, t->after.code, t->better, t->worse, t->relays,
			t->words ? t->words : "");
	if (t->state == TRIAL_DONE && x->after == 0)
		assert_int_equal(t->after.verify, VERIFY_OK);
}

static struct trial
await_trial(struct bench *b, const struct relay *relay, const struct finding *f, size_t remedy)
{
	struct trial t = engine_try(b->engine, relay, f, remedy);

	while (t.state == TRIAL_RUNNING) {
		bench_turn(b);
		t = engine_trial(b->engine, relay, f, remedy);
	}
	return t;
}

static void
look_beside(struct bench *b)
{
	for (size_t i = 0; i < COUNT(beside); i++)
		look_unref(look_whole(b, beside[i]));
}

static void
each_remedy_changes_what_it_says(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(trials); i++) {
		const struct expected_trial *x = &trials[i];
		const struct relay relay = {.direction = DIRECTION_CLIENT, .name = (char *)x->target};
		const struct findings *list;
		struct look *look;
		struct finding *f;
		struct trial t;

		open_with(b, x->cf);
		look_beside(b);
		look = look_whole(b, x->target);
		list = engine_findings(b->engine, &relay);
		f = finding_ref((struct finding *)findings_find(list, x->id));
		t = await_trial(b, &relay, f, remedy_of(x, f));
		compare(x, &t);
		finding_unref(f);
		look_unref(look);
		close_engine(b);
	}
}

static struct finding *
exemption(void)
{
	struct finding *f = finding_new("policy-deferred");

	finding_remedy(f, REMEDY_WEAKER, "EXEMPT THIS RELAY")->change = CHANGE_EXEMPT;
	finding_remedy(f, REMEDY_CURE, "TELL THEM")->change = CHANGE_NOTHING;
	return f;
}

/* What an entry demands is no judgement: encryption is there, or it is not. */
static void
an_exemption_is_met_by_encryption_alone(void **state)
{
	static const struct {
		const char *target;
		const char *reject;
		size_t remedy;
		enum trial_state state;
		const char *words;
	} cases[] = {
		{"mx-self.example.net", "454 4.7.0 authentication failed", 0, TRIAL_DONE,
			"454 → accepted, encrypted (256 bits)"},
		{"mx-self.example.net", NULL, 0, TRIAL_DONE, "accepted, encrypted (256 bits)"},
		{"mx-454.example.org", "454 4.7.0 authentication failed", 0, TRIAL_NOT_POSSIBLE,
			"no encryption"},
		{"mx-self.example.net", NULL, 1, TRIAL_NOT_POSSIBLE, "nothing that a judgement"},
		{"mx-good.example.net", NULL, 0, TRIAL_NOT_POSSIBLE, "v looks"},
	};
	struct bench *b = *state;
	struct finding *f = exemption();

	open_with(b, "sendmail");
	look_unref(look_whole(b, "mx-self.example.net"));
	look_unref(look_whole(b, "mx-454.example.org"));
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct relay relay = {.direction = DIRECTION_CLIENT,
			.name = (char *)cases[i].target,
			.last = {.reject = (char *)cases[i].reject}};
		struct trial t = await_trial(b, &relay, f, cases[i].remedy);

		if (t.state != cases[i].state || !t.words || !strstr(t.words, cases[i].words))
			fail_msg("%s: state %d, %s", cases[i].target, (int)t.state,
				t.words ? t.words : "no words");
	}
	finding_unref(f);
	close_engine(b);
}

/* Its result is of that look: a newer one has none until it is tried again. */
static void
a_trial_holds_for_the_look_that_it_was_tried_on(void **state)
{
	const struct relay relay = {.direction = DIRECTION_CLIENT, .name = (char *)"mx-rsa1024.example.net"};
	struct bench *b = *state;
	struct finding *f;

	open_with(b, "sendmail");
	look_unref(look_whole(b, relay.name));
	f = finding_ref((struct finding *)findings_find(engine_findings(b->engine, &relay), "weak-key"));
	assert_int_equal(engine_trial(b->engine, &relay, f, 0).state, TRIAL_NONE);
	for (size_t i = 0; i < f->remedy_count; i++)
		await_trial(b, &relay, f, i);
	assert_int_equal(engine_trial(b->engine, &relay, f, f->remedy_count - 1).state, TRIAL_DONE);
	look_unref(look_whole(b, relay.name));
	assert_int_equal(engine_trial(b->engine, &relay, f, f->remedy_count - 1).state, TRIAL_NONE);
	engine_try(b->engine, &relay, f, f->remedy_count - 1);
	finding_unref(f);
	close_engine(b); /* while the worker may still judge */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_remedy_changes_what_it_says),
		cmocka_unit_test(an_exemption_is_met_by_encryption_alone),
		cmocka_unit_test(a_trial_holds_for_the_look_that_it_was_tried_on),
	};

	return cmocka_run_group_tests(tests, bench_start_whole, bench_end);
}
