#include "tui/canvas.h"

#include "base/mem.h"
#include "base/safe.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct canvas {
	bool ascii, color;
	int cursor_row, cursor_col; /* -1: none */
	SCREEN *screen;             /* of a hidden one; NULL: not ours */
	FILE *nowhere;
};

static const struct {
	enum attr attr;
	attr_t attribute;
	short pair, color; /* pair 0: no colour */
} attrs[] = {
	{ATTR_BOLD, A_BOLD, 0, 0},
	{ATTR_DIM, A_DIM, 0, 0},
	{ATTR_REVERSE, A_REVERSE, 0, 0},
	{ATTR_GOOD, 0, 1, COLOR_GREEN},
	{ATTR_BAD, 0, 2, COLOR_RED},
	{ATTR_WARN, 0, 3, COLOR_YELLOW},
	{ATTR_MARK, 0, 4, COLOR_CYAN},
};

#define ATTRS (sizeof attrs / sizeof *attrs)

/* Colours are used only if the terminal's own background can be kept. */
static bool
start_colors(void)
{
	if (!has_colors() || start_color() == ERR || use_default_colors() == ERR)
		return false;
	for (size_t i = 0; i < ATTRS; i++) {
		if (attrs[i].pair)
			init_pair(attrs[i].pair, attrs[i].color, -1);
	}
	return true;
}

struct canvas *
canvas_new(bool ascii, bool color)
{
	struct canvas *c = mem_new(1, sizeof *c);

	c->ascii = ascii;
	c->color = color && start_colors();
	c->cursor_row = -1;
	return c;
}

struct canvas *
canvas_new_hidden(int rows, int cols, bool ascii)
{
	FILE *nowhere = fopen("/dev/null", "r+e");
	SCREEN *screen = nowhere ? newterm("xterm", nowhere, nowhere) : NULL;
	struct canvas *c;

	if (!screen) {
		if (nowhere)
			fclose(nowhere);
		return NULL;
	}
	set_term(screen);
	resizeterm(rows, cols);
	c = canvas_new(ascii, false);
	c->screen = screen;
	c->nowhere = nowhere;
	return c;
}

void
canvas_free(struct canvas *c)
{
	if (!c)
		return;
	if (c->screen) {
		endwin();
		delscreen(c->screen);
		fclose(c->nowhere);
	}
	free(c);
}

int
canvas_rows(const struct canvas *c)
{
	(void)c;
	return getmaxy(stdscr);
}

int
canvas_cols(const struct canvas *c)
{
	(void)c;
	return getmaxx(stdscr);
}

bool
canvas_is_ascii(const struct canvas *c)
{
	return c->ascii;
}

void
canvas_begin(struct canvas *c)
{
	c->cursor_row = -1;
	werase(stdscr);
}

static attr_t
attributes_of(const struct canvas *c, unsigned attr, short *pair)
{
	attr_t attributes = 0;

	*pair = 0;
	for (size_t i = 0; i < ATTRS; i++) {
		if (!(attr & attrs[i].attr))
			continue;
		attributes |= attrs[i].attribute;
		if (c->color && attrs[i].pair)
			*pair = attrs[i].pair;
	}
	return attributes;
}

/* At the right end of the screen a text is cut as at the end of its area. */
static bool
fit_to_screen(const struct canvas *c, struct area *at)
{
	if (at->row < 0 || at->row >= canvas_rows(c) || at->col < 0 || at->col >= canvas_cols(c))
		return false;
	if (at->width > canvas_cols(c) - at->col)
		at->width = canvas_cols(c) - at->col;
	return at->width > 0;
}

/* Puts a text that fits into its place. */
static void
put_fitting(const struct canvas *c, struct area at, unsigned attr, struct span s)
{
	short pair;
	attr_t attributes = attributes_of(c, attr, &pair);
	struct safe_glyph g;

	wmove(stdscr, at.row, at.col);
	wattr_set(stdscr, attributes, pair, NULL);
	while (safe_next(&s, c->ascii, &g))
		waddnwstr(stdscr, g.at, g.count);
	wattr_set(stdscr, 0, 0, NULL);
}

static int
put_cut(struct canvas *c, struct area at, unsigned attr, struct span s,
	int (*cut)(struct text *, struct span, int, bool))
{
	struct text fitting = {NULL, 0, 0};
	int used;

	if (!fit_to_screen(c, &at))
		return 0;
	used = cut(&fitting, s, at.width, c->ascii);
	put_fitting(c, at, attr, (struct span){fitting.at, fitting.len});
	text_free(&fitting);
	return used;
}

int
canvas_span(struct canvas *c, struct area at, unsigned attr, struct span s)
{
	return put_cut(c, at, attr, s, safe_cut);
}

int
canvas_text(struct canvas *c, struct area at, unsigned attr, const char *text)
{
	return put_cut(c, at, attr, span_of(text), safe_cut);
}

int
canvas_middle(struct canvas *c, struct area at, unsigned attr, const char *text)
{
	return put_cut(c, at, attr, span_of(text), safe_cut_middle);
}

int
canvas_printf(struct canvas *c, struct area at, unsigned attr, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int used = 0;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0) {
		used = canvas_text(c, at, attr, text);
		free(text);
	}
	va_end(args);
	return used;
}

void
canvas_right(struct canvas *c, struct area at, unsigned attr, const char *text)
{
	int width = safe_width(span_of(text), c->ascii);

	if (width < at.width) {
		at.col += at.width - width;
		at.width = width;
	}
	canvas_text(c, at, attr, text);
}

void
canvas_blank(struct canvas *c, int row)
{
	(void)c;
	if (wmove(stdscr, row, 0) == OK)
		wclrtoeol(stdscr);
}

/* mvwchgat() sets the colour too: each cell is given its own again. */
void
canvas_row(struct canvas *c, int row, unsigned attr)
{
	short pair, own;
	attr_t add = attributes_of(c, attr, &pair), attributes;
	wchar_t text[CCHARW_MAX + 1];
	cchar_t cell;

	if (row < 0 || row >= canvas_rows(c))
		return;
	for (int col = 0; col < canvas_cols(c); col++) {
		if (mvwin_wch(stdscr, row, col, &cell) == ERR ||
			getcchar(&cell, text, &attributes, &own, NULL) == ERR)
			continue;
		mvwchgat(stdscr, row, col, 1, attributes | add, pair ? pair : own, NULL);
	}
}

void
canvas_cursor(struct canvas *c, int row, int col)
{
	c->cursor_row = row;
	c->cursor_col = col;
}

void
canvas_show(struct canvas *c, bool anew)
{
	if (anew)
		clearok(stdscr, TRUE);
	curs_set(c->cursor_row >= 0 ? 1 : 0);
	if (c->cursor_row >= 0)
		wmove(stdscr, c->cursor_row, c->cursor_col);
	wnoutrefresh(stdscr);
	doupdate();
}

char *
canvas_read(const struct canvas *c, int row)
{
	int cols = canvas_cols(c);
	wchar_t *wide = mem_new((size_t)cols + 1, sizeof *wide);
	char *text = mem_new((size_t)cols + 1, MB_CUR_MAX);
	size_t len;

	mvwinnwstr(stdscr, row, 0, wide, cols);
	len = wcstombs(text, wide, ((size_t)cols + 1) * MB_CUR_MAX);
	free(wide);
	if (len == (size_t)-1)
		len = 0;
	while (len > 0 && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
	return text;
}
