/* The stages of one address in one row: passed, failed at each, or still going on. */
#include "tests/unit/cm.h"

#include "base/when.h"
#include "tui/canvas.h"
#include "tui/relay_matrix.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795357327000) /* 2026-11-22 14:22:07 UTC */

static struct address
address_of(const char *text)
{
	struct address a = {0};

	assert_true(address_parse(span_of(text), &a));
	return a;
}

/* One row from the columns behind LOG on, where `look` is all that is known of the address. */
static char *
drawn(const struct matrix *m, size_t i, int cols, bool ascii, bool *ticks)
{
	struct frame f = {.rows = 1, .cols = cols, .now_ms = NOW, .wall_ms = NOW};
	char *got;

	f.canvas = canvas_new_hidden(1, cols, ascii);
	assert_non_null(f.canvas);
	canvas_begin(f.canvas);
	*ticks = matrix_draw(m, i, &f, 0, i == 1);
	got = canvas_read(f.canvas, 0);
	canvas_free(f.canvas);
	return got;
}

static void
assert_row(struct look_address *a, int cols, const char *want, bool want_ticks)
{
	struct look l = {.addresses = a, .address_count = 1};
	struct matrix m = matrix_of(NULL, &l);
	bool ticks;
	char *got;

	a->address = address_of("192.0.2.10");
	got = drawn(&m, 0, cols, false, &ticks);
	assert_string_equal(got, want);
	assert_int_equal(ticks, want_ticks);
	free(got);
}

