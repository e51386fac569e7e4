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
take(struct page *l, unsigned paint, char *text)
{
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->at = mem_resize(l->at, l->room, sizeof *l->at);
	}
	l->at[l->count++] = (struct page_line){text, paint};
}

void
page_add(struct page *l, unsigned paint, struct span s)
{
	take(l, paint, span_copy(s));
}

void
page_printf(struct page *l, unsigned paint, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0)
		take(l, paint, text);
	va_end(args);
}

void
page_block(struct page *l, unsigned paint, const char *text)
{
	struct span rest = span_of(text), head;

	while (rest.len > 0) {
		span_cut(&rest, "\n", &head);
		if (span_ends(head, "\r"))
			head.len--;
		page_add(l, paint, head);
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
		take(out, line.paint, line.text);
		return;
	}
	while (rest.len > 0) {
		fits = safe_fit_line(rest, first ? width : width - hang, ascii);
		char *piece = span_copy((struct span){rest.at, fits});

		page_printf(out, line.paint, "%*s%s", first ? 0 : hang, "", piece);
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
			take(&out, l->at[i].paint, l->at[i].text);
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
