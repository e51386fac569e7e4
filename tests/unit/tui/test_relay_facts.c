/* What the relay view says of a relay, fact by fact. */
#include "tests/unit/cm.h"

#include "hand.h"

#include "base/when.h"
#include "tui/relay_facts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct bench { /* what facts are read from */
	struct findings of_relay, of_host;
	struct finding_list list;
	struct policy policy;
	struct look look;
	struct relay relay;
	struct relay_case c;
	struct relay_facts facts;
};

static void
begin(struct bench *b)
{
	hand_locale();
	*b = (struct bench){.relay = {.name = (char *)"mx.example.net", .last = {.depth = -1}},
		.policy = {.cf = (char *)"/etc/mail/sendmail.cf", .queue_return_ms = 5 * WHEN_DAY}};
	b->c = (struct relay_case){
		.relay = &b->relay, .policy = &b->policy, .found = &b->list, .now_ms = HAND_NOW};
}

static void
end(struct bench *b)
{
	relay_facts_free(&b->facts);
	findings_clear(&b->of_relay);
	findings_clear(&b->of_host);
}

/* The text of a fact; NULL: it is not told. */
static const char *
fact(struct bench *b, const char *label)
{
	relay_facts_free(&b->facts);
	finding_list_join(&b->list, &b->of_relay, &b->of_host);
	relay_facts_read(&b->facts, &b->c);
	for (size_t i = 0; i < b->facts.count; i++) {
		if (strcmp(b->facts.at[i].label, label) == 0)
			return b->facts.at[i].text;
	}
	return NULL;
}

static void
assert_fact(struct bench *b, const char *label, const char *want)
{
	const char *got = fact(b, label);

	assert_int_equal(got != NULL, want != NULL);
	if (want)
		assert_string_equal(got, want);
}

static void
mail_says_what_became_of_it_and_until_when(void **state)
{
	static const struct {
		struct relay_deliveries deliveries;
		uint64_t rejects_perm;
		int64_t age_ms, return_ms;
		const char *text;
	} cases[] = {
		{{.waiting = 9}, 0, 76 * WHEN_MINUTE, 0,
			"9 messages held, oldest 1h16; Sendmail returns it 27 Nov 13:06 (5 d)"},
		{{.waiting = 1}, 0, 76 * WHEN_MINUTE, 3 * WHEN_DAY,
			"1 message held, oldest 1h16; Sendmail returns it 25 Nov 13:06 (3 d)"},
		{{.waiting = 1}, 0, 8 * WHEN_SECOND, 4 * WHEN_HOUR,
			"1 message held, oldest 8 s; Sendmail returns it 22 Nov 18:21 (4h00)"},
		{{.waiting = 2, .clear = 3}, 0, 0, 0, "2 messages held, 3 sent in clear"},
		{{.sent = 12}, 0, 0, 0, "12 sent"},
		{{.sent = 12, .unverified = 10, .clear = 2}, 0, 0, 0,
			"12 sent, 2 sent in clear, 10 sent unverified"},
		{{.sent = 1, .bounced = 4}, 4, 0, 0, "1 sent, 4 returned"},
		{{.sent = 1, .bounced = 4}, 0, 0, 0, "1 sent, 4 returned"}, /* by the peer */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bench b;

		begin(&b);
		b.relay.deliveries = cases[i].deliveries;
		b.relay.rejects_perm = cases[i].rejects_perm;
		b.relay.held.oldest_ms = cases[i].age_ms ? HAND_NOW - cases[i].age_ms : 0;
		if (cases[i].return_ms)
			b.policy.queue_return_ms = cases[i].return_ms;
		assert_fact(&b, "MAIL", cases[i].text);
		end(&b);
	}
}

