/* Logs that real Sendmail wrote, each through three syslog templates. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/when.h"
#include "describe.h"
#include "maillog/lines.h"
#include "maillog/parse.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const names[] = {"anon-null-weak", "ca-bundle-live-change", "client-all-loglevel8",
	"client-all-loglevel9", "client-all-loglevel10", "client-all-loglevel12", "client-all-loglevel14",
	"client-all-loglevel15", "daemon-and-queue", "dane-s817", "debian-stock-config", "many-recipients",
	"msp-local-submission", "policy-access-map", "server-side", "set-cert-altnames-ll15",
	"sni-dependent-relay", "truststore-and-files-ll14"};

struct reading {
	struct text events; /* every event as one line */
	size_t lines, unread, kinds[EVENT_REPEATED + 1], words[VERIFY_WORDS];
};

static void
take_line(void *arg, struct span line)
{
	struct reading *r = arg;
	int64_t reference = 0;
	struct event e;
	char *described;

	when_parse(span_of("2026-11-22T12:00:00Z"), &reference);
	r->lines++;
	if (!maillog_parse(line, reference, &e)) {
		r->unread++;
		return;
	}
	r->kinds[e.kind]++;
	if (e.kind == EVENT_TLS)
		r->words[e.verify] += e.repeat;
	described = describe(&e);
	text_printf(&r->events, "%lld %.*s %.*s[%lld] %s\n", (long long)(e.time_ms / 1000), (int)e.host.len,
		e.host.at, (int)e.tag.len, e.tag.at, (long long)e.pid, described);
	free(described);
}

static void
read_log(const char *name, const char *frame, struct reading *r)
{
	char *path = text_new("%s/logs/%s.%s.log", TEST_DATA, name, frame);
	struct lines *l = lines_new(take_line, r);
	unsigned char *bytes;
	size_t len;

	memset(r, 0, sizeof *r);
	assert_int_equal(file_read(path, 1 << 24, &bytes, &len), 0);
	lines_feed(l, (const char *)bytes, len);
	lines_end(l);
	lines_free(l);
	free(bytes);
	free(path);
}

static void
three_frames_of_one_log_give_the_same_events(void **state)
{
	static const char *const frames[] = {"rfc3164", "rfc5424"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct reading iso, other;

		read_log(names[i], "iso", &iso);
		assert_true(iso.lines > 5);
		assert_int_equal(iso.unread, 0);
		for (size_t k = 0; k < COUNT(frames); k++) {
			read_log(names[i], frames[k], &other);
			assert_string_equal(other.events.at, iso.events.at);
			text_free(&other.events);
		}
		text_free(&iso.events);
	}
}

static void
counts_are_those_that_grep_gives(void **state)
{
	static const struct {
		const char *name;
		enum event_kind kind;
		size_t count;
	} cases[] = {
		{"client-all-loglevel15", EVENT_TLS, 47},
		{"client-all-loglevel15", EVENT_CERTIFICATE, 47},
		{"client-all-loglevel15", EVENT_CERT_VERIFY, 50},
		{"client-all-loglevel15", EVENT_HANDSHAKE, 11},
		{"client-all-loglevel15", EVENT_TLS_ERROR, 13},
		{"client-all-loglevel15", EVENT_TLS_START, 58},
		{"client-all-loglevel15", EVENT_TLS_NAME, 1},
		{"set-cert-altnames-ll15", EVENT_TLS_NAME, 4},
		{"dane-s817", EVENT_TLS_WARNING, 2},
		{"policy-access-map", EVENT_RULESET, 42},
		{"client-all-loglevel10", EVENT_FEATURES, 126},
		{"daemon-and-queue", EVENT_DELIVERY, 19},
		{"many-recipients", EVENT_DELIVERY, 5},
		{"server-side", EVENT_FROM, 45},
		{"server-side", EVENT_DAEMON_START, 6},
		{"truststore-and-files-ll14", EVENT_FILE, 133},
		{"client-all-loglevel15", EVENT_QUEUE_DONE, 49},
	};
	static const struct {
		const char *name;
		enum verify word;
		size_t count;
	} words[] = {
		{"anon-null-weak", VERIFY_NO, 4},
		{"anon-null-weak", VERIFY_FAIL, 2},
		{"client-all-loglevel9", VERIFY_OK, 22},
		{"client-all-loglevel9", VERIFY_FAIL, 25},
		{"dane-s817", VERIFY_TRUSTED, 4},
		{"dane-s817", VERIFY_DANE_FAIL, 2},
		{"server-side", VERIFY_NOT, 6},
		{"server-side", VERIFY_NO, 21},
	};
	struct reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		read_log(cases[i].name, "iso", &r);
		assert_int_equal(r.kinds[cases[i].kind], cases[i].count);
		text_free(&r.events);
	}
	for (size_t i = 0; i < COUNT(words); i++) {
		read_log(words[i].name, "rfc3164", &r);
		assert_int_equal(r.words[words[i].word], words[i].count);
		text_free(&r.events);
	}
}

/* Sendmail 8.18.2 at LogLevel 15, "<PRI>" in front and no host. */
static void
lines_of_8_18_are_read(void **state)
{
	json_t *scenarios = json_load_file(TEST_DATA "/logs/scenarios.json", 0, NULL), *scenario, *line;
	struct reading r = {.lines = 0};
	size_t i, k;

	(void)state;
	assert_non_null(scenarios);
	json_array_foreach(scenarios, i, scenario)
	{
		json_array_foreach(json_object_get(scenario, "lines"), k, line)
			take_line(&r, span_of(json_string_value(line)));
	}
	assert_int_equal(r.unread, 0);
	assert_int_equal(r.words[VERIFY_OK], 13);
	assert_int_equal(r.words[VERIFY_FAIL], 14);
	assert_int_equal(r.kinds[EVENT_TLS], 27);
	assert_int_equal(r.kinds[EVENT_DELIVERY], 34);
	assert_int_equal(r.kinds[EVENT_RULESET], 11);
	assert_int_equal(r.kinds[EVENT_HANDSHAKE], 3);
	text_free(&r.events);
	json_decref(scenarios);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_frames_of_one_log_give_the_same_events),
		cmocka_unit_test(counts_are_those_that_grep_gives),
		cmocka_unit_test(lines_of_8_18_are_read),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
