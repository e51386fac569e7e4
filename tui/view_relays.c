/* The table of relays: DESIGN.md section 8, SCREENS.md "Relays". */
#include "tui/app.h"
#include "tui/harmless.h"
#include "tui/tags.h"
#include "tui/relay_columns.h"
#include "tui/relay_header.h"
#include "tui/shared.h"
#include "tui/typed.h"
#include "tui/views.h"
#include "tui/words.h"

#include "report/report.h"

#include <stdlib.h>
#include <string.h>

struct relays_view {
	struct view base;
	struct relay_rows rows;
	struct relay_order order;
	bool stale; /* the order was changed since */
	struct tags tags;
};

static struct relays_view *
self_of(struct view *v)
{
	return (struct relays_view *)v;
}

static const struct history *
history_of(const struct view *v)
{
	return engine_history(app_engine(v->app));
}

static void
source(struct view *v, struct list_source *s)
{
	relay_rows_source(&self_of(v)->rows, s);
}

/* ---- drawing ----------------------------------------------------------------------------------------------
 */

/* The rows point into the history: they are read anew whenever it changed. */
static void
read_rows(struct relays_view *self)
{
	struct view *v = &self->base;
	const struct history *h = history_of(v);
	struct list_source s;

	self->order.filter = v->filter;
	self->order.frozen = app_is_paused(v->app) && !self->stale;
	relay_rows_update(&self->rows, h, &self->order);
	self->stale = false;
	source(v, &s);
	list_update(&v->list, &s);
}

static void
draw_rows(struct relays_view *self, const struct frame *f, int top, int rows)
{
	struct view *v = &self->base;
	struct relay_layout layout;
	struct list_source s;
	int longest = 0;

	source(v, &s);
	list_fit(&v->list, &s, (size_t)(rows > 0 ? rows : 1));
	for (size_t i = v->list.top; i < s.count && i < v->list.top + v->list.page; i++) {
		int width = harmless_width(span_of(self->rows.at[i].name), canvas_is_ascii(f->canvas));

		longest = width > longest ? width : longest;
	}
	relay_columns_fit(&layout, f->cols, longest);
	relay_columns_head(&layout, f, top - 1);
	for (size_t i = v->list.top; i < s.count && i < v->list.top + v->list.page; i++) {
		const struct relay_row *row = &self->rows.at[i];
		struct relay_line line = {.row = row,
			.look = engine_look_of(app_engine(v->app), row->relay),
			.selected = i == v->list.at,
			.tagged = tags_has(&self->tags, row->name)};

		relay_columns_draw(&layout, f, top + (int)(i - v->list.top), &line);
	}
}

static void
draw_empty(struct relays_view *self, const struct frame *f, int row)
{
	struct engine_log log = engine_log(app_engine(self->base.app));
	struct spot at = {row, 0, f->cols};

	if (self->base.filter && *self->base.filter)
		canvas_printf(f->canvas, at, PAINT_PLAIN, " no relay with \"%s\": press & to change it",
			self->base.filter);
	else if (self->order.direction == DIRECTION_SERVER)
		canvas_text(f->canvas, at, PAINT_PLAIN,
			" no STARTTLS=server line so far: Tab shows the outbound relays");
	else if (log.state == LOG_SCANNING)
		canvas_text(f->canvas, at, PAINT_PLAIN, " the log is being read");
	else
		canvas_text(f->canvas, at, PAINT_PLAIN,
			" no STARTTLS=client line so far (Sendmail logs them at LogLevel 9)");
}

/* Which part of all it is, when that is not plain. */
static void
draw_order(struct relays_view *self, const struct frame *f, int row)
{
	struct view *v = &self->base;
	struct text out = {NULL, 0, 0};

	if (self->order.direction == DIRECTION_SERVER)
		text_put(&out, " inbound");
	if (self->order.sort != SORT_STATE || self->order.reversed)
		text_printf(&out, " by %s%s", relay_sort_word(self->order.sort),
			self->order.reversed ? ", reversed" : "");
	if (v->filter && *v->filter)
		text_printf(&out, " & %s", v->filter);
	if (self->tags.count)
		text_printf(&out, " %zu tagged", self->tags.count);
	if (self->rows.count > v->list.page)
		text_printf(
			&out, " %zu-%zu/%zu", v->list.top + 1, v->list.top + v->list.page, self->rows.count);
	if (out.len)
		canvas_right(f->canvas, (struct spot){row, 0, f->cols}, PAINT_MARK, out.at);
	text_free(&out);
}

