#include "tui/relay_columns.h"
#include "wording/words.h"

#include <stdio.h>
#include <string.h>

#define MARK 1         /* the selection's column */
#define BRIEF_CAUSE 30 /* below that many columns a cause is put in brief */
#define CELL_ROOM 512
#define NAME_FIRST 32 /* names get so much before causes get all they want */

struct cell {
	char text[CELL_ROOM];
	unsigned paint;
	bool right;  /* to the right end of its column */
	bool middle; /* cut there when it is too long */
	bool untried;
};

struct column {
	const char *title;
	int narrow, wide; /* columns; it grows to wide while there is room */
	void (*put)(struct cell *cell, const struct relay_line *line, const struct frame *f, int width);
};

static void
put_name(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)f;
	(void)width;
	snprintf(cell->text, CELL_ROOM, "%s", line->row->name);
	cell->middle = true;
}

static void
put_mail(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	enum words_rank rank = words_rank(line->row->relay);

	(void)f;
	words_mail(line->row->relay, width, cell->text);
	if (rank <= RANK_HELD)
		cell->paint = PAINT_BAD | PAINT_BOLD;
	else if (rank == RANK_CLEAR)
		cell->paint = PAINT_WARN;
}

static void
put_log(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)f;
	(void)width;
	snprintf(cell->text, CELL_ROOM, "%s", words_log(line->row->relay));
	cell->paint = view_paint(words_tone(line->row->relay->last.verify));
}

static void
put_since(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)width;
	words_since(line->row->relay->since_ms, f->now_ms, cell->text);
}

static void
put_failures(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)f;
	cell->right = true;
	words_failures(line->row->relay, &line->row->day, width, cell->text);
}

static void
put_now(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)f;
	snprintf(cell->text, CELL_ROOM, "%s", words_now(line->look, width < 11));
	if (line->look && (line->look->state == LOOK_DONE || line->look->state == LOOK_EXAMINING))
		cell->paint = view_paint(words_tone(line->look->verify));
	else
		cell->paint = PAINT_MARK;
}

static void
put_who(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	const char *who = line->row->cause.who;

	(void)f;
	(void)width;
	snprintf(cell->text, CELL_ROOM, "%s", who ? who : "");
}

static void
put_cause(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	const struct relay_cause *c = &line->row->cause;
	const char *text = width < BRIEF_CAUSE ? c->brief : c->title;

	(void)f;
	snprintf(cell->text, CELL_ROOM, "%s", text ? text : "");
	cell->untried = c->untried;
}

enum { COLUMN_NAME, COLUMN_NOW = 5, COLUMN_CAUSE = 7 };

static const struct column columns[RELAY_COLUMNS] = {
	{"RELAY", 19, 40, put_name},
	{"MAIL", 8, 14, put_mail},
	{"LOG", 8, 9, put_log},
	{"SINCE", 6, 8, put_since},
	{"FAIL/24h", 8, 11, put_failures},
	{"NOW", 4, 11, put_now},
	{"WHO", 4, 4, put_who},
	{"CAUSE", 12, 52, put_cause},
};

static void
grow(int *width, int to, int *spare)
{
	int more = to - *width;

	if (*width == 0 || more <= 0)
		return;
	more = more < *spare ? more : *spare;
	*width += more;
	*spare -= more;
}

void
relay_columns_fit(struct relay_layout *layout, int cols, int longest)
{
	static const int order[] = {COLUMN_CAUSE, COLUMN_NOW, COLUMN_NAME, 1, 4, 3, 2};
	int spare = cols - MARK, i;

	*layout = (struct relay_layout){{0}};
	for (i = 0; i < RELAY_COLUMNS; i++) {
		int need = columns[i].narrow + (i ? 1 : 0);

		if (need > spare && i > 0)
			break;
		layout->width[i] = need > spare ? spare : columns[i].narrow;
		spare -= need > spare ? spare : need;
	}
	/* Causes first: at 80 columns all that is left is theirs. */
	if (layout->width[COLUMN_CAUSE])
		grow(&layout->width[COLUMN_CAUSE], 24, &spare);
	grow(&layout->width[COLUMN_NAME], longest < NAME_FIRST ? longest : NAME_FIRST, &spare);
	for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
		int wide = columns[order[k]].wide;

		grow(&layout->width[order[k]], order[k] == COLUMN_NAME && longest < wide ? longest : wide,
			&spare);
	}
	layout->width[layout->width[COLUMN_CAUSE] ? COLUMN_CAUSE : COLUMN_NAME] += spare;
}

void
relay_columns_head(const struct relay_layout *layout, const struct frame *f, int row)
{
	int col = MARK;

	for (int i = 0; i < RELAY_COLUMNS && layout->width[i]; i++) {
		struct spot at = {row, col, layout->width[i]};

		canvas_text(f->canvas, at, PAINT_DIM, columns[i].title);
		col += layout->width[i] + 1;
	}
}

/* The "?" stands at the end of its column: what it says is as much as what it stands behind. */
static void
draw_cell(const struct frame *f, struct spot at, const struct cell *cell)
{
	if (cell->right) {
		canvas_right(f->canvas, at, cell->paint, cell->text);
		return;
	}
	if (cell->untried) {
		canvas_text(f->canvas, (struct spot){at.row, at.col + at.width - 1, 1}, PAINT_DIM, "?");
		at.width -= 2;
	}
	(cell->middle ? canvas_middle : canvas_text)(f->canvas, at, cell->paint, cell->text);
}

void
relay_columns_draw(const struct relay_layout *layout, const struct frame *f, int row,
	const struct relay_line *line)
{
	int col = MARK;

	if (line->selected || line->tagged)
		canvas_text(f->canvas, (struct spot){row, 0, MARK}, PAINT_BOLD | PAINT_MARK,
			line->selected ? "▸" : "●");
	for (int i = 0; i < RELAY_COLUMNS && layout->width[i]; i++) {
		struct cell cell = {.paint = PAINT_PLAIN};

		columns[i].put(&cell, line, f, layout->width[i]);
		if (line->tagged && i == COLUMN_NAME)
			cell.paint |= PAINT_MARK | PAINT_BOLD;
		draw_cell(f, (struct spot){row, col, layout->width[i]}, &cell);
		col += layout->width[i] + 1;
	}
	if (line->selected)
		canvas_row(f->canvas, row, PAINT_REVERSE);
}
