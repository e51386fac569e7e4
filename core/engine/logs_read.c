#include "engine/logs_parts.h"

#include "base/mem.h"
#include "engine/logs_scan.h"

#include <stdlib.h>

static void
finish_close(struct logs *l)
{
	for (size_t i = 0; i < l->count; i++)
		input_free(&l->inputs[i]);
	free(l->inputs);
	free(l->name);
	history_free(l->history);
	if (l->closed)
		l->closed(l->closed_arg);
	free(l);
}

static void
put_history(struct logs *l, struct history *history)
{
	history_free(l->history);
	l->history = history;
	l->version++;
	l->changed(l->arg);
}

static void
scan_previewed(void *arg, struct history *history)
{
	put_history(arg, history);
}

static void
scan_progressed(void *arg)
{
	struct logs *l = arg;

	if (!l->closing)
		l->changed(l->arg);
}

static void
scan_done(void *arg, struct history *history)
{
	struct logs *l = arg;

	l->scan = NULL;
	l->phase = PHASE_FOLLOWING;
	if (l->closing) {
		history_free(history);
		finish_close(l);
		return;
	}
	for (size_t i = 0; i < l->count; i++)
		logs_begin_following(&l->inputs[i]);
	put_history(l, history);
	if (!l->closing)
		logs_check_done(l);
}

static struct history_options
history_rules(const struct logs *l)
{
	return (struct history_options){.max_relays = l->options.max_relays, .since_ms = l->options.since_ms};
}

static void
open_on_thread(uv_work_t *work)
{
	struct logs *l = work->data;

	l->count = inputs_open(l->inputs, l->count, l->options.at_ms);
}

static void
opened(uv_work_t *work, int status)
{
	struct logs *l = work->data;
	const struct input_rules rules = {
		.history = history_rules(l),
		.at_ms = l->options.at_ms,
		.whole = !l->live,
		.stretch = l->options.stretch,
	};
	const struct scan_events events = {scan_previewed, scan_progressed, scan_done, l};

	(void)status;
	if (l->closing) {
		finish_close(l);
		return;
	}
	free(l->name);
	l->name = logs_name(l);
	l->phase = PHASE_SCANNING;
	l->scan = scan_start(l->loop, l->inputs, l->count, &rules, &events);
	l->changed(l->arg);
}

static void
begin(struct logs *l, bool live)
{
	l->live = live;
	l->phase = PHASE_OPENING;
	l->opening.data = l;
	uv_queue_work(l->loop, &l->opening, open_on_thread, opened);
}

struct logs *
logs_new(uv_loop_t *loop, const struct logs_options *options, void (*changed)(void *arg), void *arg,
	struct fault *why)
{
	struct logs *l = mem_new(1, sizeof *l);
	struct history_options rules;

	l->loop = loop;
	l->options = *options;
	l->changed = changed;
	l->arg = arg;
	l->version = 1;
	rules = history_rules(l);
	l->history = history_new(&rules);
	history_close(l->history);
	if (!logs_add_inputs(l, why)) {
		finish_close(l);
		return NULL;
	}
	l->name = logs_name(l);
	return l;
}

void
logs_read(struct logs *l, void (*done)(void *arg, const struct fault *fault))
{
	l->done = done;
	begin(l, false);
}

void
logs_follow(struct logs *l)
{
	begin(l, true);
}

const struct history *
logs_history(const struct logs *l)
{
	return l->history;
}

uint64_t
logs_version(const struct logs *l)
{
	return l->version;
}

static void
last_closed(uv_handle_t *handle)
{
	finish_close(uv_handle_get_data(handle));
}

void
logs_close(struct logs *l, void (*closed)(void *arg), void *arg)
{
	l->closing = true;
	l->closed = closed;
	l->closed_arg = arg;
	if (l->scan)
		scan_stop(l->scan);
	/* A thread that works for us ends first; its result comes to opened() or scan_done(). */
	if (l->phase == PHASE_OPENING || l->phase == PHASE_SCANNING)
		return;
	for (size_t i = 0; i < l->count; i++)
		follow_close(l->inputs[i].follow);
	uv_idle_init(l->loop, &l->last);
	uv_handle_set_data((uv_handle_t *)&l->last, l);
	uv_close((uv_handle_t *)&l->last, last_closed);
}
