#include "lab.h"

#include "base/file.h"
#include "base/when.h"
#include "maillog/lines.h"
#include "maillog/parse.h"
#include "relays/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct reading {
	struct history *history;
	int64_t now_ms;
	unsigned lines, others;
};

static int64_t
now_ms(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (int64_t)now.tv_sec * WHEN_SECOND + now.tv_usec / 1000;
}

static void
take_line(void *arg, struct span line)
{
	struct reading *r = arg;
	struct event e;
	bool read = maillog_parse(line, r->now_ms, &e);

	r->lines++;
	r->others += read && e.kind == EVENT_OTHER;
	history_feed(r->history, &e);
}

/* Starts a lab that writes its log, ends it, and reads the log as the program does. */
static struct reading
read_log(const struct lab_options *options)
{
	static const struct history_options no_bounds;
	struct reading r = {.history = history_new(&no_bounds), .now_ms = now_ms()};
	struct lines *lines = lines_new(take_line, &r);
	unsigned char *bytes;
	size_t len;
	uv_loop_t loop;
	struct lab *lab;
	char *path;

	uv_loop_init(&loop);
	lab = lab_start(&loop, options);
	path = lab_file(lab, "maillog");
	assert_int_equal(file_read(path, 64 << 20, &bytes, &len), 0);
	lines_feed(lines, (const char *)bytes, len);
	lines_end(lines);
	lines_free(lines);
	free(bytes);
	free(path);
	lab_close(lab);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	return r;
}

/* The last word of each relay, and the code's text and depth, are those of its row. */
static void
check_words(const struct reading *r, bool depths)
{
	const struct personality *p;

	for (size_t i = 0; (p = personality_row(i)); i++) {
		const struct relay *relay = history_find(r->history, DIRECTION_CLIENT, p->host);

		if (!relay)
			fail_msg("the log does not know %s", p->host);
		if (!p->chain || strcmp(p->host, "mx-two.example.org") == 0)
			continue;
		if (relay->last.verify != p->verify)
			fail_msg("%s: %s, the row says %s", p->host, verify_word(relay->last.verify),
				verify_word(p->verify));
		if (depths && p->verify == VERIFY_FAIL && relay->last.depth != p->depth)
			fail_msg("%s: depth %d, the row says %d", p->host, relay->last.depth, p->depth);
	}
}

static void
the_log_says_of_each_relay_what_its_row_says(void **state)
{
	static const struct {
		struct lab_options options;
		bool depths, messages;
	} cases[] = {
		{{.history_min = 60}, true, true},
		{{.history_min = 60, .rfc3164 = true}, true, true},
		{{.history_min = 60, .log_level = 12}, false, true},
		{{.history_min = 60, .log_level = 9}, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r = read_log(&cases[i].options);
		const struct relay *self = history_find(r.history, DIRECTION_CLIENT, "mx-self.example.net");

		assert_true(r.lines > 2000);
		assert_int_equal(history_totals(r.history).skipped, 0);
		assert_int_equal(r.others, 0);
		check_words(&r, cases[i].depths);
		assert_int_equal(self->last.verifymsg != NULL, cases[i].messages);
		assert_int_equal(self->last.depth, cases[i].depths ? 0 : -1);
		history_free(r.history);
	}
}

static void
mail_is_sent_held_returned_and_sent_in_clear(void **state)
{
	static const struct lab_options options = {.history_min = 60};
	static const struct {
		const char *host;
		bool sent, clear, bounced, waiting;
	} cases[] = {
		{"mx-good.example.net", true, false, false, false},
		{"mx-self.example.net", true, false, false, false},
		{"mx-no-starttls.example.org", true, true, false, false},
		{"mx-stripped.example.org", true, true, false, false},
		{"mx-missing.example.net", true, false, false, true},
		{"mx-private.example.net", false, false, true, false},
		{"mx-tls10.example.org", false, false, false, true},
		{"mx-silent.example.org", false, false, false, true},
		{"mx-554-greeting.example.org", false, false, true, false},
	};
	struct reading r = read_log(&options);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct relay *relay = history_find(r.history, DIRECTION_CLIENT, cases[i].host);
		const struct relay_deliveries *d = &relay->deliveries;

		if ((d->sent > 0) != cases[i].sent || (d->clear > 0) != cases[i].clear ||
			(d->bounced > 0) != cases[i].bounced || (d->waiting > 0) != cases[i].waiting)
			fail_msg("%s: sent %u, clear %u, bounced %u, waiting %u", cases[i].host,
				(unsigned)d->sent, (unsigned)d->clear, (unsigned)d->bounced,
				(unsigned)d->waiting);
	}
	history_free(r.history);
}

/* Two relays were good once: the table shows since when they are not. */
static void
two_relays_turned_bad(void **state)
{
	static const struct lab_options options = {.history_min = 60};
	static const struct {
		const char *host;
		int minutes;
	} cases[] = {{"mx-missing.example.net", 35}, {"mx-expired.example.net", 12}};
	struct reading r = read_log(&options);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct relay *relay = history_find(r.history, DIRECTION_CLIENT, cases[i].host);
		int64_t since = r.now_ms - cases[i].minutes * WHEN_MINUTE;

		assert_int_equal(relay->last.verify, VERIFY_FAIL);
		assert_int_equal(relay->before, VERIFY_OK);
		assert_in_range(relay->since_ms, since - WHEN_MINUTE, since + 5 * WHEN_MINUTE);
	}
	history_free(r.history);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_says_of_each_relay_what_its_row_says),
		cmocka_unit_test(mail_is_sent_held_returned_and_sent_in_clear),
		cmocka_unit_test(two_relays_turned_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
