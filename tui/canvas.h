/* canvas: the one way to put text on the screen. Text is made safe, and cut at whole
 * characters, in colours or not, in UTF-8 or ASCII. It does not read keys and knows no view. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include "base/span.h"

enum attr { /* flags; words and glyphs carry the meaning, attributes only repeat it */
	ATTR_PLAIN = 0,
	ATTR_BOLD = 1 << 0,
	ATTR_DIM = 1 << 1,
	ATTR_REVERSE = 1 << 2,
	ATTR_GOOD = 1 << 3,
	ATTR_BAD = 1 << 4,
	ATTR_WARN = 1 << 5,
	ATTR_MARK = 1 << 6,
};

struct canvas;

struct area { /* where a text goes: it is cut, with an ellipsis, after width columns */
	int row, col, width;
};

/* A canvas on the screen that curses shows now; ascii: no character beyond ASCII leaves it. */
struct canvas *canvas_new(bool ascii, bool color);

/* A canvas that nobody sees, for comparing screens as text (canvas_read()); NULL when curses cannot start. */
struct canvas *canvas_new_hidden(int rows, int cols, bool ascii);

/* Frees it; a hidden one ends its curses screen too. NULL does nothing. */
void canvas_free(struct canvas *c);

/* The size now. */
int canvas_rows(const struct canvas *c);
int canvas_cols(const struct canvas *c);

/* True when no character beyond ASCII leaves it. */
bool canvas_is_ascii(const struct canvas *c);

/* Begins an empty picture without a cursor. */
void canvas_begin(struct canvas *c);

/* Puts a text; returns the columns it took. Areas outside the screen are cut to it. */
int canvas_span(struct canvas *c, struct area at, unsigned attr, struct span s);
int canvas_text(struct canvas *c, struct area at, unsigned attr, const char *text);
int canvas_printf(struct canvas *c, struct area at, unsigned attr, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* As canvas_text(), but a text that is too long loses its middle, so that its end can be read. */
int canvas_middle(struct canvas *c, struct area at, unsigned attr, const char *text);

/* The same at the right end of the area. */
void canvas_right(struct canvas *c, struct area at, unsigned attr, const char *text);

/* Empties a row. */
void canvas_blank(struct canvas *c, int row);

/* Adds attributes to a whole row, whatever stands there. */
void canvas_row(struct canvas *c, int row, unsigned attr);

/* Shows the cursor there. */
void canvas_cursor(struct canvas *c, int row, int col);

/* Sends the picture to the terminal; anew: every cell, not only those that changed. */
void canvas_show(struct canvas *c, bool anew);

/* A row as text in the locale's encoding, without the blanks at its end. The caller frees it. */
char *canvas_read(const struct canvas *c, int row);

#endif
