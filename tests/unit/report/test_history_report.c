#include "tests/unit/cm.h"

#include "fill_history.h"
#include "report/report.h"

static struct history *
fill_history(void)
{
	struct history *h = mem_new(1, sizeof *h);
	struct relay *r;

	h->totals = (struct history_totals){.lines = 1200,
		.bytes = 98765,
		.skipped = 2,
		.first_ms = NOW - WHEN_DAY,
		.last_ms = NOW,
		.host = "mail",
		.version = ""};
	fill_relay(h, "ok.example.net", VERIFY_OK);
	r = fill_relay(h, "software.example.net", VERIFY_SOFTWARE);
	r->last.reason = mem_text("wrong version number");
	r->handshake_failures = 2;
	r = fill_relay(h, "fail.example.net", VERIFY_FAIL);
	r->last.verifymsg = mem_text("unable to get local issuer certificate");
	r->last.depth = 1;
	r->since_ms = NOW - WHEN_HOUR;
	r->deliveries.sent = r->deliveries.unverified = 4;
	r = fill_relay(h, "quiet.example.net", VERIFY_FAIL);
	r->since_ms = NOW - 19 * WHEN_DAY;
	r->deliveries.sent = 5;
	r->last.reason = mem_text("of a handshake long before");
	r->last.reject = mem_text("454 4.7.0 under a rule that is gone");
	r->last.alert = mem_text("error:0A00045C:SSL routines::of a session long before:a.c:1:");
	r = fill_relay(h, "clear.example.net", VERIFY_UNKNOWN);
	r->deliveries.sent = r->deliveries.clear = 12;
	r->last.stat = mem_text("Sent (ok)");
	r = fill_relay(h, "alert.example.net", VERIFY_OK);
	r->deliveries.waiting = 1;
	r->last_ms = NOW - WHEN_DAY;
	r->last.alert = mem_text("error:0A00045C:SSL routines::tlsv13 alert certificate required:a.c:1:");
	r = fill_relay(h, "held.example.net", VERIFY_FAIL);
	r->deliveries.waiting = 9;
	r->held.oldest_ms = NOW - 162 * WHEN_MINUTE;
	r->last.reject = mem_text("454 4.7.0 user@example.org... authentication failed");
	r->last.stat = mem_text("Deferred: user@example.org\033[2J");
	address_parse(span_of("192.0.2.10"), &(r->addresses = mem_new(1, sizeof *r->addresses))[0]);
	r->address_count = 1;
	r = fill_relay(h, "returned.example.net", VERIFY_FAIL);
	r->deliveries.bounced = r->rejects_perm = 3;
	r = fill_relay(h, "client.example.com", VERIFY_NO);
	r->direction = DIRECTION_SERVER;
	r = fill_relay(h, "odd.example.net", VERIFY_UNKNOWN);
	strcpy(r->last.verify_text, "PERFECT");
	return h;
}

static void
what_fails_stands_on_top(void **state)
{
	static const char *const rows[] = {
		"LOG      mail, 2026-11-21 12:00:00 to 2026-11-22 12:00:00, 1200 lines, 2 not read\n",
		"VERIFIED 2 of 9 relays   HELD 10, oldest 2h42   CLEAR 12   RETURNED 3\n", "\nRELAY  ",
		"MAIL  ", "FAIL/24h\n",
		"\nreturned.example.net  RETURNED 3   FAIL      -             20/20\n"
		"  LOG    not logged; LogLevel 12 logs it\n",
		"\nheld.example.net      HELD 9       FAIL      -             16/16\n"
		"  LOG    454 4.7.0 [address]... authentication failed\n",
		"\nalert.example.net     HELD 1       OK        -             17/17\n"
		"  LOG    tlsv13 alert certificate required\n",
		"\nclear.example.net     CLEAR 12     -         -             17/17\n"
		"  LOG    sent in clear; why is not logged\n",
		"\nquiet.example.net     sent         FAIL      3 Nov         17/17\n"
		"  LOG    not logged; LogLevel 12 logs it\n",
		"\nfail.example.net      sent         FAIL      11:00         16/16\n"
		"  LOG    unable to get local issuer certificate at depth 1\n",
		"\nsoftware.example.net  -            SOFTWARE  -             20/20\n  LOG    wrong version number\n",
		"\nodd.example.net       -            PERFECT   -             15/15\n  LOG    not logged\n",
		"\nok.example.net        -            OK        -             14/14\n\nCLIENT  ",
		"\nclient.example.com  -            NO        -                 -\n"};
	struct history *h = fill_history();
	struct text out = {NULL, 0, 0};
	const char *at;

	(void)state;
	report_history_text(&out, h, NULL, &(struct report_options){.now_ms = NOW});
	at = out.at;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *found = strstr(at, rows[i]);

		if (!found)
			fail_msg("\"%s\" is not in, or not in its place of:\n%s", rows[i], out.at);
		at = found;
	}
	text_free(&out);
	free_history(h);
}

