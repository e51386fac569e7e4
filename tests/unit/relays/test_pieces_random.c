/* The small parts of a history against the plainest code that could do the same, on random input. */
#include "../cm.h"

#include "base/text.h"
#include "base/when.h"
#include "relays/history.h"
#include "relays/names.h"
#include "relays/table.h"

#include <stdlib.h>
#include <string.h>

static uint64_t seed = 88172645463325252u;

/* Marsaglia's xorshift: the same numbers in every run. */
static size_t
below(size_t bound)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % bound);
}

static void
tallies_are_sums_of_the_newest_slots(void **state)
{
	(void)state;
	for (int round = 0; round < 300; round++) {
		const int64_t span = 1 + (int64_t)below(64);
		struct tally t = {0};
		uint32_t good[200] = {0}, bad[200] = {0};
		int64_t newest = -1;

		for (size_t i = below(400) + 1; i > 0; i--) {
			struct tally_slot add = {(int64_t)below(200), (uint32_t)below(5), (uint32_t)below(5)};

			tally_add(&t, span, add);
			good[add.slot] += add.good;
			bad[add.slot] += add.bad;
			newest = add.slot > newest ? add.slot : newest;
		}
		assert_true(t.count < 2 * span);
		for (int64_t slot = 0; slot < 200; slot++) {
			bool kept = slot > newest - span;

			assert_int_equal(tally_at(&t, span, slot).good, kept ? good[slot] : 0);
			assert_int_equal(tally_at(&t, span, slot).bad, kept ? bad[slot] : 0);
		}
		tally_free(&t);
	}
}

static void
streaks_say_what_the_words_say(void **state)
{
	static const enum verify some[] = {VERIFY_OK, VERIFY_FAIL, VERIFY_TRUSTED, VERIFY_SOFTWARE};

	(void)state;
	for (int round = 0; round < 5000; round++) {
		enum verify words[12], before = VERIFY_UNKNOWN;
		size_t count = 1 + below(COUNT(words));
		int64_t since = 0, last_ok = 0, first_fail = 0;
		struct streak r = {0};

		for (size_t i = 0; i < count; i++) {
			words[i] = some[below(2 + below(3))];
			if (i && words[i] != words[i - 1]) {
				since = (int64_t)i + 1;
				before = words[i - 1];
			}
			if (verify_is_good(words[i])) {
				last_ok = (int64_t)i + 1;
				first_fail = 0;
			} else if (!first_fail) {
				first_fail = (int64_t)i + 1;
			}
		}
		for (size_t i = 0; i < count; i++)
			streak_add(&r, words[i], (int64_t)i + 1);
		assert_int_equal(r.last, words[count - 1]);
		assert_int_equal(r.since_ms, since);
		assert_int_equal(r.before, before);
		assert_int_equal(r.last_ok_ms, last_ok);
		assert_int_equal(r.first_fail_ms, first_fail);
	}
}

/* Encoded as RFC 3461 section 4 has it, any bytes come back. */
static void
xtext_survives_its_encoding(void **state)
{
	struct table t = {0};
	struct row *r = table_row(&t, DIRECTION_CLIENT, span_of("a"));

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct text encoded = {NULL, 0, 0};
		char bytes[20];
		size_t len = 1 + below(sizeof bytes - 1);

		for (size_t i = 0; i < len; i++) {
			unsigned char c = (unsigned char)(1 + below(255));

			bytes[i] = (char)c;
			if (c <= ' ' || c >= 0x7F || c == '+' || c == '=' || below(4) == 0)
				text_printf(&encoded, "+%02X", c);
			else
				text_printf(&encoded, "%c", c);
		}
		bytes[len] = '\0';
		row_tell_xtext(r, RELAY_TEXT_subject, (struct span){encoded.at, encoded.len});
		assert_string_equal(r->told.subject, bytes);
		text_free(&encoded);
	}
	table_free(&t);
}

/* Whatever a log claims, a name is a text that fits its room, and the name of the same row when it is read
 * again. */
