#include "tui/commands.h"

#include "base/mem.h"
#include "report/report.h"
#include "tui/progress.h"
#include "wording/words.h"

#include <stdlib.h>
#include <time.h>

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

/* 2 is for targets that cannot be; then 1 wins over 3, and 3 over 0. */
static int
worse(int a, int b)
{
	static const int order[] = {[0] = 0, [1] = 2, [2] = 3, [3] = 1};

	return order[b & 3] > order[a & 3] ? b : a;
}

static void
print(struct verify_run *run, const struct look *l)
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

/* Each target is printed as it ends. After the last one the loop must not wait for what never comes. */
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
		print(run, run->looks[i]);
		look_unref(run->looks[i]);
		run->looks[i] = NULL;
		run->left--;
	}
	if (run->left == 0)
		uv_stop(prepare->loop);
}

static void
put_progress(void *arg, struct text *out)
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
begin(struct verify_run *run)
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
	begin(&run);
	uv_prepare_init(&loop, &run.prepare);
	run.prepare.data = &run;
	uv_prepare_start(&run.prepare, on_prepare);
	run.progress = progress_start(&loop, put_progress, &run);
	while (run.left > 0 && uv_run(&loop, UV_RUN_ONCE)) {
	}
	progress_end(run.progress);
	uv_close((uv_handle_t *)&run.prepare, NULL);
	command_close(&loop, run.engine);
	free(run.looks);
	return run.status;
}
