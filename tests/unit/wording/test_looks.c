/* What a relay and a look are called in every state they can be in. */
#include "tests/unit/cm.h"

#include "base/when.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795357327000)

static void
every_word_has_its_name_its_short_form_its_tone_and_its_meaning(void **state)
{
	static const struct {
		enum verify verify;
		const char *log, *brief;
		enum tone tone;
		const char *meaning; /* when the log says no more than the word */
	} cases[] = {
		{VERIFY_UNKNOWN, "-", "", TONE_PLAIN, ""},
		{VERIFY_OK, "OK", "OK", TONE_GOOD, ""},
		{VERIFY_TRUSTED, "TRUSTED", "TRST", TONE_GOOD, ""},
		{VERIFY_FAIL, "FAIL", "FAIL", TONE_BAD, "not logged; LogLevel 12 logs it"},
		{VERIFY_NO, "NO", "NO", TONE_BAD, "no certificate sent"},
		{VERIFY_NOT, "NOT", "NOT", TONE_BAD, "no certificate asked for"},
		{VERIFY_DANE_FAIL, "DANE_FAIL", "DANE", TONE_BAD, "DANE: TLSA does not match"},
		{VERIFY_NONE, "NONE", "NONE", TONE_BAD, "no STARTTLS"},
		{VERIFY_CLEAR, "CLEAR", "CLEAR", TONE_BAD, "in clear after a failed handshake"},
		{VERIFY_TEMP, "TEMP", "TEMP", TONE_BAD, "STARTTLS refused for now"},
		{VERIFY_PROTOCOL, "PROTOCOL", "PROT", TONE_BAD, "SMTP error at STARTTLS"},
		{VERIFY_SOFTWARE, "SOFTWARE", "SOFT", TONE_BAD, "TLS handshake failed"},
		{VERIFY_CONFIG, "CONFIG", "CONF", TONE_BAD, "our TLS features are invalid"},
		{VERIFY_FAILURE, "FAILURE", "LOST", TONE_BAD, "connection lost"},
		{VERIFY_DANE_NOTLS, "DANE_NOTLS", "DANE", TONE_BAD, "DANE demands TLS"},
		{VERIFY_DANE_TEMP, "DANE_TEMP", "DANE", TONE_BAD, "DANE: TLSA lookup failed"},
		{VERIFY_UNREACHABLE, "UNREACHABLE", "DOWN", TONE_BAD, ""},
	};

	(void)state;
	assert_int_equal(COUNT(cases), VERIFY_WORDS);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.last = {.verify = cases[i].verify, .depth = -1}};
		char *cause = words_cause(&r, NULL, false);

		assert_string_equal(words_log(&r), cases[i].log);
		assert_string_equal(words_brief(cases[i].verify), cases[i].brief);
		assert_int_equal(words_tone(cases[i].verify), cases[i].tone);
		assert_string_equal(cause, cases[i].meaning);
		assert_int_equal(words_is_failing(&r), cases[i].tone == TONE_BAD);
		free(cause);
	}
}

static void
a_word_that_sendmail_does_not_have_is_shown_as_logged(void **state)
{
	struct relay r = {.last = {.verify_text = "SOMETHINGNEW"}};

	(void)state;
	assert_string_equal(words_log(&r), "SOMETHINGNEW");
	assert_true(words_is_failing(&r));
	r.last.verify = VERIFY_OK; /* a word that is known is never overruled by the text */
	assert_string_equal(words_log(&r), "OK");
	assert_false(words_is_failing(&r));
}

static void
mail_is_returned_whoever_refused_it(void **state)
{
	static const struct {
		uint64_t rejects, bounced, returned;
	} cases[] = {
		{0, 0, 0},
		{0, 7, 7},
		{3, 0, 3}, /* the log ends between the reject and its to= line */
		{3, 2, 2}, /* one message with several recipients */
		{1, 9, 9},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.rejects_perm = cases[i].rejects, .deliveries.bounced = cases[i].bounced};

		assert_int_equal(words_returned(&r), cases[i].returned);
		assert_int_equal(words_rank(&r) == RANK_RETURNED, cases[i].returned > 0);
	}
}

