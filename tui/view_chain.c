/* The chain of one address: as it was judged, link by link, as it was repaired, and other ways to an anchor.
 */
#include "tui/app.h"
#include "tui/chain_page.h"
#include "tui/shell_command.h"
#include "tui/views.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

struct chain_view {
	struct view base;
	struct look *look; /* what is shown: held, as a newer look may take its place; NULL: nothing yet */
	struct chain_page page; /* as last drawn */
};

static struct chain_view *
self_of(struct view *v)
{
	return (struct chain_view *)v;
}

/* The chain of the last look is shown until a new one has its chain. */
static void
read_look(struct view *v)
{
	struct chain_view *self = self_of(v);
	const struct look *l = view_look_of(v);
	const struct look_address *a = view_address_of(v);

	if (!a || !a->observation || l == self->look)
		return;
	look_unref(self->look);
	self->look = look_ref((struct look *)l);
}

static const struct look_address *
shown(const struct chain_view *self)
{
	return self->look ? &self->look->addresses[self->base.address] : NULL;
}

static bool
has_chain(const struct look_address *a)
{
	return a && a->observation && a->observation->chain && a->observation->chain->count > 0;
}

static const char *
item_key(void *arg, size_t i)
{
	return ((struct chain_view *)arg)->page.items[i].key;
}

static const char *
item_text(void *arg, size_t i)
{
	return ((struct chain_view *)arg)->page.items[i].certificate->subject;
}

static void
source(struct view *v, struct list_source *s)
{
	*s = (struct list_source){
		.count = self_of(v)->page.count, .key = item_key, .text = item_text, .arg = v};
}

/* ---- drawing ----------------------------------------------------------------------------------------------
 */

static void
draw_title(struct view *v, const struct frame *f)
{
	const struct look_address *a = shown(self_of(v));
	char room[ADDRESS_ROOM] = "";
	char *right = NULL;

	if (a) {
		address_print(&a->address, room);
		right = text_new(a->verdict.code ? "  %s %d at depth %d" : "  %s",
			verify_word(a->verdict.verify), a->verdict.code, a->verdict.depth);
		canvas_right(f->canvas, (struct area){0, 0, f->cols},
			view_attr(words_tone(a->verdict.verify)) | ATTR_BOLD, right);
	}
	canvas_printf(f->canvas, (struct area){0, 0, f->cols - (right ? (int)strlen(right) : 0)}, ATTR_BOLD,
		"chain sent by %s, judged as Sendmail does", *room ? room : v->relay);
	free(right);
}

/* The title of what is found of an expired cross-sign, or NULL. */
static const char *
in_the_way(struct view *v)
{
	const struct relay *r = view_relay_of(v);
	const struct finding *f =
		r ? findings_find(engine_findings(app_engine(v->app), r), "cross-sign-expired") : NULL;

	return f ? f->title : NULL;
}

static void
build(struct view *v, const struct frame *f)
{
	struct chain_view *self = self_of(v);
	const struct look_address *a = shown(self);
	const struct policy *policy = self->look->policy;
	const struct chain_case c = {.verdict = &a->verdict,
		.sent = a->observation->chain,
		.path = a->path,
		.repaired = a->repaired,
		.others = a->others,
		.other_count = a->other_count,
		.experiments = a->experiments,
		.experiment_count = a->experiment_count,
		.ca_file = policy ? policy->ca_file : NULL,
		.in_the_way = in_the_way(v),
		.now_ms = f->now_ms};

	chain_page_build(&self->page, &c, f->cols, canvas_is_ascii(f->canvas));
}

/* The lines of an item end where those of the next begin; the first item has the lines above it, too. */
static void
draw_page(struct view *v, const struct frame *f)
{
	struct chain_view *self = self_of(v);
	size_t first = pane_first(&self->page.pane, v->list.at);
	size_t end = pane_first(&self->page.pane, v->list.at + 1);

	if (v->list.at == 0)
		v->list.top = 0;
	pane_draw(&self->page.pane, &v->list, f, 1, first, end);
}

static void
draw(struct view *v, const struct frame *f)
{
	struct chain_view *self = self_of(v);
	struct list_source s;

	read_look(v);
	draw_title(v, f);
	if (!has_chain(shown(self))) {
		chain_page_free(&self->page);
		canvas_text(f->canvas, (struct area){1, 0, f->cols}, ATTR_PLAIN,
			" no certificate came: press v to look again");
		return;
	}
	build(v, f);
	source(v, &s);
	list_update(&v->list, &s);
	draw_page(v, f);
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

static bool
act(struct view *v, enum action a)
{
	struct chain_view *self = self_of(v);

	if (a != ACTION_OPEN)
		return false;
	if (v->list.at < self->page.count)
		app_push(v->app, view_certificate_new(v->app, v, self->page.items[v->list.at].certificate));
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
	shell_command_s_client(out, room, app_port(v->app), engine_policy(app_engine(v->app)));
}

static void
put_pem(struct view *v, struct text *out)
{
	struct chain_view *self = self_of(v);

	for (size_t i = 0; i < self->page.count; i++) {
		char *pem = engine_pem(self->page.items[i].certificate);

		text_put(out, pem);
		free(pem);
	}
}

static void
close_view(struct view *v)
{
	look_unref(self_of(v)->look);
	chain_page_free(&self_of(v)->page);
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
