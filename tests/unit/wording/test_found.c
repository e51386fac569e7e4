/* What the table says of findings: which one it tells, in how many words, whose it is, and whether it was
 * tried. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

static struct finding *
found(const char *id, enum finding_kind kind, enum blame blame, const char *title)
{
	struct finding *f = finding_new(id);

	f->kind = kind;
	f->blame = blame;
	f->title = text_new("%s", title);
	return f;
}

static void
a_row_tells_the_first_finding_and_no_note_of_a_good_relay(void **state)
{
	static const struct {
		enum verify verify;
		const char *ids[3];
		enum finding_kind kinds[3];
		enum blame blame;
		const char *told, *who;
	} cases[] = {
		{VERIFY_FAIL, {NULL}, {0}, BLAME_REMOTE, NULL, ""},
		{VERIFY_FAIL, {"self-signed", "weak-key"}, {FINDING_CAUSE, FINDING_CAUSE}, BLAME_REMOTE,
			"self-signed", "them"},
		{VERIFY_FAIL, {"local-submission"}, {FINDING_NOTE}, BLAME_LOCAL, "local-submission", "us"},
		{VERIFY_FAIL, {"policy-deferred"}, {FINDING_EFFECT}, BLAME_POLICY, "policy-deferred", "us"},
		{VERIFY_FAIL, {"cause-not-logged"}, {FINDING_NOTE}, BLAME_UNKNOWN, "cause-not-logged", "?"},
		{VERIFY_FAIL, {"cause-not-logged", "local-submission"}, {FINDING_NOTE, FINDING_NOTE},
			BLAME_LOCAL, "local-submission", "us"},
		{VERIFY_FAIL, {"self-signed", "local-submission"}, {FINDING_CAUSE, FINDING_NOTE}, BLAME_LOCAL,
			"self-signed", "us"},
		{VERIFY_OK, {"name-mismatch"}, {FINDING_NOTE}, BLAME_REMOTE, NULL, ""},
		{VERIFY_OK, {"name-mismatch", "no-longer-failing"}, {FINDING_NOTE, FINDING_NOTE},
			BLAME_REMOTE, "no-longer-failing", ""},
		/* The log says OK, a look does not. */
		{VERIFY_OK, {"leaf-expired", "now-failing"}, {FINDING_CAUSE, FINDING_NOTE}, BLAME_REMOTE,
			"leaf-expired", "them"},
		{VERIFY_OK, {"starttls-stripped"}, {FINDING_CAUSE}, BLAME_NETWORK, "starttls-stripped",
			"net"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.last.verify = cases[i].verify};
		struct findings list = {NULL, 0};
		const struct finding *told;

		for (size_t k = 0; k < 3 && cases[i].ids[k]; k++)
			findings_add(&list, found(cases[i].ids[k], cases[i].kinds[k], cases[i].blame, "x"));
		told = words_told(&list, &r);
		assert_string_equal(told ? told->id : "", cases[i].told ? cases[i].told : "");
		assert_string_equal(words_who(told, &r), cases[i].who);
		findings_clear(&list);
	}
}

static void
a_cause_is_said_in_short_or_as_its_title(void **state)
{
	struct finding *f = found("self-signed", FINDING_CAUSE, BLAME_REMOTE, "Certificate is self-signed");
	char *without = words_found(f, true), *whole, *brief;

	(void)state;
	f->brief = mem_text("self-signed");
	brief = words_found(f, true);
	whole = words_found(f, false);
	assert_string_equal(without, f->title);
	assert_string_equal(brief, f->brief);
	assert_string_equal(whole, f->title);
	free(without);
	free(brief);
	free(whole);
	finding_unref(f);
}

