/* One row by itself: what the higher line number wins, what is a sum, and that two stretches join to the same
 * in whatever order their lines come. */
#include "../cm.h"

#include "base/text.h"
#include "relays/ring.h"
#include "relays/row.h"
#include "relays/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE INT64_C(60000)

static struct row *
new_row(void)
{
	return row_new(DIRECTION_CLIENT, "mx.example.net", 14);
}

static bool
shows_odd(const void *arg, unsigned daemon)
{
	(void)arg;
	return daemon % 2;
}

/* What a line number says of the relay: every field in one line. */
struct told {
	uint64_t seq;
	enum verify verify;
	const char *version, *tail, *message, *subject;
};

static void
tell(struct row *r, const struct told *t)
{
	struct event e = {.time_ms = (int64_t)t->seq * 1000,
		.verify = t->verify,
		.verify_text = span_of(verify_word(t->verify)),
		.version = span_of(t->version),
		.tail = span_of(t->tail),
		.message = span_of(t->message),
		.subject = span_of(t->subject),
		.bits = (int)t->seq,
		.pid = (int64_t)t->seq * 10};

	row_line(r, &e, t->seq, true);
	row_word(r, &e, t->seq);
	row_tls(r, &e, t->seq);
	row_count(r, t->verify, e.time_ms, 1);
	if (t->message[0])
		row_certificate(r, &e, t->seq);
}

static char *
describe(struct row *r)
{
	const struct relay_last *l = &r->relay.last;

	row_publish(r, shows_odd, NULL);
	return text_new("%s %s%s %d %s %s OK=%d FAIL=%d before=%s since=%d pid=%d", verify_word(l->verify),
		l->version, l->tail ? l->tail : "", l->bits, l->verifymsg ? l->verifymsg : "-",
		l->subject ? l->subject : "-", (int)r->relay.counts[VERIFY_OK],
		(int)r->relay.counts[VERIFY_FAIL], verify_word(r->relay.before), (int)r->relay.since_ms,
		(int)l->pid);
}

static void
the_last_line_is_told_however_the_log_was_cut(void **state)
{
	static const struct {
		struct told lines[3];
		const char *said;
	} cases[] = {
		{{{1, VERIFY_OK, "TLSv1.2", "", "ok", "/CN=a"},
			 {2, VERIFY_FAIL, "TLSv1.3", ", x", "expired", "/CN=b"},
			 {3, VERIFY_FAIL, "TLSv1", "", "expired", ""}},
			"FAIL TLSv1 3 expired - OK=1 FAIL=2 before=OK since=2000 pid=30"},
		{{{1, VERIFY_FAIL, "TLSv1.2", "", "expired", "/CN=a"},
			 {2, VERIFY_OK, "TLSv1.3", ", y", "", ""}, {3, VERIFY_OK, "TLSv1.3", ", z", "", ""}},
			"OK TLSv1.3, z 3 - - OK=2 FAIL=1 before=FAIL since=2000 pid=30"},
		{{{1, VERIFY_FAIL, "TLSv1.2", "", "", ""}, {2, VERIFY_FAIL, "TLSv1.3", "", "", ""},
			 {3, VERIFY_FAIL, "TLSv1.3", "", "revoked", "/C=X+20Y"}},
			"FAIL TLSv1.3 3 revoked /C=X Y OK=0 FAIL=3 before= since=0 pid=30"},
	};
	static const unsigned daemons[] = {0};
	(void)state;

	for (size_t i = 0; i < COUNT(cases) * 4; i++) {
		size_t cut = i % 4;
		struct row *older = new_row(), *newer = new_row();
		char *said;

		for (size_t k = 0; k < 3; k++) {
			struct told t = cases[i / 4].lines[k];
			struct row *r = k < cut ? older : newer;

			tell(r, &t);
		}
		row_join(older, newer, 0, daemons);
		said = describe(older);
		assert_string_equal(said, cases[i / 4].said);
		free(said);
		row_unref(older);
		row_unref(newer);
	}
}

