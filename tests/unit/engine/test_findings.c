/* What diagnosis says is kept in the engine, and found anew on the loop when what it was made of has changed.
 */
#include "tests/unit/cm.h"
#include "tests/unit/loop_turn.h"

#include "base/mem.h"
#include "base/text.h"
#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT INT64_C(1763820000000) /* 2025-11-22T14:00:00Z */
#define LINE(second, host, word)                                                          \
	"2025-11-22T13:05:" second "+00:00 mx1 sm-mta[812]: STARTTLS=client, relay=" host \
	", version=TLSv1.3, verify=" word ", cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n"
#define FAILS(second, host)                                                                \
	LINE(second, host, "FAIL")                                                         \
	"2025-11-22T13:05:" second                                                         \
	"+00:00 mx1 sm-mta[812]: STARTTLS=client, cert-subject=/CN=a, cert-issuer=/CN=b, " \
	"verifymsg=certificate has expired\n"

struct place {
	uv_loop_t loop;
	uv_timer_t watchdog;
	char log[64], cf[64];
	struct engine *engine;
	bool read, closed;
};

static void
too_long(uv_timer_t *timer)
{
	(void)timer;
	fail_msg("waited in vain");
}

static void
append(const char *path, struct span text)
{
	FILE *file = fopen(path, "ae");

	assert_non_null(file);
	assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static int
open_place(void **state)
{
	struct place *p = mem_new(1, sizeof *p);
	int fd;

	snprintf(p->log, sizeof p->log, "/tmp/findings-log-XXXXXX");
	snprintf(p->cf, sizeof p->cf, "/tmp/findings-cf-XXXXXX");
	assert_true((fd = mkstemp(p->log)) >= 0 && close(fd) == 0);
	assert_true((fd = mkstemp(p->cf)) >= 0 && close(fd) == 0);
	append(p->cf, span_of("V10/Berkeley\nO LogLevel=14\n"));
	assert_int_equal(uv_loop_init(&p->loop), 0);
	uv_timer_init(&p->loop, &p->watchdog);
	uv_unref((uv_handle_t *)&p->watchdog);
	uv_timer_start(&p->watchdog, too_long, 20000, 0);
	*state = p;
	return 0;
}

static void
on_closed(void *arg)
{
	struct place *p = arg;

	p->closed = true;
}

static int
close_place(void **state)
{
	struct place *p = *state;
	int code;

	engine_close(p->engine, on_closed, p);
	while (!p->closed)
		loop_turn(&p->loop);
	uv_close((uv_handle_t *)&p->watchdog, NULL);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	code = uv_loop_close(&p->loop);
	unlink(p->log);
	unlink(p->cf);
	free(p);
	return code;
}

static void
open_engine(struct place *p)
{
	const char *logs[] = {p->log};
	const struct engine_options options = {.logs = logs,
		.log_count = 1,
		.cf = p->cf,
		.port = 25,
		.timeout_ms = 1000,
		.jobs = 1,
		.at_ms = AT};
	struct fault why;

	p->engine = engine_new(&p->loop, &options, &why);
	if (!p->engine)
		fail_msg("%s", why.text);
}

static void
on_read(void *arg, const struct fault *fault)
{
	struct place *p = arg;

	assert_null(fault);
	p->read = true;
}

static void
read_log(struct place *p, struct span text)
{
	append(p->log, text);
	open_engine(p);
	engine_read(p->engine, on_read, p);
	assert_false(p->read);
	while (!p->read)
		loop_turn(&p->loop);
}

static const struct relay *
relay_of(struct place *p, const char *name)
{
	const struct relay *r = history_find(engine_history(p->engine), DIRECTION_CLIENT, name);

	assert_non_null(r);
	return r;
}

static uint64_t
version_of(struct place *p, const char *name)
{
	return engine_findings_version(p->engine, relay_of(p, name));
}

static const struct finding *
finding_of(struct place *p, const char *name, const char *id)
{
	return findings_find(engine_findings(p->engine, relay_of(p, name)), id);
}

static void
a_log_is_read_when_all_its_relays_are_diagnosed(void **state)
{
	struct text log = {NULL, 0, 0};
	struct place *p = *state;
	uint64_t generation;

	for (unsigned i = 0; i < 2500; i++)
		text_printf(&log, FAILS("04", "mx%u.example.net"), i);
	read_log(p, (struct span){log.at, log.len});
	generation = engine_generation(p->engine);
	assert_int_equal(history_relay_count(engine_history(p->engine)), 2500);
	for (size_t i = 0; i < 2500; i++) {
		const struct relay *r = history_relay(engine_history(p->engine), i);
		uint64_t version = engine_findings_version(p->engine, r);

		assert_int_not_equal(version, 0);
		assert_non_null(findings_find(engine_findings(p->engine, r), "leaf-expired"));
		assert_int_equal(engine_findings_version(p->engine, r), version);
	}
	assert_non_null(findings_find(engine_host_findings(p->engine), "clock-wrong"));
	assert_int_equal(engine_generation(p->engine), generation); /* reading changes nothing */
	text_free(&log);
}

/* Follows a log until something is found of its last relay, and nothing is left to do. */
static void
follow_log(struct place *p, struct span text, const char *last)
{
	append(p->log, text);
	open_engine(p);
	engine_follow(p->engine);
	while (!history_find(engine_history(p->engine), DIRECTION_CLIENT, last) || !version_of(p, last))
		loop_turn(&p->loop);
}

static void
await(struct place *p, const char *name, uint64_t version)
{
	while (version_of(p, name) == version)
		loop_turn(&p->loop);
}

static void
only_what_has_changed_is_diagnosed_anew(void **state)
{
	struct place *p = *state;
	uint64_t a, b, generation;

	follow_log(p, span_of(FAILS("04", "a.example.net") FAILS("05", "b.example.net")), "b.example.net");
	a = version_of(p, "a.example.net");
	b = version_of(p, "b.example.net");
	assert_int_equal(finding_of(p, "a.example.net", "leaf-expired")->severity, SEVERITY_WARNING);
	generation = engine_generation(p->engine);
	append(p->log, span_of(LINE("59", "a.example.net", "OK")));
	await(p, "a.example.net", a);
	assert_int_not_equal(engine_generation(p->engine), generation);
	assert_null(finding_of(p, "a.example.net", "leaf-expired"));
	assert_int_equal(version_of(p, "b.example.net"), b);
	assert_non_null(finding_of(p, "b.example.net", "leaf-expired"));
}

/* That all relays fail for a date may be this host's clock: as soon as others verify it is not. */
static void
the_host_is_diagnosed_from_all_relays(void **state)
{
	struct place *p = *state;
	uint64_t before;

	follow_log(p,
		span_of(FAILS("04", "a.example.net") FAILS("05", "b.example.net")
				FAILS("06", "c.example.net")),
		"c.example.net");
	assert_non_null(findings_find(engine_host_findings(p->engine), "clock-wrong"));
	before = engine_findings_version(p->engine, NULL);
	append(p->log, span_of(LINE("57", "d.example.net", "OK") LINE("58", "e.example.net", "OK")
				       LINE("59", "f.example.net", "OK")));
	while (findings_find(engine_host_findings(p->engine), "clock-wrong"))
		loop_turn(&p->loop);
	assert_int_not_equal(engine_findings_version(p->engine, NULL), before);
}

static void
a_relay_that_is_not_in_the_log_is_diagnosed_when_asked_for(void **state)
{
	struct place *p = *state;
	const struct relay stranger = {.direction = DIRECTION_CLIENT,
		.name = (char *)"mx.example.org",
		.last = {.verify = VERIFY_FAIL, .time_ms = AT, .depth = -1}};

	read_log(p, span_of(FAILS("04", "a.example.net")));
	assert_true(engine_findings(p->engine, &stranger)->count > 0);
	assert_int_equal(engine_findings_version(p->engine, &stranger), 0);
}

/* A loop with an idle handle at work never waits. */
static void
nothing_goes_on_when_all_is_found(void **state)
{
	struct place *p = *state;

	follow_log(p, span_of(FAILS("04", "a.example.net")), "a.example.net");
	for (int i = 0; i < 20 && uv_backend_timeout(&p->loop) == 0; i++)
		loop_turn(&p->loop);
	assert_int_not_equal(uv_backend_timeout(&p->loop), 0);
	engine_findings(p->engine, relay_of(p, "a.example.net"));
	engine_host_findings(p->engine);
	assert_int_not_equal(uv_backend_timeout(&p->loop), 0);
}

int
main(void)
{
#define FINDINGS_TEST(f) cmocka_unit_test_setup_teardown(f, open_place, close_place)
	const struct CMUnitTest tests[] = {
		FINDINGS_TEST(a_log_is_read_when_all_its_relays_are_diagnosed),
		FINDINGS_TEST(only_what_has_changed_is_diagnosed_anew),
		FINDINGS_TEST(the_host_is_diagnosed_from_all_relays),
		FINDINGS_TEST(a_relay_that_is_not_in_the_log_is_diagnosed_when_asked_for),
		FINDINGS_TEST(nothing_goes_on_when_all_is_found),
	};

	return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
