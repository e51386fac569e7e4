/* The log lines that a relay's facts come from, whole. */
#include "tui/app.h"
#include "tui/typed.h"
#include "tui/view_text.h"
#include "tui/views.h"

#include "base/safe.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1000   /* lines; the history keeps fewer */
#define QUEUE_ID 12 /* letters and digits at least: 14 today */
#define JOURNAL "journalctl -t sendmail -t sm-mta -t sm-msp-queue"

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

/* Where no log was named the engine says which one it found: a file, or the journal. */
static void
put_command(struct view *v, struct text *out)
{
	const struct app_options *o = app_options(v->app);
	struct engine_log log = engine_log(app_engine(v->app));
	struct typed_logs logs = {o->logs, o->log_count, o->source};
	const char *const found[] = {log.name};

	if (logs.count == 0 && !logs.source && log.name && *log.name == '/')
		logs = (struct typed_logs){.paths = found, .count = 1};
	else if (logs.count == 0 && !logs.source)
		logs.source = JOURNAL;
	typed_grep(out, v->relay, &logs);
}

/* The queue id in "sm-mta[812]: 6AM7k1Bx000812: to=…": letters and digits, so many of them. */
static size_t
queue_id_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && isalnum((unsigned char)s.at[n]))
		n++;
	return n >= QUEUE_ID && n < s.len && s.at[n] == ':' ? n : 0;
}

/* What is written may be sent to a stranger: who wrote to whom, and the queue id, stay here unless --full. */
static void
put_private(struct text *out, const char *line)
{
	struct span all = span_of(line), rest;
	ptrdiff_t at = span_find(all, "]: ");
	char *text, *clean;
	size_t id;

	rest = span_skip(all, at < 0 ? all.len : (size_t)at + 3);
	id = queue_id_length(rest);
	text = text_new("%.*s%s%s", (int)(all.len - rest.len), all.at, id ? "[id]" : "", rest.at + id);
	clean = safe_without_addresses(text);
	safe_put(out, clean);
	free(clean);
	free(text);
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
	if (!app_options(app)->full)
		((struct view_text *)v)->clean = put_private;
	return v;
}
