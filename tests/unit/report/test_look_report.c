#include "tests/unit/cm.h"

#include "fill.h"
#include "report/report.h"

#define HOSTILE "\033[31m\xE2\x80\xAE\xff\x7f"

static const struct report_options options = {.now_ms = NOW};

static json_t *
look_json(const struct look *l)
{
	struct text out = {NULL, 0, 0};
	json_t *j;

	report_look_json(&out, l, NULL, &options);
	assert_true(strchr(out.at, '\n') == out.at + out.len - 1);
	for (size_t i = 0; i + 1 < out.len; i++)
		assert_true(out.at[i] >= ' ' && out.at[i] < 0x7f);
	j = fill_parse(out.at);
	text_free(&out);
	return j;
}

static void
a_look_as_json_has_every_key(void **state)
{
	static const struct {
		const char *path, *value;
	} cases[] = {
		{"schema", "\"verifail/verify/1\""},
		{"target", "\"mx.example.net\""},
		{"port", "25"},
		{"verify", "\"FAIL\""},
		{"elapsed_ms", "45210"},
		{"policy", "{\"ca_file\":\"/etc/mail/ca.crt\",\"ca_path\":null,\"source\":\"cf\"}"},
		{"dns", "{\"status\":\"insecure\",\"why\":null,\"addresses\":[\"2001:db8::10\",\"192.0.2.10\"],\"ms\":2}"},
		{"addresses.0.address", "\"2001:db8::10\""},
		{"addresses.0.verify", "\"FAIL\""},
		{"addresses.0.reached", "\"ehlo2\""},
		{"addresses.0.ms",
			"{\"connect\":11,\"greeting\":12,\"ehlo\":13,\"starttls\":14,\"handshake\":15}"},
		{"addresses.0.greeting", "\"mx.example.net ESMTP\""},
		{"addresses.0.reply", "\"220 go ahead\""},
		{"addresses.0.fault", "{\"kind\":\"none\",\"code\":null,\"text\":null}"},
		{"addresses.0.tls",
			"{\"version\":\"TLSv1.3\",\"cipher\":\"TLS_AES_256_GCM_SHA384\",\"bits\":256,"
			"\"client_cert\":\"requested\",\"sni\":null}"},
		{"addresses.0.verdict",
			"{\"verify\":\"FAIL\",\"code\":20,\"message\":\"unable to get local issuer "
			"certificate\",\"depth\":0,\"subject\":\"mx.example.net\"}"},
		{"addresses.0.chain.0.sans", "[\"DNS:mx.example.net\"]"},
		{"addresses.0.chain.0.serial", "\"0a1b\""},
		{"addresses.0.chain.0.ca", "false"},
		{"addresses.0.chain.1.ca", "true"},
		{"addresses.0.chain.0.not_after", "\"2027-01-02T12:00:00+00:00\""},
		{"addresses.0.experiments", "[]"},
		{"addresses.0.dane", "{\"status\":\"none\",\"records\":[]}"},
		{"addresses.0.sts", "{\"status\":\"none\",\"mode\":null,\"mx\":[]}"},
		{"addresses.1.verify", "\"UNREACHABLE\""},
		{"addresses.1.reached", "\"connect\""},
		{"addresses.1.ms",
			"{\"connect\":14,\"greeting\":null,\"ehlo\":null,\"starttls\":null,\"handshake\":null}"},
		{"addresses.1.greeting", "null"},
		{"addresses.1.fault", "{\"kind\":\"timeout\",\"code\":0,\"text\":\"no greeting in 45 s\"}"},
		{"addresses.1.tls",
			"{\"version\":null,\"cipher\":null,\"bits\":null,\"client_cert\":null,\"sni\":null}"},
		{"addresses.1.verdict",
			"{\"verify\":\"UNREACHABLE\",\"code\":null,\"message\":null,\"depth\":null,"
			"\"subject\":null}"},
		{"addresses.1.chain", "[]"},
		{"findings", "[]"},
	};
	struct look *l = fill_look("mx.example.net ESMTP", "mx.example.net");
	json_t *j;

	(void)state;
	l->policy = policy_new();
	l->policy->ca_file = mem_text("/etc/mail/ca.crt");
	j = look_json(l);
	for (size_t i = 0; i < COUNT(cases); i++)
		fill_check(j, cases[i].path, cases[i].value);
	json_decref(j);
	look_unref(l);
}

