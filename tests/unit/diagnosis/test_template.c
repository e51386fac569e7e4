/* Places: what is left out, what is said instead, and what never enters a command. */
#include "tests/unit/cm.h"

#include "diagnosis/template.h"

#include <stdlib.h>

static struct template_vars
some_places(void)
{
	struct template_vars p = {.items = NULL};

	vars_set(&p, "host", "mx.example.net");
	vars_set(&p, "dn", "/CN=a b");
	vars_set(&p, "dash", "-x");
	vars_set(&p, "empty", "");
	vars_set(&p, "escape", "a\033[31m\nb");
	vars_path(&p, "file", "/etc/mail/ca.crt");
	vars_path(&p, "odd", "/etc/mail/a b");
	vars_path(&p, "relative", "ca.crt");
	vars_lines(&p, "lines", "$ one\ntwo");
	return p;
}

static void
expect(char *text, const char *expected, const char *pattern)
{
	if (!text || !expected) {
		if (text || expected)
			fail_msg("%s: \"%s\"", pattern, text ? text : "NULL");
	} else {
		assert_string_equal(text, expected);
	}
	free(text);
}

static void
patterns_are_expanded(void **state)
{
	static const struct {
		const char *pattern, *sentence, *command;
	} cases[] = {
		{"{host}", "mx.example.net", "mx.example.net"},
		{"a {host} b", "a mx.example.net b", "a mx.example.net b"},
		{"{nobody}", NULL, NULL},
		{"{empty}", NULL, NULL},
		{"{relative}", NULL, NULL},
		{"a[ {nobody}] b", "a b", NULL},
		{"a[ {host}] b", "a mx.example.net b", "a[ mx.example.net] b"},
		{"[{nobody}|it] b", "it b", NULL},
		{"[{host}|it] b", "mx.example.net b", "[mx.example.net|it] b"},
		{"[{host} {nobody}|it][ {nobody}]", "it", NULL},
		{"{dn}", "/CN=a b", NULL},
		{"{dash}", "-x", NULL},
		{"{escape}", "a?[31m?b", NULL},
		{"{file}", "/etc/mail/ca.crt", "/etc/mail/ca.crt"},
		{"{odd}", "/etc/mail/a b", NULL},
		{"{", "{", "{"},
		{"a|b]", "a|b]", "a|b]"},
		{"", "", ""},
	};
	struct template_vars p = some_places();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect(vars_sentence(&p, span_of(cases[i].pattern)), cases[i].sentence, cases[i].pattern);
		expect(vars_command(&p, span_of(cases[i].pattern)), cases[i].command, cases[i].pattern);
	}
	vars_clear(&p);
}

static void
the_nearer_place_counts(void **state)
{
	struct template_vars far = some_places(), near = {.behind = &far};

	(void)state;
	vars_set(&near, "host", "other.example.net");
	assert_string_equal(vars_get(&near, "host"), "other.example.net");
	assert_string_equal(vars_get(&near, "file"), "/etc/mail/ca.crt");
	assert_null(vars_get(&near, "empty"));
	vars_day(&near, "day", 0);
	assert_null(vars_get(&near, "day"));
	/* own lines are found behind, too; words are none */
	assert_string_equal(vars_own_lines(&near, span_of("{lines}")), "$ one\ntwo");
	assert_null(vars_own_lines(&near, span_of("{host}")));
	assert_null(vars_own_lines(&near, span_of("x{lines}")));
	assert_null(vars_own_lines(&near, span_of("{}")));
	assert_null(vars_own_lines(&near, span_of("")));
	vars_clear(&near);
	vars_clear(&far);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_are_expanded),
		cmocka_unit_test(the_nearer_place_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
