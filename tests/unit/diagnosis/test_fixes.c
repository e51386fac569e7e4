/* The fixes: for this host's distribution, for this relay, and never with a hostile name in a command. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "diagnosis/draft.h"
#include "diagnosis/distro_paths.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

/* All lines and commands of a finding, one a line; a command begins with "$ ". */
static char *
advice(const struct finding *f)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; f && i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];

		for (size_t j = 0; j < r->line_count; j++)
			text_printf(&t, "%s%s\n", r->lines[j].kind == LINE_SHELL ? "$ " : "",
				r->lines[j].text);
	}
	return text_take(&t);
}

static struct relay
relay_named(const char *name)
{
	struct relay r = {
		.direction = DIRECTION_CLIENT, .name = mem_text(name), .last = {.verify = VERIFY_FAIL}};

	r.last.verifymsg = mem_text("EE certificate key too weak");
	r.last.depth = 0;
	return r;
}

static void
free_relay(struct relay *r)
{
	free(r->name);
	free(r->last.verifymsg);
}

static char *
advice_for(struct relay *r, const char *bundle, const char *id, char **letter)
{
	struct evidence e = {.relay = r, .system_bundle = bundle, .now_ms = NOW_MS};
	const struct finding *f;
	struct diagnosis d;
	char *text;

	diagnose_relay(&e, &d);
	f = findings_find(&d.findings, id);
	if (!f)
		fail_msg("%s: no %s", r->name, id);
	text = advice(f);
	if (letter)
		*letter = mem_text(f->remote_message);
	diagnosis_clear(&d);
	return text;
}

static void
hostile_names_enter_no_command(void **state)
{
	static const char *const names[] = {"mx$(reboot).example.net", "-oProxyCommand=x", "a b.example.net",
		"mx;id.example.net", "mx`id`.example.net", "mx'.example.net", "mx\n.example.net",
		"mx\\027[31m.example.net", "mx/../../etc.example.net", "mx&.example.net", "mx>x.example.net",
		"mx\xc3\xbc.example.net", "mx\t.example.net"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct relay r = relay_named(names[i]);
		char *letter, *text;

		r.rejects_temp = 1;
		r.deliveries.waiting = 1;
		r.last.reject = (char *)(uintptr_t) "454 4.7.0 authentication failed";
		text = advice_for(&r, NULL, "weak-key", &letter);
		if (strstr(text, "TLS_"))
			fail_msg("%s: %s", names[i], text);
		assert_null(strstr(letter, "To:"));
		assert_null(strpbrk(strchr(letter, ':'), "\t\033"));
		free(text);
		text = advice_for(&r, NULL, "policy-deferred", NULL);
		assert_null(strstr(text, "$"));
		free(text);
		free(letter);
		free_relay(&r);
	}
}

static void
access_lines_have_the_key_that_sendmail_looks_up(void **state)
{
	static const struct {
		const char *name, *line;
	} cases[] = {
		{"mx.example.net", "TLS_Srv:mx.example.net\tENCR:112\n"},
		{"[192.0.2.7]", "TLS_Srv:192.0.2.7\tENCR:112\n"},
		{"[ipv6:2001:db8::25]", "TLS_Srv:IPv6:2001:db8:0:0:0:0:0:25\tENCR:112\n"},
	};
	static const char instead[] = "In place of an entry with the same key, where there is one:\n";

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = relay_named(cases[i].name);
		char *text;

		r.rejects_temp = 1;
		r.last.reject = (char *)(uintptr_t) "454 4.7.0 authentication failed";
		text = advice_for(&r, NULL, "weak-key", NULL);
		if (!strstr(text, cases[i].line))
			fail_msg("%s: %s", cases[i].name, text);
		assert_non_null(strstr(text, "$ makemap hash /etc/mail/access < /etc/mail/access\n"));
		/* two entries of one key are none: the line before says so */
		assert_ptr_equal(strstr(text, cases[i].line) - strlen(instead), strstr(text, instead));
		free(text);
		free_relay(&r);
	}
}

