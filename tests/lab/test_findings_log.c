/* What the log says and what a look says, together: each relay has its row in a log that the test writes. */
#include "look_bench.h"

#include "base/when.h"

#include <time.h>

#define LINES_MOST 6

struct line { /* one handshake of the log */
	const char *relay;
	const char *verify;
	const char *message; /* verifymsg=, as at LogLevel 12; NULL: it is not logged */
	const char *stat;    /* of a message sent afterwards; NULL: none */
};

struct story {
	const char *log_host; /* NULL: this one */
	struct line lines[LINES_MOST];
	const char *relay; /* the one that is looked at */
	const char *ids;
	const char *says; /* in the title or the evidence of the finding that `of` names */
	const char *of;
	enum severity severity; /* of the first one */
};

#define EARLY "certificate is not yet valid"
#define LOCAL "unable to get local issuer certificate"
#define HELD "Deferred: 454 4.7.0 authentication failed"

static const struct story stories[] = {
	{
		.lines = {{"mx-good.example.net", "FAIL", LOCAL, NULL}},
		.relay = "mx-good.example.net",
		.ids = "no-longer-failing",
		.of = "no-longer-failing",
		.says = "the look says OK",
		.severity = SEVERITY_NOTICE,
	},
	{
		.lines = {{"mx-good.example.net", "OK", "ok", NULL}},
		.relay = "mx-good.example.net",
		.ids = "",
		.of = NULL,
	},
	{
		.lines = {{"mx-expired.example.net", "OK", "ok", NULL}},
		.relay = "mx-expired.example.net",
		.ids = "leaf-expired now-failing",
		.of = "now-failing",
		.says = "last word is OK, the look says FAIL",
		.severity = SEVERITY_WARNING,
	},
	{
		.lines = {{"mx-future.example.net", "FAIL", EARLY, NULL}},
		.relay = "mx-future.example.net",
		.ids = "not-yet-valid",
		.of = "not-yet-valid",
		.says = "depth 0",
		.severity = SEVERITY_WARNING,
	},
	{
		.log_host = "mx2",
		.lines = {{"mx-missing.example.net", "FAIL", LOCAL, NULL}},
		.relay = "mx-missing.example.net",
		.ids = "missing-intermediate not-this-host",
		.of = "not-this-host",
		.says = "Log is from mx2",
		.severity = SEVERITY_WARNING,
	},
	{
		/* Many relays fail for a date, and one of them greets with a clock by which it would not. */
		.lines = {{"mx-future.example.net", "FAIL", EARLY, NULL},
			{"mx-future-ca.example.net", "FAIL", EARLY, NULL},
			{"mx-clock.example.org", "FAIL", EARLY, NULL}},
		.relay = "mx-clock.example.org",
		.ids = "clock-wrong name-mismatch",
		.of = "clock-wrong",
		.says = "10 d",
		.severity = SEVERITY_ERROR,
	},
	{
		/* One relay alone: it is its certificate. */
		.lines = {{"mx-clock.example.org", "FAIL", EARLY, NULL}},
		.relay = "mx-clock.example.org",
		.ids = "not-yet-valid name-mismatch",
		.of = "not-yet-valid",
		.says = "mx-future",
		.severity = SEVERITY_WARNING,
	},
	{
		/* Mail is held for it: a warning becomes an error. */
		.lines = {{"mx-missing.example.net", "FAIL", LOCAL, HELD}},
		.relay = "mx-missing.example.net",
		.ids = "missing-intermediate policy-deferred",
		.of = "policy-deferred",
		.says = "1 message",
		.severity = SEVERITY_ERROR,
	},
};

static void
put_line(struct text *log, const char *host, unsigned pid, const char *words)
{
	time_t now = time(NULL) - 600;
	char when[64];
	struct tm at;

	gmtime_r(&now, &at);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S.000000+00:00", &at);
	text_printf(log, "%s %s sm-mta[%u]: %s\n", when, host, pid, words);
}

