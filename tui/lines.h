/* lines: a text made of painted lines, for views that show text. Hostile text stays as it came: canvas and
 * lines_wrap() make it harmless. */
#ifndef TUI_LINES_H
#define TUI_LINES_H

#include "base/span.h"

struct line {
	char *text;
	unsigned paint; /* of enum paint */
};

struct lines {
	struct line *at;
	size_t count, room;
};

/* Adds a line. */
void lines_add(struct lines *l, unsigned paint, struct span s);
void lines_printf(struct lines *l, unsigned paint, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds the lines of a text of several; NULL adds none. */
void lines_block(struct lines *l, unsigned paint, const char *text);

/* Cuts lines longer than width columns into several, the further ones indented; the first `keep` lines stay. */
void lines_wrap(struct lines *l, size_t keep, int width, bool ascii);

/* Drops the lines from number `keep` on that do not hold a text (list_matches()); NULL or empty drops none. */
void lines_filter(struct lines *l, size_t keep, const char *wanted);

/* Frees what it holds and leaves it empty. */
void lines_free(struct lines *l);

#endif