static void
a_text_is_replaced_by_lines_that_are_not_older(void **state)
{
	static const struct {
		uint64_t seq;
		const char *value, *told;
		bool taken;
	} steps[] = {{5, "five", "five", true}, {4, "four", "five", false}, {5, "again", "again", true},
		{6, "", NULL, true}, {5, "late", NULL, false}, {9, "nine", "nine", true}};
	char *text = NULL;
	uint64_t at = 0;
	(void)state;

	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_int_equal(row_tell(&text, &at, steps[i].seq, span_of(steps[i].value)), steps[i].taken);
		assert_int_equal(text != NULL, steps[i].told != NULL);
		if (text)
			assert_string_equal(text, steps[i].told);
	}
	free(text);
}

static void
a_certificate_line_is_worth_more_than_a_message(void **state)
{
	struct row *r = new_row();
	struct event certificate = {.message = span_of("in full"), .subject = span_of("/CN=a")};
	(void)state;

	row_message(r, span_of("short"), 3);
	assert_string_equal(r->told.verifymsg, "short");
	row_certificate(r, &certificate, 3);
	row_message(r, span_of("short"), 3);
	assert_string_equal(r->told.verifymsg, "in full");
	row_message(r, span_of("later"), 4);
	assert_string_equal(r->told.verifymsg, "later");
	assert_null(r->told.subject);
	row_unref(r);
}

static void
clear_mail_is_that_of_daemons_that_show_tls(void **state)
{
	static const unsigned daemons[] = {3, 2};
	struct row *r = new_row(), *newer = new_row();
	(void)state;

	row_maybe_clear(r, 0, 5);
	row_maybe_clear(r, 1, 2);
	row_maybe_clear(r, 1, 1);
	row_publish(r, shows_odd, NULL);
	assert_int_equal(r->relay.deliveries.clear, 3);
	row_maybe_clear(newer, 0, 10);
	row_maybe_clear(newer, 1, 100);
	newer->clear = 1000;
	row_join(r, newer, 0, daemons);
	row_publish(r, shows_odd, NULL);
	assert_int_equal(r->relay.deliveries.clear, 1013);
	row_unref(r);
	row_unref(newer);
}

static void
put_address(struct row *r, const char *text, uint64_t seq, enum verify verify)
{
	struct place p = {.seq = seq, .time_ms = (int64_t)seq, .verify = verify};

	assert_true(address_parse(span_of(text), &p.address));
	row_place(r, &p);
}

static char *
places_of(struct row *r)
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
	struct row *r = new_row();
	struct place word = {.seq = 4, .verify = VERIFY_FAIL};
	char *said;
	(void)state;

	put_address(r, "192.0.2.1", 1, VERIFY_OK);
	put_address(r, "IPv6:2001:db8:0:0:0:0:0:1", 4, VERIFY_UNKNOWN);
	put_address(r, "192.0.2.3", 3, VERIFY_OK);
	put_address(r, "192.0.2.1", 5, VERIFY_NO);
	put_address(r, "192.0.2.3", 2, VERIFY_FAIL); /* older than what is known of it */
	address_parse(span_of("2001:db8::1"), &word.address);
	row_place_verify(r, &word);
	word.seq = 3;
	word.verify = VERIFY_TRUSTED;
	row_place_verify(r, &word); /* not the line that it was seen at */
	said = places_of(r);
	assert_string_equal(said, "192.0.2.1=NO/5 2001:db8::1=FAIL/4 192.0.2.3=OK/3 ");
	free(said);
	row_unref(r);
}

static void
of_too_many_addresses_the_oldest_goes_in_any_order(void **state)
{
	(void)state;
	for (int step = 1; step < 19; step += 2) {
		struct row *r = new_row();
		char text[40], *said;

		for (int i = 0; i < ROW_PLACES + 3; i++) {
			int seq = i * step % (ROW_PLACES + 3);

			snprintf(text, sizeof text, "192.0.2.%d", seq);
			put_address(r, text, (uint64_t)seq + 1, VERIFY_OK);
		}
		said = places_of(r);
		assert_int_equal(r->place_count, ROW_PLACES);
		assert_memory_equal(said, "192.0.2.18=OK/19 192.0.2.17=", 28);
		assert_non_null(strstr(said, " 192.0.2.3=OK/4 "));
		assert_null(strstr(said, " 192.0.2.2=OK"));
		free(said);
		row_unref(r);
	}
}

