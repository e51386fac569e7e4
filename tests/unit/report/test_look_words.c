/* A look in every word, fault and stage, and with hostile bytes in every field that strangers fill. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "fill.h"
#include "report/report.h"

#define HOSTILE "\033]0;x\007\xC2\x9B\xE2\x80\xAE\xFF\xC0\xAF\xED\xA0\x80\x7F\r\t\"\\\xE2\x82"

static const struct report_options options = {.now_ms = NOW};

static char *
text_of(const struct look *l)
{
	struct text out = {NULL, 0, 0};

	report_look_text(&out, l, NULL, &options);
	return text_take(&out);
}

static json_t *
json_of(const struct look *l)
{
	struct text out = {NULL, 0, 0};
	json_t *j;

	report_look_json(&out, l, NULL, &options);
	for (size_t i = 0; i + 1 < out.len; i++)
		assert_in_range(out.at[i], ' ', '~');
	assert_int_equal(out.at[out.len - 1], '\n');
	j = fill_parse(out.at);
	text_free(&out);
	return j;
}

static void
assert_in_text(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* Lines of a look that speak of its word: the head, the address, and JSON's two. */
static void
every_word_is_told_as_sendmail_has_it(void **state)
{
	(void)state;
	for (int v = VERIFY_UNKNOWN; v < VERIFY_WORDS; v++) {
		const char *word = v == VERIFY_UNKNOWN ? "not judged" : verify_word((enum verify)v);
		struct look *l = fill_look("mx.example.net ESMTP", "mx.example.net");
		char *head = text_new("mx.example.net  %s\n", word),
		     *line = text_new("\n2001:db8::10  %s\n", word);
		char *quoted = v == VERIFY_UNKNOWN ? text_new("null") : text_new("\"%s\"", word), *text;
		json_t *j;

		l->verify = (enum verify)v;
		l->addresses[0].verdict = (struct verdict){.verify = (enum verify)v, .depth = -1};
		text = text_of(l);
		assert_memory_equal(text, head, strlen(head));
		assert_in_text(text, line);
		j = json_of(l);
		fill_check(j, "verify", quoted);
		fill_check(j, "addresses.0.verify", quoted);
		fill_check(j, "addresses.0.verdict.verify", quoted);
		fill_check(j, "addresses.0.verdict.code", "null");
		fill_check(j, "addresses.0.verdict.depth", "null");
		json_decref(j);
		free(text);
		free(quoted);
		free(line);
		free(head);
		look_unref(l);
	}
}

