/* The relay table with what was found of each relay and of this host. */
#include "tests/unit/cm.h"

#include "fill_history.h"
#include "report/report.h"

static const struct report_options options = {.now_ms = NOW};

/* What is found, by the relay's name; "" is this host. */
struct found {
	const char *names[8];
	struct findings lists[8];
	size_t count;
};

static struct findings *
found_add(struct found *f, const char *name)
{
	f->names[f->count] = name;
	return &f->lists[f->count++];
}

static const struct findings *
found_of(void *arg, const struct relay *relay)
{
	static const struct findings none = {NULL, 0};
	const struct found *f = arg;

	for (size_t i = 0; i < f->count; i++) {
		if (strcmp(f->names[i], relay ? relay->name : "") == 0)
			return &f->lists[i];
	}
	return &none;
}

static void
found_clear(struct found *f)
{
	for (size_t i = 0; i < f->count; i++)
		findings_clear(&f->lists[i]);
}

/* A cause with a cure of several lines, the same wherever it is found. */
static struct finding *
found_cause(struct findings *list, const char *id, enum blame blame)
{
	struct finding *f = fill_finding(list, id, FINDING_CAUSE, "Something is wrong");
	struct remedy *r = finding_remedy(f, REMEDY_CURE, "CURE");

	f->blame = blame;
	for (int i = 0; i < 3; i++)
		remedy_add(r, LINE_SENTENCE,
			text_new("A sentence, %d of three, that is long enough to matter.", i + 1));
	return f;
}

#define SENTENCES                                                           \
	"A sentence, 1 of three, that is long enough to matter.\n"          \
	"         A sentence, 2 of three, that is long enough to matter.\n" \
	"         A sentence, 3 of three, that is long enough to matter.\n"

static char *
table_of(const struct history *h, struct found *f)
{
	struct report_findings findings = {found_of, f};
	struct text out = {NULL, 0, 0};

	report_history_text(&out, h, &findings, &options);
	return text_take(&out);
}

static void
each_failing_relay_has_its_cause_and_a_good_one_a_line(void **state)
{
	struct history *h = mem_new(1, sizeof *h);
	struct found f = {.count = 0};
	char *text;

	(void)state;
	h->totals.host = "";
	fill_relay(h, "a.example.net", VERIFY_FAIL);
	fill_relay(h, "b.example.net", VERIFY_FAIL);
	fill_relay(h, "c.example.net", VERIFY_FAIL)->last.verifymsg = mem_text("it is so");
	fill_relay(h, "d.example.net", VERIFY_OK);
	fill_relay(h, "e.example.net", VERIFY_OK);
	found_cause(found_add(&f, "a.example.net"), "leaf-expired", BLAME_REMOTE);
	found_cause(found_add(&f, "b.example.net"), "self-signed", BLAME_REMOTE);
	fill_finding(found_add(&f, "d.example.net"), "no-longer-failing", FINDING_NOTE, "Failed once");
	fill_finding(found_add(&f, "e.example.net"), "one-of-many", FINDING_CAUSE, "1 of 2 addresses fails");
	text = table_of(h, &f);
	assert_non_null(strstr(text,
		"\nRELAY          MAIL         LOG       SINCE      FAIL/24h\n"
		"a.example.net  -            FAIL      -             13/13\n"
		"  CAUSE  them: Something is wrong\n  PROOF  It was seen.\n  FIX    " SENTENCES
		"b.example.net  -            FAIL      -             13/13\n"
		"  CAUSE  them: Something is wrong\n  PROOF  It was seen.\n  FIX    as above, see a.example.net\n"
		"c.example.net  -            FAIL      -             13/13\n  LOG    it is so\n"
		"d.example.net  -            OK        -             13/13\n"
		"e.example.net  -            OK        -             13/13\n"
		"  CAUSE  them: 1 of 2 addresses fails\n  PROOF  It was seen.\n"));
	assert_null(strstr(text, "HOST"));
	assert_null(strstr(text, "verifail verify"));
	free(text);
	found_clear(&f);
	free_history(h);
}