static char *
report_of(const struct history *h)
{
	struct text out = {NULL, 0, 0};

	report_history_text(&out, h, NULL, &(struct report_options){.now_ms = NOW});
	return text_take(&out);
}

/* What OpenSSL and Sendmail leave unsaid is said as far as the line's numbers tell it. */
static void
words_that_say_nothing_are_explained(void **state)
{
	static const struct {
		const char *reason, *stat;
		int ssl_error, retry;
		const char *says;
	} cases[] = {
		{"unknown", NULL, 2, 0, "\n  LOG    the handshake timed out\n"},
		{"unknown", NULL, 5, -1, "\n  LOG    the connection was lost in the handshake\n"},
		{"unknown", NULL, 1, -1, "\n  LOG    TLS handshake failed\n"},
		{"no shared cipher", NULL, 5, 0, "\n  LOG    no shared cipher\n"},
		{NULL, "Deferred", 0, 0, "\n  LOG    Deferred; why is not logged\n"},
		{NULL, "Deferred: Connection refused by x", 0, 0, "\n  LOG    Connection refused by x\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history *h = mem_new(1, sizeof *h);
		struct relay *r =
			fill_relay(h, "mx.example.net", cases[i].reason ? VERIFY_SOFTWARE : VERIFY_UNKNOWN);
		char *text;

		h->totals.host = "";
		r->deliveries.waiting = 1;
		r->last.reason = cases[i].reason ? mem_text(cases[i].reason) : NULL;
		r->last.stat = cases[i].stat ? mem_text(cases[i].stat) : NULL;
		r->last.ssl_error = cases[i].ssl_error;
		r->last.retry = cases[i].retry;
		text = report_of(h);
		assert_non_null(strstr(text, cases[i].says));
		free(text);
		free_history(h);
	}
}

static void
a_log_that_cannot_tell_says_so(void **state)
{
	struct history *h = mem_new(1, sizeof *h);
	char *text;

	(void)state;
	h->totals = (struct history_totals){.lines = 3, .host = ""};
	fill_relay(h, "mx.example.net", VERIFY_OK)->counts[VERIFY_OK] = 0;
	text = report_of(h);
	assert_non_null(strstr(text,
		"\nNOTE     no verify= in this log: Sendmail writes it from LogLevel 9 on"));
	free(text);
	h->relays[0].counts[VERIFY_OK] = 1;
	text = report_of(h);
	assert_null(strstr(text, "NOTE"));
	free(text);
	assert_false(report_history_is_unreadable(h));
	free(h->relays[0].name);
	h->count = 0;
	h->totals.skipped = 3;
	assert_true(report_history_is_unreadable(h));
	assert_int_equal(report_history_status(h, NULL), 2);
	text = report_of(h);
	assert_non_null(strstr(text, "\nNo line could be read"));
	free(text);
	free_history(h);
}

static void
the_json_has_every_key(void **state)
{
	static const struct {
		const char *path, *value;
	} cases[] = {
		{"schema", "\"verifail/report/1\""},
		{"lines", "1200"},
		{"bytes", "98765"},
		{"skipped", "2"},
		{"first", "\"2026-11-21T12:00:00+00:00\""},
		{"last", "\"2026-11-22T12:00:00+00:00\""},
		{"relays.0.relay", "\"returned.example.net\""},
		{"relays.0.direction", "\"client\""},
		{"relays.1.counts", "{\"OK\":0,\"FAIL\":3}"},
		{"relays.1.addresses", "[\"192.0.2.10\"]"},
		{"relays.1.deliveries",
			"{\"sent\":0,\"unverified\":0,\"clear\":0,\"deferred\":0,\"bounced\":0,\"waiting\":9}"},
		{"relays.2.last.alert",
			"\"error:0A00045C:SSL routines::tlsv13 alert certificate required:a.c:1:\""},
		{"relays.1.last.stat", "\"Deferred: [address]\\u001B[2J\""},
		{"relays.1.findings", "[]"},
		{"relays.5.last.depth", "1"},
		{"relays.5.last.bits", "null"},
		{"relays.5.last.time", "null"},
		{"relays.5.last.verifymsg", "\"unable to get local issuer certificate\""},
		{"relays.4.last.verifymsg", "null"},
		{"relays.6.counts", "{\"OK\":0,\"FAIL\":0,\"SOFTWARE\":3}"},
		{"relays.6.handshake_failures", "2"},
		{"relays.7.counts", "{\"OK\":0,\"FAIL\":0,\"other\":3}"},
		{"relays.7.last.verify", "\"PERFECT\""},
		{"relays.9.direction", "\"server\""},
		{"findings", "[]"},
	};
	struct history *h = fill_history();
	struct text out = {NULL, 0, 0};
	json_t *j;

	(void)state;
	report_history_json(&out, h, NULL, &(struct report_options){.now_ms = NOW});
	j = fill_parse(out.at);
	for (size_t i = 0; i < COUNT(cases); i++)
		fill_check(j, cases[i].path, cases[i].value);
	json_decref(j);
	text_free(&out);
	free_history(h);
}

static void
addresses_show_only_in_full(void **state)
{
	struct history *h = fill_history();
	struct text out = {NULL, 0, 0};

	(void)state;
	report_history_json(&out, h, NULL, &(struct report_options){.now_ms = NOW, .full = true});
	assert_non_null(strstr(out.at, "Deferred: user@example.org"));
	text_free(&out);
	report_history_text(&out, h, NULL, &(struct report_options){.now_ms = NOW, .full = true});
	assert_non_null(strstr(out.at, "user@example.org"));
	text_free(&out);
	free_history(h);
}

static void
colour_is_only_added(void **state)
{
	struct history *h = fill_history();
	struct text plain = {NULL, 0, 0}, color = {NULL, 0, 0}, stripped = {NULL, 0, 0};

	(void)state;
	report_history_text(&plain, h, NULL, &(struct report_options){.now_ms = NOW});
	report_history_text(&color, h, NULL, &(struct report_options){.now_ms = NOW, .color = true});
	assert_null(strchr(plain.at, '\033'));
	for (const char *at = color.at; *at; at++) {
		if (*at == '\033')
			at = strchr(at, 'm');
		else
			text_add(&stripped, at, 1);
	}
	assert_true(color.len > plain.len);
	assert_string_equal(stripped.at, plain.at);
	text_free(&plain);
	text_free(&color);
	text_free(&stripped);
	free_history(h);
}

static void
exit_status_is_that_of_the_last_words_outbound(void **state)
{
	static const struct {
		enum verify verify;
		enum direction direction;
		const char *text;
		int status;
	} cases[] = {{VERIFY_OK, DIRECTION_CLIENT, "OK", 0}, {VERIFY_TRUSTED, DIRECTION_CLIENT, "", 0},
		{VERIFY_FAIL, DIRECTION_CLIENT, "FAIL", 1}, {VERIFY_SOFTWARE, DIRECTION_CLIENT, "", 1},
		{VERIFY_UNKNOWN, DIRECTION_CLIENT, "", 0}, {VERIFY_UNKNOWN, DIRECTION_CLIENT, "PERFECT", 1},
		{VERIFY_FAIL, DIRECTION_SERVER, "FAIL", 0}, {VERIFY_NO, DIRECTION_CLIENT, "NO", 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history h = {.count = 1};

		h.relays[0].direction = cases[i].direction;
		h.relays[0].last.verify = cases[i].verify;
		strcpy(h.relays[0].last.verify_text, cases[i].text);
		assert_int_equal(report_history_status(&h, NULL), cases[i].status);
	}
	assert_int_equal(report_history_status(&(struct history){.count = 0}, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fails_stands_on_top),
		cmocka_unit_test(words_that_say_nothing_are_explained),
		cmocka_unit_test(a_log_that_cannot_tell_says_so),
		cmocka_unit_test(the_json_has_every_key),
		cmocka_unit_test(addresses_show_only_in_full),
		cmocka_unit_test(colour_is_only_added),
		cmocka_unit_test(exit_status_is_that_of_the_last_words_outbound),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
