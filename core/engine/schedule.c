#include "engine/schedule.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "engine/rate_limit.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_WAIT_MOST (30 * WHEN_SECOND) /* a second look that must wait longer is done without */

struct schedule {
	struct schedule_options options;
	struct look_rules rules;
	struct look_table *looks;
	struct rate_limit *rate_limit;
	struct look_run *runs; /* in the order they are served: what the user asked for goes first */
	size_t done;
	uv_timer_t timer; /* until the rate limit allows the next connection */
	bool serving, serve_again, closing, timer_closed;
	void (*closed)(void *arg);
	void *closed_arg;
};

static void
look_changed(void *arg, struct look_run *run)
{
	struct schedule *s = arg;

	if (run)
		look_table_changed(s->looks, run);
	s->options.changed(s->options.arg);
}

static size_t
connections(const struct schedule *s)
{
	size_t active = 0;

	for (const struct look_run *run = s->runs; run; run = run->next)
		active += run->look->state == LOOK_RESOLVING ? 1 : look_run_active(run);
	return active;
}

static void
hold_back(struct schedule *s, struct look_address *address, int64_t wait, const char *why)
{
	char length[WHEN_ROOM];
	char *text;

	if (wait > 0) {
		when_length(wait, length);
		text = text_new("%s; next in %s", why, length);
	} else {
		text = mem_text(why);
	}
	if (address->held_back && strcmp(address->held_back, text) == 0) {
		free(text);
		return;
	}
	free(address->held_back);
	address->held_back = text;
	look_changed(s, NULL);
}

/* Begins the connections of one run that the rate limit allows; *next_ms becomes the shortest wait. */
static void
serve_run(struct schedule *s, struct look_run *run, size_t *free_jobs, int64_t *next_ms)
{
	struct attempt *a = NULL;

	while (*free_jobs && (a = look_run_waiting(run, a))) {
		struct look_address *address = a->into;
		int64_t now = (int64_t)uv_now(s->rules.loop);
		const char *why;
		int64_t wait = rate_limit_wait(s->rate_limit, &address->address, now, &why);

		if (wait == 0) {
			rate_limit_begin(s->rate_limit, &address->address, now);
			look_run_connect(a);
			(*free_jobs)--;
		} else if (wait > SECOND_WAIT_MOST && look_run_do_without(a, why)) {
			return; /* the look has ended */
		} else {
			hold_back(s, address, wait, why);
			if (wait > 0 && (*next_ms == 0 || wait < *next_ms))
				*next_ms = wait;
		}
	}
}

static void
serve_all(struct schedule *s, int64_t *next_ms)
{
	size_t busy = connections(s);
	size_t free_jobs = busy < s->options.jobs ? s->options.jobs - busy : 0;
	struct look_run *run, *next;

	DL_FOREACH_SAFE(s->runs, run, next)
	{
		if (free_jobs == 0)
			return;
		if (run->look->state == LOOK_QUEUED) {
			look_run_start(run);
			free_jobs -= run->look->state == LOOK_RESOLVING;
		}
		serve_run(s, run, &free_jobs, next_ms);
	}
}

static void
serve_timer(uv_timer_t *timer)
{
	struct schedule *s = timer->data;

	int64_t next_ms = 0;

	if (s->closing || !settings_are_read(s->options.settings) ||
		settings_are_being_read(s->options.settings))
		return;
	if (s->serving) {
		/* Called from inside look_run_start(): the loop below sees it. */
		s->serve_again = true;
		return;
	}
	s->serving = true;
	do {
		s->serve_again = false;
		next_ms = 0;
		serve_all(s, &next_ms);
	} while (s->serve_again);
	s->serving = false;
	if (next_ms)
		uv_timer_start(timer, serve_timer, (uint64_t)next_ms, 0);
	else
		uv_timer_stop(timer);
}

static void
serve(struct schedule *s)
{
	serve_timer(&s->timer);
}

static void
connection_ended(void *arg, const struct observation *o)
{
	struct schedule *s = arg;

	debug_connection(s->options.debug, o);
	rate_limit_end(s->rate_limit, o, (int64_t)uv_now(s->rules.loop));
	serve(s);
}

static void
connection_waits(void *arg)
{
	serve(arg);
}

static void
free_if_closed(struct schedule *s)
{
	if (!s->timer_closed || s->runs)
		return;
	look_table_free(s->looks);
	pool_free(s->rules.pool);
	rate_limit_free(s->rate_limit);
	s->closed(s->closed_arg);
	free(s);
}