static void
names_are_texts_of_their_length(void **state)
{
	static const char letters[] = "aZ.-@[]:1\0 \xFF";

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char relay[300], address[300], room[NAME_ROOM], again[NAME_ROOM];
		struct event e = {.direction = below(2) ? DIRECTION_CLIENT : DIRECTION_SERVER};
		size_t len;

		for (size_t i = 0; i < sizeof relay; i++) {
			relay[i] = letters[below(sizeof letters - 1)];
			address[i] = letters[below(sizeof letters - 1)];
		}
		e.relay = (struct span){relay, below(5) ? below(12) : below(sizeof relay)};
		e.address = (struct span){address, below(5) ? below(12) : below(sizeof address)};
		len = name_of(&e, room);
		assert_true(len < NAME_ROOM);
		if (len == 0)
			continue;
		assert_int_equal(strlen(room), len);
		for (size_t i = 0; room[0] != '[' && i < len; i++)
			assert_false(room[i] >= 'A' && room[i] <= 'Z');
		e.relay = (struct span){room, len};
		e.direction = DIRECTION_CLIENT;
		if (room[len - 1] != '.' && room[0] != ' ' && room[len - 1] != ' ' &&
			strcmp(room, "local") != 0) {
			assert_int_equal(name_of(&e, again), len);
			assert_string_equal(again, room);
		}
	}
}

static void
feed(struct history *h, int64_t time_ms, enum verify verify)
{
	static int64_t pid;
	struct event e = {.kind = EVENT_TLS,
		.time_ms = time_ms,
		.line = span_of("line"),
		.host = span_of("mx1"),
		.tag = span_of("sm-mta"),
		.pid = ++pid,
		.repeat = 1,
		.relay = span_of("mx.example.net."),
		.verify = verify,
		.verify_text = span_of(verify_word(verify)),
		.bits = -1,
		.depth = -1};

	history_feed(h, &e);
}

/* Minutes and hours are those of the clock, counted back from the log's last line. */
static void
minutes_and_hours_end_with_the_log(void **state)
{
	static const struct {
		int64_t before; /* the last line, which is at 12:00:00.000 */
		size_t minute;  /* RELAY_MINUTES: too old for one */
		bool in_day;
	} cases[] = {
		{0, 59, true},
		{1, 58, true},
		{WHEN_MINUTE, 58, true},
		{WHEN_MINUTE + 1, 57, true},
		{59 * WHEN_MINUTE, 0, true},
		{59 * WHEN_MINUTE + 1, RELAY_MINUTES, true},
		{23 * WHEN_HOUR, RELAY_MINUTES, true},
		{23 * WHEN_HOUR + 1, RELAY_MINUTES, false},
		{WHEN_DAY, RELAY_MINUTES, false},
	};
	const int64_t last = when_utc(2026, 11, 22, 12, 0, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct history *h = history_new(&(struct history_options){.max_relays = 0});
		struct relay_minute minutes[RELAY_MINUTES], day;

		feed(h, last - cases[i].before, VERIFY_FAIL);
		feed(h, last, VERIFY_OK);
		for (int all = 0; all < 2; all++) {
			const struct relay *r = all ? NULL : history_relay(h, 0);

			history_minutes(h, r, minutes);
			day = history_day(h, r);
			assert_int_equal(day.good, 1);
			assert_int_equal(day.bad, cases[i].in_day);
			for (size_t m = 0; m < RELAY_MINUTES; m++) {
				assert_int_equal(minutes[m].good, m == RELAY_MINUTES - 1);
				assert_int_equal(minutes[m].bad, m == cases[i].minute);
			}
		}
		history_free(h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tallies_are_sums_of_the_newest_slots),
		cmocka_unit_test(streaks_say_what_the_words_say),
		cmocka_unit_test(xtext_survives_its_encoding),
		cmocka_unit_test(names_are_texts_of_their_length),
		cmocka_unit_test(minutes_and_hours_end_with_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
