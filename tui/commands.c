#include "tui/commands.h"

#include "base/mem.h"
#include "base/safe.h"
#include "report/report.h"
#include "wording/words.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/* The options for reports: what the command line says, and now. */
static struct report_options
command_report_options(const struct options *o, const struct engine *e)
{
	return (struct report_options){
		.now_ms = engine_now(e),
		.since_ms = o->engine.since_ms,
		.full = o->full,
		.color = options_want_color(o, isatty(STDOUT_FILENO) == 1, getenv("NO_COLOR")),
	};
}

/* Says a line on standard error, behind the program's name; quoted text is made safe. */
static void
command_say(const char *line)
{
	struct text clean = {NULL, 0, 0};

	safe_put(&clean, line);
	fprintf(stderr, "verifail: %s\n", clean.at ? clean.at : "");
	text_free(&clean);
}

int
command_refuse(const struct fault *why)
{
	command_say(why->text);
	return STATUS_USAGE;
}

int
command_print(struct text *out, int status)
{
	fwrite(out->at, 1, out->len, stdout);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		/* A reader that closes the pipe, as `head` does, is no error. */
		if (errno != EPIPE)
			command_say("standard output cannot be written");
		status = STATUS_USAGE;
	}
	text_free(out);
	return status;
}

void
command_close(uv_loop_t *loop, struct engine *e)
{
	int left;

	if (e)
		engine_close(e, NULL, NULL);
	uv_run(loop, UV_RUN_DEFAULT);
	left = uv_loop_close(loop);
	assert(left == 0);
	(void)left;
}

/* ---- progress on standard error ---- */

#define EVERY_MS 200

struct progress {
	uv_timer_t timer;
	void (*put)(void *arg, struct text *out);
	void *arg;
};

static void
show_progress(uv_timer_t *timer)
{
	struct progress *p = timer->data;
	struct text out = {NULL, 0, 0};

	p->put(p->arg, &out);
	fprintf(stderr, "\r\033[K%s", out.at ? out.at : "");
	text_free(&out);
}

/* Shows what put() says several times a second. NULL when standard error is no terminal. */
static struct progress *
progress_start(uv_loop_t *loop, void (*put)(void *arg, struct text *out), void *arg)
{
	struct progress *p;

	if (!isatty(STDERR_FILENO))
		return NULL;
	p = mem_new(1, sizeof *p);
	p->put = put;
	p->arg = arg;
	uv_timer_init(loop, &p->timer);
	p->timer.data = p;
	uv_timer_start(&p->timer, show_progress, EVERY_MS, EVERY_MS);
	return p;
}

static void
progress_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/* Removes the line; the memory is freed on the loop. NULL does nothing. */
static void
progress_end(struct progress *p)
{
	if (!p)
		return;
	fputs("\r\033[K", stderr);
	uv_close((uv_handle_t *)&p->timer, progress_closed);
}

/* ---- chain ---- */

/* Which settings the chain was judged by, if they are not those of a sendmail.cf. */
static void
say_notes(const struct policy *p)
{
	for (size_t i = 0; i < p->note_count; i++)
		command_say(p->notes[i]);
}

static int
judge_file(const struct options *o, struct engine *e)
{
	struct report_options as = command_report_options(o, e);
	const struct findings *found;
	struct text out = {NULL, 0, 0};
	struct fault why;
	struct look *look = engine_judge_file(e, o->words[0], &why);
	int status;

	if (!look)
		return command_refuse(&why);
	found = engine_look_findings(e, look);
	status = report_chain_status(look, found);
	say_notes(engine_policy(e));
	if (o->json)
		report_chain_json(&out, look, found, &as);
	else
		report_chain_text(&out, look, found, &as);
	look_unref(look);
	return command_print(&out, status);
}

int
command_chain(const struct options *o)
{
	struct fault why;
	uv_loop_t loop;
	struct engine *e;
	int status;

	uv_loop_init(&loop);
	e = engine_new(&loop, &o->engine, &why);
	if (!e) {
		command_close(&loop, NULL);
		return command_refuse(&why);
	}
	status = judge_file(o, e);
	command_close(&loop, e);
	return status;
}

/* ---- report ---- */

struct report_run {
	struct engine *engine;
	struct progress *progress;
	bool done;
	struct fault fault; /* FAULT_NONE: all was read */
};

static void
put_reading(void *arg, struct text *out)
{
	struct report_run *run = arg;
	struct engine_log log = engine_log(run->engine);

	text_printf(out, "reading %s: %llu of %llu MB", log.name ? log.name : "",
		(unsigned long long)(log.bytes_read / 1000000),
		(unsigned long long)(log.bytes_total / 1000000));
}

static void
on_read(void *arg, const struct fault *fault)
{
	struct report_run *run = arg;

	run->done = true;
	if (fault)
		run->fault = *fault;
}

static const struct findings *
found_of(void *engine, const struct relay *relay)
{
	return relay ? engine_findings(engine, relay) : engine_host_findings(engine);
}

static void
print_part(void *arg, struct text *out)
{
	(void)arg;
	fwrite(out->at, 1, out->len, stdout); /* command_print() tells what went wrong */
	text_drop(out, out->len);
}

