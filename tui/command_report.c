#include "tui/commands.h"

#include "report/report.h"
#include "tui/progress.h"

struct report_run {
	struct engine *engine;
	struct progress *progress;
	bool done;
	struct fault fault; /* FAULT_NONE: all was read */
};

static void
put_progress(void *arg, struct text *out)
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

static int
print(const struct options *o, const struct report_run *run)
{
	struct report_findings found = {.of = found_of, .arg = run->engine};
	const struct history *h = engine_history(run->engine);
	struct report_options as = command_report_options(o, run->engine);
	struct text out = {NULL, 0, 0};

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
	run.progress = progress_start(&loop, put_progress, &run);
	engine_read(run.engine, on_read, &run);
	while (!run.done && uv_run(&loop, UV_RUN_ONCE)) {
	}
	progress_end(run.progress);
	status = run.fault.kind != FAULT_NONE ? command_refuse(&run.fault) : print(o, &run);
	command_close(&loop, run.engine);
	return status;
}
