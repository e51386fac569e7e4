/* The chain view in the hands of a user, and while the look that it shows goes on. */
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct look_address *
deciding(struct screen *s)
{
	return &s->engine.looks[0]->addresses[1];
}

/* Sent, fetched, in the store, not used, of another path: Enter opens each. */
static void
every_certificate_of_the_page_is_opened(void **state)
{
	static const char *const titles[] = {
		"certificate mx1.partner.example.net",
		"certificate Example Issuing CA E1",
		"certificate Example Root R1",
		"certificate Unrelated CA",
		"certificate mx1.partner.example.net",
		"certificate Example Issuing CA E1",
		"certificate Example Root R2",
	};
	struct screen *s = *state;

	screen_play(s, "j\r\r");
	for (size_t i = 0; i < COUNT(titles); i++) {
		screen_play(s, "\r");
		screen_shows(s, titles[i]);
		screen_play(s, "y");
		assert_non_null(strstr(s->copied, "BEGIN CERTIFICATE"));
		screen_play(s, "<j");
	}
	screen_play(s, "\r");
	screen_shows(s, "certificate Example Root R2"); /* there is nothing below it */
}

static void
a_certificate_is_found_by_its_subject(void **state)
{
	struct screen *s = *state;

	screen_play(s, "j\r\r/Root R2\r");
	screen_shows(s, "▸✓ 2 Example Root R2");
	screen_play(s, "g");
	screen_shows(s, "▸✗ 0 mx1.partner.example.net");
}

/* The verdict comes first, its repair when the cause was searched; a new look takes its place when it has
 * come. */
static void
the_repair_appears_when_it_is_known(void **state)
{
	struct screen *s = *state;
	struct look_address *a = deciding(s);
	struct path *repaired = a->repaired;

	a->repaired = NULL;
	s->engine.looks[0]->state = LOOK_EXAMINING;
	screen_play(s, "j\r\r");
	screen_shows(s, "the path that the verdict used:");
	screen_shows(s, "issuer not sent, not in /etc/ssl/certs/ca-certificates.crt:");
	screen_shows(s, "       /C=XX/CN=Example Issuing CA E1\n");
	screen_lacks(s, "ca.example.net/e1.der");
	a->repaired = repaired;
	s->engine.looks[0]->state = LOOK_DONE;
	screen_play(s, "");
	screen_shows(s, " + 1 Example Issuing CA E1");
	screen_shows(s, "from http://ca.example.net/e1.der");
	/* What was drawn may be opened though the look has dropped it since. */
	path_unref(a->repaired);
	a->repaired = NULL;
	app_press(s->app, 'j');
	app_press(s->app, '\r');
	screen_play(s, "");
	screen_shows(s, "certificate Example Issuing CA E1");
}

static void
an_expired_cross_sign_is_said_to_be_in_the_way(void **state)
{
	struct screen *s = *state;

	screen_play(s, "j\r\r");
	screen_lacks(s, "in the way");
	model_finding(&s->engine, &s->engine.history.relays[0], "cross-sign-expired",
		"An expired cross-signed certificate is sent and gets in the way (Old Root, 2026-10-13)",
		"E");
	screen_play(s, "");
	screen_shows(s, " An expired cross-signed certificate is sent and gets in the way (Old Root,");
}

static void
a_chain_scrolls_to_what_is_selected_on_the_smallest_screen(void **state)
{
	static const char *const marks[] = {"▸✗ 0", "▸+ 1", "▸✓ 2", "▸-", "▸✓ 0", "▸+ 1", "▸✓ 2"};
	struct screen *s = *state;

	screen_close(s);
	screen_open(s, 4, 40, false);
	screen_play(s, "j\r\r");
	screen_play(s, "g");
	for (size_t i = 0; i < COUNT(marks); i++) {
		screen_shows(s, marks[i]);
		screen_play(s, "j");
	}
	for (size_t i = COUNT(marks); i-- > 0;) {
		screen_shows(s, marks[i]);
		screen_play(s, "k");
	}
}

int
main(void)
{
#define CHAIN_TEST(f) cmocka_unit_test_setup_teardown(f, screen_setup, screen_teardown)
	const struct CMUnitTest tests[] = {
		CHAIN_TEST(every_certificate_of_the_page_is_opened),
		CHAIN_TEST(a_certificate_is_found_by_its_subject),
		CHAIN_TEST(the_repair_appears_when_it_is_known),
		CHAIN_TEST(an_expired_cross_sign_is_said_to_be_in_the_way),
		CHAIN_TEST(a_chain_scrolls_to_what_is_selected_on_the_smallest_screen),
	};

	return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
