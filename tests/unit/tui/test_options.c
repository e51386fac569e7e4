/* The command line. */
#include "tests/unit/cm.h"

#include "base/when.h"
#include "tui/options.h"

#include <string.h>

#define NOW INT64_C(1795357327000)
#define WORDS 10

static bool
parse(struct options *o, const char *const *words, struct fault *why)
{
	static char room[WORDS][64];
	static char *argv[WORDS + 2];
	int argc = 1;

	argv[0] = (char *)"verifail";
	for (; words[argc - 1]; argc++) {
		strcpy(room[argc - 1], words[argc - 1]);
		argv[argc] = room[argc - 1];
	}
	argv[argc] = NULL;
	return options_parse(o, argc, argv, NOW, why);
}

static void
commands_and_their_words_are_told_apart(void **state)
{
	static const struct {
		const char *words[WORDS];
		enum command command;
		size_t count;
		const char *first;
	} cases[] = {
		{{NULL}, COMMAND_LIVE, 0, NULL},
		{{"/var/log/mail.log", NULL}, COMMAND_LIVE, 1, "/var/log/mail.log"},
		{{"-", NULL}, COMMAND_LIVE, 1, "-"},
		{{"./report", NULL}, COMMAND_LIVE, 1, "./report"},
		{{"report", NULL}, COMMAND_REPORT, 0, NULL},
		{{"report", "--json", "a", "b", NULL}, COMMAND_REPORT, 2, "a"},
		{{"a", "report", NULL}, COMMAND_LIVE, 2, "a"},
		{{"--json", "verify", "mx.example.net", "[::1]:25", NULL}, COMMAND_VERIFY, 2,
			"mx.example.net"},
		{{"chain", "c.pem", NULL}, COMMAND_CHAIN, 1, "c.pem"},
		{{"audit", NULL}, COMMAND_AUDIT, 0, NULL},
		{{"--keys", NULL}, COMMAND_KEYS, 0, NULL},
		{{"--help", NULL}, COMMAND_HELP, 0, NULL},
		{{"verify", "--json", "--help", NULL}, COMMAND_HELP, 0, NULL},
		{{"chain", "--version", NULL}, COMMAND_VERSION, 0, NULL},
		{{"report", "--version", NULL}, COMMAND_VERSION, 0, NULL},
		{{"report", "--", "--json", NULL}, COMMAND_REPORT, 1, "--json"},
	};
	struct options o;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(parse(&o, cases[i].words, &why));
		assert_int_equal(o.command, cases[i].command);
		assert_int_equal(o.word_count, cases[i].count);
		if (cases[i].first)
			assert_string_equal(o.words[0], cases[i].first);
	}
}

static void
wrong_usage_is_said(void **state)
{
	static const struct {
		const char *words[WORDS];
		const char *says;
	} cases[] = {
		{{"--nonsense", NULL}, "unknown or wrong option \"--nonsense\""},
		{{"--port", NULL}, "--port needs a value"},
		{{"--port", "0", NULL}, "--port takes a number from 1 to 65535, not \"0\""},
		{{"--port", "65536", NULL}, "--port takes"},
		{{"--port", "25x", NULL}, "--port takes"},
		{{"--port", "-1", NULL}, "--port takes"},
		{{"--jobs", "", NULL}, "--jobs needs a value"},
		{{"--cf", "", NULL}, "--cf needs a value"},
		{{"--at", "2026-02-29", NULL}, "--at: \"2026-02-29\" is no time"},
		{{"--timeout", "99999999999999999999", NULL}, "--timeout takes"},
		{{"--color", "red", NULL}, "--color takes auto, always or never, not \"red\""},
		{{"--at", "yesterday", NULL}, "--at: \"yesterday\" is no time"},
		{{"--since", "5 parsecs", NULL}, "--since: \"5 parsecs\" is no time"},
		{{"--json", NULL}, "--json means nothing here"},
		{{"chain", NULL}, "usage: verifail chain [--json] FILE.pem"},
		{{"chain", "a", "b", NULL}, "usage: verifail chain"},
		{{"verify", NULL}, "usage: verifail verify [--json] TARGET..."},
		{{"audit", "x", NULL}, "usage: verifail audit"},
		{{"report", "--ascii", NULL}, "--ascii means nothing here"},
		{{"--json=x", "report", NULL}, "unknown or wrong option"},
	};
	struct options o;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(parse(&o, cases[i].words, &why));
		assert_int_equal(why.kind, FAULT_USAGE);
		assert_int_equal(strncmp(why.text, cases[i].says, strlen(cases[i].says)), 0);
	}
}

