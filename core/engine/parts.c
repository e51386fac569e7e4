/* parts: opens and closes the parts of the engine, and the part of its door that is the log. */
#include "engine/state.h"

#include "base/mem.h"
#include "engine/auto.h"
#include "engine/clock.h"
#include "engine/debug.h"
#include "engine/findings.h"
#include "engine/logs.h"
#include "engine/names.h"
#include "engine/schedule.h"
#include "engine/settings.h"
#include "engine/trial.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
part_changed(void *arg)
{
	struct engine *e = arg;

	e->generation++;
	if (e->findings)
		findings_refresh(e->findings);
}

static void
settings_changed(void *arg)
{
	struct engine *e = arg;

	part_changed(e);
	schedule_go_on(e->schedule);
}

static const struct history *
automatic_history(void *arg)
{
	struct engine *e = arg;

	return logs_history(e->logs);
}

static bool
automatic_look(void *arg, const struct relay *relay)
{
	struct engine *e = arg;

	return !engine_must_ask(e) && engine_begin_look(e, relay, false, NULL);
}

static void
note_own_host(struct engine *e)
{
	if (gethostname(e->own_host, sizeof e->own_host - 1) < 0)
		e->own_host[0] = '\0';
	e->own_host[strcspn(e->own_host, ".")] = '\0';
}

/* The parts that can refuse their options, in an order in which each can be freed at once. */
static bool
open_parts(struct engine *e, struct fault *why)
{
	const struct engine_options *o = &e->options;
	const struct logs_options logs = {.paths = o->logs,
		.count = o->log_count,
		.source = o->source,
		.at_ms = o->at_ms,
		.since_ms = o->since_ms,
		.max_relays = o->max_relays};
	const struct resolver_options resolver = {.server = o->resolver, .trust_anchor = o->trust_anchor};
	const struct policy_request policy = {.cf = o->cf, .ca_file = o->ca_file, .ca_path = o->ca_path};

	if (o->debug && !(e->debug = debug_open(o->debug, why)))
		return false;
	if (!(e->logs = logs_new(e->loop, &logs, part_changed, e, why)))
		return false;
	if (!(e->resolver = resolver_new(e->loop, &resolver, why)))
		return false;
	return (e->settings = settings_new(e->loop, &policy, settings_changed, e, why)) != NULL;
}

struct engine *
engine_new(uv_loop_t *loop, const struct engine_options *options, struct fault *why)
{
	struct engine *e = mem_new(1, sizeof *e);

	e->loop = loop;
	e->options = *options;
	e->generation = 1;
	e->probes_allowed = options->probe_here;
	e->findings = findings_new(e);
	note_own_host(e);
	if (!open_parts(e, why)) {
		engine_close(e, NULL, NULL);
		return NULL;
	}
	e->aia = aia_new(loop, e->resolver, options->allow_private);
	e->schedule = schedule_new(loop, &(struct schedule_options){.jobs = options->jobs,
						 .pace = options->pace,
						 .timeout_ms = options->timeout_ms,
						 .at_ms = options->at_ms,
						 .settings = e->settings,
						 .resolver = e->resolver,
						 .aia = e->aia,
						 .offline = options->offline,
						 .debug = e->debug,
						 .changed = part_changed,
						 .arg = e});
	e->looks = schedule_looks(e->schedule);
	e->trials = trials_new(loop, e->settings, e->looks, part_changed, e);
	e->names = names_new(e->resolver, options->timeout_ms, part_changed, e);
	if (options->auto_verify)
		e->automatic = automatic_new(loop,
			&(struct automatic_options){
				.history = automatic_history, .look = automatic_look, .arg = e});
	return e;
}

static void
all_closed(struct engine *e)
{
	debug_close(e->debug);
	if (e->closed)
		e->closed(e->closed_arg);
	free(e);
}

/* The last three parts are closed when nobody uses them any more. */
static void
base_part_closed(void *arg)
{
	struct engine *e = arg;

	if (--e->closing == 0)
		all_closed(e);
}

static void
close_base_parts(struct engine *e)
{
	resolver_close(e->resolver);
	e->closing = 1;
	if (e->logs) {
		e->closing++;
		logs_close(e->logs, base_part_closed, e);
	}
	if (e->settings) {
		e->closing++;
		settings_close(e->settings, base_part_closed, e);
	}
	base_part_closed(e);
}

static void
user_part_closed(void *arg)
{
	struct engine *e = arg;

	if (--e->closing == 0)
		close_base_parts(e);
}

void
engine_close(struct engine *e, void (*closed)(void *arg), void *arg)
{
	e->closed = closed;
	e->closed_arg = arg;
	e->closing = 2;
	findings_close(e->findings, user_part_closed, e);
	e->findings = NULL;
	if (e->automatic) {
		e->closing++;
		automatic_close(e->automatic, user_part_closed, e);
	}
	if (e->schedule) {
		e->closing++;
		schedule_close(e->schedule, user_part_closed, e);
	}
	if (e->trials) {
		e->closing++;
		trials_close(e->trials, user_part_closed, e);
	}
	if (e->aia) { /* behind the looks, which have nothing to ask any more */
		e->closing++;
		aia_close(e->aia, user_part_closed, e);
	}
	if (e->names) {
		e->closing++;
		names_close(e->names, user_part_closed, e);
	}
	user_part_closed(e);
}

uint64_t
engine_generation(const struct engine *e)
{
	return e->generation;
}

int64_t
engine_now(const struct engine *e)
{
	return e->options.at_ms ? e->options.at_ms : clock_now_ms();
}

static void
logs_were_read(void *arg, const struct fault *fault)
{
	struct engine *e = arg;

	e->is_reading = false;
	e->read_fault = fault ? *fault : (struct fault){.kind = FAULT_NONE};
	if (e->findings)
		findings_refresh(e->findings);
}

void
engine_found_all(struct engine *e)
{
	void (*done)(void *arg, const struct fault *fault) = e->read_done;

	if (e->is_reading || !done)
		return;
	e->read_done = NULL;
	done(e->read_arg, e->read_fault.kind == FAULT_NONE ? NULL : &e->read_fault);
}

void
engine_read(struct engine *e, void (*done)(void *arg, const struct fault *fault), void *arg)
{
	e->read_done = done;
	e->read_arg = arg;
	e->is_reading = true;
	logs_read(e->logs, logs_were_read);
}

void
engine_follow(struct engine *e)
{
	logs_follow(e->logs);
}

struct engine_log
engine_log(const struct engine *e)
{
	return logs_state(e->logs);
}

const struct history *
engine_history(const struct engine *e)
{
	return logs_history(e->logs);
}

void
engine_lines(const struct engine *e, const struct relay *relay, size_t most,
	void (*each)(void *arg, struct span line), void *arg)
{
	logs_lines(e->logs, relay, most, each, arg);
}