/* ---- looks ------------------------------------------------------------------------------------------------
 */

static void
now_is_what_a_look_does_or_has_found(void **state)
{
	static const struct {
		enum look_state state;
		enum stage waits_for; /* of an address that is probed */
		enum verify verify;
		const char *whole, *brief;
	} cases[] = {
		{LOOK_QUEUED, STAGE_NONE, VERIFY_UNKNOWN, "wait", "wait"},
		{LOOK_RESOLVING, STAGE_NONE, VERIFY_UNKNOWN, "dns…", "dns…"},
		{LOOK_PROBING, STAGE_NONE, VERIFY_UNKNOWN, "tcp…", "tcp…"},
		{LOOK_PROBING, STAGE_CONNECT, VERIFY_UNKNOWN, "tcp…", "tcp…"},
		{LOOK_PROBING, STAGE_GREETING, VERIFY_UNKNOWN, "220…", "220…"},
		{LOOK_PROBING, STAGE_EHLO, VERIFY_UNKNOWN, "EHLO", "EHLO"},
		{LOOK_PROBING, STAGE_STARTTLS, VERIFY_UNKNOWN, "STLS", "STLS"},
		{LOOK_PROBING, STAGE_HANDSHAKE, VERIFY_UNKNOWN, "tls…", "tls…"},
		{LOOK_PROBING, STAGE_EHLO2, VERIFY_UNKNOWN, "EHLO", "EHLO"},
		{LOOK_JUDGING, STAGE_NONE, VERIFY_UNKNOWN, "…", "…"},
		{LOOK_EXAMINING, STAGE_NONE, VERIFY_FAIL, "FAIL", "FAIL"}, /* why is another question */
		{LOOK_CANCELLED, STAGE_NONE, VERIFY_FAIL, "-", "-"},
		{LOOK_DONE, STAGE_NONE, VERIFY_OK, "OK", "OK"},
		{LOOK_DONE, STAGE_NONE, VERIFY_UNREACHABLE, "UNREACHABLE", "DOWN"},
		{LOOK_DONE, STAGE_NONE, VERIFY_SOFTWARE, "SOFTWARE", "SOFT"},
	};

	(void)state;
	assert_string_equal(words_now(NULL, true), "");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look_address two[] = {{.state = LOOK_DONE, .waits_for = STAGE_EHLO},
			{.state = cases[i].state, .waits_for = cases[i].waits_for}};
		struct look l = {.state = cases[i].state,
			.verify = cases[i].verify,
			.addresses = two,
			.address_count = 2};

		assert_string_equal(words_now(&l, false), cases[i].whole);
		assert_string_equal(words_now(&l, true), cases[i].brief);
	}
}

static void
between_two_addresses_a_look_waits(void **state)
{
	struct look_address two[] = {{.state = LOOK_DONE}, {.state = LOOK_QUEUED}};
	struct look l = {.state = LOOK_PROBING, .addresses = two, .address_count = 2};

	(void)state;
	assert_string_equal(words_now(&l, false), "wait");
	l.address_count = 0;
	assert_string_equal(words_now(&l, true), "wait");
}

static struct address
address_of(const char *text)
{
	struct address a = {0};

	assert_true(address_parse(span_of(text), &a));
	return a;
}

