/* What the log gives as a cause, the short forms of OpenSSL's messages, and how long a certificate is good.
 */
#include "tests/unit/cm.h"

#include "base/when.h"
#include "wording/words.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795357327000)

static void
known_messages_have_short_forms_of_their_own(void **state)
{
	static const struct {
		const char *message, *brief;
	} cases[] = {
		{"unable to get local issuer certificate", "no local issuer"},
		{"unable to get issuer certificate", "no issuer"},
		{"self-signed certificate in certificate chain", "self-signed CA"},
		{"self signed certificate in certificate chain", "self-signed CA"},
		{"self-signed certificate", "self-signed"}, {"self signed certificate", "self-signed"},
		{"certificate has expired", "expired"}, {"certificate is not yet valid", "not yet valid"},
		{"unsuitable certificate purpose", "wrong purpose"},
		{"unsupported certificate purpose", "wrong purpose"},
		{"EE certificate key too weak", "key too weak"},
		{"CA certificate key too weak", "CA key weak"},
		{"CA signature digest algorithm too weak", "CA digest weak"},
		{"unable to get certificate CRL", "no CRL"}, {"CRL has expired", "CRL expired"},
		{"certificate revoked", "revoked"}, {"invalid CA certificate", "invalid CA"},
		{"the certificate has expired", "the certificate has expired"},
		{"Certificate has expired", "Certificate has expired"}, {"", ""},
		{"\033]0;x\a", "\033]0;x\a"}, /* canvas makes it harmless */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {
			.last = {.verify = VERIFY_FAIL, .verifymsg = (char *)cases[i].message, .depth = 2}};
		char *brief = words_cause(&r, NULL, true), *whole = words_cause(&r, NULL, false);
		char *want = text_new("%s at depth 2", cases[i].message);

		assert_string_equal(brief, cases[i].brief);
		assert_string_equal(whole, want);
		if (strcmp(cases[i].message, cases[i].brief) != 0)
			assert_true(strlen(brief) <= 15);
		free(brief);
		free(whole);
		free(want);
	}
}

static void
the_log_gives_the_cause_that_belongs_to_its_last_word(void **state)
{
	static const struct {
		enum verify verify;
		const char *verifymsg, *reason, *reject, *stat;
		uint64_t waiting, clear;
		const char *cause;
	} cases[] = {
		/* A good word: only what went on to be refused, or waits. */
		{VERIFY_OK, "old", "old", NULL, "Sent", 0, 0, ""},
		{VERIFY_OK, NULL, NULL, "550 5.7.1 wrong name", NULL, 0, 0, "550 5.7.1 wrong name"},
		{VERIFY_OK, NULL, NULL, NULL, "Deferred: 451 try later", 1, 0, "451 try later"},
		{VERIFY_OK, NULL, NULL, NULL, "Deferred", 1, 0, "Deferred; why is not logged"},
		{VERIFY_OK, NULL, NULL, NULL, "Deferred: 451 try later", 0, 0, ""},
		{VERIFY_OK, NULL, NULL, NULL, NULL, 1, 0, ""},
		{VERIFY_TRUSTED, NULL, NULL, "454 x", "Deferred: y", 1, 0, "454 x"},
		/* Each bad word takes its own text, never that of another one. */
		{VERIFY_FAIL, "certificate revoked", "no shared cipher", "454 x", NULL, 0, 0,
			"certificate revoked"},
		{VERIFY_FAIL, NULL, "no shared cipher", "454 x", NULL, 0, 0, "454 x"},
		{VERIFY_FAIL, NULL, "no shared cipher", NULL, NULL, 0, 0, "not logged; LogLevel 12 logs it"},
		{VERIFY_SOFTWARE, "certificate revoked", "no shared cipher", NULL, NULL, 0, 0,
			"no shared cipher"},
		{VERIFY_SOFTWARE, "certificate revoked", "unknown", NULL, NULL, 0, 0, "TLS handshake failed"},
		{VERIFY_NO, "certificate revoked", "x", NULL, NULL, 0, 0, "no certificate sent"},
		{VERIFY_NONE, NULL, NULL, "454 x", NULL, 0, 3, "454 x"},
		{VERIFY_NONE, NULL, NULL, NULL, NULL, 0, 3, "no STARTTLS"},
		/* Without a word: a refusal before clear mail before mail that waits. */
		{VERIFY_UNKNOWN, NULL, NULL, "454 x", "Deferred: y", 1, 1, "454 x"},
		{VERIFY_UNKNOWN, NULL, NULL, NULL, "Deferred: y", 1, 1, "y"},
		{VERIFY_UNKNOWN, NULL, NULL, NULL, "Sent", 0, 1, "sent in clear; why is not logged"},
		{VERIFY_UNKNOWN, NULL, NULL, NULL, "Deferred: y", 1, 0, "y"},
		{VERIFY_UNKNOWN, "certificate revoked", "x", NULL, "Sent", 0, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.deliveries = {.waiting = cases[i].waiting, .clear = cases[i].clear},
			.last = {.verify = cases[i].verify,
				.verifymsg = (char *)cases[i].verifymsg,
				.reason = (char *)cases[i].reason,
				.reject = (char *)cases[i].reject,
				.stat = (char *)cases[i].stat,
				.retry = INT_MIN,
				.depth = -1}};
		char *cause = words_cause(&r, NULL, false);

		assert_string_equal(cause, cases[i].cause);
		free(cause);
	}
}

