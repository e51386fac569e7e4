/* The table of relays. */
#include "base/mem.h"
#include "base/safe.h"
#include "tui/app.h"
#include "tui/relay_table.h"
#include "tui/shared.h"
#include "tui/shell_command.h"
#include "tui/views.h"
#include "report/report.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

#define SLICE_MS 33 /* until the next part of work that would hold up a picture */

/* ---- tags ---- */

/* The names of the tagged relays. */
struct tags {
	char **at;
	size_t count;
};

static size_t
index_of(const struct tags *n, const char *name)
{
	size_t i = 0;

	while (i < n->count && strcmp(n->at[i], name) != 0)
		i++;
	return i;
}

/* Whether the name is in the set. */
static bool
tags_has(const struct tags *n, const char *name)
{
	return index_of(n, name) < n->count;
}

/* Puts a name in, or takes it out when it was in. */
static void
tags_toggle(struct tags *n, const char *name)
{
	size_t i = index_of(n, name);

	if (i < n->count) {
		free(n->at[i]);
		n->at[i] = n->at[--n->count];
		return;
	}
	n->at = mem_resize(n->at, n->count + 1, sizeof *n->at);
	n->at[n->count++] = mem_text(name);
}

/* Empties the set and frees what it holds. */
static void
tags_clear(struct tags *n)
{
	while (n->count > 0)
		free(n->at[--n->count]);
	free(n->at);
	n->at = NULL;
}

/* ---- many looks at once ---- */

static bool
is_wanted(const struct relay *r, const struct tags *tags)
{
	if (r->direction != DIRECTION_CLIENT)
		return false;
	return tags->count ? tags_has(tags, r->name) : words_is_failing(r);
}

static size_t
count_addresses(const struct history *h, const struct tags *tags)
{
	size_t addresses = 0;

	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (is_wanted(r, tags))
			addresses += r->address_count ? r->address_count : 1;
	}
	return addresses;
}

/* Begins looks at the tagged outbound relays, or at all failing ones when none is tagged, after the questions
 * that come before; says what it did. True when looks were begun. */
static bool
verify_many(struct app *app, const struct tags *tags)
{
	struct engine *e = app_engine(app);
	const struct history *h = engine_history(e);
	size_t addresses = count_addresses(h, tags), begun = 0;
	struct fault why = {.kind = FAULT_NONE};

	if (addresses == 0) {
		app_say(app, "no outbound relay is failing or tagged");
		return false;
	}
	if (!app_may_probe(app, ACTION_VERIFY_ALL, addresses))
		return false;
	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (is_wanted(r, tags))
			begun += engine_look_relay(e, r, &why) != NULL;
	}
	if (begun)
		app_say(app, "looking at %zu relays", begun);
	else
		app_say(app, "%s", why.text);
	return true;
}

/* ---- the view ---- */

struct relays_view {
	struct view base;
	struct relay_rows rows;
	struct relay_order order;
	struct tags tags;
	struct words_host host;
};

static struct relays_view *
self_of(struct view *v)
{
	return (struct relays_view *)v;
}

static struct relay_source
source_of(const struct view *v)
{
	struct engine *e = app_engine(v->app);

	return (struct relay_source){e, engine_history(e), engine_generation(e), engine_now(e)};
}

/* The selection follows its relay when the rows are sorted anew. */
static void
read_rows(struct relays_view *self)
{
	struct view *v = &self->base;
	const struct relay_source from = source_of(v);
	struct list_source s;

	self->order.filter = v->filter;
	if (relay_rows_update(&self->rows, &from, &self->order)) {
		relay_rows_source(&self->rows, &s);
		list_update(&v->list, &s);
	}
}

/* Reads the rows between two drawings, too: the next key must see a filter that was just entered. */
static void
source(struct view *v, struct list_source *s)
{
	read_rows(self_of(v));
	relay_rows_source(&self_of(v)->rows, s);
}

/* Makes the view be about the selected row. */
static void
take_selection(struct view *v)
{
	struct relays_view *self = self_of(v);
	bool any = self->rows.count > 0;

	view_about(v, self->order.direction, any ? relay_rows_at(&self->rows, v->list.at)->name : NULL);
	v->address = 0;
}

/* ---- drawing ----------------------------------------------------------------------------------------------
 */

static void
draw_rows(struct relays_view *self, const struct frame *f, int top, int rows)
{
	struct view *v = &self->base;
	const struct relay_source from = source_of(v);
	struct relay_layout layout;
	struct list_source s;
	int longest = 0;

	relay_rows_source(&self->rows, &s);
	list_fit(&v->list, &s, (size_t)(rows > 0 ? rows : 1));
	for (size_t i = v->list.top; i < s.count && i < v->list.top + v->list.page; i++) {
		const char *name = relay_rows_at(&self->rows, i)->name;
		int width = safe_width(span_of(name), canvas_is_ascii(f->canvas));

		longest = width > longest ? width : longest;
	}
	relay_columns_fit(&layout, f->cols, longest);
	relay_columns_head(&layout, f, top - 1);
	for (size_t i = v->list.top; rows > 0 && i < s.count && i < v->list.top + v->list.page; i++) {
		const struct relay_row *row = relay_rows_see(&self->rows, &from, i);
		struct relay_line line = {.row = row,
			.look = relay_rows_look(&self->rows, &from, i),
			.selected = i == v->list.at,
			.tagged = tags_has(&self->tags, row->name)};

		relay_columns_draw(&layout, f, top + (int)(i - v->list.top), &line);
	}
}

