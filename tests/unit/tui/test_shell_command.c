/* The whole commands that are copied: by name, by address, by what the settings and the logs are. */
#include "tests/unit/cm.h"

#include "tui/shell_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
literals_lose_their_brackets(void **state)
{
	static const struct {
		const char *relay, *host;
	} cases[] = {
		{"mx.example.net", "mx.example.net"},
		{"[192.0.2.1]", "192.0.2.1"},
		{"192.0.2.1", "192.0.2.1"},
		{"[IPv6:2001:DB8:0:0:0:0:0:25]", "2001:db8::25"},
		{"[mx.example.org]", "mx.example.org"},
		{"[[mx]]", "[mx]"}, /* refused later */
		{"[]", "[]"},
		{"[", "["},
		{"[mx", "[mx"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *host = shell_command_host(cases[i].relay);

		assert_string_equal(host, cases[i].host);
		free(host);
	}
}

static void
s_client_is_given_what_sendmail_has(void **state)
{
	static const struct {
		const char *host;
		unsigned port;
		const char *ca_file, *ca_path;
		const char *target, *options;
	} cases[] = {
		{"mx.example.net", 25, NULL, NULL, "mx.example.net:25", ""},
		{"2001:db8::25", 65535, NULL, NULL, "'[2001:db8::25]:65535'", ""},
		{"192.0.2.1", 587, "/ca.pem", NULL, "192.0.2.1:587", " -CAfile /ca.pem"},
		{"192.0.2.1", 25, NULL, "/ca", "192.0.2.1:25", " -CApath /ca"},
		{"192.0.2.1", 25, "", "/a b", "192.0.2.1:25", " -CAfile '' -CApath '/a b'"},
		{"192.0.2.1", 25, "$(x)`y`", "''", "192.0.2.1:25", " -CAfile '$(x)`y`' -CApath ''\\'''\\'''"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy p = {.ca_file = (char *)cases[i].ca_file, .ca_path = (char *)cases[i].ca_path};
		struct text out = {NULL, 0, 0};
		char *want = text_new("openssl s_client -starttls smtp -connect %s -noservername%s "
				      "-verify_return_error -showcerts </dev/null",
			cases[i].target, cases[i].options);

		shell_command_s_client(&out, cases[i].host, cases[i].port, &p);
		assert_string_equal(out.at, want);
		text_free(&out);
		free(want);
	}
}

static void
dig_asks_for_names_forwards_and_for_addresses_backwards(void **state)
{
	static const struct {
		const char *relay, *command;
	} cases[] = {
		{"mx.example.net", "dig +dnssec mx.example.net MX mx.example.net A mx.example.net AAAA"},
		{"[mx.example.net]", "dig +dnssec mx.example.net MX mx.example.net A mx.example.net AAAA"},
		{"[192.0.2.1]", "dig +dnssec -x 192.0.2.1"},
		{"[ipv6:2001:db8::25]", "dig +dnssec -x 2001:db8::25"},
		{"@192.0.2.1", SHELL_COMMAND_REFUSED}, /* dig would ask that server */
		{"+trace", SHELL_COMMAND_REFUSED},
		{"-f/etc/passwd", SHELL_COMMAND_REFUSED},
		{"[-x]", SHELL_COMMAND_REFUSED},
		{"mx.example.net;id", SHELL_COMMAND_REFUSED},
		{"*.example.net", SHELL_COMMAND_REFUSED},
		{"\033]52;c;eA==\a", SHELL_COMMAND_REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		shell_command_dig(&out, cases[i].relay);
		assert_string_equal(out.at, cases[i].command);
		text_free(&out);
	}
}

static void
grep_reads_archives_when_one_is_among_the_logs(void **state)
{
	static const char *const ends[] = {"m.gz", "m.bz2", "m.xz", "m.zst", "m.1", "gz", "m.gz.old"};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		const struct shell_command_logs logs = {&ends[i], 1, NULL};
		struct text out = {NULL, 0, 0};
		char *want = text_new("%s -F mx.example.net %s", i < 4 ? "zgrep" : "grep", ends[i]);

		shell_command_grep(&out, "[mx.example.net]", &logs);
		assert_string_equal(out.at, want);
		text_free(&out);
		free(want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_lose_their_brackets),
		cmocka_unit_test(s_client_is_given_what_sendmail_has),
		cmocka_unit_test(dig_asks_for_names_forwards_and_for_addresses_backwards),
		cmocka_unit_test(grep_reads_archives_when_one_is_among_the_logs),
	};

	return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
