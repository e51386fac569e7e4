#include "engine/looks.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "engine/manners.h"
#include "engine/newest.h"
#include "engine/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_WAIT_MOST (30 * WHEN_SECOND) /* a second look that must wait longer is done without */

struct looks {
	struct looks_options options;
	struct attempt_owner owner;
	struct inquiry_owner inquiries;
	struct manners *manners;
	struct run *runs; /* in the order they are served: what the user asked for goes first */
	struct newest *newest;
	size_t done;
	uint64_t serial, version;
	uv_timer_t timer; /* until the manners allow the next connection */
	bool serving, serve_again, closing, timer_closed;
	void (*closed)(void *arg);
	void *closed_arg;
};

static void
look_changed(void *arg)
{
	struct looks *l = arg;

	l->version++;
	l->options.changed(l->options.arg);
}

static size_t
connections(const struct looks *l)
{
	size_t active = 0;

	for (const struct run *run = l->runs; run; run = run->next)
		active += run->look->state == LOOK_RESOLVING ? 1 : run_active(run);
	return active;
}

static void
hold_back(struct looks *l, struct look_address *address, int64_t wait, const char *why)
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
	look_changed(l);
}

/* Begins what the manners allow of one run; *next_ms becomes the shortest wait. */
static void
serve_run(struct looks *l, struct run *run, size_t *free_jobs, int64_t *next_ms)
{
	struct attempt *a = NULL;

	while (*free_jobs && (a = run_waiting(run, a))) {
		struct look_address *address = a->into;
		int64_t now = (int64_t)uv_now(l->owner.loop);
		const char *why;
		int64_t wait = manners_wait(l->manners, &address->address, now, &why);

		if (wait == 0) {
			manners_begin(l->manners, &address->address, now);
			attempt_start(a);
			(*free_jobs)--;
		} else if (wait > SECOND_WAIT_MOST && run_do_without(run, a, why)) {
			return; /* the run may be gone */
		} else {
			hold_back(l, address, wait, why);
			if (wait > 0 && (*next_ms == 0 || wait < *next_ms))
				*next_ms = wait;
		}
	}
}

static void
serve_all(struct looks *l, int64_t *next_ms)
{
	size_t busy = connections(l);
	size_t free_jobs = busy < l->options.jobs ? l->options.jobs - busy : 0;
	struct run *run, *next;

	DL_FOREACH_SAFE(l->runs, run, next)
	{
		if (free_jobs == 0)
			return;
		if (run->look->state == LOOK_QUEUED) {
			run_start(run);
			free_jobs -= run->look->state == LOOK_RESOLVING;
		}
		serve_run(l, run, &free_jobs, next_ms);
	}
}

static void
serve_timer(uv_timer_t *timer)
{
	struct looks *l = timer->data;

	int64_t next_ms = 0;

	if (l->closing || !settings_are_read(l->options.settings) ||
		settings_are_being_read(l->options.settings))
		return;
	if (l->serving) {
		/* Called from inside run_start(): the loop below sees it. */
		l->serve_again = true;
		return;
	}
	l->serving = true;
	do {
		l->serve_again = false;
		next_ms = 0;
		serve_all(l, &next_ms);
	} while (l->serve_again);
	l->serving = false;
	if (next_ms)
		uv_timer_start(timer, serve_timer, (uint64_t)next_ms, 0);
	else
		uv_timer_stop(timer);
}

static void
serve(struct looks *l)
{
	serve_timer(&l->timer);
}

static void
connection_ended(void *arg, const struct observation *o)
{
	struct looks *l = arg;

	debug_connection(l->options.debug, o);
	manners_end(l->manners, o, (int64_t)uv_now(l->owner.loop));
	serve(l);
}

static void
run_waits(void *arg)
{
	serve(arg);
}

static void
free_if_closed(struct looks *l)
{
	if (!l->timer_closed || l->runs)
		return;
	newest_free(&l->newest);
	pool_free(l->inquiries.pool);
	manners_free(l->manners);
	l->closed(l->closed_arg);
	free(l);
}

