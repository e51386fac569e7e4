#include "tui/page.h"

#include "base/mem.h"
#include "base/safe.h"
#include "tui/list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes over the text. */
static void
take(struct page *l, unsigned attr, char *text)
{
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->at = mem_resize(l->at, l->room, sizeof *l->at);
	}
	l->at[l->count++] = (struct page_line){text, attr};
}

void
page_add(struct page *l, unsigned attr, struct span s)
{
	take(l, attr, span_copy(s));
}

void
page_printf(struct page *l, unsigned attr, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0)
		take(l, attr, text);
	va_end(args);
}

void
page_block(struct page *l, unsigned attr, const char *text)
{
	struct span rest = span_of(text), head;

	while (rest.len > 0) {
		span_cut(&rest, "\n", &head);
		if (span_ends(head, "\r"))
			head.len--;
		page_add(l, attr, head);
	}
}

static void
wrap_one(struct page *out, struct page_line line, int width, bool ascii)
{
	int hang = out->hang ? out->hang : PAGE_HANG;
	struct span rest = span_of(line.text);
	size_t fits = safe_fit(rest, width, ascii);
	bool first = true;

	if (fits >= rest.len) {
		take(out, line.attr, line.text);
		return;
	}
	while (rest.len > 0) {
		fits = safe_fit_line(rest, first ? width : width - hang, ascii);
		char *piece = span_copy((struct span){rest.at, fits});

		page_printf(out, line.attr, "%*s%s", first ? 0 : hang, "", piece);
		free(piece);
		rest = span_skip(rest, fits);
		first = false;
	}
	free(line.text);
}

void
page_wrap(struct page *l, size_t keep, int width, bool ascii)
{
	struct page out = {.hang = l->hang};

	if (width < 2 * (l->hang ? l->hang : PAGE_HANG))
		return;
	for (size_t i = 0; i < l->count; i++) {
		if (i < keep)
			take(&out, l->at[i].attr, l->at[i].text);
		else
			wrap_one(&out, l->at[i], width, ascii);
	}
	free(l->at);
	*l = out;
}

void
page_filter(struct page *l, size_t keep, const char *wanted)
{
	size_t kept = keep;

	if (!wanted || !*wanted)
		return;
	for (size_t i = keep; i < l->count; i++) {
		if (list_matches(l->at[i].text, wanted))
			l->at[kept++] = l->at[i];
		else
			free(l->at[i].text);
	}
	if (kept < l->count)
		l->count = kept;
}

void
page_free(struct page *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->at[i].text);
	free(l->at);
	*l = (struct page){.at = NULL};
}

/* ---- panes ---- */

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
pane_add(struct pane *p, size_t item, unsigned attr, char *text)
{
	if (p->count == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		p->at = mem_resize(p->at, p->room, sizeof *p->at);
	}
	p->at[p->count++] = (struct pane_line){text, attr, item};
}

void
pane_put(struct pane *p, size_t item, unsigned attr, int hang, const char *text)
{
	struct page lines = {.hang = hang};

	if (*text)
		page_block(&lines, attr, text);
	else
		page_add(&lines, attr, span_of(""));
	page_wrap(&lines, 0, p->width, p->ascii);
	for (size_t i = 0; i < lines.count; i++) {
		pane_add(p, item, attr, lines.at[i].text);
		lines.at[i].text = NULL;
	}
	page_free(&lines);
}

void
pane_printf(struct pane *p, size_t item, unsigned attr, int hang, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0)
		pane_put(p, item, attr, hang, text);
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
		canvas_text(f->canvas, (struct area){row, 0, f->cols}, p->at[i].attr, p->at[i].text);
		if (i != first)
			continue;
		canvas_text(f->canvas, (struct area){row, 0, 1}, ATTR_BOLD, "▸");
		canvas_row(f->canvas, row, ATTR_REVERSE);
	}
}

void
pane_free(struct pane *p)
{
	clear(p);
	free(p->at);
	*p = (struct pane){.at = NULL};
}
