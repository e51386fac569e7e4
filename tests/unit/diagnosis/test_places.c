/* Places: what is left out, what is said instead, and what never enters a command. */
#include "tests/unit/cm.h"

#include "diagnosis/places.h"

#include <stdlib.h>

static struct places
some_places(void)
{
	struct places p = {.items = NULL};

	places_set(&p, "host", "mx.example.net");
	places_set(&p, "dn", "/CN=a b");
	places_set(&p, "dash", "-x");
	places_set(&p, "empty", "");
	places_set(&p, "escape", "a\033[31m\nb");
	places_path(&p, "file", "/etc/mail/ca.crt");
	places_path(&p, "odd", "/etc/mail/a b");
	places_path(&p, "relative", "ca.crt");
	places_lines(&p, "lines", "$ one\ntwo");
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
	struct places p = some_places();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect(places_sentence(&p, span_of(cases[i].pattern)), cases[i].sentence, cases[i].pattern);
		expect(places_command(&p, span_of(cases[i].pattern)), cases[i].command, cases[i].pattern);
	}
	places_clear(&p);
}

static void
the_nearer_place_counts(void **state)
{
	struct places far = some_places(), near = {.behind = &far};

	(void)state;
	places_set(&near, "host", "other.example.net");
	assert_string_equal(places_get(&near, "host"), "other.example.net");
	assert_string_equal(places_get(&near, "file"), "/etc/mail/ca.crt");
	assert_null(places_get(&near, "empty"));
	places_day(&near, "day", 0);
	assert_null(places_get(&near, "day"));
	/* own lines are found behind, too; words are none */
	assert_string_equal(places_own_lines(&near, span_of("{lines}")), "$ one\ntwo");
	assert_null(places_own_lines(&near, span_of("{host}")));
	assert_null(places_own_lines(&near, span_of("x{lines}")));
	assert_null(places_own_lines(&near, span_of("{}")));
	assert_null(places_own_lines(&near, span_of("")));
	places_clear(&near);
	places_clear(&far);
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
