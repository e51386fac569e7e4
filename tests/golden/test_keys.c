/* What keys do, seen in what the app asks of the engine, the clipboard and the user. */
#include "screen.h"

#include "base/file.h"
#include "base/text.h"
#include "tui/actions.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void
the_first_probe_asks_when_the_log_is_another_hosts(void **state)
{
	struct screen *s = *state;

	s->engine.must_ask = true;
	screen_play(s, "v");
	screen_shows(s, "the log is from mx1, this is ");
	assert_int_equal(s->engine.asked_count, 0);
	screen_play(s, "n");
	assert_int_equal(s->engine.asked_count, 0);
	assert_true(s->engine.must_ask);
	screen_play(s, "jvy");
	assert_int_equal(s->engine.asked_count, 1);
	assert_string_equal(s->engine.asked[0], "mx1.partner.example.net");
	screen_play(s, "v");
	assert_int_equal(s->engine.asked_count, 2);
}

static void
many_addresses_are_asked_for_first(void **state)
{
	struct screen *s = *state;
	struct relay *r = model_relay(&s->engine, "many.example.net", VERIFY_FAIL);

	r->address_count = 16;
	r->addresses = calloc(16, sizeof *r->addresses);
	s->engine.history.generation++;
	screen_play(s, "V");
	screen_shows(s, "connect to 24 addresses? y/n");
	assert_int_equal(s->engine.asked_count, 0);
	screen_play(s, "y");
	/* All failing ones; the name with an escape sequence is refused by the engine. */
	assert_int_equal(s->engine.asked_count, 8);
	screen_shows(s, "looking at 7 relays");
}

static void
tagged_rows_alone_are_looked_at(void **state)
{
	struct screen *s = *state;

	screen_play(s, "jj  V");
	assert_int_equal(s->engine.asked_count, 2);
	assert_string_equal(s->engine.asked[0], "mx.old.example.net");
	assert_string_equal(s->engine.asked[1], "mx.hidden.example.net");
}

static void
hosts_that_connect_to_us_are_not_probed(void **state)
{
	struct screen *s = *state;

	screen_play(s, "\tv");
	screen_shows(s, "this host connects to us");
	screen_play(s, "c");
	assert_int_equal(s->engine.asked_count, 0);
}

static void
the_selection_follows_the_relay_not_the_row(void **state)
{
	struct screen *s = *state;

	screen_play(s, "jj");
	screen_shows(s, "▸mx.old.example.net");
	s->engine.history.relays[0].deliveries.waiting = 0; /* the one above moves down */
	s->engine.history.relays[1].deliveries.waiting = 0;
	s->engine.history.generation++;
	screen_play(s, "");
	screen_shows(s, "▸mx.old.example.net");
	screen_play(s, "v");
	assert_string_equal(s->engine.asked[0], "mx.old.example.net");
}

static void
the_command_copied_is_the_one_a_person_would_type(void **state)
{
	static const struct {
		const char *keys, *copied;
	} cases[] = {
		{"jy", "openssl s_client -starttls smtp -connect mx1.partner.example.net:25 -noservername "
		       "-CAfile "
		       "/etc/ssl/certs/ca-certificates.crt -CApath /etc/ssl/certs -verify_return_error "
		       "-showcerts </dev/null"},
		{"\ry", "openssl s_client -starttls smtp -connect 192.0.2.10:25 -noservername -CAfile "
			"/etc/ssl/certs/ca-certificates.crt -CApath /etc/ssl/certs -verify_return_error "
			"-showcerts </dev/null"},
		{"\033dy", "dig +dnssec mx1.partner.example.net MX mx1.partner.example.net A "
			   "mx1.partner.example.net AAAA"},
		{"\033Ly", "grep -F mx1.partner.example.net /var/log/mail.log"},
		{"\033/evil\ry", "(name not printable in a command)"},
	};
	struct screen *s = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		screen_play(s, cases[i].keys);
		assert_non_null(s->copied);
		assert_string_equal(s->copied, cases[i].copied);
	}
}

static void
a_certificate_is_copied_as_pem(void **state)
{
	struct screen *s = *state;

	screen_play(s, "j\r\r\ry");
	assert_non_null(s->copied);
	assert_non_null(strstr(s->copied, "BEGIN CERTIFICATE"));
}

static void
x_stops_a_look_that_goes_on_and_no_other(void **state)
{
	struct screen *s = *state;

	screen_play(s, "jx");
	assert_int_equal(s->engine.cancelled, 0);
	screen_shows(s, "no look is going on");
	screen_play(s, "jx");
	assert_int_equal(s->engine.cancelled, 1);
}

static void
q_goes_back_and_quits_only_at_the_top(void **state)
{
	struct screen *s = *state;

	screen_play(s, "j\r\rq\033");
	assert_false(s->quit);
	screen_shows(s, "VERIFIED");
	screen_play(s, "\033");
	assert_false(s->quit);
	screen_play(s, "q");
	assert_true(s->quit);
}

static void
a_held_table_keeps_its_order(void **state)
{
	struct screen *s = *state;

	screen_play(s, "p");
	s->engine.history.relays[3].deliveries.waiting = 99;
	s->engine.history.relays[3].generation = ++s->engine.history.generation;
	screen_play(s, "");
	screen_shows(s, "▸mx.refused");
	screen_play(s, "gsssss");
	screen_play(s, "p");
	screen_shows(s, "HELD 99");
	assert_false(app_is_paused(s->app));
}

