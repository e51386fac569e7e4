/* page: a text of lines, each with its attributes. pane: the same, where lines belong to items, one of which
 * is selected and scrolled to. Hostile text is kept as it came: canvas and page_wrap() make it safe. */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include "tui/view.h"

#define PAGE_HANG 4

struct page_line {
	char *text;
	unsigned attr; /* of enum attr */
};

struct page {
	struct page_line *at;
	size_t count, room;
	int hang; /* columns by which the further pieces of a wrapped line are indented; 0: PAGE_HANG */
};

/* Adds a line. */
void page_add(struct page *l, unsigned attr, struct span s);
void page_printf(struct page *l, unsigned attr, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds each line of a text; NULL adds none. */
void page_block(struct page *l, unsigned attr, const char *text);

/* Cuts lines longer than width columns into several, the further ones indented; the first `keep` lines stay.
 */
void page_wrap(struct page *l, size_t keep, int width, bool ascii);

/* Drops the lines from number `keep` on that do not hold a text (list_matches()); NULL or empty drops none.
 */
void page_filter(struct page *l, size_t keep, const char *wanted);

/* Frees what it holds and leaves it empty. */
void page_free(struct page *l);

/* ---- panes ---- */

#define PANE_NOBODY SIZE_MAX /* the item of a line that belongs to none */

struct pane_line {
	char *text;
	unsigned attr; /* of enum attr */
	size_t item;
};

struct pane {
	struct pane_line *at;
	size_t count, room;
	int width;  /* lines are cut into pieces of so many columns */
	bool ascii; /* as the canvas that it is drawn on */
};

/* Begins it anew, empty. */
void pane_begin(struct pane *p, int width, bool ascii);

/* Adds a text of one or more lines; each that is too long is cut into several, the further ones indented by
 * `hang` columns. */
void pane_put(struct pane *p, size_t item, unsigned attr, int hang, const char *text);
void pane_printf(struct pane *p, size_t item, unsigned attr, int hang, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Adds one line as it is, however long; takes the text over. */
void pane_add(struct pane *p, size_t item, unsigned attr, char *text);

/* The first line of an item; count when it has none. */
size_t pane_first(const struct pane *p, size_t item);

/* Draws it from row `row` of the frame to the frame's end, scrolled (list->top is the first line shown,
 * list->page how many there is room for) so that the lines [first, end) are seen, the first of them rather
 * than the last; the first is marked as selected. */
void pane_draw(const struct pane *p, struct list *list, const struct frame *f, int row, size_t first,
	size_t end);

/* Frees what it holds. */
void pane_free(struct pane *p);

#endif