static void
every_fault_has_its_advice(void **state)
{
	static const struct {
		enum fault_kind kind;
		int code;
		const char *words, *advice; /* advice NULL: there is none to give */
	} cases[] = {
		{FAULT_FILE, -2, "file: it ended", NULL},
		{FAULT_USAGE, 0, "usage: it ended", NULL},
		{FAULT_DNS, 2, "dns: it ended", "check the name with dig"},
		{FAULT_UNREACHABLE, -101, "unreachable: it ended", "no route from this host"},
		{FAULT_REFUSED, -111, "refused: it ended", "nothing listens on that port"},
		{FAULT_TIMEOUT, 0, "timeout: it ended", "try a longer --timeout"},
		{FAULT_CLOSED, 0, "closed: it ended", "the server hangs up"},
		{FAULT_RESET, -104, "reset: it ended", "resets the connection"},
		{FAULT_REPLY, 554, "reply: it ended", "its reply says why"},
		{FAULT_PROTOCOL, 0, "protocol: it ended", "no mail server with STARTTLS"},
		{FAULT_TLS, 40, "tls: it ended", "compare TLS versions and ciphers"},
		{FAULT_LIMIT, 0, "limit: it ended", "more than Sendmail takes"},
		{FAULT_CANCELLED, 0, "cancelled: it ended", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *l = fill_look("mx.example.net ESMTP", "mx.example.net");
		char *expected = text_new("{\"kind\":\"%s\",\"code\":%d,\"text\":\"it ended\"}",
			fault_word(cases[i].kind), cases[i].code);
		char *whole = text_new("\n%s\n", cases[i].words),
		     *inner = text_new("\n    %s\n", cases[i].words), *text;
		json_t *j;

		fault_set(&l->fault, cases[i].kind, cases[i].code, "it ended");
		fault_set(&l->addresses[1].observation->fault, cases[i].kind, cases[i].code, "it ended");
		text = text_of(l);
		assert_in_text(text, whole);
		assert_in_text(text, inner);
		if (cases[i].advice)
			assert_in_text(strstr(text, inner), cases[i].advice);
		else
			assert_null(strstr(strstr(text, inner) + strlen(inner), "        "));
		j = json_of(l);
		fill_check(j, "fault", expected);
		fill_check(j, "addresses.1.fault", expected);
		json_decref(j);
		free(text);
		free(inner);
		free(whole);
		free(expected);
		look_unref(l);
	}
}

/* A stage that was passed has its time, in both forms; what comes behind has none. */
static void
each_stage_is_told_as_far_as_it_came(void **state)
{
	static const char *const names[] = {"", "connect", "220", "EHLO", "STARTTLS", "TLS", "EHLO"};

	(void)state;
	for (int reached = STAGE_NONE; reached < STAGES; reached++) {
		struct look *l = fill_look("x", "y");
		struct observation *o = l->addresses[1].observation;
		struct text line = {NULL, 0, 0};
		char *word = text_new("\"%s\"", stage_word((enum stage)reached)), *text;
		json_t *j;

		o->reached = (enum stage)reached;
		text_put(&line, "\n    ");
		for (int stage = STAGE_CONNECT; stage < STAGES; stage++) {
			o->stage_ms[stage] = stage <= reached ? 1000 * stage : -1;
			text_printf(&line, "%s ", names[stage]);
			text_printf(&line, stage <= reached ? "%dms" : "-", 1000 * stage);
			text_put(&line, stage + 1 < STAGES ? "  " : "\n");
		}
		text = text_of(l);
		assert_in_text(text, line.at);
		j = json_of(l);
		fill_check(j, "addresses.1.reached", word);
		fill_check(j, "addresses.1.ms.handshake", reached >= STAGE_HANDSHAKE ? "5000" : "null");
		fill_check(j, "addresses.1.ms.connect", reached >= STAGE_CONNECT ? "1000" : "null");
		json_decref(j);
		free(text);
		free(word);
		text_free(&line);
		look_unref(l);
	}
}

static void
names_have_their_status(void **state)
{
	(void)state;
	for (int status = DNS_SECURE; status <= DNS_LITERAL; status++) {
		struct look *l = fill_look("x", "y");
		const char *word = dns_status_word((enum dns_status)status);
		char *line =
			text_new("\nDNS    %s, 2 ms%s\n", word, status == DNS_BOGUS ? ": no signature" : "");
		char *quoted = text_new("\"%s\"", word), *text;
		json_t *j;

		l->dns = (enum dns_status)status;
		l->dns_why = status == DNS_BOGUS ? mem_text("no signature") : NULL;
		text = text_of(l);
		assert_in_text(text, line);
		j = json_of(l);
		fill_check(j, "dns.status", quoted);
		fill_check(j, "dns.why", status == DNS_BOGUS ? "\"no signature\"" : "null");
		json_decref(j);
		free(text);
		free(quoted);
		free(line);
		look_unref(l);
	}
}

static void
replace(char **text)
{
	free(*text);
	*text = mem_text(HOSTILE);
}

/* Every field that DNS, a peer, a certificate or a cf fills; the number of a field alone, or all of them. */
static void
poison(struct look *l, size_t only)
{
	struct observation *o = l->addresses[0].observation;
	struct certificate *leaf = o->chain->certificates[0];
	char **const fields[] = {&l->target, &l->store, &l->dns_why, &l->policy->ca_file, &l->policy->ca_path,
		&l->policy->notes[0], &o->greeting, &o->reply, &o->tls.sni, &leaf->subject, &leaf->issuer,
		&leaf->subject_cn, &leaf->serial, &leaf->sha256, &leaf->key, &leaf->signature, &leaf->sans[0],
		&l->addresses[1].held_back};
	char *const rooms[] = {l->fault.text, o->fault.text, l->addresses[0].verdict.message,
		l->addresses[0].verdict.subject};

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (only == i || only == SIZE_MAX)
			replace(fields[i]);
	}
	for (size_t i = 0; i < COUNT(rooms); i++) {
		if (only == COUNT(fields) + i || only == SIZE_MAX)
			strcpy(rooms[i], HOSTILE);
	}
}

