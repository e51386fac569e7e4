/* What an examination finds besides the steps: the repaired path, who repaired it, whom to ask. */
#include "tests/unit/cm.h"

#include "scene.h"

#include <string.h>

static const struct examination *
examined(struct scene *s, const char *sent, const char *anchors, const char *issuers, const char *from)
{
	scene_begin(s, anchors);
	scene_address(s, scene_observation(sent, 2));
	if (issuers)
		scene_issuers(s, issuers, from);
	scene_ready(s);
	return &s->examinations[0];
}

static void
a_good_chain_needs_no_experiment(void **state)
{
	struct scene s;
	const struct examination *x = examined(&s, "ec int", "root", NULL, NULL);

	(void)state;
	assert_int_equal(x->peel.first.code, 0);
	assert_int_equal(x->peel.experiment_count, 0);
	assert_int_equal(x->path->count, 3);
	assert_null(x->used);
	assert_null(x->want_issuer);
	assert_true(x->each[2].in_store && !x->each[0].in_store);
	scene_end(&s);
}

static void
the_repaired_path_says_who_repaired_it(void **state)
{
	struct scene s;
	const struct examination *x =
		examined(&s, "expired", "root", "int", "http://aia.example.net/int.der");

	(void)state;
	assert_int_equal(x->path->count, 3);
	assert_ptr_equal(x->used, &s.issuers[0]);
	assert_null(x->top);
	assert_int_equal(x->each[0].code, 10); /* its own fault shows beside the missing issuer */
	assert_int_equal(x->each[1].code, 0);
	assert_true(x->each[2].in_store);
	scene_end(&s);
}

static void
the_first_error_stays_where_sendmail_saw_it(void **state)
{
	struct scene s;
	const struct examination *x = examined(&s, "ec", "root", "int", "http://aia.example.net/int.der");

	(void)state;
	assert_int_equal(x->each[0].code, 20);
	scene_end(&s);
}

