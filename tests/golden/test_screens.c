/* Each view at each size, as text. */
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define WIDE 43, 132
#define USUAL 24, 80
#define NARROW 20, 60

static const struct golden {
	const char *name;
	int rows, cols;
	const char *keys;
	bool ascii;
} goldens[] = {
	{"relays_80x24", USUAL, "", false},
	{"relays_60x20", NARROW, "", false},
	{"relays_132x43", WIDE, "", false},
	{"relays_120x40", 40, 120, "", false},
	{"relays_ascii", USUAL, "", true},
	{"relays_tiny", 6, 30, "", false},
	{"relays_no_room_for_a_row", 5, 20, "j", false},
	{"relay_no_room_for_an_address", 5, 20, "j\r", false},
	{"relays_inbound", USUAL, "\t", false},
	{"relays_filtered", USUAL, "&self\r", false},
	{"relays_by_name_reversed", USUAL, "sI jj", false},
	{"relays_paused_and_tagged", USUAL, " p ", false},
	{"relays_prompt", USUAL, "/quiet", false},
	{"relay_80x24", USUAL, "j\r", false},
	{"relay_60x20", NARROW, "j\r", false},
	{"relay_132x43", WIDE, "j\rj", false},
	{"relay_ascii", USUAL, "j\rj", true},
	{"relay_probing", USUAL, "jj\r", false},
	{"relay_hostile", USUAL, "/evil\r\r", false},
	{"chain_80x24", USUAL, "j\r\r", false},
	{"chain_132x43", WIDE, "j\r\rjj", false},
	{"chain_ascii", USUAL, "j\r\rj", true},
	{"chain_60x20", NARROW, "j\r\rG", false},
	{"certificate_80x24", USUAL, "j\r\r\r", false},
	{"certificate_60x20", NARROW, "j\r\r\rG", false},
	{"fix_80x24", USUAL, "jf", false},
	{"fix_end_80x24", USUAL, "jfG", false},
	{"fix_60x20", NARROW, "jf3", false},
	{"fix_ascii", USUAL, "jf2", true},
	{"fix_second", USUAL, "jf\t", false},
	{"fix_of_a_host", USUAL, "jf[", false},
	{"fix_hostile", USUAL, "/evil\rf", false},
	{"dig_80x24", USUAL, "jd", false},
	{"connect_80x24", USUAL, "j\rjc", false},
	{"connect_60x20", NARROW, "j\rjck", false},
	{"log_80x24", USUAL, "jL", false},
	{"log_filtered", USUAL, "jL&reject\r", false},
	{"help_80x24", USUAL, "?", false},
	{"help_of_a_chain", USUAL, "j\r\r?", false},
};

static void
the_screen_is_the_golden_one(void **state)
{
	const struct golden *g = *state;
	struct screen s;

	screen_open(&s, g->rows, g->cols, g->ascii);
	screen_play(&s, g->keys);
	screen_is(&s, g->name);
	screen_close(&s);
}

int
main(void)
{
	struct CMUnitTest tests[sizeof goldens / sizeof *goldens];

	for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++)
		tests[i] = (struct CMUnitTest){.name = goldens[i].name,
			.test_func = the_screen_is_the_golden_one,
			.initial_state = (void *)&goldens[i]};
	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