static void
hostile_bytes_are_harmless_in_every_field(void **state)
{
	(void)state;
	for (size_t field = 0; field <= 22; field++) {
		struct look *l = fill_look("mx.example.net ESMTP", "mx.example.net");
		char *text;

		l->policy = policy_new();
		policy_note(l->policy, mem_text("no sendmail.cf found"));
		fault_set(&l->fault, FAULT_DNS, 2, "none");
		fault_set(&l->addresses[0].observation->fault, FAULT_REPLY, 454, "none");
		l->addresses[0].observation->reply_code = 454;
		observation_unref(l->addresses[1].observation);
		l->addresses[1].observation = NULL;
		poison(l, field < 22 ? field : SIZE_MAX);
		text = text_of(l);
		for (size_t i = 0; text[i]; i++)
			assert_true(text[i] == '\n' || ((unsigned char)text[i] >= ' ' && text[i] != 0x7F));
		assert_null(strstr(text, "\xC2\x9B"));
		assert_null(strstr(text, "\xE2\x80\xAE"));
		json_decref(json_of(l)); /* it is JSON, and ASCII */
		free(text);
		look_unref(l);
	}
}

/* The words themselves, as JSON carries them: nothing is lost but what is no UTF-8. */
static void
json_carries_what_was_said(void **state)
{
	struct look *l = fill_look(HOSTILE, HOSTILE);
	static const char carried[] = "\"\\u001B]0;x\\u0007\\u009B\\u202E"
				      "\\uFFFD\\uFFFD\\uFFFD\\uFFFD\\uFFFD\\uFFFD\x7f\\r\\t\\\"\\\\"
				      "\\uFFFD\\uFFFD\"";
	json_t *j = json_of(l);

	(void)state;
	fill_check(j, "addresses.0.greeting", carried);
	fill_check(j, "addresses.0.chain.0.subject", carried);
	fill_check(j, "addresses.0.verdict.subject", carried);
	json_decref(j);
	look_unref(l);
}

static void
exit_status_of_every_combination(void **state)
{
	struct look *l = fill_look("x", "y");

	(void)state;
	for (int i = 0; i < VERIFY_WORDS * VERIFY_WORDS * VERIFY_WORDS; i++) {
		const int words[] = {
			i % VERIFY_WORDS, i / VERIFY_WORDS % VERIFY_WORDS, i / VERIFY_WORDS / VERIFY_WORDS};
		int bad = 0, expected;

		for (size_t k = 0; k < COUNT(words); k++)
			bad += words[k] != VERIFY_UNKNOWN && words[k] != VERIFY_UNREACHABLE &&
			       words[k] != VERIFY_OK && words[k] != VERIFY_TRUSTED;
		expected = bad ? 1 : words[0] == VERIFY_OK || words[0] == VERIFY_TRUSTED ? 0 : 3;
		l->verify = (enum verify)words[0];
		l->addresses[0].verdict.verify = (enum verify)words[1];
		l->addresses[1].verdict.verify = (enum verify)words[2];
		assert_int_equal(report_look_status(l, NULL), expected);
	}
	look_unref(l);
}

