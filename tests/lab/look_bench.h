/* look_bench: for tests: the real engine and the lab on one loop, with a watchdog for what is waited for in
 * vain. Nothing sleeps: each wait runs the loop. */
#ifndef LAB_LOOK_BENCH_H
#define LAB_LOOK_BENCH_H

#include "engine/engine.h"
#include "lab.h"
#include "tests/unit/cm.h"
#include "tests/unit/loop_turn.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BENCH_WATCHDOG_MS 20000

struct bench {
	uv_loop_t loop;
	uv_timer_t watchdog;
	struct lab *lab;
	struct engine *engine;
	struct engine_options options; /* of the next engine; bench_usual() sets them */
	char *cf, *anchor;
	size_t handles; /* on the loop before the engine was there */
	bool closed;
};

static inline void
bench_too_long(uv_timer_t *timer)
{
	(void)timer;
	fail_msg("waited in vain");
}

static inline void
bench_count(uv_handle_t *handle, void *arg)
{
	size_t *count = arg;

	(void)handle;
	++*count;
}

static inline size_t
bench_handles(struct bench *b)
{
	size_t count = 0;

	uv_walk(&b->loop, bench_count, &count);
	return count;
}

static inline void
bench_turn(struct bench *b)
{
	loop_turn(&b->loop);
}

/* Each test, and each look that is waited for, has its own time. */
static inline void
bench_watch(struct bench *b)
{
	uv_timer_start(&b->watchdog, bench_too_long, BENCH_WATCHDOG_MS, 0);
}

static inline void
bench_usual(struct bench *b, int64_t timeout_ms)
{
	bench_watch(b);
	b->options = (struct engine_options){.cf = b->cf,
		.trust_anchor = b->anchor,
		.resolver = lab_resolver(b->lab),
		.port = lab_port(b->lab),
		.timeout_ms = timeout_ms,
		.jobs = 32,
		.pace = 5,
		.probe_here = true};
}

static inline void
bench_open(struct bench *b)
{
	struct fault why = {0};

	b->closed = false;
	b->handles = bench_handles(b);
	b->engine = engine_new(&b->loop, &b->options, &why);
	if (!b->engine)
		fail_msg("no engine: %s", why.text);
}

static inline void
open_engine(struct bench *b, int64_t timeout_ms)
{
	bench_usual(b, timeout_ms);
	bench_open(b);
}

static inline void
bench_closed(void *arg)
{
	struct bench *b = arg;

	b->closed = true;
}

/* The lab's ends of the connections go a little later: then the loop has what it had before the engine. */
static inline void
bench_await_handles(struct bench *b)
{
	while (bench_handles(b) != b->handles)
		bench_turn(b);
}

static inline void
close_engine(struct bench *b)
{
	engine_close(b->engine, bench_closed, b);
	while (!b->closed)
		bench_turn(b);
	b->engine = NULL;
	bench_await_handles(b);
}

static inline struct look *
look_at(struct bench *b, const char *target)
{
	struct fault why = {0};
	struct look *look = engine_look(b->engine, target, &why);

	if (!look)
		fail_msg("%s: %s", target, why.text);
	return look_ref(look);
}

static inline void
wait_for(struct bench *b, const struct look *look)
{
	bench_watch(b);
	while (!look_has_ended(look))
		bench_turn(b);
}

/* The whole of a look, from its asking to its end. The caller has one reference. */
static inline struct look *
look_whole(struct bench *b, const char *target)
{
	struct look *look = look_at(b, target);

	wait_for(b, look);
	return look;
}

static inline void
bench_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline int
bench_start(void **state)
{
	static struct bench bench;
	struct lab_options options = {.slow_ms = 30};

	uv_loop_init(&bench.loop);
	uv_timer_init(&bench.loop, &bench.watchdog);
	uv_unref((uv_handle_t *)&bench.watchdog);
	bench.lab = lab_start(&bench.loop, &options);
	bench.cf = lab_file(bench.lab, "sendmail.cf");
	bench.anchor = lab_file(bench.lab, "trust-anchor");
	*state = &bench;
	return 0;
}

/* The system's bundle is the lab's, whatever this machine has. */
static inline int
bench_start_whole(void **state)
{
	int code = bench_start(state);
	struct bench *b = *state;
	char *system = lab_file(b->lab, "system.crt");

	setenv("SSL_CERT_FILE", system, 1);
	free(system);
	return code;
}

static inline int
bench_end(void **state)
{
	struct bench *bench = *state;

	lab_close(bench->lab);
	uv_timer_start(&bench->watchdog, bench_too_long, BENCH_WATCHDOG_MS / 4, 0);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&bench->watchdog, NULL);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	free(bench->cf);
	free(bench->anchor);
	return uv_loop_close(&bench->loop);
}

#endif
