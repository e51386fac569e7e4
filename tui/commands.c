#include "tui/commands.h"

#include "base/safe.h"
#include "report/report.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct report_options
command_report_options(const struct options *o, const struct engine *e)
{
	return (struct report_options){
		.now_ms = engine_now(e),
		.since_ms = o->engine.since_ms,
		.full = o->full,
		.color = options_want_color(o, isatty(STDOUT_FILENO) == 1, getenv("NO_COLOR")),
	};
}

void
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
	bool good = fwrite(out->at, 1, out->len, stdout) == out->len;

	if (fflush(stdout) != 0 || !good) {
		/* Who closed the pipe has seen enough: `| head`. */
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

int
command_audit(const struct options *o)
{
	(void)o;
	command_say("audit is not built yet");
	return STATUS_USAGE;
}
