/* The small parts of a history: names, tallies, line rings, runs of words, xtext, kept events. */
#include "../cm.h"

#include "relays/kept.h"
#include "relays/names.h"
#include "relays/ring.h"
#include "relays/run.h"
#include "relays/tally.h"
#include "relays/xtext.h"

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
	struct tally t = {0}, other = {0};
	(void)state;

	for (size_t i = 0; i < COUNT(slots); i++)
		tally_add(i % 2 ? &t : &other, 60, (struct tally_slot){slots[i], 1, 2});
	tally_join(&t, 60, &other);
	assert_int_equal(tally_at(&t, 103).good, 2);
	assert_int_equal(tally_at(&t, 103).bad, 4);
	assert_int_equal(tally_at(&t, 161).bad, 2);
	assert_int_equal(tally_at(&t, 101).good, 0);
	assert_int_equal(tally_at(&t, 100).good, 0);
	tally_free(&t);
	tally_free(&other);
}

static void
remember(void *arg, struct span line)
{
	char *all = arg;

	snprintf(all + strlen(all), 8, "%.*s ", (int)(line.len < 3 ? line.len : 3), line.at);
}

static void
a_ring_keeps_the_newest_lines_in_any_order(void **state)
{
	static const uint64_t numbers[] = {5, 2, 9, 7, 3, 8, 1, 6, 4, 9};
	struct ring r = {0};
	char line[1000], all[200] = "";
	(void)state;

	for (size_t i = 0; i < COUNT(numbers); i++) {
		snprintf(line, sizeof line, "%03d", (int)numbers[i]);
		memset(line + 3, 'x', sizeof line - 3);
		ring_add(&r, numbers[i], (struct span){line, sizeof line});
	}
	ring_each(&r, 10, remember, all);
	assert_string_equal(all, "006 007 008 009 ");
	all[0] = '\0';
	ring_each(&r, 1, remember, all);
	assert_string_equal(all, "009 ");
	ring_free(&r);
}

static void
runs_join_as_one_run(void **state)
{
	static const enum verify words[] = {VERIFY_OK, VERIFY_OK, VERIFY_FAIL, VERIFY_OK, VERIFY_FAIL,
		VERIFY_FAIL, VERIFY_SOFTWARE, VERIFY_SOFTWARE};
	(void)state;

	for (size_t cut = 0; cut <= COUNT(words); cut++) {
		struct run parts[2] = {{0}, {0}}, all;

		for (size_t i = 0; i < COUNT(words); i++) {
			struct run word = run_of(words[i], (int64_t)i + 1);

			parts[i >= cut] = run_join(&parts[i >= cut], &word);
		}
		all = run_join(&parts[0], &parts[1]);
		assert_int_equal(all.last, VERIFY_SOFTWARE);
		assert_int_equal(all.before, VERIFY_FAIL);
		assert_int_equal(all.since_ms, 7);
		assert_int_equal(all.last_ok_ms, 4);
		assert_int_equal(all.first_fail_ms, 5);
	}
}

static void
xtext_is_decoded_where_it_is_one(void **state)
{
	static const char *const cases[][2] = {{"/C=US/O=A+20B", "/C=US/O=A B"}, {"+5CxC3", "\\xC3"},
		{"cut+2", "cut+2"}, {"+2g+00", "+2g+00"}, {"+2B20", "+20"}, {"+", "+"}};
	char *text = NULL;
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		xtext_put(&text, span_of(cases[i][0]));
		assert_string_equal(text, cases[i][1]);
	}
	xtext_put(&text, (struct span){NULL, 0});
	assert_null(text);
}

static void
a_kept_event_needs_its_line_no_more(void **state)
{
	char line[] = "relay=mx.example.net, verify=OK";
	struct event e = {
		.line = {line, sizeof line - 1}, .relay = {line + 6, 14}, .host = span_of("elsewhere")};
	struct kept *k = kept_new(&e);
	(void)state;

	memset(line, 'x', sizeof line);
	assert_true(span_is(k->event.relay, "mx.example.net"));
	assert_true(span_is(k->event.line, "relay=mx.example.net, verify=OK"));
	assert_int_equal(k->event.host.len, 0);
	free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_rows),
		cmocka_unit_test(hostile_names_are_cut_and_stay_texts),
		cmocka_unit_test(shortened_names_fit_what_they_stand_for),
		cmocka_unit_test(a_tally_keeps_the_newest_slots_in_any_order),
		cmocka_unit_test(a_ring_keeps_the_newest_lines_in_any_order),
		cmocka_unit_test(runs_join_as_one_run),
		cmocka_unit_test(xtext_is_decoded_where_it_is_one),
		cmocka_unit_test(a_kept_event_needs_its_line_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
