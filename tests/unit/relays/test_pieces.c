/* The small parts of a history: names, tallies, streaks of words, xtext, maps. */
#include "../cm.h"

#include "relays/names.h"
#include "relays/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
names_are_those_of_rows(void **state)
{
	static const struct {
		enum direction direction;
		const char *relay, *address, *name;
	} cases[] = {
		{DIRECTION_CLIENT, "MX.Example.NET.", "192.0.2.1", "mx.example.net"},
		{DIRECTION_CLIENT, "mx.example.net", "", "mx.example.net"},
		{DIRECTION_CLIENT, "[ipv6:2001:db8::25]", "IPv6:2001:db8:0:0:0:0:0:25",
			"[ipv6:2001:db8::25]"},
		{DIRECTION_CLIENT, "local", "", ""},
		{DIRECTION_CLIENT, "", "192.0.2.1", ""},
		{DIRECTION_SERVER, "client.example.net", "192.0.2.1", "client.example.net"},
		{DIRECTION_SERVER, "user@client.example.net", "192.0.2.1", "client.example.net"},
		{DIRECTION_SERVER, "IDENT:a@b@client.example.net", "192.0.2.1", "client.example.net"},
		{DIRECTION_SERVER, "[IPv6:2001:db8:0:0:0:0:0:1]", "", "[IPv6:2001:db8:0:0:0:0:0:1]"},
		{DIRECTION_SERVER, "", "192.0.2.7", "[192.0.2.7]"},
		{DIRECTION_SERVER, "user@", "192.0.2.7", "[192.0.2.7]"},
		{DIRECTION_SERVER, "local", "", ""},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct event e = {.direction = cases[i].direction,
			.relay = span_of(cases[i].relay),
			.address = span_of(cases[i].address)};
		char room[NAME_ROOM] = "";

		assert_int_equal(name_of(&e, room), strlen(cases[i].name));
		assert_string_equal(cases[i].name[0] ? room : "", cases[i].name);
	}
}

static void
hostile_names_are_cut_and_stay_texts(void **state)
{
	char huge[70000], room[NAME_ROOM];
	struct event e = {.relay = {huge, sizeof huge}, .direction = DIRECTION_CLIENT};
	(void)state;

	memset(huge, 'A', sizeof huge);
	huge[3] = '\0';
	assert_int_equal(name_of(&e, room), NAME_ROOM - 1);
	assert_int_equal(strlen(room), NAME_ROOM - 1);
	assert_memory_equal(room, "aaa?a", 5);
	e.relay = (struct span){NULL, 0};
	e.address = (struct span){huge, sizeof huge};
	e.direction = DIRECTION_SERVER;
	assert_true(name_of(&e, room) < NAME_ROOM);
}

static void
shortened_names_fit_what_they_stand_for(void **state)
{
	static const struct {
		const char *name, *shortened;
		bool fits;
	} cases[] = {
		{"mx-abcdefghijklmnopqrstuvwxyz.mail.example.net", "mx-abcdefghijklmno....mail.example.net",
			true},
		{"mx-abcdefghijklmnopqrstuvwxyz.mail.example.net", "mx-abcdefghijklmno....mail.example.org",
			false},
		{"mx-abcdefghijklmnopqrstuvwxyz.mail.example.net", "mx-bbcdefghijklmno....mail.example.net",
			false},
		{"mx-short.example.net", "mx-abcdefghijklmno....mail.example.net", false},
		{"mx-abcdefghijklmnoooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo",
			"mx-abcdefghijklmno....mail.example.net", true},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].shortened);

		assert_true(name_is_short(cases[i].shortened, len));
		assert_int_equal(name_fits(cases[i].name, strlen(cases[i].name), cases[i].shortened, len),
			cases[i].fits);
	}
	assert_false(name_is_short("mx.example.net", 14));
}