/* Which rows are shown, and in which order, unless all are in the usual one. */
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
	if (v->filter && *v->filter && relay_rows_are_behind(&self->rows))
		text_printf(&out, " (%u %%)", relay_rows_progress(&self->rows));
	if (self->tags.count)
		text_printf(&out, " %zu tagged", self->tags.count);
	if (self->rows.count > v->list.page)
		text_printf(&out, " %zu-%zu/%zu", v->list.top + 1, v->list.top + v->list.page,
			self->rows.count);
	if (out.len)
		canvas_right(f->canvas, (struct area){row, 0, f->cols}, ATTR_MARK, out.at);
	text_free(&out);
}

static void
draw(struct view *v, const struct frame *frame)
{
	struct relays_view *self = self_of(v);
	const struct engine *e = app_engine(v->app);
	const struct relay_source from = source_of(v);
	struct frame f = *frame;
	bool small = f.rows < 13; /* on a small screen the last hour is left out first */
	int bottom = f.rows - (small ? 1 : 2), top = RELAY_HEADER_ROWS + 1;

	read_rows(self);
	relay_rows_visit(&self->rows, &from);
	if (self->rows.held)
		f.now_ms = self->rows.now_ms;
	if (!self->rows.held)
		self->host = words_host(engine_host_findings(app_engine(v->app)));
	relay_header_draw(&f, &(struct relay_header){e, &self->rows, self->host});
	draw_rows(self, &f, top, bottom - top);
	draw_order(self, &f, top - 1);
	if (self->rows.count == 0)
		relay_header_empty(&f, top, e, &self->rows);
	if (!small)
		relay_header_hour(&f, bottom, self->rows.minutes);
	if (relay_header_status(&f, f.rows - 1, e))
		app_tick(v->app, 1000);
	if (relay_rows_are_behind(&self->rows))
		app_tick(v->app, SLICE_MS);
	take_selection(v);
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

/* The history may have changed since the last drawing: a key acts on the relay that the user saw selected, or
 * on the one that the keys since then selected. */
static void
take_up(struct view *v)
{
	bool pin = !v->list.key && v->relay;
	struct list_source s;

	if (pin)
		v->list.key = mem_text(v->relay);
	source(v, &s);
	if (pin && v->list.at == 0)
		list_free(&v->list); /* the user has selected nothing: the top row is */
	take_selection(v);
}

static void
pin_selection(struct view *v)
{
	struct list_source s;

	source(v, &s);
	if (s.count)
		list_select(&v->list, &s, v->list.at);
}

static void
next_failing(struct view *v, bool back)
{
	struct relays_view *self = self_of(v);
	struct list_source s;

	source(v, &s);
	for (size_t step = 1; step <= s.count; step++) {
		size_t i = (v->list.at + (back ? s.count - step : step)) % s.count;

		if (words_is_failing(&relay_rows_at(&self->rows, i)->relay)) {
			list_select(&v->list, &s, i);
			return;
		}
	}
	app_say(v->app, "no relay is failing");
}

static void
reorder(struct view *v, enum action a)
{
	struct relays_view *self = self_of(v);

	pin_selection(v);
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

	self->order.direction =
		self->order.direction == DIRECTION_CLIENT ? DIRECTION_SERVER : DIRECTION_CLIENT;
	tags_clear(&self->tags);
	list_free(&v->list);
	v->list = (struct list){0};
	view_about(v, self->order.direction, NULL);
}

/* The selection stays; a filter or another order works on the rows as they were when the table was paused. */
static void
pause_rows(struct view *v)
{
	struct relays_view *self = self_of(v);

	pin_selection(v);
	app_pause(v->app, !app_is_paused(v->app));
	relay_rows_hold(&self->rows, app_is_paused(v->app));
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

static void
open_host(struct view *v)
{
	if (engine_host_findings(app_engine(v->app))->count)
		app_push(v->app, view_fix_new(v->app, NULL));
	else
		app_say(v->app, "No findings for this host");
}

static bool
act(struct view *v, enum action a)
{
	take_up(v);
	switch (a) {
	case ACTION_OPEN:
		if (v->relay) {
			pin_selection(v);
			app_push(v->app, view_relay_new(v->app, v));
		}
		return true;
	case ACTION_VERIFY_ALL:
		if (verify_many(v->app, &self_of(v)->tags))
			tags_clear(&self_of(v)->tags);
		return true;
	case ACTION_HOST:
		open_host(v);
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
		pause_rows(v);
		return true;
	case ACTION_VERIFY:
	case ACTION_CONNECT:
	case ACTION_FIX:
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
	host = shell_command_host(v->relay);
	shell_command_s_client(out, host, app_port(v->app), engine_policy(app_engine(v->app)));
	free(host);
}

static const struct findings *
found_of(void *engine, const struct relay *relay)
{
	return relay ? engine_findings(engine, relay) : engine_host_findings(engine);
}

static void
put_report(struct view *v, struct text *out)
{
	struct engine *e = app_engine(v->app);
	struct report_findings found = {.of = found_of, .arg = e};
	struct report_options o = {
		.now_ms = engine_now(app_engine(v->app)), .full = app_options(v->app)->full};

	report_history_text(out, engine_history(e), &found, &o);
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
	return view_new(&relays, app, NULL);
}
