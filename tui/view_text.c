#include "tui/view_text.h"

#include "base/safe.h"

static struct view_text *
text_of(struct view *v)
{
	return (struct view_text *)v;
}

void
view_text_init(struct view *v, void (*build)(struct view *, struct page *, const struct frame *))
{
	v->list.pager = true;
	text_of(v)->build = build;
}

static const char *
line_text(void *arg, size_t i)
{
	struct view_text *t = arg;

	return t->lines.at[i + 1].text;
}

void
view_text_source(struct view *v, struct list_source *s)
{
	struct view_text *t = text_of(v);

	*s = (struct list_source){
		.count = t->lines.count ? t->lines.count - 1 : 0, .text = line_text, .arg = t};
}

static void
draw_heading(struct view *v, const struct frame *f)
{
	struct view_text *t = text_of(v);
	struct canvas *c = f->canvas;
	struct text where = {NULL, 0, 0};
	size_t shown = t->lines.count - 1;

	if (v->filter && *v->filter)
		text_printf(&where, " & %s ", v->filter);
	if (shown > v->list.page)
		text_printf(&where, " %zu-%zu of %zu", v->list.top + 1, v->list.top + v->list.page, shown);
	if (where.len)
		canvas_right(c, (struct spot){0, f->cols / 2, f->cols - f->cols / 2}, PAINT_DIM, where.at);
	canvas_text(c, (struct spot){0, 0, f->cols - (int)where.len}, PAINT_BOLD | t->lines.at[0].paint,
		t->lines.at[0].text);
	text_free(&where);
}

void
view_text_draw(struct view *v, const struct frame *f)
{
	struct view_text *t = text_of(v);
	struct list_source s;

	page_free(&t->lines);
	t->drawn = *f;
	t->build(v, &t->lines, f);
	page_filter(&t->lines, 1, v->filter);
	page_wrap(&t->lines, 1, f->cols, canvas_is_ascii(f->canvas));
	view_text_source(v, &s);
	list_update(&v->list, &s);
	list_fit(&v->list, &s, f->rows > 1 ? (size_t)f->rows - 1 : 1);
	draw_heading(v, f);
	for (size_t i = v->list.top; i < s.count && i < v->list.top + v->list.page; i++)
		canvas_text(f->canvas, (struct spot){1 + (int)(i - v->list.top), 0, f->cols},
			t->lines.at[i + 1].paint, t->lines.at[i + 1].text);
}

void
view_text_close(struct view *v)
{
	page_free(&text_of(v)->lines);
}

void
view_text_write(struct view *v, struct text *out)
{
	struct view_text *t = text_of(v);

	struct page lines = {.at = NULL};

	if (!t->drawn.canvas)
		return;
	t->build(v, &lines, &t->drawn);
	page_filter(&lines, 1, v->filter);
	for (size_t i = 0; i < lines.count; i++) {
		(t->clean ? t->clean : safe_put)(out, lines.at[i].text);
		text_put(out, "\n");
	}
	page_free(&lines);
}
