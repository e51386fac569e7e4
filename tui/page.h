/* page: a text made of painted lines, for views that show text. Hostile text stays as it came: canvas and
 * page_wrap() make it harmless. */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include "base/span.h"

#define PAGE_HANG 4

struct page_line {
	char *text;
	unsigned paint; /* of enum paint */
};

struct page {
	struct page_line *at;
	size_t count, room;
	int hang; /* columns by which the further pieces of a wrapped line are indented; 0: PAGE_HANG */
};

/* Adds a line. */
void page_add(struct page *l, unsigned paint, struct span s);
void page_printf(struct page *l, unsigned paint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds the lines of a text of several; NULL adds none. */
void page_block(struct page *l, unsigned paint, const char *text);

/* Cuts lines longer than width columns into several, the further ones indented; the first `keep` lines stay.
 */
void page_wrap(struct page *l, size_t keep, int width, bool ascii);

/* Drops the lines from number `keep` on that do not hold a text (list_matches()); NULL or empty drops none.
 */
void page_filter(struct page *l, size_t keep, const char *wanted);

/* Frees what it holds and leaves it empty. */
void page_free(struct page *l);

#endif