static int
print_report(const struct options *o, const struct report_run *run)
{
	struct report_findings found = {.of = found_of, .arg = run->engine};
	const struct history *h = engine_history(run->engine);
	struct report_options as = command_report_options(o, run->engine);
	struct text out = {NULL, 0, 0};

	as.drain = print_part;
	if (o->json)
		report_history_json(&out, h, &found, &as);
	else
		report_history_text(&out, h, &found, &as);
	if (report_history_is_unreadable(h))
		command_say(
			"no line of it is a log line; if it is compressed: zcat FILE | verifail report -");
	return command_print(&out, report_history_status(h, &found));
}

int
command_report(const struct options *o)
{
	struct report_run run = {.done = false};
	uv_loop_t loop;
	int status;

	uv_loop_init(&loop);
	run.engine = engine_new(&loop, &o->engine, &run.fault);
	if (!run.engine) {
		command_close(&loop, NULL);
		return command_refuse(&run.fault);
	}
	run.progress = progress_start(&loop, put_reading, &run);
	engine_read(run.engine, on_read, &run);
	while (!run.done && uv_run(&loop, UV_RUN_ONCE)) {
	}
	progress_end(run.progress);
	status = run.fault.kind != FAULT_NONE ? command_refuse(&run.fault) : print_report(o, &run);
	command_close(&loop, run.engine);
	return status;
}

/* ---- verify ---- */

struct verify_run {
	const struct options *options;
	struct engine *engine;
	struct progress *progress;
	uv_prepare_t prepare;
	uint64_t generation;
	struct look **looks; /* a reference each; NULL once printed */
	size_t count, left;
	int status;
};

/* The worse of two exit statuses: 2 (wrong usage), then 1, then 3, then 0. */
static int
worse(int a, int b)
{
	static const int order[] = {[0] = 0, [1] = 2, [2] = 3, [3] = 1};

	return order[b & 3] > order[a & 3] ? b : a;
}

static void
print_look(struct verify_run *run, const struct look *l)
{
	struct report_options as = command_report_options(run->options, run->engine);
	struct text out = {NULL, 0, 0};
	const struct findings *found = engine_look_findings(run->engine, l);
	int status = report_look_status(l, found);

	if (run->options->json)
		report_look_json(&out, l, found, &as);
	else
		report_look_text(&out, l, found, &as);
	run->status = worse(run->status, command_print(&out, status));
}

/* Prints each target as it ends, and stops the loop after the last one. */
static void
on_prepare(uv_prepare_t *prepare)
{
	struct verify_run *run = prepare->data;

	if (engine_generation(run->engine) == run->generation)
		return;
	run->generation = engine_generation(run->engine);
	for (size_t i = 0; i < run->count; i++) {
		if (!run->looks[i] || !look_has_ended(run->looks[i]))
			continue;
		print_look(run, run->looks[i]);
		look_unref(run->looks[i]);
		run->looks[i] = NULL;
		run->left--;
	}
	if (run->left == 0)
		uv_stop(prepare->loop);
}

static void
put_looking(void *arg, struct text *out)
{
	struct verify_run *run = arg;
	struct engine_activity now = engine_activity(run->engine);
	struct timespec clock;

	clock_gettime(CLOCK_REALTIME, &clock);
	text_printf(out, "%zu of %zu: ", run->count - run->left + 1, run->count);
	if (!now.first)
		return;
	text_printf(out, "%s ", now.first->target);
	words_waiting(out, now.first, (int64_t)clock.tv_sec * 1000 + clock.tv_nsec / 1000000);
}

static void
begin_looks(struct verify_run *run)
{
	struct fault why;

	for (size_t i = 0; i < run->options->word_count; i++) {
		struct look *l = engine_look(run->engine, run->options->words[i], &why);

		if (l) {
			run->looks[run->count++] = look_ref(l);
		} else {
			command_refuse(&why);
			run->status = STATUS_USAGE;
		}
	}
	run->left = run->count;
}

int
command_verify(const struct options *o)
{
	struct verify_run run = {.options = o};
	struct fault why;
	uv_loop_t loop;

	uv_loop_init(&loop);
	run.engine = engine_new(&loop, &o->engine, &why);
	if (!run.engine) {
		command_close(&loop, NULL);
		return command_refuse(&why);
	}
	run.looks = mem_new(o->word_count, sizeof(struct look *));
	begin_looks(&run);
	uv_prepare_init(&loop, &run.prepare);
	run.prepare.data = &run;
	uv_prepare_start(&run.prepare, on_prepare);
	run.progress = progress_start(&loop, put_looking, &run);
	while (run.left > 0 && uv_run(&loop, UV_RUN_ONCE)) {
	}
	progress_end(run.progress);
	uv_close((uv_handle_t *)&run.prepare, NULL);
	command_close(&loop, run.engine);
	free(run.looks);
	return run.status;
}

int
command_audit(const struct options *o)
{
	(void)o;
	command_say("audit is not built yet");
	return STATUS_USAGE;
}