static void
an_issuer_is_wanted_once_and_over_http_alone(void **state)
{
	static const struct {
		const char *sent, *issuers, *from, *want;
	} cases[] = {
		{"aia", NULL, NULL, "http://aia.example.net/int.der"},
		{"aia int", NULL, NULL, NULL},
		{"aia", "otherint", "http://aia.example.net/int.der", NULL}, /* asked, and it was another */
		{"aia", "int", "/etc/mail/certs/int.pem", NULL},
		{"aia-other otherint", NULL, NULL, NULL}, /* the last one names no URL */
		{"aia-other", NULL, NULL, "http://aia.example.org/o.der"},
		{"self", NULL, NULL, NULL},
		{"ec", NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scene s;
		const struct examination *x =
			examined(&s, cases[i].sent, "root", cases[i].issuers, cases[i].from);

		if (cases[i].want && x->want_issuer)
			assert_string_equal(x->want_issuer, cases[i].want);
		else if (cases[i].want || x->want_issuer)
			fail_msg("%s: wants %s", cases[i].sent, x->want_issuer ? x->want_issuer : "nothing");
		scene_end(&s);
	}
}

/* Neither the path that the verdict used nor the repaired one is told twice. */
static void
further_paths_are_told(void **state)
{
	static const struct {
		const char *sent, *anchors, *issuers;
		size_t others, count; /* how many, and of how many certificates the first is */
		const char *anchor;
	} cases[] = {
		{"ec int", "root", NULL, 0, 0, NULL},
		{"ec int cross", "root otherroot", NULL, 1, 3, "/O=Unknown/CN=Unknown Root"},
		{"ec cross", "root otherroot", "int", 0, 0, NULL}, /* used: expired; repaired: int */
		{"ec int", "root otherroot", "cross", 0, 0, NULL}, /* what expired elsewhere is no way */
		{"ec", "root", NULL, 0, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scene s;
		const struct examination *x = examined(&s, cases[i].sent, cases[i].anchors, cases[i].issuers,
			"http://aia.example.net/");

		assert_int_equal(x->other_count, cases[i].others);
		if (x->other_count) {
			assert_int_equal(x->others[0]->count, cases[i].count);
			assert_string_equal(x->others[0]->certificates[cases[i].count - 1]->subject,
				cases[i].anchor);
		}
		scene_end(&s);
	}
}

static void
no_chain_leaves_all_empty(void **state)
{
	struct scene s;
	const struct examination *x = examined(&s, NULL, "root", NULL, NULL);

	(void)state;
	assert_null(x->path);
	assert_null(x->each);
	assert_null(x->want_issuer);
	assert_int_equal(x->peel.step_count, 0);
	scene_end(&s);
}

static void
needless_changes_are_dropped(void **state)
{
	struct scene s;
	const struct examination *x;

	(void)state;
	/* The other store has the root alone; the issuers have the intermediate: both are needed. */
	scene_begin(&s, "oldroot");
	scene_address(&s, scene_observation("ec", 2));
	scene_system(&s, "root");
	scene_issuers(&s, "int", "http://aia.example.net/int.der");
	scene_ready(&s);
	x = &s.examinations[0];
	assert_int_equal(x->peel.step_count, 2);
	scene_end(&s);

	/* The other store has both: the issuer that was added first is not needed. */
	scene_begin(&s, "otherroot");
	scene_address(&s, scene_observation("by-other", 2));
	scene_system(&s, "otherroot otherint");
	scene_issuers(&s, "otherint", "http://aia.example.net/int.der");
	scene_ready(&s);
	x = &s.examinations[0];
	assert_int_equal(x->peel.step_count, 1);
	assert_int_equal(x->peel.steps[0].answered.code, 20);
	assert_int_equal(x->peel.steps[0].answered.depth, 0);
	scene_end(&s);
}

/* Hostile issuers: each signed the other, or itself; none is an anchor. */
static void
peeling_is_bounded(void **state)
{
	struct scene s;
	const struct examination *x = examined(&s, "weak-sha1 namesake otherroot cross", "oldroot",
		"int cross namesake", "http://x.example.net/");

	(void)state;
	assert_true(x->peel.step_count <= PEEL_ROUNDS);
	assert_true(x->peel.experiment_count <= 40);
	assert_null(x->want_issuer);
	scene_end(&s);
}

/* One look after the other: each answer calls for the next, and none for nothing. */
static void
wants_come_one_at_a_time(void **state)
{
	static const struct {
		const char *sent, *with_sni, *repeat, *issuers;
		int kind; /* -1: nothing is wanted */
		enum second_look_kind second;
	} cases[] = {
		{"ec int", NULL, NULL, NULL, -1, SECOND_LOOKS},
		{"aia", NULL, NULL, NULL, WANT_ISSUER, SECOND_LOOKS},
		{"aia", NULL, NULL, "int", -1, SECOND_LOOKS},
		{"self", NULL, NULL, NULL, WANT_SECOND_LOOK, SECOND_SNI},
		{"self", "self", NULL, NULL, -1, SECOND_LOOKS},
		{"self", "by-other otherint", NULL, NULL, -1, SECOND_LOOKS},
		{"self", "ec int", NULL, NULL, WANT_SECOND_LOOK, SECOND_REPEAT},
		{"self", "ec int", "self", NULL, -1, SECOND_LOOKS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct want want;
		struct scene s;
		bool any;

		scene_begin(&s, "root");
		scene_address(&s, scene_observation(cases[i].sent, 2));
		if (cases[i].issuers)
			scene_issuers(&s, cases[i].issuers, "http://aia.example.net/int.der");
		if (cases[i].with_sni)
			scene_second(&s, SECOND_SNI, scene_observation(cases[i].with_sni, 2));
		if (cases[i].repeat)
			scene_second(&s, SECOND_REPEAT, scene_observation(cases[i].repeat, 2));
		scene_ready(&s);
		any = diagnosis_want(&s.evidence, &want);
		assert_int_equal(any, cases[i].kind >= 0);
		if (any) {
			assert_int_equal((int)want.kind, cases[i].kind);
			assert_int_equal(want.second, cases[i].second);
			assert_int_equal(want.url != NULL, cases[i].kind == WANT_ISSUER);
		}
		scene_end(&s);
	}
}

/* After a failed handshake, until one passes or all were tried: never more than the rate limit allows. */
static void
weak_handshakes_are_wanted_in_turn(void **state)
{
	static const struct {
		enum fault_kind kind;
		int alert;
		enum second_look_kind turns[6];
	} cases[] = {
		{FAULT_RESET, -1,
			{SECOND_LEVEL_1, SECOND_LEVEL_0_TLS10, SECOND_LEGACY_RENEGOTIATION,
				SECOND_CLASSIC_GROUPS, SECOND_UP_TO_TLS12, SECOND_LOOKS}},
		{FAULT_TLS, 70,
			{SECOND_LEVEL_1, SECOND_LEVEL_0_TLS10, SECOND_LEGACY_RENEGOTIATION,
				SECOND_CLASSIC_GROUPS, SECOND_UP_TO_TLS12, SECOND_LOOKS}},
		{FAULT_TLS, 40,
			{SECOND_LEVEL_1, SECOND_LEVEL_0_TLS10, SECOND_LEGACY_RENEGOTIATION,
				SECOND_ALL_CIPHERS, SECOND_LOOKS, SECOND_LOOKS}},
	};

	(void)state;
	for (size_t n = 0; n < COUNT(cases) * COUNT(cases[0].turns); n++) {
		size_t tried = n % COUNT(cases[0].turns);
		const enum second_look_kind *turns = cases[n / COUNT(cases[0].turns)].turns;
		struct observation *failed;
		struct want want;
		struct scene s;
		bool any;

		if (tried && turns[tried - 1] == SECOND_LOOKS)
			continue;
		failed = scene_observation(NULL, 2);
		failed->reached = STAGE_STARTTLS;
		failed->tls.alert = cases[n / COUNT(cases[0].turns)].alert;
		fault_set(&failed->fault, cases[n / COUNT(cases[0].turns)].kind, 0, "it failed");
		scene_begin(&s, "root");
		scene_address(&s, failed);
		for (size_t i = 0; i < tried; i++)
			scene_second(&s, turns[i], observation_ref(failed));
		scene_ready(&s);
		any = diagnosis_want(&s.evidence, &want);
		assert_int_equal(any, turns[tried] != SECOND_LOOKS);
		if (any)
			assert_int_equal(want.second, turns[tried]);
		scene_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_chain_needs_no_experiment),
		cmocka_unit_test(the_repaired_path_says_who_repaired_it),
		cmocka_unit_test(the_first_error_stays_where_sendmail_saw_it),
		cmocka_unit_test(an_issuer_is_wanted_once_and_over_http_alone),
		cmocka_unit_test(further_paths_are_told),
		cmocka_unit_test(no_chain_leaves_all_empty),
		cmocka_unit_test(needless_changes_are_dropped),
		cmocka_unit_test(peeling_is_bounded),
		cmocka_unit_test(wants_come_one_at_a_time),
		cmocka_unit_test(weak_handshakes_are_wanted_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