static void
a_look_that_has_not_begun_is_all_null(void **state)
{
	struct look *l = look_new("nowhere.example.net", 587);
	json_t *j = look_json(l);

	(void)state;
	fill_check(j, "verify", "null");
	fill_check(j, "elapsed_ms", "null");
	fill_check(j, "port", "587");
	fill_check(j, "policy", "{\"ca_file\":null,\"ca_path\":null,\"source\":null}");
	fill_check(j, "dns", "{\"status\":null,\"why\":null,\"addresses\":[],\"ms\":null}");
	fill_check(j, "addresses", "[]");
	json_decref(j);
	look_unref(l);
}

static void
hostile_words_stay_words(void **state)
{
	struct look *l = fill_look("220 " HOSTILE "\nsecond\n", HOSTILE);
	struct text out = {NULL, 0, 0};
	json_t *j;

	(void)state;
	l->dns_why = mem_text(HOSTILE);
	fault_set(&l->fault, FAULT_DNS, 2, "%s", HOSTILE);
	j = look_json(l);
	fill_check(j, "dns.why", "\"\\u001B[31m\\u202E\\uFFFD\x7f\"");
	fill_check(j, "addresses.0.greeting", "\"220 \\u001B[31m\\u202E\\uFFFD\x7f\\nsecond\\n\"");
	report_look_text(&out, l, NULL, &options);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.at[i] >= ' ' ? out.at[i] != 0x7f : out.at[i] == '\n');
	assert_null(strstr(out.at, "\xE2\x80\xAE"));
	assert_non_null(strstr(out.at, "220 ?[31m?\xEF\xBF\xBD?\n"));
	text_free(&out);
	json_decref(j);
	look_unref(l);
}

static void
a_look_as_text_tells_stages_verdict_chain_and_fault(void **state)
{
	static const char *const parts[] = {"mx.example.net  FAIL\n", "DNS    insecure, 2 ms\n",
		"STORE  144 roots\n",
		"2001:db8::10  FAIL 20 at depth 0: unable to get local issuer certificate\n              (mx.example.net)\n",
		" connect 11ms  220 12ms  EHLO 13ms  STARTTLS 14ms  TLS 15ms  EHLO ",
		"TLSv1.3 TLS_AES_256_GCM_SHA384, 256 bits, client certificate requested\n",
		"  x 0 mx.example.net   RSA 2048   41 d left\n",
		"    1 Example Issuing CA E1   RSA 2048   expired 3 d ago\n", "192.0.2.10  UNREACHABLE\n",
		"timeout: no greeting in 45 s\n", "longer --timeout\n"};
	struct look *l = fill_look("mx.example.net ESMTP", "mx.example.net");
	struct text out = {NULL, 0, 0};
	const char *at;

	(void)state;
	report_look_text(&out, l, NULL, &options);
	at = out.at;
	for (size_t i = 0; i < COUNT(parts); i++) {
		const char *found = strstr(at, parts[i]);

		if (!found)
			fail_msg("\"%s\" is not in, or not in its place of:\n%s", parts[i], out.at);
		at = found;
	}
	text_free(&out);
	look_unref(l);
}

static char *
text_of(const struct look *l)
{
	struct text out = {NULL, 0, 0};

	report_look_text(&out, l, NULL, &options);
	return text_take(&out);
}

