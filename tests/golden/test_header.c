/* What stands above and below the table: the log, the store, the sums, the last hour, what goes on. */
#include "screen.h"

#include "base/text.h"
#include "base/when.h"
#include "tui/relay_table.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define NOTHING           \
	{                 \
		"", "", 0 \
	}
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Draws on a canvas of its own; the caller frees the row that is returned. */
static char *
header_row(const struct relay_header *h, int row, int cols)
{
	struct frame f = {.rows = 4, .cols = cols, .now_ms = MODEL_NOW, .wall_ms = MODEL_NOW};
	char *got;

	f.canvas = canvas_new_hidden(4, cols, false);
	assert_non_null(f.canvas);
	canvas_begin(f.canvas);
	if (h->rows)
		relay_header_draw(&f, h);
	else
		assert_int_equal(relay_header_status(&f, row, h->engine), h->engine->activity.first != NULL);
	got = canvas_read(f.canvas, row);
	canvas_free(f.canvas);
	return got;
}

static void
assert_header(const struct relay_header *h, int row, int cols, const char *want)
{
	char *got = header_row(h, row, cols);

	assert_string_equal(got, want);
	free(got);
}

static void
the_first_line_names_the_log_its_state_and_its_last_event(void **state)
{
	static const struct {
		struct engine_log log;
		const char *host;
		int64_t last_ms;
		bool held;
		int cols;
		const char *line;
	} cases[] = {
		{{.state = LOG_LIVE, .name = "/var/log/mail.log"}, "mx1", MODEL_NOW, false, 80,
			"verifail  mx1:/var/log/mail.log  live                        22 Nov 14:22:07 UTC"},
		{{.state = LOG_LIVE, .name = "/var/log/mail.log"}, "mx1", MODEL_NOW, true, 80,
			"verifail  mx1:/var/log/mail.log  live  PAUSED                22 Nov 14:22:07 UTC"},
		{{.state = LOG_NONE}, "", 0, false, 40, "verifail    no log          no event yet"},
		{{.state = LOG_WAITING, .name = "mail.log"}, "", 0, false, 60,
			"verifail  mail.log  not there yet               no event yet"},
		{{.state = LOG_SCANNING, .name = "-"}, "mx1", 0, false, 60,
			"verifail  mx1:-  reading                        no event yet"},
		{{.state = LOG_SCANNING, .name = "m", .bytes_read = 1, .bytes_total = 3000000}, "mx1", 0,
			false, 60, "verifail  mx1:m  reading 0 % of 3 MB            no event yet"},
		{{.state = LOG_SCANNING, .name = "m", .bytes_read = 2999999, .bytes_total = 3000000}, "mx1",
			0, false, 60, "verifail  mx1:m  reading 99 % of 3 MB           no event yet"},
		{{.state = LOG_TROUBLE, .name = "m"}, "mx1", 0, false, 60,
			"verifail  mx1:m  TROUBLE                        no event yet"},
		{{.state = LOG_ENDED, .name = "m"}, "\033[2J", 0, false, 60,
			"verifail  �[2J:m  ended                         no event yet"},
		{{.state = LOG_LIVE, .name = "/a/very/long/path/of/a/log"}, "mx1", MODEL_NOW, false, 40,
			"verifail  mx1:/a/v…  22 Nov 14:22:07 UTC"},
		{{.state = LOG_LIVE, .name = "/var/log/mail.log"}, "mx1", MODEL_NOW, false, 30,
			"verifail   22 Nov 14:22:07 UTC"},
		{{.state = LOG_LIVE, .name = "/var/log/mail.log"}, "mx1", MODEL_NOW, false, 20, "verifail"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct engine e = {.log = cases[i].log, .store = ""};
		struct relay_rows rows = {
			.host = (char *)cases[i].host, .last_ms = cases[i].last_ms, .held = cases[i].held};

		assert_header(&(struct relay_header){.engine = &e, .rows = &rows}, 0, cases[i].cols,
			cases[i].line);
	}
}

static void
the_store_is_read_works_or_is_broken(void **state)
{
	struct policy policy = {.refs = 1};
	const struct {
		const char *store;
		bool works;
		struct policy *policy;
		struct relay_sums sums;
		int cols;
		const char *line;
		struct words_host host;
	} cases[] = {
		{"", false, NULL, {0}, 80, " STORE is being read │ VERIFIED 0 of 0 relays │ HELD 0 msgs",
			NOTHING},
		{"144 roots", true, &policy, {.verified = 2, .relays = 9}, 80,
			" STORE ok 144 roots │ VERIFIED 2 of 9 relays │ HELD 0 msgs", NOTHING},
		{"none: CACertPath is unset", false, &policy, {.relays = 3, .held = 2}, 80,
			" STORE BROKEN: none: CACertPath is unset │ VERIFIED 0 of 3 relays │ HELD 2 msgs",
			NOTHING},
		{"1 root", true, &policy, {.held = 7, .oldest_ms = MODEL_NOW - 162 * WHEN_MINUTE}, 80,
			" STORE ok 1 root │ VERIFIED 0 of 0 relays │ HELD 7 msgs, oldest 2h42", NOTHING},
		{"1 root", true, &policy, {.held = 7, .oldest_ms = MODEL_NOW - 5 * WHEN_DAY}, 50,
			" STORE ok 1 root │ VERIFIED 0 of 0 relays │ HELD …", NOTHING},
		{"144 roots", true, &policy, {.held = 7}, 20, " STORE ok 144 roots…", NOTHING},
		{"evil\033[2J\xE2\x80\xAE.pem", true, &policy, {0}, 80,
			" STORE ok evil�[2J�.pem │ VERIFIED 0 of 0 relays │ HELD 0 msgs", NOTHING},
		/* What is found of it outranks what its settings say. */
		{"none: CACertPath is unset", false, &policy, {.relays = 43, .held = 2}, 80,
			" STORE BROKEN: 0 of 43 verify: our CA options, press a │ HELD 2 msgs",
			{.store = "our CA options"}},
		{"144 roots", true, &policy,
			{.verified = 3, .relays = 5, .held = 1, .oldest_ms = MODEL_NOW - WHEN_HOUR}, 80,
			" STORE BROKEN: 3 of 5 verify: CA not hashed, press a │ HELD 1 msgs, oldest 1h00",
			{.store = "CA not hashed", .other = "our clock", .others = 2}},
		{"", false, NULL, {.relays = 3}, 40, " STORE BROKEN: 0 of 3 verify: our CA st…",
			{.store = "our CA store"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct engine e = {
			.store = cases[i].store, .store_works = cases[i].works, .policy = cases[i].policy};
		struct relay_rows rows = {.host = (char *)"", .sums = cases[i].sums};

		assert_header(&(struct relay_header){&e, &rows, cases[i].host}, 1, cases[i].cols,
			cases[i].line);
	}
}

static void
the_third_line_tells_of_the_newest_change(void **state)
{
	static const struct {
		uint64_t clear, returned;
		const char *newest;
		enum verify before, now;
		const char *logged; /* a word that Sendmail does not have */
		int64_t age;
		int cols;
		const char *line;
		int64_t log; /* how long it is */
		struct words_host host;
	} cases[] = {
		{0, 0, NULL, VERIFY_UNKNOWN, VERIFY_UNKNOWN, "", 0, 80, " CLEAR 0 │ RETURNED 0", 0, NOTHING},
		{12, 4, "mx.example.net", VERIFY_OK, VERIFY_FAIL, "", 77 * WHEN_MINUTE, 80,
			" CLEAR 12 │ RETURNED 4 │ NEW 13:05 mx.example.net OK → FAIL", 0, NOTHING},
		{0, 0, "mx.example.net", VERIFY_FAIL, VERIFY_OK, "", 19 * WHEN_DAY, 80,
			" CLEAR 0 │ RETURNED 0 │ NEW 3 Nov mx.example.net FAIL → OK", 0, NOTHING},
		{0, 0, "mx.example.net", VERIFY_OK, VERIFY_UNKNOWN, "NEWWORD", 400 * WHEN_DAY, 80,
			" CLEAR 0 │ RETURNED 0 │ NEW Oct'25 mx.example.net OK → NEWWORD", 0, NOTHING},
		{0, 0, "mx.example.net", VERIFY_OK, VERIFY_FAIL, "", 0, 45,
			" CLEAR 0 │ RETURNED 0 │ NEW 14:22 mx.example…", 0, NOTHING},
		{UINT64_MAX, 1, "\033]0;x\a", VERIFY_NO, VERIFY_NOT, "", 0, 80,
			" CLEAR 18446744073709551615 │ RETURNED 1 │ NEW 14:22 �]0;x� NO → NOT", 0, NOTHING},
		/* Clear mail of what time it is. */
		{12, 0, NULL, VERIFY_UNKNOWN, VERIFY_UNKNOWN, "", 0, 80, " CLEAR 12 today │ RETURNED 0",
			WHEN_HOUR, NOTHING},
		{12, 0, NULL, VERIFY_UNKNOWN, VERIFY_UNKNOWN, "", 0, 80, " CLEAR 12 since 3 Nov │ RETURNED 0",
			19 * WHEN_DAY, NOTHING},
		{0, 0, NULL, VERIFY_UNKNOWN, VERIFY_UNKNOWN, "", 0, 80, " CLEAR 0 │ RETURNED 0", WHEN_DAY,
			NOTHING},
		/* What else is found of this host comes before what changed. */
		{0, 0, "mx.example.net", VERIFY_OK, VERIFY_FAIL, "", 0, 80,
			" CLEAR 0 │ RETURNED 0 │ HOST our clock, press a │ NEW 14:22 mx.example.net OK →…", 0,
			{.other = "our clock", .others = 1}},
		{0, 0, NULL, VERIFY_UNKNOWN, VERIFY_UNKNOWN, "", 0, 80,
			" CLEAR 0 │ RETURNED 0 │ HOST our clock and 2 more, press a", 0,
			{.store = "our CA store", .other = "our clock", .others = 3}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct relay newest = {.name = (char *)cases[i].newest,
			.before = cases[i].before,
			.last.verify = cases[i].now,
			.since_ms = MODEL_NOW - cases[i].age};
		struct relay_rows rows = {.host = (char *)"",
			.first_ms = cases[i].log ? MODEL_NOW - cases[i].log : 0,
			.sums = {.clear = cases[i].clear,
				.returned = cases[i].returned,
				.newest = cases[i].newest ? &newest : NULL}};
		struct engine e = {.store = ""};

		snprintf(newest.last.verify_text, sizeof newest.last.verify_text, "%s", cases[i].logged);
		assert_header(&(struct relay_header){&e, &rows, cases[i].host}, 2, cases[i].cols,
			cases[i].line);
	}
}

static void
the_store_comes_before_what_else_is_found_of_the_host(void **state)
{
	static const struct {
		const char *ids[4];
		struct words_host host;
	} cases[] = {
		{{NULL}, NOTHING},
		{{"ca-options-unset"}, {"our CA options", "", 0}},
		{{"ca-option-missing", "key-unsafe"}, {"our CA options", "our key unsafe", 1}},
		{{"clock-wrong", "store-verifies-nobody", "log-too-quiet"}, {"our CA store", "our clock", 2}},
		{{"ca-path-unhashed", "ca-bundle-stale"}, {"CA not hashed", "our CA file old", 1}},
		{{"log-too-quiet"}, {"", "log too quiet", 1}},
		{{"an-id-that-nobody-knows"}, {"", "an-id-that-nobody-knows", 1}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct findings found = {NULL, 0};
		struct words_host got;

		for (size_t k = 0; k < 4 && cases[i].ids[k]; k++)
			findings_add(&found, model_known_finding(cases[i].ids[k], cases[i].ids[k]));
		got = words_host(&found);
		assert_string_equal(got.store, cases[i].host.store);
		assert_string_equal(got.other, cases[i].host.other);
		assert_int_equal(got.others, cases[i].host.others);
		findings_clear(&found);
	}
}

static void
an_empty_table_says_why(void **state)
{
	static const struct {
		const char *filter;
		enum direction direction;
		enum log_state log;
		bool behind;
		const char *line;
	} cases[] = {
		{NULL, DIRECTION_CLIENT, LOG_SCANNING, true, " the log is being read"},
		{NULL, DIRECTION_CLIENT, LOG_LIVE, false,
			" no STARTTLS=client line so far (Sendmail logs them at LogLevel 9)"},
		{NULL, DIRECTION_SERVER, LOG_SCANNING, false,
			" no STARTTLS=server line so far: Tab shows the outbound relays"},
		{"them", DIRECTION_CLIENT, LOG_LIVE, false, " no relay with \"them\": press & to change it"},
		{"\033[2J", DIRECTION_SERVER, LOG_LIVE, true,
			" no relay with \"�[2J\" so far: press & to change it"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct engine e = {.log.state = cases[i].log};
		struct relay_rows rows = {.filter = (char *)cases[i].filter,
			.order.direction = cases[i].direction,
			.visit.left = cases[i].behind};
		struct frame f = {.rows = 1, .cols = 80};
		char *got;

		f.canvas = canvas_new_hidden(1, f.cols, false);
		canvas_begin(f.canvas);
		relay_header_empty(&f, 0, &e, &rows);
		got = canvas_read(f.canvas, 0);
		assert_string_equal(got, cases[i].line);
		free(got);
		canvas_free(f.canvas);
	}
}

/* ---- the last hour ----------------------------------------------------------------------------------------
 */

static void
bars_are_as_high_as_the_worst_minute_they_stand_for(void **state)
{
	static const struct {
		int minute;               /* of 60, that failed so often; the one behind it: */
		uint32_t bad, next, last; /* and the last one */
		int cols;
		bool ascii;
		const char *line;
	} cases[] = {
		{0, 0, 0, 0, 50, false, " FAIL ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁ 60 min"},
		{0, 1, 0, 0, 50, false, " FAIL █▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁ 60 min"},
		/* One failure among thousands is seen. */
		{4, 1, 0, 5000, 50, false, " FAIL ▁▁▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█ 60 min"},
		{4, 1, 4, 6, 50, false, " FAIL ▁▁▆▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█ 60 min"},
		{4, 3, 0, 6, 50, true, " FAIL __=__________________________# 60 min"},
		{58, UINT32_MAX, 0, UINT32_MAX, 50, false, " FAIL ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█ 60 min"},
		{4, 1, 4, 6, 110, false,
			" FAIL ▁▁▁▁▃▆▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█ 60 min     ? = from "
			"the log, not yet tried"},
		{4, 1, 4, 6, 20, false, " FAIL ▁▁▆▁▁▁▁▁▁▁▁▁▁▁"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct frame f = {.rows = 1, .cols = cases[i].cols};
		struct relay_minute minutes[RELAY_MINUTES] = {{.good = 9}};
		char *got;

		minutes[cases[i].minute].bad = cases[i].bad;
		minutes[cases[i].minute + 1].bad = cases[i].next;
		minutes[RELAY_MINUTES - 1].bad = cases[i].last;
		f.canvas = canvas_new_hidden(1, f.cols, cases[i].ascii);
		canvas_begin(f.canvas);
		relay_header_hour(&f, 0, minutes);
		got = canvas_read(f.canvas, 0);
		assert_string_equal(got, cases[i].line);
		free(got);
		canvas_free(f.canvas);
	}
}

/* ---- what goes on -----------------------------------------------------------------------------------------
 */

static void
the_status_tells_of_the_probe_before_the_log(void **state)
{
	static const struct {
		enum log_state state;
		const char *fault, *note;
		uint64_t evicted;
		const char *line;
	} cases[] = {
		{LOG_LIVE, NULL, NULL, 0, ""},
		{LOG_LIVE, NULL, "", 0, ""},
		{LOG_LIVE, NULL, "read from the start again", 0, " log: read from the start again"},
		{LOG_LIVE, NULL, "read from the start again", 7,
			" the table is full: 7 quiet relays were dropped (--max-relays)"},
		{LOG_LIVE, "mail.log.3: cannot be read", "a note", 7, " log: mail.log.3: cannot be read"},
		{LOG_TROUBLE, "input/output error\033[2J", NULL, 7, " log: input/output error�[2J"},
		{LOG_WAITING, "no such file", NULL, 0, " log: no such file"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct engine e = {.log = {.state = cases[i].state, .note = cases[i].note},
			.history.totals.evicted = cases[i].evicted};
		struct look_address a = {.state = LOOK_PROBING,
			.waits_for = STAGE_EHLO,
			.waits_since_ms = MODEL_NOW - 5000,
			.address = {.family = AF_INET, .bytes = {192, 0, 2, 5}}};
		struct look l = {.target = (char *)"mx.example.net",
			.state = LOOK_PROBING,
			.addresses = &a,
			.address_count = 1};
		const struct relay_header h = {.engine = &e};
		char *probe;

		if (cases[i].fault)
			fault_set(&e.log.fault, FAULT_FILE, 0, "%s", cases[i].fault);
		assert_header(&h, 3, 80, cases[i].line);
		e.activity = (struct engine_activity){.queued = 3, .running = 2, .done = i, .first = &l};
		probe = text_new(
			" probe %zu of %zu: mx.example.net [192.0.2.5] waits for its answer to EHLO, 5 s",
			i + 1, i + 5);
		assert_header(&h, 3, 100, probe);
		free(probe);
	}
}

static int
set_places(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_names_the_log_its_state_and_its_last_event),
		cmocka_unit_test(the_store_is_read_works_or_is_broken),
		cmocka_unit_test(the_third_line_tells_of_the_newest_change),
		cmocka_unit_test(the_store_comes_before_what_else_is_found_of_the_host),
		cmocka_unit_test(an_empty_table_says_why),
		cmocka_unit_test(bars_are_as_high_as_the_worst_minute_they_stand_for),
		cmocka_unit_test(the_status_tells_of_the_probe_before_the_log),
	};

	return cmocka_run_group_tests_name("header", tests, set_places, NULL);
}