static void
a_tally_keeps_the_newest_slots_in_any_order(void **state)
{
	static const int64_t slots[] = {100, 103, 101, 160, 99, 103, 161};
	struct tally t = {0};
	(void)state;

	for (size_t i = 0; i < COUNT(slots); i++)
		tally_add(&t, 60, (struct tally_slot){slots[i], 1, 2});
	assert_int_equal(tally_at(&t, 60, 103).good, 2);
	assert_int_equal(tally_at(&t, 60, 103).bad, 4);
	assert_int_equal(tally_at(&t, 60, 161).bad, 2);
	assert_int_equal(tally_at(&t, 60, 101).good, 0);
	assert_int_equal(tally_at(&t, 60, 100).good, 0);
	tally_free(&t);
}

static void
a_streak_tells_the_last_change(void **state)
{
	static const enum verify words[] = {VERIFY_OK, VERIFY_OK, VERIFY_FAIL, VERIFY_OK, VERIFY_FAIL,
		VERIFY_FAIL, VERIFY_SOFTWARE, VERIFY_SOFTWARE};
	struct streak s = {0};
	(void)state;

	streak_add(&s, VERIFY_OK, 1);
	assert_int_equal(s.since_ms, 0);
	for (size_t i = 0; i < COUNT(words); i++)
		streak_add(&s, words[i], (int64_t)i + 1);
	assert_int_equal(s.last, VERIFY_SOFTWARE);
	assert_int_equal(s.before, VERIFY_FAIL);
	assert_int_equal(s.since_ms, 7);
	assert_int_equal(s.last_ok_ms, 4);
	assert_int_equal(s.first_fail_ms, 5);
}

/* Against a plain list, with few keys, so that many entries share one. */
static void
a_map_finds_what_was_put_in(void **state)
{
	static int values[300];
	bool in[300] = {false};
	struct map m = {0};
	uint64_t seed = 7;
	(void)state;

	assert_int_equal(map_first(&m, 1), MAP_NONE);
	for (int step = 0; step < 20000; step++) {
		size_t i = (seed = seed * 6364136223846793005U + 1442695040888963407U) >> 33, found = 0,
		       there = 0;

		i %= COUNT(values);
		if (in[i])
			map_remove(&m, i % 50, &values[i]);
		else
			map_add(&m, i % 50, &values[i]);
		in[i] = !in[i];
		for (size_t k = i % 50; k < COUNT(values); k += 50)
			there += in[k];
		for (size_t at = map_first(&m, i % 50); at != MAP_NONE; at = map_next(&m, at)) {
			assert_true(in[(int *)m.entries[at].value - values]);
			found++;
		}
		assert_int_equal(found, there);
	}
	map_free(&m);
}

static void
xtext_is_decoded_where_it_is_one(void **state)
{
	static const char *const cases[][2] = {{"/C=US/O=A+20B", "/C=US/O=A B"}, {"+5CxC3", "\\xC3"},
		{"cut+2", "cut+2"}, {"+2g+00", "+2g+00"}, {"+2B20", "+20"}, {"+", "+"}};
	struct table t = {0};
	struct row *r = table_row(&t, DIRECTION_CLIENT, span_of("a"));
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		row_tell_xtext(r, RELAY_TEXT_subject, span_of(cases[i][0]));
		assert_string_equal(r->told.subject, cases[i][1]);
	}
	row_tell_xtext(r, RELAY_TEXT_subject, (struct span){NULL, 0});
	assert_null(r->told.subject);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_rows),
		cmocka_unit_test(hostile_names_are_cut_and_stay_texts),
		cmocka_unit_test(shortened_names_fit_what_they_stand_for),
		cmocka_unit_test(a_tally_keeps_the_newest_slots_in_any_order),
		cmocka_unit_test(a_streak_tells_the_last_change),
		cmocka_unit_test(a_map_finds_what_was_put_in),
		cmocka_unit_test(xtext_is_decoded_where_it_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
