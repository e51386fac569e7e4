#include "tui/app.h"

#include "base/mem.h"
#include "tui/clipboard.h"
#include "tui/prompt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VIEWS 16          /* the most that can be open on top of each other */
#define MANY_ADDRESSES 20 /* to connect to more than these the user is asked first */

enum mode { MODE_KEYS, MODE_FIND, MODE_FILTER, MODE_FILE, MODE_HOST_QUESTION, MODE_MANY_QUESTION };

struct app {
	struct engine *engine;
	struct app_options options;
	struct app_hooks hooks;
	struct view *views[VIEWS];
	size_t depth;
	enum mode mode;
	struct prompt prompt;
	char *message; /* in the footer until the next key; NULL: none */
	char *question;
	enum action again; /* the action that a yes starts */
	int key;           /* the last one pressed */
	bool many_confirmed;
	bool paused;
	int64_t tick_ms;
};

struct app *
app_new(struct engine *e, const struct app_options *options, const struct app_hooks *hooks)
{
	struct app *app = mem_new(1, sizeof *app);

	app->engine = e;
	app->options = *options;
	app->hooks = *hooks;
	return app;
}

void
app_free(struct app *app)
{
	if (!app)
		return;
	while (app->depth > 0)
		view_free(app->views[--app->depth]);
	prompt_free(&app->prompt);
	free(app->message);
	free(app->question);
	free(app);
}

static struct view *
top_view(const struct app *app)
{
	return app->views[app->depth - 1];
}

struct engine *
app_engine(const struct app *app)
{
	return app->engine;
}

unsigned
app_port(const struct app *app)
{
	return app->options.port;
}

const struct app_options *
app_options(const struct app *app)
{
	return &app->options;
}

int
app_key(const struct app *app)
{
	return app->key;
}

void
app_push(struct app *app, struct view *v)
{
	if (app->depth == VIEWS) {
		view_free(v);
		app_say(app, "too deep: press Esc first");
		return;
	}
	v->engine = app->engine;
	app->views[app->depth++] = v;
}

void
app_say(struct app *app, const char *format, ...)
{
	va_list args;

	free(app->message);
	app->message = NULL;
	va_start(args, format);
	if (vasprintf(&app->message, format, args) < 0)
		app->message = NULL;
	va_end(args);
}

void
app_tick(struct app *app, int64_t ms)
{
	if (app->tick_ms == 0 || ms < app->tick_ms)
		app->tick_ms = ms;
}

int64_t
app_next_tick(const struct app *app)
{
	return app->tick_ms;
}

bool
app_is_paused(const struct app *app)
{
	return app->paused;
}

/* While the table is paused the other views go on: they were opened to see what happens. */
bool
app_is_still(const struct app *app)
{
	return app->paused && (action_entry(ACTION_PAUSE)->scopes & top_view(app)->kind->scope);
}

void
app_pause(struct app *app, bool paused)
{
	app->paused = paused;
}

void
app_copy(struct app *app, const char *text)
{
	size_t lines = clipboard_lines(text);

	if (strlen(text) > CLIPBOARD_MOST) {
		app_say(app, "too long for the clipboard: w writes it to a file");
		return;
	}
	app->hooks.copy(app->hooks.arg, text);
	if (lines > 1)
		app_say(app, "copied: %zu lines", lines);
	else
		app_say(app, "copied: %s", text);
}

static void
ask(struct app *app, enum mode mode, enum action again, char *question)
{
	free(app->question);
	app->question = question;
	app->mode = mode;
	app->again = again;
}

bool
app_may_probe(struct app *app, enum action again, size_t addresses)
{
	struct history_totals totals = history_totals(engine_history(app->engine));
	char host[256] = "this host";

	if (engine_must_ask(app->engine)) {
		gethostname(host, sizeof host - 1);
		ask(app, MODE_HOST_QUESTION, again,
			text_new("the log is from %s, this is %s: probe from here? y/n", totals.host, host));
		return false;
	}
	if (addresses > MANY_ADDRESSES && !app->many_confirmed) {
		ask(app, MODE_MANY_QUESTION, again, text_new("connect to %zu addresses? y/n", addresses));
		return false;
	}
	app->many_confirmed = false;
	return true;
}