static void
run_ended(void *arg, struct look_run *run)
{
	struct schedule *s = arg;

	DL_DELETE(s->runs, run);
	s->done++;
	if (s->closing)
		free_if_closed(s);
	else
		serve(s);
}

static int64_t
at_most(int64_t limit, int64_t overall)
{
	return limit < overall ? limit : overall;
}

/* The limits of each step; --timeout is that of all together. */
static struct probe_limits
limits(int64_t overall)
{
	return (struct probe_limits){
		.overall = overall,
		.connect = at_most(15 * WHEN_SECOND, overall),
		.greeting = at_most(45 * WHEN_SECOND, overall),
		.reply = at_most(20 * WHEN_SECOND, overall),
		.handshake = at_most(20 * WHEN_SECOND, overall),
	};
}

struct schedule *
schedule_new(uv_loop_t *loop, const struct schedule_options *options)
{
	struct schedule *s = mem_new(1, sizeof *s);

	s->options = *options;
	if (s->options.jobs == 0)
		s->options.jobs = 1;
	s->rules = (struct look_rules){
		.loop = loop,
		.settings = options->settings,
		.resolver = options->resolver,
		.aia = options->aia,
		.pool = pool_new(),
		.limits = limits(options->timeout_ms),
		.at_ms = options->at_ms,
		.offline = options->offline,
		.changed = look_changed,
		.waits = connection_waits,
		.connection_ended = connection_ended,
		.ended = run_ended,
		.arg = s,
	};
	s->looks = look_table_new();
	s->rate_limit = rate_limit_new(options->pace);
	uv_timer_init(loop, &s->timer);
	s->timer.data = s;
	return s;
}

/* Behind the last run that the user asked for too, ahead of the rest; or at the end. */
static void
enqueue(struct schedule *s, struct look_run *run)
{
	struct look_run *before = s->runs;

	while (before && (before->asked || !run->asked))
		before = before->next;
	if (before)
		DL_PREPEND_ELEM(s->runs, before, run);
	else
		DL_APPEND(s->runs, run);
}

struct look *
schedule_look(struct schedule *s, const struct target *target, bool asked)
{
	struct look_run *run = look_table_find(s->looks, target);
	struct look *before = run ? run->look : NULL;

	settings_refresh(s->options.settings);
	if (run && !look_has_ended(run->look)) {
		if (asked)
			look_run_ask(run);
		return run->look;
	}
	run = look_run_new(&s->rules, target, look_ref(before));
	run->asked = asked;
	look_table_put(s->looks, run);
	enqueue(s, run);
	look_changed(s, run);
	serve(s);
	return run->look;
}

struct look *
schedule_judge_saved(struct schedule *s, const char *path, struct chain *chain)
{
	struct look_run *run = look_run_saved(&s->rules, path, chain);

	look_table_put(s->looks, run);
	return run->look;
}

struct look_table *
schedule_looks(const struct schedule *s)
{
	return s->looks;
}

void
schedule_cancel(struct schedule *s, const struct look *look)
{
	struct look_run *run, *next;

	DL_FOREACH_SAFE(s->runs, run, next)
	{
		if (run->look == look) {
			look_run_cancel(run);
			return;
		}
	}
}

void
schedule_go_on(struct schedule *s)
{
	serve(s);
}

struct schedule_activity
schedule_activity(const struct schedule *s)
{
	struct schedule_activity activity = {.done = s->done};

	for (const struct look_run *run = s->runs; run; run = run->next) {
		if (run->look->state != LOOK_RESOLVING && run->look->state != LOOK_EXAMINING &&
			look_run_active(run) == 0) {
			activity.queued++;
			continue;
		}
		activity.running++;
		if (!activity.first || run->look->begun_ms < activity.first->begun_ms)
			activity.first = run->look;
	}
	return activity;
}

static void
timer_was_closed(uv_handle_t *handle)
{
	struct schedule *s = handle->data;

	s->timer_closed = true;
	free_if_closed(s);
}

void
schedule_close(struct schedule *s, void (*closed)(void *arg), void *arg)
{
	struct look_run *run, *next;

	s->closing = true;
	s->closed = closed;
	s->closed_arg = arg;
	DL_FOREACH_SAFE(s->runs, run, next)
	look_run_cancel(run);
	uv_close((uv_handle_t *)&s->timer, timer_was_closed);
}
