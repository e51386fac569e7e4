/* Findings, experiments and paths as programs read them, and what they make of the exit status. */
#include "tests/unit/cm.h"

#include "fill.h"
#include "report/report.h"

static const struct report_options options = {.now_ms = NOW};

static struct findings
fill_whole(void)
{
	struct findings list = {NULL, 0};
	struct finding *f =
		fill_finding(&list, "leaf-expired", FINDING_CAUSE, "Certificate of u@example.org expired");
	struct remedy *r = finding_remedy(f, REMEDY_CURE, "TELL THEM");

	f->proof = PROOF_PROBE;
	f->severity = SEVERITY_ERROR;
	f->cost = mem_text("Mail waits.");
	f->remote_message = mem_text("To: postmaster@example.net");
	finding_prove(f, EVIDENCE_PROVES, mem_text("stat=<u@example.org>\033[2J\xFF"));
	remedy_add(r, LINE_SENTENCE, mem_text("Renew it."));
	r = finding_remedy(f, REMEDY_WEAKER, "EXEMPT THIS RELAY");
	r->cost = mem_text("Nobody knows who answers.");
	remedy_add(r, LINE_ACCESS, mem_text("TLS_Srv:mx.example.net\tENCR:112"));
	remedy_add(r, LINE_SHELL, mem_text("makemap hash a < a"));
	r = finding_remedy(f, REMEDY_WEAKER, "ACCEPT LESS");
	remedy_add(r, LINE_SHELL, mem_text("true"));
	f = fill_finding(&list, "mail-held", FINDING_EFFECT, "9 messages held");
	f->blame = BLAME_NETWORK;
	f->certain = false;
	fill_finding(&list, "log-too-quiet", FINDING_NOTE, "LogLevel 8")->proof = PROOF_AUDIT;
	return list;
}

/* What a look's document says of findings. */
static json_t *
findings_of(const struct findings *list, bool full)
{
	struct look *l = look_new("mx.example.net", 25);
	struct text out = {NULL, 0, 0};
	json_t *document, *found;

	report_look_json(&out, l, list, &(struct report_options){.now_ms = NOW, .full = full});
	document = fill_parse(out.at);
	found = json_incref(json_object_get(document, "findings"));
	json_decref(document);
	text_free(&out);
	look_unref(l);
	return found;
}

static void
a_finding_has_every_key(void **state)
{
	static const struct {
		const char *path, *value;
	} cases[] = {
		{"0.id", "\"leaf-expired\""},
		{"0.severity", "\"error\""},
		{"0.blame", "\"remote\""},
		{"0.kind", "\"cause\""},
		{"0.proof", "\"probe\""},
		{"0.certain", "true"},
		{"0.title", "\"Certificate of [address] expired\""},
		{"0.evidence", "[\"It was seen.\",\"stat=<[address]>\\u001B[2J\\uFFFD\"]"},
		/* One list: what weakens is seen to begin, and what it gives up. */
		{"0.fix", "[\"Renew it.\",\"EXEMPT THIS RELAY (weaker): Nobody knows who answers.\","
			  "\"TLS_Srv:mx.example.net\\tENCR:112\",\"ACCEPT LESS (weaker)\"]"},
		{"0.commands", "[\"makemap hash a < a\",\"true\"]"},
		{"0.cost", "\"Mail waits.\""},
		{"0.remote_message", "\"To: postmaster@example.net\""},
		{"0.remedies.0",
			"{\"kind\":\"cure\",\"title\":\"TELL THEM\",\"cost\":null,\"lines\":[\"Renew it.\"],\"commands\":[]}"},
		{"0.remedies.1.kind", "\"weaker\""},
		{"0.remedies.1.cost", "\"Nobody knows who answers.\""},
		{"1.kind", "\"effect\""},
		{"1.blame", "\"network\""},
		{"1.certain", "false"},
		{"1.severity", "\"warning\""},
		{"1.fix", "[]"},
		{"1.commands", "[]"},
		{"1.remedies", "[]"},
		{"1.remote_message", "null"},
		{"1.cost", "null"},
		{"2.kind", "\"note\""},
		{"2.severity", "\"notice\""},
		{"2.proof", "\"audit\""},
	};
	struct findings list = fill_whole();
	json_t *j = findings_of(&list, false), *full = findings_of(&list, true),
	       *none = findings_of(NULL, false);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		fill_check(j, cases[i].path, cases[i].value);
	fill_check(full, "0.title", "\"Certificate of u@example.org expired\"");
	fill_check(full, "0.evidence.1", "\"stat=<u@example.org>\\u001B[2J\\uFFFD\"");
	assert_int_equal(json_array_size(none), 0);
	json_decref(j);
	json_decref(full);
	json_decref(none);
	findings_clear(&list);
}