void
app_ask_file(struct app *app, const char *proposed)
{
	prompt_begin(&app->prompt, proposed);
	app->mode = MODE_FILE;
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

static bool
source_of(struct view *v, struct list_source *s)
{
	if (!v->kind->source)
		return false;
	v->kind->source(v, s);
	return true;
}

static void
find(struct app *app, bool back, bool here)
{
	struct view *v = top_view(app);
	struct list_source s;

	if (!v->find || !*v->find)
		app_say(app, "nothing to find yet: press /");
	else if (!source_of(v, &s) || !list_find(&v->list, &s, v->find, back, here))
		app_say(app, "not found: %s", v->find);
}

static void
back_or_quit(struct app *app)
{
	if (app->depth > 1)
		view_free(app->views[--app->depth]);
	else
		app->hooks.quit(app->hooks.arg);
}

static void
edit(struct app *app, enum mode mode, const char *initial)
{
	prompt_begin(&app->prompt, initial ? initial : "");
	app->mode = mode;
}

static void
run(struct app *app, enum action a)
{
	struct view *v = top_view(app);
	struct list_source s;

	if (v->kind->act && v->kind->act(v, a))
		return;
	if (source_of(v, &s) && list_act(&v->list, &s, a))
		return;
	switch (a) {
	case ACTION_BACK:
	case ACTION_QUIT:
		back_or_quit(app);
		break;
	case ACTION_REDRAW:
		app->hooks.redraw(app->hooks.arg);
		break;
	case ACTION_FIND:
		edit(app, MODE_FIND, "");
		break;
	case ACTION_FILTER:
		edit(app, MODE_FILTER, v->filter);
		break;
	case ACTION_FIND_NEXT:
	case ACTION_FIND_BACK:
		find(app, a == ACTION_FIND_BACK, false);
		break;
	default:
		app->hooks.act(v, a);
	}
}

static void
set_text(char **at, const char *text)
{
	free(*at);
	*at = mem_text(text);
}

static void
entered(struct app *app, enum mode mode, const char *text)
{
	struct view *v = top_view(app);
	char *said;

	switch (mode) {
	case MODE_FIND:
		if (*text)
			set_text(&v->find, text);
		find(app, false, true);
		break;
	case MODE_FILTER:
		set_text(&v->filter, text);
		break;
	default:
		said = *text ? view_write(v, text) : mem_text("");
		app_say(app, "%s", said);
		free(said);
	}
}

static void
press_in_prompt(struct app *app, int key)
{
	enum prompt_end end = prompt_press(&app->prompt, key);
	enum mode mode = app->mode;

	if (end == PROMPT_GOES_ON)
		return;
	app->mode = MODE_KEYS;
	if (end == PROMPT_ENTERED)
		entered(app, mode, prompt_text(&app->prompt));
}

static void
answer(struct app *app, int key)
{
	bool host = app->mode == MODE_HOST_QUESTION;

	if (key != 'y' && key != 'Y') {
		if (key == 'n' || key == 'N' || key == KEYCODE_ESCAPE || key == 'q')
			app->mode = MODE_KEYS;
		return;
	}
	app->mode = MODE_KEYS;
	if (host)
		engine_allow_probes(app->engine);
	app->many_confirmed = !host;
	run(app, app->again);
	app->many_confirmed = false;
}

void
app_press(struct app *app, int key)
{
	enum action a;

	free(app->message);
	app->message = NULL;
	app->key = key;
	switch (app->mode) {
	case MODE_HOST_QUESTION:
	case MODE_MANY_QUESTION:
		answer(app, key);
		return;
	case MODE_KEYS:
		a = action_of(key, top_view(app)->kind->scope);
		if (a != ACTION_NONE)
			run(app, a);
		return;
	default:
		press_in_prompt(app, key);
	}
}

/* ---- drawing ----------------------------------------------------------------------------------------------
 */

static void
draw_footer(struct app *app, const struct frame *f)
{
	static const char *const labels[] = {
		[MODE_FIND] = "/", [MODE_FILTER] = "&", [MODE_FILE] = "write to file: "};
	struct area at = {f->rows, 0, f->cols};
	char *keys;

	canvas_blank(f->canvas, f->rows); /* on a very small screen the view may have drawn into this row */
	if (app->mode == MODE_HOST_QUESTION || app->mode == MODE_MANY_QUESTION) {
		canvas_text(f->canvas, at, ATTR_BOLD | ATTR_WARN, app->question);
	} else if (app->mode != MODE_KEYS) {
		prompt_draw(f, labels[app->mode], &app->prompt);
	} else if (app->message) {
		canvas_text(f->canvas, at, ATTR_BOLD, app->message);
	} else {
		keys = actions_footer(top_view(app)->kind->scope, f->cols);
		canvas_text(f->canvas, at, ATTR_DIM, keys);
		free(keys);
	}
}

void
app_draw(struct app *app, struct canvas *c, int64_t wall_ms)
{
	struct view *v = top_view(app);
	struct frame f = {.canvas = c,
		.rows = canvas_rows(c) - 1,
		.cols = canvas_cols(c),
		.now_ms = engine_now(app->engine),
		.wall_ms = wall_ms};

	app->tick_ms = 0;
	canvas_begin(c);
	if (f.rows > 0)
		v->kind->draw(v, &f);
	draw_footer(app, &f);
}