static void
a_held_table_keeps_its_facts_and_its_keys(void **state)
{
	struct screen *s = *state;
	char *before, *after;

	screen_play(s, "p");
	before = screen_text(s);
	s->engine.history.relays[3].deliveries.waiting = 99;
	s->engine.history.relays[3].last.verifymsg = NULL;
	s->engine.history.totals.last_ms += 3600000;
	s->engine.history.totals.host = "other";
	s->engine.history.minutes[RELAY_MINUTES - 1].bad = 0;
	s->engine.history.count--;
	s->engine.history.generation++;
	screen_play(s, "jk");
	after = screen_text(s);
	assert_string_equal(before, after);
	free(before);
	free(after);
	screen_play(s, "&self\r");
	screen_shows(s, "▸mx.self.example.org sent");
	assert_true(app_is_still(s->app));
	screen_play(s, "\r"); /* what is opened goes on */
	assert_false(app_is_still(s->app));
	screen_shows(s, "99 messages held");
	screen_play(s, "\033&\025\rp");
	screen_shows(s, "HELD 110 msgs");
}

/* Faster than the screen is drawn: what a key selects, the next one acts on. */
static void
keys_in_one_batch_act_on_what_the_one_before_selected(void **state)
{
	static const struct {
		const char *keys, *asked;
	} cases[] = {
		{"/quiet\rv", "mx.quiet.example.org"},
		{"gjv", "mx1.partner.example.net"},
		{"ev", "mx.old.example.net"},
		{"&hidden\rv", "mx.hidden.example.net"},
		{"&\025\rgsGv", "smtp.ok.example.org"},
	};
	struct screen *s = *state;

	screen_play(s, "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (const char *key = cases[i].keys; *key; key++)
			app_press(s->app, (unsigned char)*key);
		assert_int_equal(s->engine.asked_count, i + 1);
		assert_string_equal(s->engine.asked[i], cases[i].asked);
	}
}

static void
a_find_between_a_change_and_its_drawing_reads_the_new_history(void **state)
{
	struct screen *s = *state;

	screen_play(s, "/");
	s->engine.history.relays[0].name = "mx.new.example.net";
	s->engine.history.relays[0].generation = ++s->engine.history.generation;
	for (const char *key = "mx.new\rv"; *key; key++)
		app_press(s->app, (unsigned char)*key);
	assert_string_equal(s->engine.asked[0], "mx.new.example.net");
}

static void
e_walks_the_failing_relays_round(void **state)
{
	struct screen *s = *state;

	screen_play(s, "E");
	screen_shows(s, "▸mx.quiet.exa…le.org");
	screen_play(s, "e");
	screen_shows(s, "▸mx.refused");
}

static void
an_evicted_relay_leaves_its_view_standing(void **state)
{
	struct screen *s = *state;

	screen_play(s, "j\r");
	s->engine.history.count = 0;
	s->engine.history.generation++;
	screen_play(s, "");
	screen_shows(s, "no longer in the table");
	screen_play(s, "v\rcdLy\033\033\033\033\033");
	screen_shows(s, "no STARTTLS=client line so far");
}

static void
every_key_in_every_view_at_every_size_is_survived(void **state)
{
	static const char *const ways[] = {"", "j\r", "j\r\r", "j\r\r\r", "jd", "jc", "jL", "?", "\t"};
	struct screen *s = *state;
	int sizes[][2] = {{24, 80}, {3, 20}, {1, 1}, {2, 5}, {60, 200}};

	for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
		screen_close(s);
		screen_open(s, sizes[size][0], sizes[size][1], size % 2);
		for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
			for (int key = 1; key < 127; key++) {
				char one[2] = {(char)key, 0};

				if (key == 'w' || key == 'q' || key == 033)
					continue;
				screen_play(s, ways[way]);
				screen_play(s, one);
				screen_play(s, "\033");
				for (int back = 0; back < 6; back++)
					app_press(s->app, KEYCODE_LEFT);
				assert_false(s->quit);
			}
		}
	}
}

int
main(void)
{
#define KEY_TEST(f) cmocka_unit_test_setup_teardown(f, screen_setup, screen_teardown)
	const struct CMUnitTest tests[] = {
		KEY_TEST(the_first_probe_asks_when_the_log_is_another_hosts),
		KEY_TEST(many_addresses_are_asked_for_first),
		KEY_TEST(tagged_rows_alone_are_looked_at),
		KEY_TEST(hosts_that_connect_to_us_are_not_probed),
		KEY_TEST(the_selection_follows_the_relay_not_the_row),
		KEY_TEST(the_command_copied_is_the_one_a_person_would_type),
		KEY_TEST(a_certificate_is_copied_as_pem),
		KEY_TEST(x_stops_a_look_that_goes_on_and_no_other),
		KEY_TEST(q_goes_back_and_quits_only_at_the_top),
		KEY_TEST(a_held_table_keeps_its_order),
		KEY_TEST(a_held_table_keeps_its_facts_and_its_keys),
		KEY_TEST(keys_in_one_batch_act_on_what_the_one_before_selected),
		KEY_TEST(a_find_between_a_change_and_its_drawing_reads_the_new_history),
		KEY_TEST(e_walks_the_failing_relays_round),
		KEY_TEST(an_evicted_relay_leaves_its_view_standing),
		KEY_TEST(every_key_in_every_view_at_every_size_is_survived),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
