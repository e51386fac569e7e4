#include "tui/pane.h"

#include "base/mem.h"
#include "tui/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void
clear(struct pane *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->at[i].text);
	p->count = 0;
}

void
pane_begin(struct pane *p, int width, bool ascii)
{
	clear(p);
	p->width = width;
	p->ascii = ascii;
}

void
pane_add(struct pane *p, size_t item, unsigned paint, char *text)
{
	if (p->count == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		p->at = mem_resize(p->at, p->room, sizeof *p->at);
	}
	p->at[p->count++] = (struct pane_line){text, paint, item};
}

void
pane_put(struct pane *p, size_t item, unsigned paint, int hang, const char *text)
{
	struct page lines = {.hang = hang};

	if (*text)
		page_block(&lines, paint, text);
	else
		page_add(&lines, paint, span_of(""));
	page_wrap(&lines, 0, p->width, p->ascii);
	for (size_t i = 0; i < lines.count; i++) {
		pane_add(p, item, paint, lines.at[i].text);
		lines.at[i].text = NULL;
	}
	page_free(&lines);
}

void
pane_printf(struct pane *p, size_t item, unsigned paint, int hang, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0)
		pane_put(p, item, paint, hang, text);
	va_end(args);
	free(text);
}

size_t
pane_first(const struct pane *p, size_t item)
{
	size_t i = 0;

	while (i < p->count && p->at[i].item != item)
		i++;
	return i;
}

static void
scroll(const struct pane *p, struct list *l, size_t first, size_t end)
{
	if (end > l->top + l->page)
		l->top = end - l->page;
	if (first < l->top)
		l->top = first;
	if (l->top + l->page > p->count)
		l->top = p->count > l->page ? p->count - l->page : 0;
}

void
pane_draw(const struct pane *p, struct list *list, const struct frame *f, int row, size_t first, size_t end)
{
	list->page = f->rows > row ? (size_t)(f->rows - row) : 1;
	scroll(p, list, first, end);
	for (size_t i = list->top; i < p->count && i < list->top + list->page; i++, row++) {
		canvas_text(f->canvas, (struct spot){row, 0, f->cols}, p->at[i].paint, p->at[i].text);
		if (i != first)
			continue;
		canvas_text(f->canvas, (struct spot){row, 0, 1}, PAINT_BOLD, "▸");
		canvas_row(f->canvas, row, PAINT_REVERSE);
	}
}

void
pane_free(struct pane *p)
{
	clear(p);
	free(p->at);
	*p = (struct pane){.at = NULL};
}