static void
a_verdict_is_told_with_code_and_depth(void **state)
{
	static const struct {
		struct verdict v;
		const char *line;
	} cases[] = {
		{{.verify = VERIFY_OK, .depth = -1, .message = "ok"}, "OK\n"},
		{{.depth = -1}, "not judged\n"},
		{{.verify = VERIFY_FAIL, .code = 18, .message = "self-signed certificate"},
			"FAIL 18 at depth 0: self-signed certificate\n"},
		{{VERIFY_FAIL, 10, 2, "certificate has expired", "/CN=Root"},
			"FAIL 10 at depth 2: certificate has expired (/CN=Root)\n"},
		{{VERIFY_DANE_FAIL, 65, 0, "No matching DANE TLSA records", "/CN=\033[2J"},
			"DANE_FAIL 65 at depth 0: No matching DANE TLSA records (/CN=?[2J)\n"},
		{{.verify = VERIFY_NONE, .depth = -1}, "NONE\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *l = fill_saved(NULL, &cases[i].v);
		struct text out = {NULL, 0, 0};

		report_chain_text(&out, l, NULL, &options);
		assert_string_equal(out.at, cases[i].line);
		text_free(&out);
		look_unref(l);
	}
}

/* One certificate, whose name and time are these. */
static void
a_certificate_is_told_by_name_and_time(void **state)
{
	static const struct {
		const char *cn, *subject;
		int64_t from, to; /* from now */
		bool self_signed;
		int depth; /* that the verdict blames */
		const char *line;
	} cases[] = {
		{"mx.example.net", "/CN=mx", -WHEN_DAY, 41 * WHEN_DAY, false, 0,
			"  x 0 mx.example.net   RSA 2048   41 d left\n"},
		{"", "/O=Example", -WHEN_DAY, 41 * WHEN_DAY, false, 1,
			"    0 /O=Example   RSA 2048   41 d left\n"},
		{"", "", -WHEN_DAY, WHEN_HOUR, false, 1, "    0 (no name)   RSA 2048   1h00 left\n"},
		{NULL, NULL, -WHEN_DAY, 0, false, 1, "    0 (no name)   RSA 2048   0 s left\n"},
		{"a", "", -WHEN_DAY, -1, false, 0, "  x 0 a   RSA 2048   expired 0 s ago\n"},
		{"a", "", -9 * WHEN_DAY, -3 * WHEN_DAY, true, 0,
			"  x 0 a   RSA 2048   expired 3 d ago   self-signed\n"},
		{"a", "", 2 * WHEN_DAY, 9 * WHEN_DAY, false, 1, "    0 a   RSA 2048   not valid for 2 d\n"},
		{"a", "", 2 * WHEN_DAY, WHEN_DAY, true, 1,
			"    0 a   RSA 2048   not valid for 2 d   self-signed\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct certificate **list = mem_new(1, sizeof *list);
		struct verdict v = {VERIFY_FAIL, 10, cases[i].depth, "certificate has expired", ""};
		struct text out = {NULL, 0, 0};
		struct look *l;

		list[0] = fill_certificate(cases[i].cn, NOW + cases[i].from, NOW + cases[i].to);
		free(list[0]->subject);
		list[0]->subject = mem_text(cases[i].subject);
		list[0]->self_signed = cases[i].self_signed;
		l = fill_saved(chain_new(list, 1), &v);
		report_chain_text(&out, l, NULL, &options);
		assert_in_text(out.at, cases[i].line);
		assert_in_text(out.at, "\n        issuer /C=US/CN=Example Issuing CA E1\n");
		text_free(&out);
		look_unref(l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_is_told_as_sendmail_has_it),
		cmocka_unit_test(every_fault_has_its_advice),
		cmocka_unit_test(each_stage_is_told_as_far_as_it_came),
		cmocka_unit_test(names_have_their_status),
		cmocka_unit_test(hostile_bytes_are_harmless_in_every_field),
		cmocka_unit_test(json_carries_what_was_said),
		cmocka_unit_test(exit_status_of_every_combination),
		cmocka_unit_test(a_verdict_is_told_with_code_and_depth),
		cmocka_unit_test(a_certificate_is_told_by_name_and_time),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