static void
an_exemption_is_offered_where_verify_is_demanded(void **state)
{
	static const struct {
		const char *reject;
		bool offered;
	} cases[] = {
		{NULL, false},
		{"454 4.7.0 authentication failed", true},
		{"454 4.7.0 encryption too weak 128 less than 256", false},
		{"454 4.7.0 TLS handshake failed.", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = relay_named("mx.example.net");
		char *text;

		r.last.reject = (char *)(uintptr_t)cases[i].reject;
		r.rejects_temp = cases[i].reject != NULL;
		text = advice_for(&r, NULL, "weak-key", NULL);
		assert_int_equal(strstr(text, "ENCR:112") != NULL, cases[i].offered);
		free(text);
		free_relay(&r);
	}
}

static void
commands_are_those_of_the_distribution(void **state)
{
	static const struct {
		const char *bundle, *file, *update;
	} cases[] = {
		{"/etc/ssl/certs/ca-certificates.crt", "`/etc/ssl/certs/ca-certificates.crt'",
			"$ update-ca-certificates"},
		{"/etc/pki/tls/certs/ca-bundle.crt", "`/etc/pki/tls/certs'", "$ update-ca-trust extract"},
		{"/etc/ssl/cert.pem", "`/etc/ssl/cert.pem'", "certctl rehash"},
		{"/usr/local/share/certs/ca-root-nss.crt", "`/usr/local/share/certs/ca-root-nss.crt'",
			"pkg upgrade"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct template_vars p = {.items = NULL};
		char *update, *options;

		distro_paths_set(&p, cases[i].bundle, NULL);
		update = vars_sentence(&p, span_of("{update_ca}"));
		options = vars_command(&p, span_of("`{system_file}' `{system_path}'"));
		assert_non_null(strstr(update, cases[i].update));
		assert_non_null(strstr(options, cases[i].file));
		free(update);
		free(options);
		vars_clear(&p);
	}
}

static void
additions_go_into_a_folder_of_our_own(void **state)
{
	static const struct {
		const char *ca_path;
		const char *into;
		bool setup;
	} cases[] = {
		{"/etc/mail/certs", "/etc/mail/certs/", false},
		{"/etc/ssl/certs", "/etc/mail/certs/", true},
		{"/etc/pki/tls/certs", "/etc/mail/certs/", true},
		{"/var/mail ca", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diagnosis d;
		struct scene s;
		char *text;

		scene_begin(&s, "root");
		free(s.policy->ca_path);
		s.policy->ca_path = mem_text(cases[i].ca_path);
		scene_address(&s, scene_observation("ec", 2));
		scene_issuers(&s, "int", "http://aia.example.net/int.der");
		scene_ready(&s);
		diagnose_relay(&s.evidence, &d);
		text = advice(findings_find(&d.findings, "missing-intermediate"));
		if (cases[i].into)
			assert_non_null(strstr(text, cases[i].into));
		else
			assert_null(strstr(text, "$ install"));
		assert_int_equal(strstr(text, "confCACERT_PATH', `/etc/mail/certs'") != NULL, cases[i].setup);
		free(text);
		diagnosis_clear(&d);
		scene_end(&s);
	}
}

static void
what_waiting_costs_is_said(void **state)
{
	static const struct {
		enum verify verify;
		unsigned waiting, perm;
		int64_t oldest_ms;
		const char *says;
	} cases[] = {
		{VERIFY_FAIL, 0, 0, 0, "still delivered"},
		{VERIFY_FAIL, 3, 0, NOW_MS, "Nothing is lost before"},
		{VERIFY_FAIL, 3, 0, 0, "3 messages wait"},
		{VERIFY_FAIL, 0, 2, 0, "returned to its senders"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = relay_named("mx.example.net");
		struct evidence e = {.relay = &r, .now_ms = NOW_MS};
		struct diagnosis d;

		r.last.verify = cases[i].verify;
		r.deliveries.waiting = cases[i].waiting;
		r.held.oldest_ms = cases[i].oldest_ms;
		r.rejects_perm = cases[i].perm;
		r.last.reject = (char *)(uintptr_t)(cases[i].perm ? "503 5.7.0 authentication failed" : NULL);
		diagnose_relay(&e, &d);
		if (!strstr(d.findings.items[0]->cost, cases[i].says))
			fail_msg("%zu: %s", i, d.findings.items[0]->cost);
		diagnosis_clear(&d);
		free_relay(&r);
	}
}

static void
a_warning_becomes_an_error_where_policy_holds_mail(void **state)
{
	(void)state;
	for (int held = 0; held < 2; held++) {
		struct relay r = relay_named("mx.example.net");
		struct evidence e = {.relay = &r, .now_ms = NOW_MS};
		struct diagnosis d;

		r.rejects_temp = (uint64_t)held;
		r.last.reject = (char *)(uintptr_t)(held ? "454 4.7.0 authentication failed" : NULL);
		diagnose_relay(&e, &d);
		assert_int_equal(d.findings.items[0]->severity, held ? SEVERITY_ERROR : SEVERITY_WARNING);
		diagnosis_clear(&d);
		free_relay(&r);
	}
}

static void
a_letter_is_ready_to_send(void **state)
{
	struct diagnosis d;
	struct scene s;
	const char *letter;

	(void)state;
	scene_begin(&s, "root");
	scene_address(&s, scene_observation("ec", 2));
	scene_issuers(&s, "int", "http://aia.example.net/int.der");
	scene_ready(&s);
	s.policy->helo_name = mem_text("mail.example.org"); /* $j; the host's own name may be short */
	s.evidence.own_host = "mail";
	diagnose_relay(&s.evidence, &d);
	letter = d.findings.items[0]->remote_message;
	assert_non_null(strstr(letter, "From: mail.example.org\n"));
	assert_non_null(strstr(letter, "To: postmaster@example.net\n"));
	assert_non_null(strstr(letter, "Subject: mx.example.net: Server does not send the intermediate"));
	assert_non_null(strstr(letter,
		"without the intermediate certificate of its issuer, /C=US/O=Example Trust Services/"));
	assert_non_null(strstr(letter, "Postfix"));
	assert_non_null(strstr(letter, "192.0.2.10"));
	diagnosis_clear(&d);
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_names_enter_no_command),
		cmocka_unit_test(access_lines_have_the_key_that_sendmail_looks_up),
		cmocka_unit_test(an_exemption_is_offered_where_verify_is_demanded),
		cmocka_unit_test(commands_are_those_of_the_distribution),
		cmocka_unit_test(additions_go_into_a_folder_of_our_own),
		cmocka_unit_test(what_waiting_costs_is_said),
		cmocka_unit_test(a_warning_becomes_an_error_where_policy_holds_mail),
		cmocka_unit_test(a_letter_is_ready_to_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