static void
draw(struct view *v, const struct frame *f)
{
	struct relays_view *self = self_of(v);
	const struct engine *e = app_engine(v->app);
	bool small = f->rows < 13; /* the hour goes first */
	int bottom = f->rows - (small ? 1 : 2), top = RELAY_HEADER_ROWS + 1;

	read_rows(self);
	relay_header_draw(f, e, &self->rows.sums, app_is_paused(v->app));
	draw_rows(self, f, top, bottom - top);
	draw_order(self, f, top - 1);
	if (self->rows.count == 0)
		draw_empty(self, f, top);
	if (!small)
		relay_header_hour(f, bottom, history_of(v));
	if (relay_header_status(f, f->rows - 1, e))
		app_tick(v->app, 1000);
	/* What the next key acts on is what was seen. */
	if (self->rows.count)
		view_about(v, self->order.direction, self->rows.at[v->list.at].name);
	else
		view_about(v, self->order.direction, NULL);
	v->address = 0;
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

static void
pin_selection(struct view *v)
{
	struct list_source s;

	source(v, &s);
	if (s.count)
		list_select(&v->list, &s, v->list.at);
}

/* Facts may have changed since the drawing: names alone are sure. */
static void
next_failing(struct view *v, bool back)
{
	struct relays_view *self = self_of(v);
	struct list_source s;
	size_t n = self->rows.count;

	source(v, &s);
	for (size_t step = 1; step <= n; step++) {
		size_t i = back ? (v->list.at + n - step) % n : (v->list.at + step) % n;
		const struct relay *r =
			history_find(history_of(v), self->order.direction, self->rows.at[i].name);

		if (r && words_is_failing(r)) {
			list_select(&v->list, &s, i);
			return;
		}
	}
	app_say(v->app, "no relay is failing");
}

/* The tagged rows, or all failing ones when none is tagged. */
static bool
is_wanted(const struct relays_view *self, const struct relay *r)
{
	if (self->tags.count)
		return tags_has(&self->tags, r->name);
	return words_is_failing(r);
}

static void
verify_all(struct view *v)
{
	struct relays_view *self = self_of(v);
	const struct history *h = history_of(v);
	size_t addresses = 0, begun = 0;
	struct fault why = {FAULT_NONE, 0, ""};

	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction == DIRECTION_CLIENT && is_wanted(self, r))
			addresses += r->address_count ? r->address_count : 1;
	}
	if (addresses == 0) {
		app_say(v->app, "no outbound relay is failing or tagged");
		return;
	}
	if (!app_may_probe(v->app, ACTION_VERIFY_ALL, addresses))
		return;
	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction == DIRECTION_CLIENT && is_wanted(self, r))
			begun += engine_look_relay(app_engine(v->app), r, &why) != NULL;
	}
	tags_clear(&self->tags);
	if (begun)
		app_say(v->app, "looks at %zu relays", begun);
	else
		app_say(v->app, "%s", why.text);
}

static void
reorder(struct view *v, enum action a)
{
	struct relays_view *self = self_of(v);

	pin_selection(v);
	self->stale = true;
	if (a == ACTION_REVERSE) {
		self->order.reversed = !self->order.reversed;
		return;
	}
	self->order.sort = (enum relay_sort)((self->order.sort + 1) % SORTS);
	app_say(v->app, "sorted by %s", relay_sort_word(self->order.sort));
}

static void
swap_direction(struct view *v)
{
	struct relays_view *self = self_of(v);
	bool client = self->order.direction == DIRECTION_CLIENT;

	self->order.direction = client ? DIRECTION_SERVER : DIRECTION_CLIENT;
	self->stale = true;
	tags_clear(&self->tags);
	list_free(&v->list);
	v->list = (struct list){0};
}

static void
tag(struct view *v)
{
	struct list_source s;

	if (!v->relay)
		return;
	tags_toggle(&self_of(v)->tags, v->relay);
	source(v, &s);
	list_act(&v->list, &s, ACTION_DOWN);
}

static bool
act(struct view *v, enum action a)
{
	switch (a) {
	case ACTION_OPEN:
		if (v->relay) {
			pin_selection(v);
			app_push(v->app, view_relay_new(v->app, v));
		}
		return true;
	case ACTION_VERIFY_ALL:
		verify_all(v);
		return true;
	case ACTION_SORT:
	case ACTION_REVERSE:
		reorder(v, a);
		return true;
	case ACTION_SWAP:
		swap_direction(v);
		return true;
	case ACTION_TAG:
		tag(v);
		return true;
	case ACTION_NEXT_BAD:
	case ACTION_LAST_BAD:
		next_failing(v, a == ACTION_LAST_BAD);
		return true;
	case ACTION_PAUSE:
		app_pause(v->app, !app_is_paused(v->app));
		return true;
	case ACTION_VERIFY:
	case ACTION_CONNECT:
	case ACTION_DIG:
	case ACTION_LOG:
		pin_selection(v);
		return false;
	default:
		return false;
	}
}

static void
put_command(struct view *v, struct text *out)
{
	char *host;

	if (!v->relay || v->direction == DIRECTION_SERVER)
		return;
	host = typed_host(v->relay);
	typed_s_client(out, host, app_port(v->app), engine_policy(app_engine(v->app)));
	free(host);
}

static void
put_report(struct view *v, struct text *out)
{
	struct report_options o = {.now_ms = engine_now(app_engine(v->app))};

	report_history_text(out, history_of(v), &o);
}

static void
close_view(struct view *v)
{
	struct relays_view *self = self_of(v);

	tags_clear(&self->tags);
	relay_rows_free(&self->rows);
}

static const struct view_kind relays = {
	.scope = SCOPE_RELAYS,
	.size = sizeof(struct relays_view),
	.draw = draw,
	.act = act,
	.source = source,
	.command = put_command,
	.write = put_report,
	.close = close_view,
};

struct view *
view_relays_new(struct app *app)
{
	struct view *v = view_new(&relays, app, NULL);

	self_of(v)->stale = true;
	return v;
}
