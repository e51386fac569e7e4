/* What is said of a remedy that was tried in memory. */
#include "tests/unit/cm.h"

#include "wording/words.h"

#define FAIL(n)                                    \
	{                                          \
		.verify = VERIFY_FAIL, .code = (n) \
	}
#define OK                          \
	{                           \
		.verify = VERIFY_OK \
	}

static void
a_trial_says_what_was_what_is_and_for_how_many(void **state)
{
	static const struct {
		struct trial trial;
		const char *words;
		enum tone tone;
	} cases[] = {
		{{.state = TRIAL_NONE, .before = FAIL(20), .after = OK}, "", TONE_PLAIN},
		{{.state = TRIAL_RUNNING}, "being tried…", TONE_BUSY},
		{{.state = TRIAL_NOT_POSSIBLE, .words = "only a second connection can tell: v makes it"},
			"cannot be tried in memory: only a second connection can tell: v makes it",
			TONE_WARN},
		{{.state = TRIAL_NOT_POSSIBLE}, "cannot be tried in memory: no chain is known yet",
			TONE_WARN},
		{{.state = TRIAL_DONE, .before = FAIL(20), .after = OK, .relays = 1, .better = 1},
			"tried in memory: FAIL 20 → OK. 1 of 1 relay looked at becomes good.", TONE_GOOD},
		{{.state = TRIAL_DONE, .before = FAIL(19), .after = OK, .relays = 12, .better = 3},
			"tried in memory: FAIL 19 → OK. 3 of 12 relays looked at become good.", TONE_GOOD},
		{{.state = TRIAL_DONE, .before = FAIL(20), .after = FAIL(10), .relays = 2},
			"tried in memory: FAIL 20 → FAIL 10.", TONE_WARN},
		{{.state = TRIAL_DONE, .before = FAIL(20), .after = FAIL(20), .relays = 2},
			"tried in memory: FAIL 20 → FAIL 20: it changes nothing.", TONE_WARN},
		{{.state = TRIAL_DONE, .before = FAIL(20), .after = OK, .relays = 9, .better = 1, .worse = 1},
			"tried in memory: FAIL 20 → OK. WORSE: 1 that verifies now would FAIL! 1 of 9 "
			"relays looked at becomes good.",
			TONE_ALARM},
		{{.state = TRIAL_DONE, .before = OK, .after = OK, .relays = 9, .worse = 2},
			"tried in memory: OK → OK: it changes nothing. WORSE: 2 that verify now would FAIL!",
			TONE_ALARM},
		{{.state = TRIAL_DONE, .words = "454 → accepted, encrypted (256 bits)"},
			"tried in memory: 454 → accepted, encrypted (256 bits).", TONE_PLAIN},
		{{.state = TRIAL_DONE,
			 .before = {.verify = VERIFY_SOFTWARE},
			 .after = OK,
			 .relays = 1,
			 .better = 1},
			"tried in memory: SOFTWARE → OK. 1 of 1 relay looked at becomes good.", TONE_GOOD},
		{{.state = TRIAL_DONE, .relays = 7, .better = 3},
			"tried in memory: 3 of 7 relays looked at become good.", TONE_GOOD},
		{{.state = TRIAL_DONE, .relays = 7}, "tried in memory: none of 7 relays looked at changes.",
			TONE_WARN},
		{{.state = TRIAL_DONE, .after = OK, .relays = 1}, "tried in memory: not judged → OK.",
			TONE_GOOD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		text_put(&out, "");
		assert_int_equal(words_trial(&out, &cases[i].trial), cases[i].tone);
		assert_string_equal(out.at, cases[i].words);
		text_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_trial_says_what_was_what_is_and_for_how_many)};

	return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
