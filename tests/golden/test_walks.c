/* Long walks through the views, and what stands on the screen after each step, on screens of several sizes.
 */
#include "screen.h"

#include "tui/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct step {
	const char *keys;
	const char *shows, *hides; /* NULL: whatever */
};

static const struct {
	int rows, cols;
	bool ascii;
} sizes[] = {{24, 80, false}, {20, 60, false}, {12, 40, false}, {24, 80, true}};

/* In ASCII the selection's mark is another one. */
static bool
holds(const char *picture, const char *text, bool ascii)
{
	size_t mark = strlen("▸");
	char plain[80] = ">";

	if (!ascii || strncmp(text, "▸", mark) != 0)
		return strstr(picture, text) != NULL;
	strncpy(plain + 1, text + mark, sizeof plain - 2);
	return strstr(picture, plain) != NULL;
}

static void
walk(const struct step *steps, size_t count)
{
	for (size_t size = 0; size < COUNT(sizes); size++) {
		struct screen s;

		screen_open(&s, sizes[size].rows, sizes[size].cols, sizes[size].ascii);
		for (size_t i = 0; i < count; i++) {
			char *picture;
			bool good;

			screen_play(&s, steps[i].keys);
			picture = screen_text(&s);
			good = (!steps[i].shows || holds(picture, steps[i].shows, sizes[size].ascii)) &&
			       (!steps[i].hides || !holds(picture, steps[i].hides, sizes[size].ascii));
			if (!good)
				print_message("step %zu at %dx%d, wants \"%s\" without \"%s\":\n%s", i,
					sizes[size].cols, sizes[size].rows,
					steps[i].shows ? steps[i].shows : "",
					steps[i].hides ? steps[i].hides : "", picture);
			assert_true(good);
			assert_false(s.quit);
			free(picture);
		}
		screen_close(&s);
	}
}

static void
into_a_certificate_and_out_again(void **state)
{
	static const struct step steps[] = {
		{"", "▸mx.refused", NULL}, {"j", "▸mx1.partner", "▸mx.refused"},
		{"\r", "mx1.partner.exa", "VERIFIED"}, {"", "▸2 192.0.2.10", NULL}, /* the one that decided */
		{"k", "▸1 2001:db8::10", "▸2"}, {"G", "▸3 192.0.2.11", NULL}, {"k\r", "chain", "ADDRESS"},
		{"\r", "certificate", "chain"}, {"<", "chain", NULL}, {"<", "▸2 192.0.2.10", NULL},
		{"\033", "▸mx1.partner", "ADDRESS"},
		{"\033", "▸mx1.partner", NULL}, /* there is nothing behind it */
	};

	(void)state;
	walk(steps, COUNT(steps));
}

static void
every_view_of_one_relay_comes_back_to_where_it_was_opened(void **state)
{
	static const struct step steps[] = {
		{"jd", "dig +dnssec", "▸"},
		{"q", "▸mx1.partner", "dig +dnssec"},
		{"c", "connect mx1.partner", NULL},
		{"d", "dig +dnssec", "connect mx1.partner"},
		{"<", "connect mx1.partner", "dig +dnssec"},
		{"L", "sm-mta[812]", NULL},
		{"<<", "▸mx1.partner", "sm-mta[812]"},
		{"\rL", "sm-mta[812]", "ADDRESS"},
		{"\033", "▸2 192.0.2.10", NULL},
	};

	(void)state;
	walk(steps, COUNT(steps));
}

static void
a_probe_goes_on_while_its_dialogue_is_shown(void **state)
{
	static const struct step steps[] = {
		{"jj", "▸mx.old.example.net", NULL}, {"c", "connect mx.old.example.net", NULL},
		{"<", "▸mx.old.example.net", NULL}, {"\r", "220", NULL}, {"", "12 s", NULL},
		{"x", "12 s", "no look is going on"}, {"<kx", "no look is going on", NULL},
		{"j", "▸mx.old.example.net", "no look is going on"}, /* until the next key */
	};

	(void)state;
	walk(steps, COUNT(steps));
}

