/* Commands a person would have typed, the clipboard, and log lines in short. */
#include "tests/unit/cm.h"

#include "tui/clipboard.h"
#include "tui/log_brief.h"
#include "tui/shell_command.h"

#include <stdlib.h>
#include <string.h>

static void
hostile_names_never_enter_a_command(void **state)
{
	static const struct {
		const char *name;
		const char *connects; /* NULL: refused */
	} cases[] = {
		{"mx1.example.net", "-connect mx1.example.net:25 "},
		{"192.0.2.1", "-connect 192.0.2.1:25 "},
		{"[192.0.2.1]", "-connect 192.0.2.1:25 "},
		{"[ipv6:2001:db8::25]", "-connect '[2001:db8::25]:25' "},
		{"[mx.example.org]", "-connect mx.example.org:25 "},
		{"a_b.example.net", "-connect a_b.example.net:25 "},
		{"-oProxyCommand", NULL},
		{"a;reboot", NULL},
		{"$(reboot)", NULL},
		{"a b", NULL},
		{"a'b", NULL},
		{"a\nb", NULL},
		{"\xC3\xBC.example.net", NULL},
		{"[]", NULL},
		{"", NULL},
	};

	const char *const path[] = {"/var/log/mail.log"};
	const struct shell_command_logs log = {path, 1, NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text connect = {NULL, 0, 0}, dig = {NULL, 0, 0}, grep = {NULL, 0, 0};
		char *host = shell_command_host(cases[i].name);

		shell_command_s_client(&connect, host, 25, NULL);
		shell_command_dig(&dig, cases[i].name);
		shell_command_grep(&grep, cases[i].name, &log);
		if (cases[i].connects) {
			assert_non_null(strstr(connect.at, cases[i].connects));
			assert_int_equal(strncmp(dig.at, "dig +dnssec ", 12), 0);
			assert_int_equal(strncmp(grep.at, "grep -F ", 8), 0);
		} else {
			assert_string_equal(connect.at, SHELL_COMMAND_REFUSED);
			assert_string_equal(dig.at, SHELL_COMMAND_REFUSED);
			assert_string_equal(grep.at, SHELL_COMMAND_REFUSED);
		}
		text_free(&connect);
		text_free(&dig);
		text_free(&grep);
		free(host);
	}
}

static void
grep_reads_what_the_user_named(void **state)
{
	static const char *const one[] = {"/var/log/my log"}, *const two[] = {"a", "-b"}, *const in[] = {"-"},
				 *const old[] = {"mail.log", "mail.log.1.gz"};
	static const struct {
		struct shell_command_logs logs;
		const char *typed;
	} cases[] = {
		{{one, 1, NULL}, "grep -F mx.example.net '/var/log/my log'"},
		{{two, 2, NULL}, "grep -hF mx.example.net a ./-b"},
		{{in, 1, NULL}, "grep -F mx.example.net -"},
		{{old, 2, NULL}, "zgrep -hF mx.example.net mail.log mail.log.1.gz"},
		{{NULL, 0, "ssh mx2 cat log"}, "ssh mx2 cat log | grep -F mx.example.net"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = {NULL, 0, 0};

		shell_command_grep(&out, "mx.example.net", &cases[i].logs);
		assert_string_equal(out.at, cases[i].typed);
		text_free(&out);
	}
}

static void
our_own_files_are_quoted(void **state)
{
	struct policy p = {.ca_file = (char *)"/etc/my cas/it's.pem", .ca_path = (char *)"/etc/ssl/certs"};
	struct text out = {NULL, 0, 0};

	(void)state;
	shell_command_s_client(&out, "mx.example.net", 2525, &p);
	assert_string_equal(out.at,
		"openssl s_client -starttls smtp -connect mx.example.net:2525 -noservername -CAfile "
		"'/etc/my cas/it'\\''s.pem' -CApath /etc/ssl/certs -verify_return_error -showcerts "
		"</dev/null");
	text_free(&out);
}

static void
the_clipboard_is_base64_without_the_last_newline(void **state)
{
	static const struct {
		const char *text;
		bool tmux;
		const char *sequence;
	} cases[] = {
		{"", false, "\033]52;c;\a"},
		{"f", false, "\033]52;c;Zg==\a"},
		{"fo\n", false, "\033]52;c;Zm8=\a"},
		{"foo\r\n\n", false, "\033]52;c;Zm9v\a"},
		{"foob", true, "\033]52;c;Zm9vYg==\a\033Ptmux;\033\033]52;c;Zm9vYg==\a\033\\"},
		{"\xFB\xFF\xBF", false, "\033]52;c;+/+/\a"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = clipboard_sequence(cases[i].text, cases[i].tmux);

		assert_string_equal(got, cases[i].sequence);
		free(got);
	}
}

static void
log_lines_lose_what_the_screen_has_said(void **state)
{
	static const struct {
		const char *line, *brief;
	} cases[] = {
		{"2026-11-22T07:29:11.675225+00:00 mail sm-mta[9]: STARTTLS=client, relay=mx.example.net., "
		 "verify=OK",
			"07:29:11 sm-mta[9]: STARTTLS=client, verify=OK"},
		{"Nov  2 07:29:11 mail sendmail[917]: ruleset=tls_server, arg1=FAIL, relay=mx.example.net",
			"07:29:11 sendmail[917]: ruleset=tls_server, arg1=FAIL, "},
		{"<21>1 2026-11-22T07:29:11.6+00:00 mail sendmail 917 - -  x",
			"07:29:11 sendmail 917 - -  x"},
		{"sendmail[28450]: STARTTLS=client", "sendmail[28450]: STARTTLS=client"},
		{"07:29:1", "07:29:1"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = log_brief_line(span_of(cases[i].line));

		assert_string_equal(got, cases[i].brief);
		free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_names_never_enter_a_command),
		cmocka_unit_test(grep_reads_what_the_user_named),
		cmocka_unit_test(our_own_files_are_quoted),
		cmocka_unit_test(the_clipboard_is_base64_without_the_last_newline),
		cmocka_unit_test(log_lines_lose_what_the_screen_has_said),
	};

	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