static void
what_is_this_hosts_doing_is_told_once_on_top(void **state)
{
	struct history *h = mem_new(1, sizeof *h);
	struct found f = {.count = 0};
	char *text, *host;

	(void)state;
	h->totals.host = "";
	fill_relay(h, "a.example.net", VERIFY_FAIL);
	found_cause(found_add(&f, ""), "ca-options-unset", BLAME_LOCAL);
	found_cause(found_add(&f, "a.example.net"), "ca-options-unset", BLAME_LOCAL)->certain = false;
	text = table_of(h, &f);
	host = strstr(text,
		"\nHOST     us: Something is wrong\n  PROOF  It was seen.\n  FIX    " SENTENCES "\nRELAY ");
	assert_non_null(host);
	assert_non_null(strstr(host,
		"13/13\n  CAUSE  us: Something is wrong ? (see HOST above)\n"
		"\n?  the log alone does not prove it; to look (key v in the live view):\n"
		"   verifail verify RELAY\n"));
	free(text);
	found_clear(&f);
	free_history(h);
}

static void
a_quiet_log_is_told_once(void **state)
{
	struct history *h = mem_new(1, sizeof *h);
	struct found f = {.count = 0};
	char *text;

	(void)state;
	h->totals.host = "";
	fill_relay(h, "a.example.net", VERIFY_UNKNOWN)->counts[VERIFY_UNKNOWN] = 0;
	text = table_of(h, &f);
	assert_non_null(strstr(text, "NOTE     no verify= in this log"));
	free(text);
	fill_finding(found_add(&f, ""), "log-too-quiet", FINDING_NOTE, "LogLevel logs no verify=");
	text = table_of(h, &f);
	assert_null(strstr(text, "NOTE     no verify= in this log"));
	assert_non_null(strstr(text, "HOST     them: LogLevel logs no verify=\n"));
	free(text);
	found_clear(&f);
	free_history(h);
}

/* 0 as long as nothing is worse than a notice; what is found of this host counts, of inbound rows too. */
static void
any_error_or_warning_makes_the_status_1(void **state)
{
	static const struct {
		const char *of;
		enum severity severity;
		int status;
	} cases[] = {{"a.example.net", SEVERITY_NOTICE, 0}, {"a.example.net", SEVERITY_WARNING, 1},
		{"", SEVERITY_NOTICE, 0}, {"", SEVERITY_ERROR, 1},
		{"client.example.com", SEVERITY_WARNING, 1}, {"unknown.example.net", SEVERITY_ERROR, 0}};
	struct history *h = mem_new(1, sizeof *h);

	(void)state;
	fill_relay(h, "a.example.net", VERIFY_OK);
	fill_relay(h, "client.example.com", VERIFY_NO)->direction = DIRECTION_SERVER;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct found f = {.count = 0};
		struct report_findings findings = {found_of, &f};

		fill_finding(found_add(&f, cases[i].of), "verify-error", FINDING_CAUSE, "T")->severity =
			cases[i].severity;
		assert_int_equal(report_history_status(h, &findings), cases[i].status);
		found_clear(&f);
	}
	free_history(h);
}

static void
json_has_what_is_found_of_each(void **state)
{
	struct history *h = mem_new(1, sizeof *h);
	struct found f = {.count = 0};
	struct report_findings findings = {found_of, &f};
	struct text out = {NULL, 0, 0};
	struct relay *r;
	json_t *j;

	(void)state;
	h->totals.host = "";
	r = fill_relay(h, "a.example.net", VERIFY_FAIL);
	r->before = VERIFY_OK;
	r->last_ok_ms = NOW - WHEN_HOUR;
	r->first_fail_ms = NOW - WHEN_MINUTE;
	fill_relay(h, "b.example.net", VERIFY_OK);
	found_cause(found_add(&f, "a.example.net"), "leaf-expired", BLAME_REMOTE);
	found_cause(found_add(&f, ""), "clock-wrong", BLAME_LOCAL);
	report_history_json(&out, h, &findings, &options);
	j = fill_parse(out.at);
	fill_check(j, "relays.0.findings.0.id", "\"leaf-expired\"");
	fill_check(j, "relays.0.before", "\"OK\"");
	fill_check(j, "relays.0.last_ok", "\"2026-11-22T11:00:00+00:00\"");
	fill_check(j, "relays.0.first_fail", "\"2026-11-22T11:59:00+00:00\"");
	fill_check(j, "relays.1.findings", "[]");
	fill_check(j, "relays.1.before", "null");
	fill_check(j, "findings.0.id", "\"clock-wrong\"");
	fill_check(j, "findings.0.blame", "\"local\"");
	json_decref(j);
	text_free(&out);
	found_clear(&f);
	free_history(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failing_relay_has_its_cause_and_a_good_one_a_line),
		cmocka_unit_test(what_is_this_hosts_doing_is_told_once_on_top),
		cmocka_unit_test(a_quiet_log_is_told_once),
		cmocka_unit_test(any_error_or_warning_makes_the_status_1),
		cmocka_unit_test(json_has_what_is_found_of_each),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
