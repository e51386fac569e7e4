/* view_text: what all views that show text have in common: a heading, lines that scroll, wrap, are found and
 * filtered. */
#ifndef TUI_VIEW_TEXT_H
#define TUI_VIEW_TEXT_H

#include "tui/page.h"
#include "tui/view.h"

struct view_text { /* the head of each such view's struct */
	struct view base;
	void (*build)(struct view *v, struct page *out,
		const struct frame *f);                    /* the first line is the heading */
	struct page lines;                                 /* as last drawn */
	struct frame drawn;                                /* by that drawing */
	void (*clean)(struct text *out, const char *line); /* a line for a file; NULL: made harmless */
};

/* Makes v->list a pager. */
void view_text_init(struct view *v, void (*build)(struct view *, struct page *, const struct frame *));

/* For struct view_kind: draw, source, close, and write: the lines, neither wrapped nor with what a terminal
 * obeys. */
void view_text_draw(struct view *v, const struct frame *f);
void view_text_source(struct view *v, struct list_source *s);
void view_text_close(struct view *v);
void view_text_write(struct view *v, struct text *out);

#endif
