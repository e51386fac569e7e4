/* What the DNS says of a relay's name now, as dig prints it. */
#include "tui/app.h"
#include "tui/typed.h"
#include "tui/view_text.h"
#include "tui/views.h"

static void
put_answer(struct page *out, const struct dig *d, size_t i)
{
	const struct answer *a = d->answers[i];

	if (!a) {
		page_printf(out, PAINT_MARK, "%s: asked, no answer yet", dns_type_word(d->types[i]));
		return;
	}
	page_printf(out, a->status == DNS_BOGUS || a->status == DNS_FAILED ? PAINT_BAD : PAINT_BOLD,
		"%s: %s in %lld ms%s%s", dns_type_word(d->types[i]), dns_status_word(a->status),
		(long long)a->ms, a->why ? ": " : "", a->why ? a->why : "");
	page_block(out, PAINT_PLAIN, d->texts[i]);
	page_add(out, PAINT_PLAIN, span_of(""));
}

static void
put_command(struct view *v, struct text *out)
{
	typed_dig(out, v->relay);
}

static void
build(struct view *v, struct page *out, const struct frame *f)
{
	const struct dig *d = engine_dig_of(app_engine(v->app), v->relay);
	struct text typed = {NULL, 0, 0};

	(void)f;
	put_command(v, &typed);
	page_printf(out, PAINT_BOLD, "dig %s", v->relay);
	page_printf(out, PAINT_DIM, "$ %s", typed.at);
	for (size_t i = 0; d && i < d->count; i++)
		put_answer(out, d, i);
	text_free(&typed);
}

static const struct view_kind dig = {
	.scope = SCOPE_DIG,
	.size = sizeof(struct view_text),
	.draw = view_text_draw,
	.source = view_text_source,
	.command = put_command,
	.write = view_text_write,
	.close = view_text_close,
};

struct view *
view_dig_new(struct app *app, const struct view *about)
{
	struct view *v = view_new(&dig, app, about);

	view_text_init(v, build);
	return v;
}