static void
log_lines_are_filtered_and_shown_again(void **state)
{
	static const struct step steps[] = {
		{"jL", "arg1=FAIL", NULL},
		{"&reject", "reject", NULL},
		{"\r", "arg1=FAIL", "verify=OK"},
		{"&\025zzz\r", NULL, "arg1=FAIL"},
		{"&\025\r", "arg1=FAIL", NULL},
		{"&zzz\033", "arg1=FAIL", NULL}, /* Esc leaves the prompt, not the view */
		{"<", "▸mx1.partner", NULL},
	};

	(void)state;
	walk(steps, COUNT(steps));
}

static void
finding_goes_on_both_ways_and_says_when_there_is_none(void **state)
{
	static const struct step steps[] = {
		{"n", "nothing to find yet", NULL}, {"/", NULL, "nothing to find yet"},
		{"fail\r", "▸mx.refused", NULL}, /* the one at the selection counts */
		{"n", "▸mx1.partner", NULL}, {"nn", "▸mx.self", NULL}, {"N", "▸evil", NULL},
		{"NNN", "▸mx.quiet", NULL}, /* round */
		{"n", "▸mx.refused", NULL}, {"/zzz\r", "not found: zzz", NULL}, {"", "▸mx.refused", NULL},
		{"/HIDDEN\r", "▸mx.hidden", "not found"}, {"N", "▸mx.hidden", NULL}, /* there is no other */
	};

	(void)state;
	walk(steps, COUNT(steps));
}

static void
orders_and_directions_change_in_place(void **state)
{
	static const struct step steps[] = {
		{"sg", "▸evil", NULL}, /* by name */
		{"I", "▸evil", NULL},  /* what the user chose stays chosen */
		{"g", "▸smtp.ok", NULL},
		{"Issssg", "▸mx.refused", NULL}, /* by state again */
		{"\t", "client.example.net", "mx.refused"},
		{"\t", "mx.refused", "client.example.net"},
		{"&quiet\r", "mx.quiet", "mx.refused"},
		{"&\025\r", "mx.refused", NULL},
	};

	(void)state;
	walk(steps, COUNT(steps));
}

static void
a_pause_is_shown_and_help_is_about_its_view(void **state)
{
	static const struct step steps[] = {
		{"?/all failing\r", "all failing", "▸"},
		{"<", "▸mx.refused", NULL},
		{"j\r?", "open what is selected", "all failing"},
		{"<\r?", NULL, "all failing"},
		{"<<<", "▸mx1.partner", NULL},
		{"p", "▸mx1.partner", NULL},
		{" ", "▸mx.old", NULL},
		{"p", "▸mx.old", "PAUSED"},
	};

	(void)state;
	walk(steps, COUNT(steps));
}

static void
tagged_relays_are_asked_about_before_they_are_looked_at(void **state)
{
	(void)state;
	for (size_t size = 0; size < COUNT(sizes); size++) {
		struct screen s;
		char *picture;

		screen_open(&s, sizes[size].rows, sizes[size].cols, sizes[size].ascii);
		s.engine.must_ask = true;
		screen_play(&s, "  V");
		picture = screen_text(&s);
		assert_non_null(strstr(picture, "the log is from mx1, this is "));
		free(picture);
		screen_play(&s, "\033");
		assert_int_equal(s.engine.asked_count, 0);
		screen_play(&s, "V");
		assert_int_equal(s.engine.asked_count, 0); /* it asks once more */
		screen_play(&s, "y");
		assert_int_equal(s.engine.asked_count, 2);
		assert_string_equal(s.engine.asked[0], "mx1.partner.example.net");
		assert_string_equal(s.engine.asked[1], "mx.refused.example.org");
		screen_close(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(into_a_certificate_and_out_again),
		cmocka_unit_test(every_view_of_one_relay_comes_back_to_where_it_was_opened),
		cmocka_unit_test(a_probe_goes_on_while_its_dialogue_is_shown),
		cmocka_unit_test(log_lines_are_filtered_and_shown_again),
		cmocka_unit_test(finding_goes_on_both_ways_and_says_when_there_is_none),
		cmocka_unit_test(orders_and_directions_change_in_place),
		cmocka_unit_test(a_pause_is_shown_and_help_is_about_its_view),
		cmocka_unit_test(tagged_relays_are_asked_about_before_they_are_looked_at),
	};

	return cmocka_run_group_tests_name("walks", tests, NULL, NULL);
}
