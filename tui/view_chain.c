/* The chain of one address: as it was judged, link by link, and what was sent besides. */
#include "tui/app.h"
#include "tui/typed.h"
#include "tui/views.h"
#include "tui/words.h"

#include <stdlib.h>
#include <string.h>

struct chain_view {
	struct view base;
	struct observation *seen; /* what path was built from: held, so that no new one has its address */
	struct chain *path;             /* as judged; of a chain that nothing could be built from: as sent */
	struct path *built;             /* NULL: nothing could be built */
};

static struct chain_view *
self_of(struct view *v)
{
	return (struct chain_view *)v;
}

static void
forget(struct chain_view *self)
{
	chain_unref(self->path);
	path_unref(self->built);
	observation_unref(self->seen);
	self->path = NULL;
	self->built = NULL;
	self->seen = NULL;
}

/* While a new look goes on the chain of the last one stays. */
static void
read_path(struct chain_view *self)
{
	const struct look_address *a = view_address_of(&self->base);
	struct observation *o = a ? a->observation : NULL;

	if (!o || o == self->seen)
		return;
	forget(self);
	self->seen = observation_ref(o);
	self->built = path_ref(a->path);
	self->path = chain_ref(a->path ? a->path->chain : o->chain);
}

static const char *
item_key(void *arg, size_t i)
{
	struct chain_view *self = arg;

	return self->path->certificates[i]->sha256;
}

static const char *
item_text(void *arg, size_t i)
{
	struct chain_view *self = arg;

	return self->path->certificates[i]->subject;
}

static void
source(struct view *v, struct list_source *s)
{
	struct chain_view *self = self_of(v);

	*s = (struct list_source){
		.count = self->path ? self->path->count : 0, .key = item_key, .text = item_text, .arg = self};
}

/* ---- drawing ----------------------------------------------------------------------------------------------
 */

static const struct path_item *
item_of(const struct chain_view *self, size_t i)
{
	static const struct path_item as_sent = {.sent = true};

	return self->built ? &self->built->items[i] : &as_sent;
}

static void
draw_title(struct view *v, const struct frame *f)
{
	const struct look_address *a = view_address_of(v);
	char room[ADDRESS_ROOM] = "";
	char *right = NULL;

	if (a) {
		address_print(&a->address, room);
		right = text_new(a->verdict.code ? "  %s %d at depth %d" : "  %s",
			verify_word(a->verdict.verify), a->verdict.code, a->verdict.depth);
		canvas_right(f->canvas, (struct spot){0, 0, f->cols},
			words_paint(a->verdict.verify) | PAINT_BOLD, right);
	}
	canvas_printf(f->canvas, (struct spot){0, 0, f->cols - (right ? (int)strlen(right) : 0)}, PAINT_BOLD,
		"chain sent by %s, judged as Sendmail does", *room ? room : v->relay);
	free(right);
}

static void
draw_message(struct view *v, const struct frame *f, int row)
{
	const struct look_address *a = view_address_of(v);

	if (a && a->verdict.code)
		canvas_printf(f->canvas, (struct spot){row, 0, f->cols}, PAINT_BAD, " %s: %s",
			a->verdict.message, a->verdict.subject);
}

static const char *
name_of(const struct certificate *c)
{
	return c->subject_cn && *c->subject_cn ? c->subject_cn : c->subject;
}

static void
draw_certificate(struct chain_view *self, const struct frame *f, int row, size_t i)
{
	const struct certificate *c = self->path->certificates[i];
	const struct path_item *item = item_of(self, i);
	int name_width = f->cols > 100 ? 48 : f->cols > 70 ? 30 : f->cols / 3;
	struct spot at = {row, 0, 5};
	char left[WORDS_ROOM];

	canvas_printf(
		f->canvas, at, item->code ? PAINT_BAD : PAINT_GOOD, " %s %zu", item->code ? "✗" : "✓", i);
	at = (struct spot){row, 6, name_width};
	canvas_text(f->canvas, at, PAINT_PLAIN, name_of(c));
	at = (struct spot){row, 7 + name_width, 11};
	canvas_text(f->canvas, at, PAINT_PLAIN, c->key);
	at.col += 12;
	at.width = 15;
	words_left(c, f->now_ms, left);
	canvas_text(f->canvas, at, strstr(left, "left") ? PAINT_PLAIN : PAINT_BAD, left);
	at.col += 16;
	at.width = f->cols - at.col;
	canvas_text(f->canvas, at, PAINT_DIM,
		item->in_store && item->sent ? "sent, in store"
		: item->in_store             ? "in the store"
		: item->sent                 ? "sent"
					     : "not sent");
	if (i == self->base.list.at)
		canvas_row(f->canvas, row, PAINT_REVERSE);
}

