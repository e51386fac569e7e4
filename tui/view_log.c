/* The log lines that a relay's facts come from, whole. */
#include "tui/app.h"
#include "tui/typed.h"
#include "tui/view_text.h"
#include "tui/views.h"

#include <string.h>

#define MOST 1000 /* lines; the history keeps fewer */

static unsigned
paint_of(struct span line)
{
	static const char *const bad[] = {"verify=FAIL", "reject=", "stat=Deferred", "failed=", "reason="};

	if (span_find(line, "verify=OK") >= 0 || span_find(line, "verify=TRUSTED") >= 0)
		return PAINT_GOOD;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (span_find(line, bad[i]) >= 0)
			return PAINT_BAD;
	}
	return PAINT_PLAIN;
}

static void
take_line(void *arg, struct span line)
{
	page_add(arg, paint_of(line), line);
}

static void
build(struct view *v, struct page *out, const struct frame *f)
{
	const struct relay *r = view_relay_of(v);

	(void)f;
	page_printf(out, PAINT_BOLD, "log lines of %s, the newest last", v->relay);
	if (r)
		history_lines(engine_history(app_engine(v->app)), r, MOST, take_line, out);
	if (out->count == 1)
		page_printf(out, PAINT_PLAIN, "none is kept");
}

/* Of several logs or a command the first cannot be told: grep reads what the user pipes into it. */
static void
put_command(struct view *v, struct text *out)
{
	struct engine_log log = engine_log(app_engine(v->app));

	typed_grep(out, v->relay,
		log.name && log.name[0] == '/' && !strchr(log.name, ' ') ? log.name : "/var/log/mail.log");
}

static const struct view_kind lines_of_log = {
	.scope = SCOPE_LOG,
	.size = sizeof(struct view_text),
	.draw = view_text_draw,
	.source = view_text_source,
	.command = put_command,
	.write = view_text_write,
	.close = view_text_close,
};

struct view *
view_log_new(struct app *app, const struct view *about)
{
	struct view *v = view_new(&lines_of_log, app, about);

	view_text_init(v, build);
	v->list.tail = true;
	return v;
}
