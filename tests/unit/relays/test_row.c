/* One row by itself: its texts, its addresses, the lines it keeps. */
#include "../cm.h"

#include "base/text.h"
#include "relays/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE INT64_C(60000)

static struct row *
new_row(struct table *t)
{
	*t = (struct table){0};
	return table_row(t, DIRECTION_CLIENT, span_of("mx.example.net"));
}

static bool
shows_odd(const void *arg, unsigned daemon)
{
	(void)arg;
	return daemon % 2;
}

static void
every_text_is_told_replaced_and_taken_back(void **state)
{
	struct table t;
	struct row *r = new_row(&t);
	(void)state;

	for (int i = 0; i < RELAY_TEXT_COUNT; i++) {
		enum relay_text which = (enum relay_text)i;

		row_tell(r, which, span_of("one"));
		row_tell(r, which, span_of("a longer one"));
		row_tell(r, which, span_of("two"));
		row_publish(r, shows_odd, NULL);
		if (which != RELAY_TEXT_alert)
			assert_string_equal(r->relay.last.texts[i], "two");
		row_untell(r, which);
		row_publish(r, shows_odd, NULL);
		assert_null(r->relay.last.texts[i]);
		row_tell(r, which, span_of(""));
		assert_null(r->told.texts[i]);
	}
	table_free(&t);
}

static void
clear_mail_is_that_of_daemons_that_show_tls(void **state)
{
	struct table t;
	struct row *r = new_row(&t);
	(void)state;

	row_maybe_clear(r, 0, 5);
	row_maybe_clear(r, 1, 2);
	row_maybe_clear(r, 1, 1);
	r->clear = 1000;
	row_publish(r, shows_odd, NULL);
	assert_int_equal(r->relay.deliveries.clear, 1003);
	table_free(&t);
}

static void
put_address(struct row *r, const char *text, int64_t time_ms, enum verify verify)
{
	struct address a;

	assert_true(address_parse(span_of(text), &a));
	row_address(r, &a, time_ms, verify);
}

static char *
addresses_of(struct row *r)
{
	struct text out = {0};
	char room[ADDRESS_ROOM];

	row_publish(r, shows_odd, NULL);
	for (size_t i = 0; i < r->relay.address_count; i++) {
		address_print(&r->relay.addresses[i], room);
		text_printf(&out, "%s=%s/%d ", room, verify_word(r->relay.seen[i].verify),
			(int)r->relay.seen[i].time_ms);
	}
	return text_take(&out);
}

static void
addresses_are_told_the_latest_first(void **state)
{
	struct table t;
	struct row *r = new_row(&t);
	char *said;
	(void)state;

	put_address(r, "192.0.2.1", 1, VERIFY_OK);
	put_address(r, "192.0.2.3", 3, VERIFY_OK);
	put_address(r, "IPv6:2001:db8:0:0:0:0:0:1", 4, VERIFY_FAIL);
	put_address(r, "192.0.2.1", 5, VERIFY_NO);
	said = addresses_of(r);
	assert_string_equal(said, "192.0.2.1=NO/5 2001:db8::1=FAIL/4 192.0.2.3=OK/3 ");
	free(said);
	table_free(&t);
}

static void
of_too_many_addresses_the_oldest_goes(void **state)
{
	struct table t;
	struct row *r = new_row(&t);
	char text[40], *said;
	(void)state;

	for (int i = 0; i < ROW_ADDRESSES + 3; i++) {
		snprintf(text, sizeof text, "192.0.2.%d", i);
		put_address(r, text, i + 1, VERIFY_OK);
	}
	said = addresses_of(r);
	assert_int_equal(r->address_count, ROW_ADDRESSES);
	assert_memory_equal(said, "192.0.2.18=OK/19 192.0.2.17=", 28);
	assert_non_null(strstr(said, " 192.0.2.3=OK/4 "));
	assert_null(strstr(said, " 192.0.2.2=OK"));
	free(said);
	table_free(&t);
}

static void
the_newest_lines_are_kept_in_their_order(void **state)
{
	struct table t;
	struct row *r = new_row(&t);
	(void)state;

	for (int64_t i = 0; i < 3 * ROW_LINES + 5; i++) {
		int64_t first = i < ROW_LINES ? 0 : i - ROW_LINES + 1;

		row_keep_line(r, &(struct row_line){.offset = i});
		assert_int_equal(r->line_count, i - first + 1);
		for (uint32_t k = 0; k < r->line_count; k++)
			assert_int_equal(row_line_at(r, k)->offset, first + k);
	}
	table_free(&t);
}

static void
outcomes_without_a_time_have_no_minute(void **state)
{
	struct table t;
	struct row *r = new_row(&t);
	(void)state;

	row_outcomes(r, 5 * MINUTE, 2, 0);
	row_outcomes(r, 5 * MINUTE + 1, 0, 4);
	row_outcomes(r, 0, 7, 0);
	assert_int_equal(tally_at(&r->minutes, RELAY_MINUTES, 5).good, 2);
	assert_int_equal(tally_at(&r->minutes, RELAY_MINUTES, 5).bad, 4);
	assert_int_equal(tally_at(&r->hours, RELAY_HOURS, 0).bad, 4);
	assert_int_equal(r->minutes.count, 1);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_is_told_replaced_and_taken_back),
		cmocka_unit_test(clear_mail_is_that_of_daemons_that_show_tls),
		cmocka_unit_test(addresses_are_told_the_latest_first),
		cmocka_unit_test(of_too_many_addresses_the_oldest_goes),
		cmocka_unit_test(the_newest_lines_are_kept_in_their_order),
		cmocka_unit_test(outcomes_without_a_time_have_no_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
