/* The cells of a relay's row, Sendmail's own words for a cause, and times. */
#include "tests/unit/cm.h"

#include "base/when.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
ranks_put_the_worst_mail_first(void **state)
{
	static const struct {
		struct relay relay;
		enum words_rank rank;
		const char *mail;
	} cases[] = {
		{{.rejects_perm = 1, .deliveries = {.bounced = 2, .waiting = 3}}, RANK_RETURNED,
			"RETURNED 2"},
		{{.deliveries = {.bounced = 2, .sent = 1}, .last.verify = VERIFY_OK}, RANK_RETURNED,
			"RETURNED 2"},
		{{.deliveries = {.waiting = 3, .clear = 1}}, RANK_HELD, "HELD 3"},
		{{.deliveries = {.clear = 1}, .last.verify = VERIFY_OK}, RANK_CLEAR, "CLEAR 1"},
		{{.deliveries = {.sent = 1}, .last.verify = VERIFY_FAIL}, RANK_FAIL, "sent"},
		{{.last = {.verify_text = "NEWWORD"}}, RANK_BAD, "-"},
		{{.last.verify = VERIFY_TRUSTED}, RANK_GOOD, "-"},
		{{.deliveries = {.sent = 1}}, RANK_QUIET, "sent"},
		{{.last.verify = VERIFY_NO}, RANK_BAD, "-"},
		{{.last.verify = VERIFY_NO, .direction = DIRECTION_SERVER}, RANK_QUIET, "-"},
		{{.last.verify = VERIFY_NOT, .direction = DIRECTION_SERVER}, RANK_QUIET, "-"},
		{{.last.verify = VERIFY_FAIL, .direction = DIRECTION_SERVER}, RANK_FAIL, "-"},
		{{.handshake_failures = 1}, RANK_BAD, "-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char room[WORDS_ROOM];

		words_mail(&cases[i].relay, WORDS_ROOM, room);
		assert_string_equal(room, cases[i].mail);
		assert_int_equal(words_rank(&cases[i].relay), cases[i].rank);
		assert_int_equal(words_is_failing(&cases[i].relay), cases[i].rank < RANK_QUIET);
	}
}

static void
causes_are_sendmails_own_words(void **state)
{
	static const struct {
		struct relay_last last;
		const char *whole, *brief;
	} cases[] = {
		{{.verify = VERIFY_OK}, "", ""},
		{{.verify = VERIFY_FAIL, .depth = -1}, "not logged; LogLevel 12 logs it", "not logged: v"},
		{{.verify = VERIFY_FAIL,
			 .verifymsg = (char *)"unable to get local issuer certificate",
			 .depth = 0},
			"unable to get local issuer certificate at depth 0", "no local issuer"},
		{{.verify = VERIFY_FAIL, .verifymsg = (char *)"certificate has expired", .depth = -1},
			"certificate has expired", "expired"},
		{{.verify = VERIFY_FAIL, .verifymsg = (char *)"something new", .depth = 2},
			"something new at depth 2", "something new"},
		{{.verify = VERIFY_SOFTWARE, .reason = (char *)"no shared cipher"}, "no shared cipher",
			"no shared cipher"},
		{{.verify = VERIFY_SOFTWARE}, "TLS handshake failed", "TLS handshake failed"},
		{{.verify = VERIFY_UNKNOWN, .reject = (char *)"454 4.7.0 x"}, "454 4.7.0 x", "454 4.7.0 x"},
		{{.verify = VERIFY_NO}, "no certificate sent", "no certificate sent"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay r = {.last = cases[i].last};
		char *whole = words_cause(&r, NULL, false), *brief = words_cause(&r, NULL, true);

		assert_string_equal(whole, cases[i].whole);
		assert_string_equal(brief, cases[i].brief);
		free(whole);
		free(brief);
	}
}

static void
short_words_differ_from_each_other(void **state)
{
	(void)state;
	for (int a = VERIFY_OK; a < VERIFY_WORDS; a++) {
		assert_true(strlen(words_brief((enum verify)a)) <= 5);
		for (int b = a + 1; b < VERIFY_WORDS; b++) {
			if (strncmp(verify_word((enum verify)a), "DANE", 4) != 0)
				assert_string_not_equal(words_brief((enum verify)a),
					words_brief((enum verify)b));
		}
	}
}

static void
times_are_as_short_as_they_can_be(void **state)
{
	const int64_t now = when_utc(2026, 11, 22, 14, 0, 0);
	const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{0, "-"},
		{now, "14:00"},
		{when_utc(2026, 11, 22, 0, 1, 0), "00:01"},
		{when_utc(2026, 11, 3, 1, 0, 0), "3 Nov"},
		{when_utc(2026, 11, 24, 1, 0, 0), "24 Nov"},
		{when_utc(2026, 2, 3, 1, 0, 0), "3 Feb"},
		{when_utc(2026, 1, 3, 1, 0, 0), "Jan'26"},
		{when_utc(2025, 11, 22, 1, 0, 0), "Nov'25"},
	};
	const struct {
		int64_t ms;
		const char *text;
	} lengths[] = {{-1, ""}, {0, "0ms"}, {999, "999ms"}, {1250, "1.2s"}, {9999, "9.9s"}, {30000, "30s"}};
	char room[WORDS_ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		words_since(cases[i].ms, now, room);
		assert_string_equal(room, cases[i].text);
	}
	for (size_t i = 0; i < COUNT(lengths); i++) {
		words_ms(lengths[i].ms, room);
		assert_string_equal(room, lengths[i].text);
	}
}

static void
fewer_held_messages_stand_lower_and_ranks_never_mix(void **state)
{
	static const struct relay rows[] = {
		{.deliveries.bounced = 1},
		{.deliveries.waiting = UINT64_MAX},
		{.deliveries.waiting = 9},
		{.deliveries.waiting = 1},
		{.deliveries = {.clear = 900000, .sent = 900000}},
		{.last.verify = VERIFY_FAIL},
		{.last.verify = VERIFY_SOFTWARE},
		{.deliveries.sent = 1},
		{.last.verify = VERIFY_OK},
	};

	(void)state;
	for (size_t i = 1; i < COUNT(rows); i++)
		assert_true(words_order(&rows[i - 1]) < words_order(&rows[i]));
}

static void
numbers_that_do_not_fit_are_said_in_fewer_digits(void **state)
{
	static const struct {
		struct relay relay;
		struct relay_minute day;
		int columns;
		const char *text;
	} cases[] = {
		{{.last.verify = VERIFY_FAIL}, {0, 0}, 8, "-"},
		{{.last.verify = VERIFY_FAIL}, {1, 9999}, 9, "9999/10k"},
		{{.last.verify = VERIFY_FAIL}, {1, 9999}, 7, "9k/10k"},
		{{.last.verify = VERIFY_OK}, {10000000, 0}, 8, "0/10M"},
		{{.last.verify = VERIFY_NO, .direction = DIRECTION_SERVER}, {0, 7}, 8, "-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char room[WORDS_ROOM];

		words_failures(&cases[i].relay, &cases[i].day, cases[i].columns, room);
		assert_string_equal(room, cases[i].text);
	}
}

static int
set_zone(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranks_put_the_worst_mail_first),
		cmocka_unit_test(fewer_held_messages_stand_lower_and_ranks_never_mix),
		cmocka_unit_test(numbers_that_do_not_fit_are_said_in_fewer_digits),
		cmocka_unit_test(causes_are_sendmails_own_words),
		cmocka_unit_test(short_words_differ_from_each_other),
		cmocka_unit_test(times_are_as_short_as_they_can_be),
	};

	return cmocka_run_group_tests_name("relays", tests, set_zone, NULL);
}