static void
run_ended(void *arg, struct run *run)
{
	struct looks *l = arg;

	DL_DELETE(l->runs, run);
	run_free(run);
	l->done++;
	if (l->closing)
		free_if_closed(l);
	else
		serve(l);
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

struct looks *
looks_new(uv_loop_t *loop, const struct looks_options *options)
{
	struct looks *l = mem_new(1, sizeof *l);

	l->options = *options;
	if (l->options.jobs == 0)
		l->options.jobs = 1;
	l->owner = (struct attempt_owner){
		.loop = loop,
		.settings = options->settings,
		.limits = limits(options->timeout_ms),
		.at_ms = options->at_ms,
		.changed = look_changed,
		.connection_ended = connection_ended,
		.arg = l,
	};
	l->inquiries = (struct inquiry_owner){
		.attempts = &l->owner, .aia = options->aia, .pool = pool_new(), .offline = options->offline};
	l->manners = manners_new(options->pace);
	uv_timer_init(loop, &l->timer);
	l->timer.data = l;
	return l;
}

/* What goes on for nobody goes on for the user, who asks for it now. */
static void
note_asked(struct looks *l, const struct look *look, bool asked)
{
	for (struct run *run = l->runs; asked && run; run = run->next) {
		if (run->look != look)
			continue;
		run->asked = true;
		inquiry_ask(run->inquiry);
	}
}

/* Behind the last run that the user asked for too, ahead of the rest; or at the end. */
static void
enqueue(struct looks *l, struct run *run)
{
	struct run *before = l->runs;

	while (before && (before->asked || !run->asked))
		before = before->next;
	if (before)
		DL_PREPEND_ELEM(l->runs, before, run);
	else
		DL_APPEND(l->runs, run);
}

struct look *
looks_start(struct looks *l, const struct target *target, bool asked)
{
	struct newest *n = newest_find(l->newest, target);
	struct look *look;
	struct run *run;

	settings_refresh(l->options.settings);
	if (n && !look_has_ended(n->look)) {
		note_asked(l, n->look, asked);
		return n->look;
	}
	look = look_new(target->host, target->port);
	look->host = mem_text(target->host);
	n = newest_put(&l->newest, target, look, &l->inquiries);
	n->serial = ++l->serial;
	run = run_new(&l->owner, l->options.resolver, look, target);
	run->inquiry = n->inquiry;
	run->asked = asked;
	run->ended = run_ended;
	run->waits = run_waits;
	run->arg = l;
	enqueue(l, run);
	look_changed(l);
	serve(l);
	return look;
}

struct look *
looks_find(const struct looks *l, const struct target *target)
{
	struct newest *n = newest_find(l->newest, target);

	return n ? n->look : NULL;
}

static struct target
target_of(const struct look *look)
{
	struct target target = {.port = look->port};

	snprintf(target.host, sizeof target.host, "%s", look->host);
	return target;
}

void
looks_examine_saved(struct looks *l, struct look *look)
{
	struct target target = target_of(look);

	inquiry_examine_now(newest_put(&l->newest, &target, look_ref(look), &l->inquiries)->inquiry);
}

void
looks_put_evidence(const struct looks *l, const struct look *look, struct evidence *e)
{
	struct target target = target_of(look);
	struct newest *n = newest_find(l->newest, &target);

	e->look = look;
	if (!n || n->look != look)
		return;
	inquiry_put_evidence(n->inquiry, e);
	e->before = n->before;
}

char *
looks_key(const struct target *target)
{
	char key[LOOK_KEY_ROOM];

	newest_put_key(key, target);
	return mem_text(key);
}

uint64_t
looks_version_of(const struct looks *l, const char *key)
{
	const struct newest *n = newest_find_key(l->newest, key);

	return n ? (n->serial << 32) + 8 * inquiry_version(n->inquiry) + n->look->state : 0;
}

uint64_t
looks_version(const struct looks *l)
{
	return l->version;
}

void
looks_each(const struct looks *l, void (*each)(void *arg, const struct look *look), void *arg)
{
	for (const struct newest *n = l->newest; n; n = n->hh.next)
		each(arg, n->look);
}

void
looks_cancel(struct looks *l, const struct look *look)
{
	struct run *run, *next;

	DL_FOREACH_SAFE(l->runs, run, next)
	{
		if (run->look == look) {
			run_cancel(run);
			return;
		}
	}
}

void
looks_go_on(struct looks *l)
{
	serve(l);
}

struct looks_activity
looks_activity(const struct looks *l)
{
	struct looks_activity activity = {.done = l->done};

	for (const struct run *run = l->runs; run; run = run->next) {
		if (run->look->state != LOOK_RESOLVING && run->look->state != LOOK_EXAMINING &&
			run_active(run) == 0) {
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
	struct looks *l = handle->data;

	l->timer_closed = true;
	free_if_closed(l);
}

void
looks_close(struct looks *l, void (*closed)(void *arg), void *arg)
{
	struct run *run, *next;

	l->closing = true;
	l->closed = closed;
	l->closed_arg = arg;
	DL_FOREACH_SAFE(l->runs, run, next)
	run_cancel(run);
	uv_close((uv_handle_t *)&l->timer, timer_was_closed);
}