static void
headings_leave_out_two_stages_on_a_narrow_screen(void **state)
{
	static const struct {
		int cols;
		const char *head;
	} cases[] = {
		{40, "   ADDRESS         LOG   CONN  220   TLS"},
		{60, "   ADDRESS         LOG   CONN  220   TLS       VERIFY   LEFT"},
		{78, "   ADDRESS                        LOG   CONN  220   TLS       VERIFY   LEFT"},
		{79, "   ADDRESS             LOG   CONN  220   EHLO  STLS  TLS       VERIFY   LEFT"},
		{98, "   ADDRESS                                LOG   CONN  220   EHLO  STLS  TLS       VERIFY  "
		     " LEFT"},
		{132, "   ADDRESS                                 LOG   CONN  220   EHLO  STLS  TLS       VERIFY "
		      "  LEFT"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct frame f = {.rows = 1, .cols = cases[i].cols};
		char *got;

		f.canvas = canvas_new_hidden(1, f.cols, false);
		canvas_begin(f.canvas);
		matrix_head(&f, 0);
		got = canvas_read(f.canvas, 0);
		assert_string_equal(got, cases[i].head);
		free(got);
		canvas_free(f.canvas);
	}
}

static void
a_failure_stands_in_the_place_of_the_first_stage_not_passed(void **state)
{
	static const struct {
		enum stage reached;
		bool offered;
		struct fault fault;
		const char *reply;
		const char *wide, *narrow;
	} cases[] = {
		{STAGE_NONE, false, {FAULT_UNREACHABLE, 0, "no route to host", 0}, NULL, "no route",
			"no route"},
		{STAGE_NONE, false, {FAULT_REFUSED, 0, "connection refused", 0}, NULL, "refused", "refused"},
		{STAGE_NONE, false, {FAULT_CANCELLED, 0, "x", 0}, NULL, "stopped", "stopped"},
		{STAGE_NONE, false, {FAULT_TIMEOUT, 0, "no connection in 30 s", 0}, NULL,
			"no connection in 30 s", "no connection in 30 s"},
		{STAGE_CONNECT, false, {FAULT_CLOSED, 0, "x", 0}, NULL, "11ms  closed by peer",
			"11ms  closed by peer"},
		{STAGE_CONNECT, false, {FAULT_RESET, 0, "x", 0}, NULL, "11ms  reset by peer",
			"11ms  reset by peer"},
		{STAGE_CONNECT, false, {FAULT_NONE, 0, "", 0}, "554 5.7.1 go away", "11ms  554 5.7.1 go away",
			"11ms  554 5.7.1 go a…"},
		{STAGE_CONNECT, false, {FAULT_PROTOCOL, 0, "no SMTP: \033[2JHTTP", 0}, NULL,
			"11ms  no SMTP: �[2JHTTP", "11ms  no SMTP: �[2JH…"},
		{STAGE_GREETING, false, {FAULT_REPLY, 502, "502 no EHLO here", 0}, NULL,
			"11ms  12ms  502 no EHLO here", "11ms  12ms  502 no E…"},
		{STAGE_EHLO, false, {FAULT_NONE, 0, "", 0}, "250 ok", "11ms  12ms  13ms  no STARTTLS of…",
			"11ms  12ms  no START…"},
		{STAGE_EHLO, true, {FAULT_NONE, 0, "", 0}, "454 4.3.0 later",
			"11ms  12ms  13ms  454 4.3.0 later", "11ms  12ms  454 4.3.…"},
		{STAGE_STARTTLS, true, {FAULT_TLS, 40, "alert 40", 0}, "220 go",
			"11ms  12ms  13ms  14ms  alert 40", "11ms  12ms  alert 40"},
		{STAGE_STARTTLS, true, {FAULT_LIMIT, 0, "too long", 0}, "220 go",
			"11ms  12ms  13ms  14ms  too long", "11ms  12ms  too long"},
		{STAGE_HANDSHAKE, true, {FAULT_NONE, 0, "", 0}, NULL, "11ms  12ms  13ms  14ms  15ms",
			"11ms  12ms  15ms"},
		{STAGE_GREETING, false, {FAULT_NONE, 0, "", 0}, NULL, "11ms  12ms", "11ms  12ms"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct observation o = {.reached = cases[i].reached,
			.stage_ms = {-1, 11, 12, 13, 14, 15, 16},
			.starttls_offered = cases[i].offered,
			.fault = cases[i].fault,
			.reply = (char *)cases[i].reply};
		struct look_address a = {.state = LOOK_DONE, .observation = &o};
		char *wide = text_new(" 1 192.0.2.10           never %s", cases[i].wide);
		char *narrow = text_new(" 1 192.0.2.10      never %s", cases[i].narrow);

		assert_row(&a, 80, wide, false);
		assert_row(&a, 60, narrow, false);
		free(wide);
		free(narrow);
	}
}

static void
the_handshake_shows_its_version_and_slow_stages_stay_in_their_cells(void **state)
{
	static const struct {
		const char *version;
		int64_t connect, tls;
		const char *cells;
	} cases[] = {
		{"TLSv1.3", 0, 42, "0ms   12ms  13ms  14ms  1.3 42ms"},
		{"TLSv1.2", 999, 1250, "999ms 12ms  13ms  14ms  1.2 1.2s"},
		{"TLSv1", 1000, 31000, "1.0s  12ms  13ms  14ms  1 31s"},
		{"TLSv1.1", 45000, 120000, "45s   12ms  13ms  14ms  1.1 120s"},
		{"SSLv3", 12345678, 5, "1234… 12ms  13ms  14ms  5ms"},
		{"", 5, -1, "5ms   12ms  13ms  14ms"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct observation o = {.reached = STAGE_EHLO2,
			.stage_ms = {-1, cases[i].connect, 12, 13, 14, cases[i].tls, 1}};
		struct look_address a = {.state = LOOK_DONE, .observation = &o};
		char *row = text_new(" 1 192.0.2.10           never %s", cases[i].cells);

		snprintf(o.tls.version, sizeof o.tls.version, "%s", cases[i].version);
		assert_row(&a, 80, row, false);
		free(row);
	}
}

static void
what_goes_on_says_what_it_waits_for(void **state)
{
	static const struct {
		enum look_state state;
		enum stage waits_for;
		int64_t since;
		const char *held_back, *cells;
	} cases[] = {
		{LOOK_QUEUED, STAGE_NONE, 0, NULL, " waits for its turn"},
		{LOOK_QUEUED, STAGE_NONE, 0, "--pace: next in 4 min", " --pace: next in 4 min"},
		{LOOK_RESOLVING, STAGE_NONE, 0, NULL, ""},
		{LOOK_PROBING, STAGE_NONE, 0, NULL, " connecting… 0 s"},
		{LOOK_PROBING, STAGE_CONNECT, 3000, NULL, " connecting… 3 s"},
		{LOOK_PROBING, STAGE_GREETING, 44999, NULL, " 220… 44 s"},
		{LOOK_PROBING, STAGE_EHLO, 60000, NULL, " EHLO… 1 min"},
		{LOOK_PROBING, STAGE_STARTTLS, 1000, NULL, " STARTTLS… 1 s"},
		{LOOK_PROBING, STAGE_HANDSHAKE, 1000, NULL, " handshake… 1 s"},
		{LOOK_PROBING, STAGE_EHLO2, 1000, NULL, " EHLO in TLS… 1 s"},
		{LOOK_JUDGING, STAGE_NONE, 0, NULL, " is being judged"},
		{LOOK_DONE, STAGE_NONE, 0, NULL, ""},
		{LOOK_CANCELLED, STAGE_NONE, 0, NULL, " stopped"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look_address a = {.state = cases[i].state,
			.waits_for = cases[i].waits_for,
			.waits_since_ms = NOW - cases[i].since,
			.held_back = (char *)cases[i].held_back};
		char *row = text_new(" 1 192.0.2.10           never%s", cases[i].cells);

		assert_row(&a, 80, row, cases[i].state == LOOK_PROBING);
		free(row);
	}
}

static void
the_verdict_stands_with_its_number_and_the_days_left(void **state)
{
	static const struct {
		enum verify verify;
		int code;
		int64_t before, after; /* of the leaf, from now; both 0: none was sent */
		const char *wide, *narrow;
	} cases[] = {
		{VERIFY_OK, 0, -WHEN_DAY, 41 * WHEN_DAY, "OK       41 d", "OK       41 d"},
		{VERIFY_FAIL, 20, -WHEN_DAY, 90 * WHEN_MINUTE, "FAIL 20  1h30", "FAIL 20  1h30"},
		{VERIFY_FAIL, 10, -2 * WHEN_DAY, -WHEN_DAY, "FAIL 10  expired", "FAIL 10  exp…"},
		{VERIFY_FAIL, 9, WHEN_DAY, 2 * WHEN_DAY, "FAIL 9   not yet", "FAIL 9   not…"},
		{VERIFY_NO, 0, 0, 0, "NO", "NO"},
		{VERIFY_UNREACHABLE, 0, 0, 0, "DOWN", "DOWN"},
		{VERIFY_DANE_NOTLS, 0, 0, 0, "DANE", "DANE"},
		{VERIFY_SOFTWARE, 0, 0, 0, "SOFTWARE", "SOFTWARE"},
		{VERIFY_UNKNOWN, 0, -WHEN_DAY, WHEN_DAY, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct certificate leaf = {
			.not_before_ms = NOW + cases[i].before, .not_after_ms = NOW + cases[i].after};
		struct certificate *certificates[] = {&leaf};
		struct chain chain = {.count = cases[i].after ? 1 : 0, .certificates = certificates};
		struct observation o = {
			.reached = STAGE_EHLO2, .stage_ms = {-1, 1, 2, 3, 4, 5, 6}, .chain = &chain};
		struct look_address a = {.state = LOOK_DONE,
			.observation = &o,
			.verdict = {.verify = cases[i].verify, .code = cases[i].code}};
		char *wide = text_new("%s%s",
			" 1 192.0.2.10           never 1ms   2ms   3ms   4ms   5ms       ", cases[i].wide);
		char *narrow =
			text_new("%s%s", " 1 192.0.2.10      never 1ms   2ms   5ms       ", cases[i].narrow);

		wide[span_trim(span_of(wide + 1)).len + 1] = '\0';
		narrow[span_trim(span_of(narrow + 1)).len + 1] = '\0';
		assert_row(&a, 80, wide, false);
		assert_row(&a, 60, narrow, false);
		free(wide);
		free(narrow);
	}
}

static void
the_log_column_is_of_the_same_address(void **state)
{
	static const struct {
		const char *looked;
		enum verify seen;
		const char *row;
	} cases[] = {
		{"192.0.2.11", VERIFY_FAIL, " 1 192.0.2.11           FAIL"},
		{"192.0.2.11", VERIFY_UNKNOWN, " 1 192.0.2.11           sent"},
		{"192.0.2.11", VERIFY_FAILURE, " 1 192.0.2.11           LOST"},
		{"192.0.2.12", VERIFY_FAIL, " 1 192.0.2.12           never"},
		{"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", VERIFY_OK, " 1 2001:db8:ffff:ffff:… OK"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address logged[] = {
			address_of("192.0.2.11"), address_of("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")};
		struct relay_address seen[] = {{.verify = cases[i].seen}, {.verify = VERIFY_OK}};
		struct relay r = {.addresses = logged, .seen = seen, .address_count = 2};
		struct look_address a = {.address = address_of(cases[i].looked), .state = LOOK_DONE};
		struct look l = {.addresses = &a, .address_count = 1};
		struct matrix m = matrix_of(&r, &l);
		bool ticks;
		char *got = drawn(&m, 0, 80, false, &ticks);

		assert_string_equal(got, cases[i].row);
		free(got);
	}
}

static void
without_a_look_the_addresses_are_those_of_the_log(void **state)
{
	struct address logged[] = {address_of("192.0.2.1"), address_of("2001:db8::2")};
	struct relay r = {.addresses = logged, .address_count = 2};
	struct look queued = {.state = LOOK_QUEUED};
	struct matrix m = matrix_of(&r, &queued), none = matrix_of(NULL, NULL);
	bool ticks;
	char *got;

	(void)state;
	assert_int_equal(none.count, 0);
	assert_int_equal(matrix_of(NULL, &queued).count, 0);
	assert_int_equal(m.count, 2);
	assert_true(address_same(matrix_address(&m, 1), &logged[1]));
	got = drawn(&m, 1, 60, true, &ticks);
	assert_string_equal(got, ">2 2001:db8::2     sent");
	assert_false(ticks);
	free(got);
}

static int
set_locale(void **state)
{
	(void)state;
	return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_leave_out_two_stages_on_a_narrow_screen),
		cmocka_unit_test(a_failure_stands_in_the_place_of_the_first_stage_not_passed),
		cmocka_unit_test(the_handshake_shows_its_version_and_slow_stages_stay_in_their_cells),
		cmocka_unit_test(what_goes_on_says_what_it_waits_for),
		cmocka_unit_test(the_verdict_stands_with_its_number_and_the_days_left),
		cmocka_unit_test(the_log_column_is_of_the_same_address),
		cmocka_unit_test(without_a_look_the_addresses_are_those_of_the_log),
	};

	return cmocka_run_group_tests_name("matrix", tests, set_locale, NULL);
}