/* A repaired path: the leaf as sent, its issuer from the net, a root of the store. */
static struct path *
fill_path(void)
{
	struct certificate **list = mem_new(3, sizeof *list);
	struct path *p;

	list[0] = fill_certificate("mx.example.net", NOW - WHEN_DAY, NOW + WHEN_DAY);
	list[1] = fill_certificate("E1", NOW - WHEN_DAY, NOW + WHEN_DAY);
	list[2] = fill_certificate("R1", NOW - WHEN_DAY, NOW + WHEN_DAY);
	p = path_new(chain_new(list, 3));
	p->items[0].sent = true;
	p->items[0].code = 10;
	p->items[1].from = mem_text("http://ca.example.net/\033e1.crt");
	p->items[2].in_store = true;
	return p;
}

/* A look whose first address was taken apart. */
static struct look *
fill_examined(void)
{
	struct look *l = fill_look("mx.example.net ESMTP", "mx.example.net");
	struct look_address *a = &l->addresses[0];

	a->experiment_count = 2;
	a->experiments = mem_new(2, sizeof *a->experiments);
	a->experiments[0] = (struct experiment){.ids = {EXPERIMENT_ADD_ISSUERS},
		.id_count = 1,
		.verdict = {VERIFY_FAIL, 66, 0, "EE certificate key too weak", ""}};
	a->experiments[1] = (struct experiment){.ids = {EXPERIMENT_ADD_ISSUERS, EXPERIMENT_LEVEL},
		.id_count = 2,
		.level = 1,
		.verdict = {VERIFY_OK, 0, -1, "ok", ""}};
	a->repaired = fill_path();
	a->other_count = 1;
	a->others = mem_new(1, sizeof *a->others);
	a->others[0] = fill_path();
	l->connections = 3;
	return l;
}

static void
what_was_tried_is_in_the_document(void **state)
{
	static const struct {
		const char *path, *value;
	} cases[] = {
		{"addresses.0.experiments.0",
			"{\"ids\":[\"add-issuers\"],\"verify\":\"FAIL\",\"code\":66,\"depth\":0}"},
		{"addresses.0.experiments.1",
			"{\"ids\":[\"add-issuers\",\"level-1\"],\"verify\":\"OK\",\"code\":0,\"depth\":null}"},
		{"addresses.1.experiments", "[]"},
		{"addresses.0.path", "[]"},
		{"addresses.1.repaired", "[]"},
		{"addresses.0.repaired.0.subject", "\"mx.example.net\""},
		{"addresses.0.repaired.0.sent", "true"},
		{"addresses.0.repaired.0.code", "10"},
		{"addresses.0.repaired.0.from", "null"},
		{"addresses.0.repaired.1.from", "\"http://ca.example.net/\\u001Be1.crt\""},
		{"addresses.0.repaired.1.sent", "false"},
		{"addresses.0.repaired.2.in_store", "true"},
		{"addresses.0.repaired.2.sha256", "\"00ff\""},
		{"addresses.0.others.0.1.subject", "\"E1\""},
		{"addresses.1.others", "[]"},
		{"connections", "3"},
		{"findings.0.id", "\"leaf-expired\""},
		{"findings.2.id", "\"log-too-quiet\""},
	};
	struct look *l = fill_examined();
	struct findings list = fill_whole();
	struct text out = {NULL, 0, 0};
	json_t *j;

	(void)state;
	report_look_json(&out, l, &list, &options);
	j = fill_parse(out.at);
	for (size_t i = 0; i < COUNT(cases); i++)
		fill_check(j, cases[i].path, cases[i].value);
	json_decref(j);
	text_free(&out);
	report_look_text(&out, l, &list, &options);
	assert_non_null(strstr(out.at,
		"mx.example.net  FAIL\n  CAUSE  them: Certificate of [address] expired\n  PROOF "));
	assert_non_null(strstr(out.at,
		"    with what the experiments changed:\n    0 mx.example.net   1 d left   sent\n"
		"  + 1 E1   1 d left   from http://ca.example.net/?e1.crt\n"
		"  + 2 R1   1 d left   in the store\n"));
	text_free(&out);
	findings_clear(&list);
	look_unref(l);
}