static void
mail_counts_the_worst_that_happened_to_it(void **state)
{
	static const struct {
		uint64_t rejects, bounced, waiting, clear, sent;
		const char *mail;
	} cases[] = {
		{0, 0, 0, 0, 0, "-"},
		{0, 0, 0, 0, 1, "sent"},
		{0, 5, 0, 0, 0, "RETURNED 5"},
		{0, 0, 0, 1, 1, "CLEAR 1"},
		{0, 0, 2, 1, 1, "HELD 2"},
		{1, 0, 2, 1, 1, "RETURNED 1"},
		{1, 4, 2, 1, 1, "RETURNED 4"},
		{0, 0, UINT64_MAX, 0, 0, "HELD 18446744073709551615"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.rejects_perm = cases[i].rejects,
			.deliveries = {.bounced = cases[i].bounced,
				.waiting = cases[i].waiting,
				.clear = cases[i].clear,
				.sent = cases[i].sent}};
		char room[WORDS_ROOM];

		words_mail(&r, WORDS_ROOM, room);
		assert_string_equal(room, cases[i].mail);
	}
}

static void
a_certificate_is_good_for_a_while_or_not_at_all(void **state)
{
	static const struct {
		int64_t before, after; /* from now */
		const char *left, *brief;
		enum tone tone;
	} cases[] = {
		{-WHEN_DAY, 41 * WHEN_DAY, "41 d left", "41 d", TONE_GOOD},
		{-WHEN_DAY, 0, "0 s left", "0 s", TONE_GOOD}, /* its last millisecond is still good */
		{-WHEN_DAY, -1, "expired 0 s ago", "expired", TONE_BAD},
		{-WHEN_DAY, -3 * WHEN_DAY, "expired 3 d ago", "expired", TONE_BAD},
		{-WHEN_DAY, 90 * WHEN_MINUTE, "1h30 left", "1h30", TONE_GOOD},
		{0, WHEN_MINUTE, "1 min left", "1 min", TONE_GOOD},
		{1, WHEN_DAY, "not valid for 0 s", "not yet", TONE_BAD},
		{2 * WHEN_HOUR, WHEN_DAY, "not valid for 2h00", "not yet", TONE_BAD},
		{WHEN_HOUR, -WHEN_HOUR, "not valid for 1h00", "not yet",
			TONE_BAD}, /* it ends before it begins */
		{-WHEN_DAY, 3650 * WHEN_DAY, "10 y left", "10 y", TONE_GOOD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct certificate c = {
			.not_before_ms = NOW + cases[i].before, .not_after_ms = NOW + cases[i].after};
		char room[WORDS_ROOM];

		assert_int_equal(words_left(&c, NOW, false, room), cases[i].tone);
		assert_string_equal(room, cases[i].left);
		assert_int_equal(words_left(&c, NOW, true, room), cases[i].tone);
		assert_string_equal(room, cases[i].brief);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_messages_have_short_forms_of_their_own),
		cmocka_unit_test(the_log_gives_the_cause_that_belongs_to_its_last_word),
		cmocka_unit_test(mail_counts_the_worst_that_happened_to_it),
		cmocka_unit_test(a_certificate_is_good_for_a_while_or_not_at_all),
	};

	return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