static void
defaults_are_those_of_the_contract(void **state)
{
	const char *const none[] = {NULL};
	struct options o;
	struct fault why;

	(void)state;
	assert_true(parse(&o, none, &why));
	assert_int_equal(o.engine.port, 25);
	assert_int_equal(o.engine.timeout_ms, 60000);
	assert_int_equal(o.engine.jobs, 16);
	assert_int_equal(o.engine.pace, 5);
	assert_int_equal(o.engine.at_ms, 0);
	assert_int_equal(o.engine.since_ms, 0);
	assert_null(o.engine.cf);
	assert_false(o.engine.auto_verify || o.engine.probe_here || o.engine.offline ||
		     o.engine.allow_private);
	assert_int_equal(o.color, COLOR_AUTO);
}

static void
values_arrive_where_they_belong(void **state)
{
	const char *const probing[] = {
		"--port", "2525", "--timeout=5", "--jobs", "3", "--pace", "7", "--auto", "--ascii", NULL};
	const char *const files[] = {"--cf=a", "--mc=b", "--access=c", "--ca-file=d", "--ca-path=e",
		"--resolver=f", "--trust-anchor=g", "--debug=h", "--source=i", NULL};
	struct options o;
	struct fault why;

	(void)state;
	assert_true(parse(&o, probing, &why));
	assert_int_equal(o.engine.port, 2525);
	assert_int_equal(o.engine.timeout_ms, 5000);
	assert_int_equal(o.engine.jobs, 3);
	assert_int_equal(o.engine.pace, 7);
	assert_true(o.engine.auto_verify);
	assert_true(o.ascii);
	assert_true(parse(&o, files, &why));
	const char *got[] = {o.engine.cf, o.engine.mc, o.engine.access, o.engine.ca_file, o.engine.ca_path,
		o.engine.resolver, o.engine.trust_anchor, o.engine.debug, o.engine.source};

	for (size_t i = 0; i < COUNT(got); i++)
		assert_true(got[i][0] == (char)('a' + i) && got[i][1] == '\0');
}

static void
since_counts_from_at_whatever_their_order(void **state)
{
	const char *const orders[][WORDS] = {
		{"report", "--since", "90m", "--at", "2026-11-22T12:00:00Z", NULL},
		{"report", "--at", "2026-11-22T12:00:00Z", "--since", "90m", NULL}};
	struct options o;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < COUNT(orders); i++) {
		assert_true(parse(&o, orders[i], &why));
		assert_int_equal(o.engine.at_ms, when_utc(2026, 11, 22, 12, 0, 0));
		assert_int_equal(o.engine.since_ms, when_utc(2026, 11, 22, 10, 30, 0));
	}
	assert_true(parse(&o, (const char *const[]){"--since", "2h", NULL}, &why));
	assert_int_equal(o.engine.since_ms, NOW - 2 * WHEN_HOUR);
}

static void
help_names_every_command_and_option(void **state)
{
	static const char *const wanted[] = {"verifail report", "verifail verify", "verifail audit",
		"verifail chain", "--json", "--since TIME", "--resolver ADDR[@PORT]", "--trust-anchor",
		"--max-relays N", "--probe-here", "--allow-private", "--color WHEN", "--full", "--keys",
		"--version", "Exit status"};
	struct text out = {NULL, 0, 0};

	(void)state;
	options_help(&out);
	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_non_null(strstr(out.at, wanted[i]));
	text_free(&out);
}

static void
colors_follow_the_option_then_no_color(void **state)
{
	static const struct {
		enum color color;
		bool terminal;
		const char *no_color;
		bool want;
	} cases[] = {
		{COLOR_AUTO, true, NULL, true},
		{COLOR_AUTO, true, "", true},
		{COLOR_AUTO, true, "1", false},
		{COLOR_AUTO, false, NULL, false},
		{COLOR_ALWAYS, false, "1", true},
		{COLOR_NEVER, true, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct options o = {.color = cases[i].color};

		assert_int_equal(options_want_color(&o, cases[i].terminal, cases[i].no_color), cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_and_their_words_are_told_apart),
		cmocka_unit_test(wrong_usage_is_said),
		cmocka_unit_test(defaults_are_those_of_the_contract),
		cmocka_unit_test(values_arrive_where_they_belong),
		cmocka_unit_test(since_counts_from_at_whatever_their_order),
		cmocka_unit_test(help_names_every_command_and_option),
		cmocka_unit_test(colors_follow_the_option_then_no_color),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