static void
a_connection_without_a_verdict_says_what_sendmail_does(void **state)
{
	static const struct {
		enum verify verify;
		bool offered, cut_short;
		enum fault_kind fault;
		enum client_cert client_cert;
		const char *says;
	} cases[] = {
		{VERIFY_NONE, false, false, FAULT_NONE, CLIENT_CERT_NONE,
			"STARTTLS is not offered: Sendmail sends mail in clear\n"},
		{VERIFY_NONE, true, false, FAULT_NONE, CLIENT_CERT_NONE,
			"STARTTLS is refused: Sendmail sends mail in clear\n"},
		{VERIFY_TEMP, true, false, FAULT_NONE, CLIENT_CERT_NONE,
			"refused for now: Sendmail sends mail in clear\n"},
		{VERIFY_PROTOCOL, true, false, FAULT_NONE, CLIENT_CERT_NONE, "Sendmail defers the mail\n"},
		{VERIFY_OK, true, true, FAULT_TLS, CLIENT_CERT_REQUIRED,
			"but the server ends the session: Sendmail"},
		{VERIFY_OK, true, true, FAULT_TLS, CLIENT_CERT_REQUIRED,
			"it demands a client certificate: ClientCertFile"},
		{VERIFY_SOFTWARE, true, false, FAULT_TLS, CLIENT_CERT_NONE,
			"compare TLS versions and ciphers"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *l = fill_look("mx.example.net ESMTP", "mx.example.net");
		struct observation *o = l->addresses[0].observation;
		char *text;

		l->addresses[0].verdict.verify = cases[i].verify;
		o->starttls_offered = cases[i].offered;
		o->cut_short = cases[i].cut_short;
		o->tls.client_cert = cases[i].client_cert;
		fault_set(&o->fault, cases[i].fault, 0, "ended");
		text = text_of(l);
		assert_non_null(strstr(text, cases[i].says));
		free(text);
		look_unref(l);
	}
}

/* Without a sendmail.cf the verdict is by the system's store: that must be seen. */
static void
what_was_not_read_of_our_settings_is_noted(void **state)
{
	struct look *l = fill_look("x", "y");
	char *text;

	(void)state;
	l->policy = policy_new();
	policy_note(l->policy, mem_text("no sendmail.cf found"));
	policy_note(l->policy, mem_text("key\033[2J unreadable"));
	text = text_of(l);
	assert_non_null(strstr(text,
		"STORE  144 roots\nNOTE   no sendmail.cf found\nNOTE   key?[2J unreadable\n"));
	free(text);
	look_unref(l);
}

static void
exit_status_follows_the_words(void **state)
{
	static const struct {
		enum verify target, first, second;
		int status;
	} cases[] = {
		{VERIFY_OK, VERIFY_OK, VERIFY_OK, 0},
		{VERIFY_TRUSTED, VERIFY_TRUSTED, VERIFY_OK, 0},
		{VERIFY_OK, VERIFY_OK, VERIFY_FAIL, 1},
		{VERIFY_FAIL, VERIFY_FAIL, VERIFY_UNREACHABLE, 1},
		{VERIFY_UNREACHABLE, VERIFY_UNREACHABLE, VERIFY_UNREACHABLE, 3},
		{VERIFY_NONE, VERIFY_NONE, VERIFY_OK, 1},
		{VERIFY_OK, VERIFY_UNREACHABLE, VERIFY_OK, 0},
		{VERIFY_UNKNOWN, VERIFY_UNKNOWN, VERIFY_UNKNOWN, 3},
		{VERIFY_UNREACHABLE, VERIFY_UNREACHABLE, VERIFY_SOFTWARE, 1},
	};
	struct look *l = fill_look("x", "y");

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		l->verify = cases[i].target;
		l->addresses[0].verdict.verify = cases[i].first;
		l->addresses[1].verdict.verify = cases[i].second;
		assert_int_equal(report_look_status(l, NULL), cases[i].status);
	}
	look_unref(l);
}

static void
a_saved_chain_is_told_with_its_verdict(void **state)
{
	struct verdict v = {
		.verify = VERIFY_FAIL, .code = 10, .depth = 1, .message = "certificate has expired"};
	struct look *l = fill_saved(fill_chain("/CN=mx.example.net"), &v);
	struct text out = {NULL, 0, 0};
	json_t *j;

	(void)state;
	report_chain_json(&out, l, NULL, &options);
	j = fill_parse(out.at);
	fill_check(j, "schema", "\"verifail/chain/1\"");
	fill_check(j, "verdict.depth", "1");
	fill_check(j, "chain.1.subject", "\"Example Issuing CA E1\"");
	fill_check(j, "experiments", "[]");
	fill_check(j, "findings", "[]");
	text_free(&out);
	report_chain_text(&out, l, NULL, &options);
	assert_non_null(strstr(out.at, "FAIL 10 at depth 1: certificate has expired\n"));
	assert_non_null(strstr(out.at, "  x 1 Example Issuing CA E1 "));
	assert_int_equal(report_chain_status(l, NULL), 1);
	l->addresses[0].verdict = (struct verdict){.verify = VERIFY_OK, .depth = -1, .message = "ok"};
	assert_int_equal(report_chain_status(l, NULL), 0);
	text_free(&out);
	json_decref(j);
	look_unref(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look_as_json_has_every_key),
		cmocka_unit_test(a_look_that_has_not_begun_is_all_null),
		cmocka_unit_test(hostile_words_stay_words),
		cmocka_unit_test(a_look_as_text_tells_stages_verdict_chain_and_fault),
		cmocka_unit_test(a_connection_without_a_verdict_says_what_sendmail_does),
		cmocka_unit_test(what_was_not_read_of_our_settings_is_noted),
		cmocka_unit_test(exit_status_follows_the_words),
		cmocka_unit_test(a_saved_chain_is_told_with_its_verdict),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
