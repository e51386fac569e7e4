#include "tui/commands.h"

#include "report/report.h"

/* By which settings it was judged, where they are not the ones of a sendmail.cf. */
static void
say_notes(const struct policy *p)
{
	for (size_t i = 0; i < p->note_count; i++)
		command_say(p->notes[i]);
}

static int
judge(const struct options *o, struct engine *e)
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
	status = judge(o, e);
	command_close(&loop, e);
	return status;
}