static void
the_rule_is_named_where_diagnosis_knows_it(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	assert_fact(&b, "RULE", NULL);
	b.relay.last.reject = (char *)"454 4.7.0 authentication failed";
	b.relay.rejects_temp = 7;
	b.relay.rejects_perm = 2;
	assert_fact(&b, "RULE", "9 refused by our rulesets: 454 4.7.0 authentication failed");
	hand_finding(&b.of_relay, "policy-deferred", "Held", "E")->rule = mem_text("access TLS_Srv VERIFY");
	assert_fact(&b, "RULE", "access TLS_Srv VERIFY is not met   (454 4.7.0 authentication failed)");
	b.relay.last.warning = (char *)"a warning";
	assert_fact(&b, "WARN", "a warning");
	b.relay.last.try_tls = (char *)"TLS is off"; /* the first of two */
	assert_fact(&b, "RULE", "TLS is off");
	end(&b);
}

/* `?` and what would turn it into an answer. */
static void
a_cause_that_is_not_certain_says_what_would_decide(void **state)
{
	static const struct {
		enum proof proof;
		bool certain;
		enum verify verify;
		const char *message;
		int depth;
		enum look_state look; /* LOOK_QUEUED: none */
		const char *cause, *decides;
	} cases[] = {
		{PROOF_LOG, false, VERIFY_FAIL, NULL, -1, LOOK_QUEUED, "them: self-signed   ?",
			"from the log, not yet tried: press v; LogLevel 12 would log the message, 14 the "
			"depth"},
		{PROOF_LOG, false, VERIFY_FAIL, "self-signed certificate", -1, LOOK_QUEUED,
			"them: self-signed   ?",
			"from the log, not yet tried: press v; LogLevel 14 would log the depth"},
		{PROOF_LOG, true, VERIFY_FAIL, "self-signed certificate", 0, LOOK_QUEUED,
			"them: self-signed   ?", "from the log, not yet tried: press v"},
		{PROOF_LOG, true, VERIFY_SOFTWARE, NULL, -1, LOOK_CANCELLED, "them: self-signed   ?",
			"from the log, not yet tried: press v"},
		{PROOF_LOG, true, VERIFY_FAIL, NULL, -1, LOOK_DONE, "them: self-signed", NULL},
		{PROOF_PROBE, true, VERIFY_FAIL, NULL, -1, LOOK_DONE, "them: self-signed", NULL},
		{PROOF_PROBE, false, VERIFY_FAIL, NULL, -1, LOOK_DONE, "them: self-signed   ?",
			"not certain: the look could not decide"},
		{PROOF_PROBE, false, VERIFY_FAIL, NULL, -1, LOOK_EXAMINING, "them: self-signed   (so far)",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct finding *f;
		struct bench b;

		begin(&b);
		f = hand_finding(&b.of_relay, "self-signed", "Self-signed", "E");
		f->proof = cases[i].proof;
		f->certain = cases[i].certain;
		b.relay.last.verify = cases[i].verify;
		b.relay.last.verifymsg = (char *)cases[i].message;
		b.relay.last.depth = cases[i].depth;
		b.look.state = cases[i].look;
		b.c.look = cases[i].look == LOOK_QUEUED ? NULL : &b.look;
		assert_fact(&b, "CAUSE", cases[i].cause);
		assert_fact(&b, "?", cases[i].decides);
		end(&b);
	}
}

static void
while_the_cause_is_searched_it_says_what_is_asked(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.c.look = &b.look;
	b.look.state = LOOK_EXAMINING;
	assert_fact(&b, "SEARCH", "searching for the cause: judging again with one thing changed");
	b.look.asks = (char *)"the issuer at http://ca.example.net/";
	assert_fact(&b, "SEARCH", "searching for the cause: the issuer at http://ca.example.net/");
	b.look.state = LOOK_DONE;
	assert_fact(&b, "SEARCH", NULL);
	end(&b);
}

static void
effects_and_notes_are_not_called_causes(void **state)
{
	static const struct {
		enum finding_kind kind;
		enum blame blame;
		enum verify verify;
		const char *label, *text;
	} cases[] = {
		{FINDING_CAUSE, BLAME_LOCAL, VERIFY_FAIL, "CAUSE", "us: it is so"},
		{FINDING_EFFECT, BLAME_UNKNOWN, VERIFY_UNKNOWN, "EFFECT", "?: it is so"},
		{FINDING_NOTE, BLAME_UNKNOWN, VERIFY_FAIL, "CAUSE", "?: it is so"},
		{FINDING_NOTE, BLAME_REMOTE, VERIFY_OK, "NOTE", "them: it is so"},
		{FINDING_CAUSE, BLAME_NETWORK, VERIFY_NONE, "CAUSE", "net: it is so"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct finding *f;
		struct bench b;

		begin(&b);
		b.relay.last.verify = cases[i].verify;
		f = hand_finding(&b.of_relay, "x", "It is so", "E");
		f->kind = cases[i].kind;
		f->blame = cases[i].blame;
		assert_fact(&b, cases[i].label, cases[i].text);
		end(&b);
	}
}

/* Where nothing is found Sendmail's words are all there is. */
static void
without_a_finding_the_log_and_the_look_speak(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.relay.last.verify = VERIFY_FAIL;
	b.relay.last.verifymsg = (char *)"certificate has expired";
	assert_fact(&b, "CAUSE", "certificate has expired");
	b.c.look = &b.look;
	b.look.state = LOOK_DONE;
	b.look.verify = VERIFY_OK;
	assert_fact(&b, "CAUSE", "none: it verifies now");
	hand_finding(&b.of_host, "key-unsafe", "Key is readable", "E"); /* explains nothing here */
	assert_fact(&b, "CAUSE", "none: it verifies now");
	assert_fact(&b, "PROOF", NULL);
	assert_fact(&b, "ALSO", "warning: this host: key is readable");
	end(&b);
}

static void
what_changed_is_told_apart_from_what_proves(void **state)
{
	struct finding *f;
	struct bench b;

	(void)state;
	begin(&b);
	f = hand_finding(&b.of_relay, "leaf-expired", "Expired", "192.0.2.1: FAIL 10");
	finding_prove(f, EVIDENCE_CHANGED, text_new("Another certificate than at 13:01: serial 04, now 7f"));
	finding_prove(f, EVIDENCE_PROVES, text_new("OK once it is not"));
	assert_fact(&b, "PROOF", "192.0.2.1: FAIL 10\nOK once it is not");
	assert_fact(&b, "CHANGE", "Another certificate than at 13:01: serial 04, now 7f");
	b.relay.last.verify = VERIFY_FAIL;
	b.relay.last_ok_ms = when_utc(2026, 11, 22, 13, 1, 40);
	b.relay.first_fail_ms = when_utc(2026, 11, 22, 13, 5, 12);
	assert_fact(&b, "CHANGE",
		"13:01:40 last OK;  13:05:12 first FAIL\n"
		"Another certificate than at 13:01: serial 04, now 7f");
	end(&b);
}

static void
the_log_against_itself(void **state)
{
	static const struct {
		enum verify verify, before;
		int64_t since_ms, ok_ms, fail_ms;
		const char *text;
	} cases[] = {
		{VERIFY_FAIL, VERIFY_UNKNOWN, 0, 0, 0, "never OK in this log"},
		{VERIFY_FAIL, VERIFY_UNKNOWN, 0, 0, HAND_NOW, "never OK in this log;  14:22:07 first FAIL"},
		{VERIFY_SOFTWARE, VERIFY_OK, HAND_NOW, HAND_NOW - 3 * WHEN_DAY, HAND_NOW,
			"19 Nov 14:22:07 last OK;  14:22:07 first SOFTWARE"},
		{VERIFY_OK, VERIFY_FAIL, HAND_NOW - WHEN_HOUR, HAND_NOW, 0, "13:22:07 FAIL → OK"},
		{VERIFY_OK, VERIFY_UNKNOWN, HAND_NOW, HAND_NOW, 0, NULL},
		{VERIFY_UNKNOWN, VERIFY_UNKNOWN, 0, 0, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bench b;

		begin(&b);
		b.relay.last.verify = cases[i].verify;
		b.relay.before = cases[i].before;
		b.relay.since_ms = cases[i].since_ms;
		b.relay.last_ok_ms = cases[i].ok_ms;
		b.relay.first_fail_ms = cases[i].fail_ms;
		assert_fact(&b, "CHANGE", cases[i].text);
		end(&b);
	}
}

static void
the_others_are_told_by_severity_and_those_of_the_host_last(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.relay.last.reject = (char *)"454 no";
	hand_finding(&b.of_relay, "a", "The cause", "E");
	hand_finding(&b.of_relay, "b", "A note", "E")->severity = SEVERITY_NOTICE;
	hand_finding(&b.of_relay, "policy-bounced", "Returned", "E")->rule = mem_text("X"); /* RULE has it */
	hand_finding(&b.of_relay, "c", "An error", "E")->severity = SEVERITY_ERROR;
	hand_finding(&b.of_host, "d", "Another error", "E")->severity = SEVERITY_ERROR;
	assert_fact(&b, "ALSO", "error: an error\nnotice: a note\nerror: this host: another error");
	assert_int_equal(b.facts.also, b.facts.count - 1);
	end(&b);
}

static void
the_certificate_of_the_log(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.relay.last.subject = (char *)"/CN=mx";
	assert_fact(&b, "CERT", "/CN=mx, issued by ?");
	b.relay.last.issuer = (char *)"/CN=CA";
	assert_fact(&b, "CERT", "/CN=mx, issued by /CN=CA");
	end(&b);
}

/* ---- rows -------------------------------------------------------------------------------------------------
 */

static void
rows_are_shared_in_turn_and_what_is_cut_is_seen_to_be_cut(void **state)
{
	static const struct {
		int rows;
		const char *lines;
	} cases[] = {
		{9, " MAIL   0 sent\n CAUSE  them: one two\n          three four\n          five six\n"
		    "          seven\n PROOF  first line\n        second line\n        third\n"},
		{6, " MAIL   0 sent\n CAUSE  them: one two\n          three four\n          five six seven\n"
		    " PROOF  first line\n        second line third\n"},
		{4, " MAIL   0 sent\n CAUSE  them: one two\n          three four five six\n"
		    " PROOF  first line second line\n"},
		{0, " MAIL   0 sent\n CAUSE  them: one two three four\n PROOF  first line second line\n"},
		{-5, " MAIL   0 sent\n CAUSE  them: one two three four\n PROOF  first line second line\n"},
	};
	struct bench b;

	(void)state;
	begin(&b);
	hand_finding(&b.of_relay, "x", "One two three four five six seven", "first line");
	finding_prove(b.of_relay.items[0], EVIDENCE_PROVES, text_new("second line"));
	finding_prove(b.of_relay.items[0], EVIDENCE_PROVES, text_new("third"));
	assert_non_null(fact(&b, "CAUSE"));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pane p = {.width = 22};
		char *got;

		relay_facts_share(&b.facts, cases[i].rows, 22, false);
		relay_facts_put(&b.facts, 0, b.facts.count, &p);
		got = hand_lines(&p);
		assert_string_equal(got, cases[i].lines);
		free(got);
		pane_free(&p);
	}
	end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mail_says_what_became_of_it_and_until_when),
		cmocka_unit_test(the_rule_is_named_where_diagnosis_knows_it),
		cmocka_unit_test(a_cause_that_is_not_certain_says_what_would_decide),
		cmocka_unit_test(while_the_cause_is_searched_it_says_what_is_asked),
		cmocka_unit_test(effects_and_notes_are_not_called_causes),
		cmocka_unit_test(without_a_finding_the_log_and_the_look_speak),
		cmocka_unit_test(what_changed_is_told_apart_from_what_proves),
		cmocka_unit_test(the_log_against_itself),
		cmocka_unit_test(the_others_are_told_by_severity_and_those_of_the_host_last),
		cmocka_unit_test(the_certificate_of_the_log),
		cmocka_unit_test(rows_are_shared_in_turn_and_what_is_cut_is_seen_to_be_cut),
	};

	return cmocka_run_group_tests_name("relay_facts", tests, NULL, NULL);
}
