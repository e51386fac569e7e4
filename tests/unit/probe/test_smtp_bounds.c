/* The SMTP dialogue at its bounds: endless, poisoned, given up. */
#include "tests/unit/cm.h"

#include "probe/smtp.h"

#include <string.h>

#define HELLO "220 mx.example.net ESMTP\r\n"
#define OFFERS "250-mx.example.net\r\n250-PIPELINING\r\n250 STARTTLS\r\n"
#define READY "220 2.0.0 go ahead\r\n"
#define UP_TO_TLS HELLO OFFERS READY

/* How many bytes of an endless reply made of `piece` are taken before it says that this is too much. */
static size_t
bytes_until_limit(const char *begin, const char *piece, struct observation *o)
{
	static const struct smtp_settings settings = {"mail.example.org", true};
	struct smtp *s = smtp_new(&settings, o);
	enum smtp_wish wish = smtp_feed(s, begin, strlen(begin));
	size_t taken = 0;

	while (wish != SMTP_CLOSE && taken < 4 * SMTP_REPLY_LIMIT) {
		wish = smtp_feed(s, piece, strlen(piece));
		taken += strlen(piece);
	}
	smtp_free(s);
	return taken;
}

static void
endless_replies_are_ended(void **state)
{
	static const struct {
		const char *begin, *piece;
	} cases[] = {
		{"", "220-more\r\n"},
		{"", "x"},
		{"", "\n"},
		{"", "junk\r\n"},
		{HELLO, "250-X\n"},
		{HELLO OFFERS, "220-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct observation *o = observation_new();

		assert_in_range(bytes_until_limit(cases[i].begin, cases[i].piece, o), SMTP_REPLY_LIMIT,
			SMTP_REPLY_LIMIT + 16);
		assert_int_equal(o->fault.kind, FAULT_LIMIT);
		observation_unref(o);
	}
}

static void
nul_bytes_become_question_marks(void **state)
{
	static const char greeting[] = "220 a\0b\r\n";
	static const struct smtp_settings settings = {"mail.example.org", true};
	struct observation *o = observation_new();
	struct smtp *s = smtp_new(&settings, o);

	(void)state;
	assert_int_equal(smtp_feed(s, greeting, sizeof greeting - 1), SMTP_READ);
	assert_string_equal(o->greeting, "a?b");
	smtp_free(s);
	observation_unref(o);
}

static void
our_name_cannot_carry_a_command(void **state)
{
	static const struct {
		const char *name, *said;
	} cases[] = {
		{"mail.example.org\r\nMAIL FROM:<>", "EHLO mail.example.org\r\n"},
		{"", "EHLO localhost\r\n"},
		{NULL, "EHLO localhost\r\n"},
		{"a b", "EHLO a\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct smtp_settings settings = {cases[i].name, true};
		struct observation *o = observation_new();
		struct smtp *s = smtp_new(&settings, o);

		smtp_feed(s, HELLO, strlen(HELLO));
		assert_true(span_is(smtp_output(s), cases[i].said));
		smtp_free(s);
		observation_unref(o);
	}
}

static void
quit_is_said_only_where_one_may_speak(void **state)
{
	static const struct {
		const char *before;
		enum smtp_wish wish;
		const char *said;
		bool quitting;
	} cases[] = {
		{"", SMTP_CLOSE, "", false},
		{HELLO, SMTP_READ, "QUIT\r\n", true},
		{UP_TO_TLS, SMTP_CLOSE, "", false},
		{HELLO "250 mx\r\n", SMTP_READ, "", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const struct smtp_settings settings = {"mail.example.org", true};
		struct observation *o = observation_new();
		struct smtp *s = smtp_new(&settings, o);

		smtp_feed(s, cases[i].before, strlen(cases[i].before));
		smtp_sent(s, smtp_output(s).len);
		assert_int_equal(smtp_quit(s), cases[i].wish);
		assert_true(span_is(smtp_output(s), cases[i].said));
		assert_int_equal(smtp_is_quitting(s), cases[i].quitting);
		smtp_free(s);
		observation_unref(o);
	}
}

static void
it_tells_the_stage_it_waits_for(void **state)
{
	static const struct smtp_settings settings = {"mail.example.org", true};
	struct observation *o = observation_new();
	struct smtp *s = smtp_new(&settings, o);

	(void)state;
	assert_int_equal(smtp_waits_for(s), STAGE_GREETING);
	smtp_feed(s, HELLO, strlen(HELLO));
	assert_int_equal(smtp_waits_for(s), STAGE_EHLO);
	smtp_feed(s, OFFERS, strlen(OFFERS));
	assert_int_equal(smtp_waits_for(s), STAGE_STARTTLS);
	smtp_feed(s, READY, strlen(READY));
	assert_int_equal(smtp_waits_for(s), STAGE_HANDSHAKE);
	smtp_tls_done(s);
	assert_int_equal(smtp_waits_for(s), STAGE_EHLO2);
	smtp_feed(s, OFFERS, strlen(OFFERS));
	assert_int_equal(smtp_waits_for(s), STAGE_NONE);
	smtp_free(s);
	observation_unref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endless_replies_are_ended),
		cmocka_unit_test(nul_bytes_become_question_marks),
		cmocka_unit_test(our_name_cannot_carry_a_command),
		cmocka_unit_test(quit_is_said_only_where_one_may_speak),
		cmocka_unit_test(it_tells_the_stage_it_waits_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