static void
only_what_a_look_could_try_and_did_not_is_untried(void **state)
{
	static const struct {
		enum finding_kind kind;
		enum proof proof;
		bool certain;
		int look; /* enum look_state; -1: none */
		bool untried;
	} cases[] = {
		{FINDING_CAUSE, PROOF_LOG, true, -1, true},
		{FINDING_CAUSE, PROOF_LOG, false, -1, true},
		{FINDING_CAUSE, PROOF_LOG, true, LOOK_PROBING, true},
		{FINDING_CAUSE, PROOF_LOG, true, LOOK_CANCELLED, true},
		{FINDING_CAUSE, PROOF_LOG, true, LOOK_EXAMINING, false},
		{FINDING_CAUSE, PROOF_LOG, true, LOOK_DONE, false},
		{FINDING_CAUSE, PROOF_LOG, false, LOOK_DONE, true},
		{FINDING_CAUSE, PROOF_PROBE, false, LOOK_DONE, false},
		{FINDING_CAUSE, PROOF_AUDIT, true, -1, false},
		{FINDING_EFFECT, PROOF_LOG, true, -1, false},
		{FINDING_NOTE, PROOF_LOG, false, -1, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct finding f = {
			.kind = cases[i].kind, .proof = cases[i].proof, .certain = cases[i].certain};
		struct look l = {.state = cases[i].look < 0 ? LOOK_DONE : (enum look_state)cases[i].look};

		assert_int_equal(words_is_untried(&f, cases[i].look < 0 ? NULL : &l), cases[i].untried);
	}
	assert_false(words_is_untried(NULL, NULL));
}

static void
a_title_behind_a_colon_begins_small_unless_it_is_a_name(void **state)
{
	static const struct {
		const char *title, *put;
	} cases[] = {
		{"Server does not send the intermediate", "server does not send the intermediate"},
		{"No CA store", "no CA store"},
		{"STARTTLS is overwritten on the way", "STARTTLS is overwritten on the way"},
		{"OpenSSL error 7", "OpenSSL error 7"},
		{"CACertFile cannot be loaded", "CACertFile cannot be loaded"},
		{"Sendmail's CA file lacks a root", "Sendmail's CA file lacks a root"},
		{"9 messages held", "9 messages held"},
		{"192.0.2.1 port 25 refuses connections", "192.0.2.1 port 25 refuses connections"},
		{"A private CA", "a private CA"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		text_put(&out, "");
		words_title(&out, cases[i].title);
		assert_string_equal(out.at, cases[i].put);
		text_free(&out);
	}
}

static void
what_is_open_has_a_question_mark(void **state)
{
	static const struct {
		enum proof proof;
		bool certain;
		int look; /* -1: none */
		bool open;
	} cases[] = {
		{PROOF_LOG, true, -1, true},
		{PROOF_LOG, true, LOOK_PROBING, true},
		{PROOF_LOG, true, LOOK_CANCELLED, true},
		{PROOF_LOG, true, LOOK_DONE, false},
		{PROOF_LOG, false, LOOK_DONE, true},
		{PROOF_PROBE, true, LOOK_DONE, false},
		{PROOF_PROBE, true, LOOK_EXAMINING, false},
		{PROOF_PROBE, false, LOOK_DONE, true},
		{PROOF_AUDIT, true, -1, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct finding f = {.proof = cases[i].proof, .certain = cases[i].certain};
		struct look l = {.state = cases[i].look < 0 ? LOOK_QUEUED : (enum look_state)cases[i].look};

		assert_int_equal(words_is_open(&f, cases[i].look < 0 ? NULL : &l), cases[i].open);
	}
}

static void
every_blame_has_words_of_its_own(void **state)
{
	(void)state;
	for (int a = BLAME_UNKNOWN; a <= BLAME_POLICY; a++) {
		assert_true(strlen(words_whose((enum blame)a)) > 0);
		for (int b = BLAME_UNKNOWN; b < a; b++)
			assert_string_not_equal(words_whose((enum blame)a), words_whose((enum blame)b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_blame_has_words_of_its_own),
		cmocka_unit_test(what_is_open_has_a_question_mark),
		cmocka_unit_test(a_title_behind_a_colon_begins_small_unless_it_is_a_name),
		cmocka_unit_test(a_row_tells_the_first_finding_and_no_note_of_a_good_relay),
		cmocka_unit_test(a_cause_is_said_in_short_or_as_its_title),
		cmocka_unit_test(only_what_a_look_could_try_and_did_not_is_untried),
	};

	return cmocka_run_group_tests_name("found", tests, NULL, NULL);
}