static void
a_chain_from_a_file_has_them_too(void **state)
{
	struct verdict v = {VERIFY_OK, 0, -1, "ok", ""};
	struct look *l = fill_saved(fill_chain("mx.example.net"), &v);
	struct findings list = fill_whole();
	struct text out = {NULL, 0, 0};
	json_t *j;

	(void)state;
	l->addresses[0].repaired = fill_path();
	report_chain_json(&out, l, &list, &options);
	j = fill_parse(out.at);
	fill_check(j, "schema", "\"verifail/chain/1\"");
	fill_check(j, "findings.1.id", "\"mail-held\"");
	fill_check(j, "repaired.2.subject", "\"R1\"");
	fill_check(j, "policy", "{\"ca_file\":null,\"ca_path\":null,\"source\":null}");
	text_free(&out);
	report_chain_text(&out, l, &list, &options);
	assert_int_equal(strncmp(out.at, "OK\n  CAUSE  them: Certificate of [address] expired\n", 48), 0);
	assert_non_null(strstr(out.at, "  + 2 R1   1 d left   in the store\n"));
	text_free(&out);
	json_decref(j);
	findings_clear(&list);
	look_unref(l);
}

/* What is found turns a good word into 1; of a server that was not reached it only says why. */
static void
findings_count_for_the_exit_status(void **state)
{
	static const struct {
		enum verify verify;
		enum severity severity;
		int look, chain;
	} cases[] = {
		{VERIFY_OK, SEVERITY_NOTICE, 0, 0},
		{VERIFY_OK, SEVERITY_WARNING, 1, 1},
		{VERIFY_OK, SEVERITY_ERROR, 1, 1},
		{VERIFY_TRUSTED, SEVERITY_NOTICE, 0, 0},
		{VERIFY_TRUSTED, SEVERITY_ERROR, 1, 1},
		{VERIFY_FAIL, SEVERITY_NOTICE, 1, 1},
		{VERIFY_UNREACHABLE, SEVERITY_ERROR, 3, 1},
		{VERIFY_UNKNOWN, SEVERITY_ERROR, 3, 1},
		{VERIFY_NONE, SEVERITY_NOTICE, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct verdict v = {.verify = cases[i].verify, .depth = -1};
		struct look *l = fill_saved(fill_chain("mx.example.net"), &v);
		struct findings list = {NULL, 0};

		l->verify = cases[i].verify;
		fill_finding(&list, "verify-error", FINDING_CAUSE, "T")->severity = cases[i].severity;
		assert_int_equal(report_look_status(l, &list), cases[i].look);
		assert_int_equal(report_chain_status(l, &list), cases[i].chain);
		findings_clear(&list);
		look_unref(l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_has_every_key),
		cmocka_unit_test(what_was_tried_is_in_the_document),
		cmocka_unit_test(a_chain_from_a_file_has_them_too),
		cmocka_unit_test(findings_count_for_the_exit_status),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
