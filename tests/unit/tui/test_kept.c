/* What a row keeps of what was found: when it is told that it is something else. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/relay_cause.h"

#include <stdlib.h>

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
kept_words_tell_when_they_are_others(void **state)
{
	struct finding *one = found("self-signed", FINDING_CAUSE, BLAME_REMOTE, "Certificate is self-signed");
	struct finding *other =
		found("self-signed", FINDING_CAUSE, BLAME_REMOTE, "Certificate is self-signed!");
	const struct findings none = {NULL, 0}, first = {&one, 1}, second = {&other, 1};
	struct relay r = {.last.verify = VERIFY_FAIL};
	struct look l = {.state = LOOK_PROBING, .begun_ms = 5};
	struct relay_cause c = {.who = NULL};

	(void)state;
	one->brief = mem_text("self-signed");
	other->brief = mem_text("self-signed");
	assert_true(relay_cause_take(&c, &none, &r, NULL)); /* it was not asked before */
	assert_string_equal(c.brief, "not logged: v");      /* Sendmail's words, where diagnosis has none */
	assert_string_equal(c.who, "");
	assert_false(c.untried);
	assert_false(relay_cause_take(&c, &none, &r, NULL));
	assert_true(relay_cause_take(&c, &first, &r, NULL));
	assert_string_equal(c.brief, "self-signed");
	assert_string_equal(c.who, "them");
	assert_false(relay_cause_take(&c, &first, &r, NULL));
	assert_true(relay_cause_take(&c, &second, &r, NULL)); /* the title alone */
	assert_true(relay_cause_knows(&c, NULL));
	assert_false(relay_cause_knows(&c, &l));
	assert_false(relay_cause_take(&c, &second, &r, &l));
	assert_true(relay_cause_knows(&c, &l));
	l.state = LOOK_DONE;
	assert_false(relay_cause_knows(&c, &l));
	assert_true(c.untried);
	other->certain = true;
	assert_true(relay_cause_take(&c, &second, &r, &l)); /* the "?" alone */
	l.begun_ms = 6;                                     /* another look */
	assert_false(relay_cause_knows(&c, &l));
	finding_unref(one);
	finding_unref(other);
	assert_string_equal(c.title, "Certificate is self-signed!"); /* its own words */
	relay_cause_free(&c);
	assert_null(c.who);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(kept_words_tell_when_they_are_others)};

	return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