/* What comes after the last certificate: nothing when it is the anchor. */
static int
draw_end(struct chain_view *self, const struct frame *f, int row)
{
	const struct certificate *top = self->path->certificates[self->path->count - 1];
	const struct path_item *item = item_of(self, self->path->count - 1);

	if (top->self_issued && !item->in_store)
		canvas_text(f->canvas, (struct spot){row++, 0, f->cols}, PAINT_BAD,
			" │     is its own issuer, and not in the store");
	else if (!item->in_store)
		canvas_printf(f->canvas, (struct spot){row++, 0, f->cols}, PAINT_BAD,
			" │     issuer not sent, not in the store: %s", top->issuer);
	return row;
}

static bool
is_in_path(const struct chain *path, const struct certificate *c)
{
	for (size_t i = 0; i < path->count; i++) {
		if (strcmp(path->certificates[i]->sha256, c->sha256) == 0)
			return true;
	}
	return false;
}

static void
draw_unused(struct chain_view *self, const struct frame *f, int row)
{
	const struct look_address *a = view_address_of(&self->base);
	const struct chain *sent = a && a->observation ? a->observation->chain : NULL;

	for (size_t i = 0; sent && i < sent->count && row < f->rows; i++) {
		if (!is_in_path(self->path, sent->certificates[i]))
			canvas_printf(f->canvas, (struct spot){row++, 0, f->cols}, PAINT_DIM,
				" - %s   sent, not used", name_of(sent->certificates[i]));
	}
}

static void
draw(struct view *v, const struct frame *f)
{
	struct chain_view *self = self_of(v);
	struct list_source s;
	int row = 3;

	read_path(self);
	draw_title(v, f);
	if (!self->path) {
		canvas_text(f->canvas, (struct spot){1, 0, f->cols}, PAINT_PLAIN,
			" no certificate came: press v to look again");
		return;
	}
	draw_message(v, f, 1);
	source(v, &s);
	list_update(&v->list, &s);
	list_fit(&v->list, &s, f->rows > 5 ? (size_t)f->rows - 5 : 1);
	for (size_t i = v->list.top; i < s.count && i < v->list.top + v->list.page; i++)
		draw_certificate(self, f, row++, i);
	row = draw_end(self, f, row);
	draw_unused(self, f, row);
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

static bool
act(struct view *v, enum action a)
{
	struct chain_view *self = self_of(v);

	if (a != ACTION_OPEN)
		return false;
	if (self->path && v->list.at < self->path->count)
		app_push(v->app, view_certificate_new(v->app, v, self->path->certificates[v->list.at]));
	return true;
}

static void
put_command(struct view *v, struct text *out)
{
	const struct look_address *a = view_address_of(v);
	char room[ADDRESS_ROOM];

	if (!a)
		return;
	address_print(&a->address, room);
	typed_s_client(out, room, app_port(v->app), engine_policy(app_engine(v->app)));
}

static void
put_pem(struct view *v, struct text *out)
{
	struct chain_view *self = self_of(v);

	for (size_t i = 0; self->path && i < self->path->count; i++) {
		char *pem = engine_pem(self->path->certificates[i]);

		text_put(out, pem);
		free(pem);
	}
}

static void
close_view(struct view *v)
{
	forget(self_of(v));
}

static const struct view_kind chain = {
	.scope = SCOPE_CHAIN,
	.size = sizeof(struct chain_view),
	.draw = draw,
	.act = act,
	.source = source,
	.command = put_command,
	.write = put_pem,
	.close = close_view,
};

struct view *
view_chain_new(struct app *app, const struct view *about)
{
	return view_new(&chain, app, about);
}