static void
put_line(void *arg, struct span line)
{
	text_printf(arg, "%.*s ", (int)(line.len < 4 ? line.len : 4), line.at);
}

static char *
lines_of(const struct ring *r, size_t most)
{
	struct text out = {0};

	text_put(&out, "");
	ring_each(r, most, put_line, &out);
	return text_take(&out);
}

static void
rings_of_two_stretches_join_in_order(void **state)
{
	static const struct {
		size_t most;
		const char *lines;
	} cases[] = {{9, "o1 o2 n1 n2 "}, {3, "o2 n1 n2 "}, {0, ""}};
	struct ring older = {0}, newer = {0};
	(void)state;

	ring_add(&newer, 2, span_of("n2"));
	ring_add(&newer, 1, span_of("n1"));
	ring_add(&older, 1, span_of("o1"));
	ring_add(&older, 2, span_of("o2"));
	ring_join(&older, &newer, 2);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *lines = lines_of(&older, cases[i].most);

		assert_string_equal(lines, cases[i].lines);
		free(lines);
	}
	ring_free(&older);
	ring_free(&newer);
}

static void
what_a_ring_dropped_stays_dropped(void **state)
{
	struct ring older = {0}, newer = {0};
	char huge[RING_LINE + 500], *lines;
	(void)state;

	memset(huge, 'x', sizeof huge);
	for (uint64_t i = 1; i <= 5; i++)
		ring_add(&newer, i, (struct span){huge, sizeof huge});
	ring_add(&newer, 6, span_of("last"));
	assert_int_equal(newer.dropped, 2);
	ring_add(&older, 1, span_of("old"));
	ring_join(&older, &newer, 1);
	lines = lines_of(&older, 99);
	assert_string_equal(lines, "xxxx xxxx xxxx last ");
	free(lines);
	ring_add(&older, 2, span_of("late"));
	ring_shift(&older, 10);
	ring_add(&older, 17, span_of("same"));
	ring_add(&older, 18, span_of(""));
	lines = lines_of(&older, 2);
	assert_string_equal(lines, "last  ");
	free(lines);
	ring_free(&older);
	ring_free(&newer);
}

static void
a_failed_handshake_is_a_bad_minute(void **state)
{
	struct row *r = new_row();
	(void)state;

	row_count(r, VERIFY_TRUSTED, 5 * MINUTE, 2);
	row_count(r, VERIFY_DANE_FAIL, 5 * MINUTE + 1, 3);
	row_failure(r, 5 * MINUTE + 2);
	row_count(r, VERIFY_OK, 0, 7); /* without a time: counted, no minute */
	assert_int_equal(tally_at(&r->minutes, 5).good, 2);
	assert_int_equal(tally_at(&r->minutes, 5).bad, 4);
	assert_int_equal(tally_at(&r->hours, 0).bad, 4);
	assert_int_equal(r->minutes.count, 1);
	assert_int_equal(r->relay.counts[VERIFY_OK], 7);
	row_unref(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_is_told_however_the_log_was_cut),
		cmocka_unit_test(a_text_is_replaced_by_lines_that_are_not_older),
		cmocka_unit_test(a_certificate_line_is_worth_more_than_a_message),
		cmocka_unit_test(clear_mail_is_that_of_daemons_that_show_tls),
		cmocka_unit_test(addresses_are_told_the_latest_first),
		cmocka_unit_test(of_too_many_addresses_the_oldest_goes_in_any_order),
		cmocka_unit_test(rings_of_two_stretches_join_in_order),
		cmocka_unit_test(what_a_ring_dropped_stays_dropped),
		cmocka_unit_test(a_failed_handshake_is_a_bad_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