static void
what_is_waited_for_is_said_with_its_time_and_its_end(void **state)
{
	static const struct {
		const char *address;
		enum stage waits_for;
		int64_t since, most;
		const char *text;
	} cases[] = {
		{"192.0.2.77", STAGE_NONE, 0, 0, "[192.0.2.77] waits for a connection, 0 s"},
		{"192.0.2.77", STAGE_CONNECT, 999, 30000, "[192.0.2.77] waits for a connection, 0 s of 30 s"},
		{"2001:db8::1", STAGE_GREETING, 12000, 45000,
			"[2001:db8::1] waits for its 220, 12 s of 45 s"},
		{"192.0.2.77", STAGE_EHLO, 59999, 60000,
			"[192.0.2.77] waits for its answer to EHLO, 59 s of 1 min"},
		{"192.0.2.77", STAGE_STARTTLS, 60000, 300000,
			"[192.0.2.77] waits for its answer to STARTTLS, 1 min of 5 min"},
		{"192.0.2.77", STAGE_HANDSHAKE, 3600000, 0, "[192.0.2.77] waits for the TLS handshake, 1h00"},
		{"192.0.2.77", STAGE_EHLO2, 1000, 10000,
			"[192.0.2.77] waits for its answer to EHLO inside TLS, 1 s of 10 s"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look_address a = {.address = address_of(cases[i].address),
			.state = LOOK_PROBING,
			.waits_for = cases[i].waits_for,
			.waits_since_ms = NOW - cases[i].since,
			.waits_most_ms = cases[i].most};
		struct look l = {.state = LOOK_PROBING, .addresses = &a, .address_count = 1};
		struct text out = {NULL, 0, 0};

		assert_true(words_waiting(&out, &l, NOW));
		assert_string_equal(out.at, cases[i].text);
		text_free(&out);
	}
}

static void
a_look_that_is_not_connecting_says_why(void **state)
{
	static const struct {
		enum look_state state, address;
		const char *held_back, *text;
		bool ticks;
		const char *asks;
	} cases[] = {
		{LOOK_QUEUED, LOOK_QUEUED, NULL, "waits for its turn", false, NULL},
		{LOOK_QUEUED, LOOK_QUEUED, "--pace: next in 4 min", "--pace: next in 4 min", false, NULL},
		{LOOK_PROBING, LOOK_QUEUED, "--pace: next in 4 min", "--pace: next in 4 min", false, NULL},
		{LOOK_PROBING, LOOK_DONE, "long ago", "waits for its turn", false, NULL},
		{LOOK_RESOLVING, LOOK_QUEUED, NULL, "asks the DNS, 8 s", true, NULL},
		{LOOK_JUDGING, LOOK_JUDGING, NULL, "is being judged", false, NULL},
		{LOOK_EXAMINING, LOOK_DONE, NULL, "its chain is taken apart", false, NULL},
		{LOOK_EXAMINING, LOOK_PROBING, NULL, "looks again with SNI", false, "looks again with SNI"},
		{LOOK_JUDGING, LOOK_JUDGING, NULL, "is being judged", false, "asked long ago"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look_address a = {.state = cases[i].address, .held_back = (char *)cases[i].held_back};
		struct look l = {.state = cases[i].state,
			.begun_ms = NOW - 8 * WHEN_SECOND,
			.asks = (char *)cases[i].asks,
			.addresses = &a,
			.address_count = 1};
		struct text out = {NULL, 0, 0};

		assert_int_equal(words_waiting(&out, &l, NOW), cases[i].ticks);
		assert_string_equal(out.at, cases[i].text);
		text_free(&out);
	}
}

/* One address, looked at to the end. */
struct ended {
	enum verify verify;
	struct verdict verdict;
	enum stage reached;
	bool offered;
	int reply_code;
	const char *reply;
	struct fault seen, look;
	const char *whole, *brief;
};

static void
the_cause_of_a_look_is_the_first_thing_that_went_wrong(void **state)
{
	static const struct ended cases[] = {
		{.verify = VERIFY_OK, .look = {FAULT_DNS, 0, "left over", 0}, .whole = "", .brief = ""},
		{.verify = VERIFY_FAIL,
			.verdict = {VERIFY_FAIL, 20, 1, "unable to get local issuer certificate", "/CN=x"},
			.reached = STAGE_EHLO2,
			.whole = "unable to get local issuer certificate at depth 1",
			.brief = "no local issuer"},
		{.verify = VERIFY_FAIL, /* a chain that is bad, and a connection lost behind it */
			.verdict = {VERIFY_FAIL, 10, 0, "certificate has expired", ""},
			.reached = STAGE_HANDSHAKE,
			.seen = {FAULT_RESET, 0, "reset in EHLO", 0},
			.whole = "certificate has expired at depth 0",
			.brief = "expired"},
		{.verify = VERIFY_UNREACHABLE,
			.verdict = {.verify = VERIFY_UNREACHABLE},
			.reached = STAGE_CONNECT,
			.reply_code = 554,
			.reply = "554 5.7.1 go away",
			.seen = {FAULT_REPLY, 554, "refused", 0},
			.whole = "554 5.7.1 go away",
			.brief = "554 5.7.1 go away"},
		{.verify = VERIFY_UNREACHABLE,
			.verdict = {.verify = VERIFY_UNREACHABLE},
			.reached = STAGE_NONE,
			.seen = {FAULT_REFUSED, 0, "connection refused", 0},
			.whole = "connection refused",
			.brief = "connection refused"},
		{.verify = VERIFY_TEMP, /* STARTTLS was passed: the words of its 220 are no cause */
			.verdict = {.verify = VERIFY_TEMP},
			.reached = STAGE_STARTTLS,
			.reply_code = 454,
			.reply = "454 TLS not available",
			.seen = {FAULT_TIMEOUT, 0, "no ServerHello in 60 s", 0},
			.whole = "no ServerHello in 60 s",
			.brief = "no ServerHello in 60 s"},
		{.verify = VERIFY_NONE,
			.verdict = {.verify = VERIFY_NONE},
			.reached = STAGE_EHLO,
			.whole = "no STARTTLS offered",
			.brief = "no STARTTLS offered"},
		{.verify = VERIFY_NO, /* anonymous: offered, done, and nothing sent */
			.verdict = {.verify = VERIFY_NO},
			.reached = STAGE_EHLO2,
			.offered = true,
			.whole = "",
			.brief = ""},
		{.verify = VERIFY_UNREACHABLE, /* no address at all: none decides */
			.verdict = {.verify = VERIFY_UNKNOWN},
			.look = {FAULT_DNS, 3, "no such name", 0},
			.whole = "no such name",
			.brief = "no such name"},
	};
	struct relay logged = {
		.last = {.verify = VERIFY_FAIL, .verifymsg = (char *)"of the log", .depth = -1}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct ended *c = &cases[i];
		struct observation o = {.reached = c->reached,
			.starttls_offered = c->offered,
			.reply = (char *)c->reply,
			.reply_code = c->reply_code,
			.fault = c->seen};
		struct look_address a = {.state = LOOK_DONE, .observation = &o, .verdict = c->verdict};
		struct look l = {.state = LOOK_DONE,
			.verify = c->verify,
			.fault = c->look,
			.addresses = &a,
			.address_count = 1};
		char *whole = words_cause(&logged, &l, false), *brief = words_cause(&logged, &l, true);

		assert_string_equal(whole, c->whole);
		assert_string_equal(brief, c->brief);
		free(whole);
		free(brief);
	}
}

static void
until_a_look_has_ended_the_log_gives_the_cause(void **state)
{
	static const enum look_state going_on[] = {
		LOOK_QUEUED, LOOK_RESOLVING, LOOK_PROBING, LOOK_JUDGING, LOOK_CANCELLED};
	struct relay r = {.last = {.verify = VERIFY_FAIL, .verifymsg = (char *)"of the log", .depth = -1}};

	(void)state;
	for (size_t i = 0; i < COUNT(going_on); i++) {
		struct look l = {.state = going_on[i], .fault = {FAULT_DNS, 0, "of the look", 0}};
		char *cause = words_cause(&r, &l, false);

		assert_string_equal(cause, "of the log");
		free(cause);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_has_its_name_its_short_form_its_tone_and_its_meaning),
		cmocka_unit_test(a_word_that_sendmail_does_not_have_is_shown_as_logged),
		cmocka_unit_test(mail_is_returned_whoever_refused_it),
		cmocka_unit_test(now_is_what_a_look_does_or_has_found),
		cmocka_unit_test(between_two_addresses_a_look_waits),
		cmocka_unit_test(what_is_waited_for_is_said_with_its_time_and_its_end),
		cmocka_unit_test(a_look_that_is_not_connecting_says_why),
		cmocka_unit_test(the_cause_of_a_look_is_the_first_thing_that_went_wrong),
		cmocka_unit_test(until_a_look_has_ended_the_log_gives_the_cause),
	};

	return cmocka_run_group_tests_name("states", tests, NULL, NULL);
}