static void
put_handshake(struct text *log, const char *host, unsigned pid, const struct line *l)
{
	char *words = text_new(
		"STARTTLS=client, relay=%s., version=TLSv1.3, verify=%s, cipher=TLS_AES_256_GCM_SHA384, "
		"bits=256/256",
		l->relay, l->verify);

	put_line(log, host, pid, words);
	free(words);
	words = text_new("STARTTLS=client, cert-subject=/CN=%s, cert-issuer=/CN=issuer, verifymsg=%s",
		l->relay, l->message);
	put_line(log, host, pid, words);
	free(words);
	if (!l->stat)
		return;
	words = text_new("ruleset=tls_server, arg1=%s, relay=%s, reject=454 4.7.0 authentication failed",
		l->verify, l->relay);
	put_line(log, host, pid, words);
	free(words);
	words = text_new(
		"5AMM0T0v00%04u: to=<ops@example.net>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30018, "
		"relay=%s. [127.0.40.4], dsn=4.7.0, stat=%s",
		pid, l->relay, l->stat);
	put_line(log, host, pid, words);
	free(words);
}

/* Writes the log of a story. The caller frees its path. */
static char *
write_log(struct bench *b, const struct story *s)
{
	char *path = lab_file(b->lab, "story.log"), own[256] = "";
	size_t room = sizeof own;
	struct text log = {0};

	uv_os_gethostname(own, &room);
	for (unsigned i = 0; i < LINES_MOST && s->lines[i].relay; i++)
		put_handshake(&log, s->log_host ? s->log_host : own, 2000 + i, &s->lines[i]);
	bench_write(path, log.at);
	text_free(&log);
	return path;
}

static void
was_read(void *arg, const struct fault *fault)
{
	bool *done = arg;

	if (fault)
		fail_msg("%s", fault->text);
	*done = true;
}

static void
read_log(struct bench *b, const char *const *logs)
{
	bool done = false;

	bench_usual(b, 6000);
	b->options.logs = logs;
	b->options.log_count = 1;
	b->options.allow_private = true;
	bench_open(b);
	engine_read(b->engine, was_read, &done);
	while (!done)
		bench_turn(b);
}

static bool
says(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strstr(f->evidence[i].text, words))
			return true;
	return strstr(f->title, words) != NULL;
}

static void
expect(const struct story *s, size_t n, const struct findings *list)
{
	struct text ids = {0};
	const struct finding *f = s->of ? findings_find(list, s->of) : NULL;

	text_put(&ids, "");
	for (size_t i = 0; i < list->count; i++)
		text_printf(&ids, "%s%s", i ? " " : "", list->items[i]->id);
	if (strcmp(ids.at, s->ids) != 0)
		fail_msg("story %zu of %s: %s, not %s", n, s->relay, ids.at, s->ids);
	text_free(&ids);
	if (!s->of)
		return;
	if (!says(f, s->says))
		fail_msg("story %zu of %s: %s, %s", n, s->relay, f->title, f->evidence[0].text);
	assert_int_equal(list->items[0]->severity, s->severity);
}

static void
a_look_is_compared_with_what_the_log_says(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(stories); i++) {
		char *path = write_log(b, &stories[i]);
		const char *logs[] = {path};
		const struct relay *relay;
		struct fault why = {0};
		struct look *look;

		read_log(b, logs);
		relay = history_find(engine_history(b->engine), DIRECTION_CLIENT, stories[i].relay);
		assert_non_null(relay);
		look = look_ref(engine_look_relay(b->engine, relay, &why));
		assert_non_null(look);
		wait_for(b, look);
		/* What the look has changed is diagnosed in the next turn of the loop. */
		uv_run(&b->loop, UV_RUN_NOWAIT);
		uv_run(&b->loop, UV_RUN_NOWAIT);
		expect(&stories[i], i, engine_findings(b->engine, relay));
		look_unref(look);
		close_engine(b);
		free(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look_is_compared_with_what_the_log_says),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
