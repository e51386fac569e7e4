/* How long it takes from asking for a look to its cause: cause TIMES [HOST]... For each relay of the lab, as
 * many looks as that, each by an engine that knows nothing yet but its settings. Prints lines "HOST VERDICT
 * CAUSE CONNECTIONS ID": medians in microseconds until the first verdict is there and until the findings are,
 * how many connections were made, and the first finding ("-": none). The relays, the names and the issuers'
 * web server run on the same loop: what they cost is in the figures. Without hosts: one look at every relay
 * of which the lab knows what is to be found. */
#include "engine/engine.h"
#include "findings.h"
#include "lab.h"

#include "base/mem.h"
#include "tests/unit/loop_turn.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GOOD "mx-good.example.net" /* the first look waits for the settings to be read */

struct figures {
	double *verdict, *cause;
	size_t count;
	unsigned connections;
	char id[64];
};

struct place {
	uv_loop_t loop;
	struct lab *lab;
	char *cf, *anchor;
	struct engine *engine;
	bool closed;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct look *
look_at(struct place *p, const char *host)
{
	struct fault why;
	struct look *look = engine_look(p->engine, host, &why);

	if (!look) {
		fprintf(stderr, "%s: %s\n", host, why.text);
		exit(1);
	}
	return look_ref(look);
}

static void
wait_for(struct place *p, const struct look *look)
{
	while (!look_has_ended(look))
		loop_turn(&p->loop);
}

static void
open_engine(struct place *p)
{
	const struct engine_options options = {.cf = p->cf,
		.trust_anchor = p->anchor,
		.resolver = lab_resolver(p->lab),
		.port = lab_port(p->lab),
		.timeout_ms = 10000,
		.jobs = 32,
		.pace = 5,
		.probe_here = true,
		.allow_private = true};
	struct fault why;
	struct look *look;

	p->engine = engine_new(&p->loop, &options, &why);
	if (!p->engine) {
		fprintf(stderr, "no engine: %s\n", why.text);
		exit(1);
	}
	look = look_at(p, GOOD);
	wait_for(p, look);
	look_unref(look);
}

static void
on_closed(void *arg)
{
	struct place *p = arg;

	p->closed = true;
}

static void
close_engine(struct place *p)
{
	p->closed = false;
	engine_close(p->engine, on_closed, p);
	while (!p->closed)
		loop_turn(&p->loop);
}

static void
look_once(struct place *p, const char *host, struct figures *f)
{
	double begun = now_us();
	struct look *look = look_at(p, host);
	const struct findings *found;

	while (!look_has_ended(look) &&
		!(look->address_count && look->addresses[0].verdict.verify != VERIFY_UNKNOWN))
		loop_turn(&p->loop);
	f->verdict[f->count] = now_us() - begun;
	wait_for(p, look);
	found = engine_look_findings(p->engine, look);
	f->cause[f->count++] = now_us() - begun;
	f->connections = look->connections;
	snprintf(f->id, sizeof f->id, "%s", found->count ? found->items[0]->id : "-");
	look_unref(look);
}

static int
ascending(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double
median(double *figures, size_t count)
{
	qsort(figures, count, sizeof *figures, ascending);
	return figures[count / 2];
}

static void
measure(struct place *p, const char *host, size_t times)
{
	struct figures f = {mem_new(times, sizeof(double)), mem_new(times, sizeof(double)), 0, 0, ""};

	while (f.count < times) {
		open_engine(p);
		look_once(p, host, &f);
		close_engine(p);
	}
	printf("%s %.0f %.0f %u %s\n", host, median(f.verdict, times), median(f.cause, times), f.connections,
		f.id);
	free(f.verdict);
	free(f.cause);
}

int
main(int argc, char **argv)
{
	const struct lab_options options = {.slow_ms = 30};
	size_t times = argc > 1 ? strtoul(argv[1], NULL, 10) : 20;
	struct place p = {.closed = false};

	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&p.loop);
	p.lab = lab_start(&p.loop, &options);
	p.cf = lab_file(p.lab, "sendmail.cf");
	p.anchor = lab_file(p.lab, "trust-anchor");
	for (int i = 2; i < argc; i++)
		measure(&p, argv[i], times);
	for (size_t i = 0; argc == 2 && findings_expected(i); i++) {
		const struct expected *e = findings_expected(i);

		if (!e->slow && !e->cf && !e->after)
			measure(&p, e->target, times);
	}
	lab_close(p.lab);
	uv_run(&p.loop, UV_RUN_DEFAULT);
	free(p.cf);
	free(p.anchor);
	return uv_loop_close(&p.loop) != 0;
}
