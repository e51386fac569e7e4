#include "tui/relay_table.h"

#include "base/when.h"
#include "wording/words.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- columns and rows ---- */

#define MARK 1         /* the column that marks the selected and the tagged rows */
#define BRIEF_CAUSE 30 /* in fewer columns the short words of a cause are shown */
#define CELL_ROOM 512
#define NAME_FIRST 32 /* columns that names get before CAUSE gets all it can use */

struct cell {
	char text[CELL_ROOM];
	unsigned attr;
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
	enum words_rank rank = words_rank(&line->row->relay);

	(void)f;
	words_mail(&line->row->relay, width, cell->text);
	if (rank <= RANK_HELD)
		cell->attr = ATTR_BAD | ATTR_BOLD;
	else if (rank == RANK_CLEAR)
		cell->attr = ATTR_WARN;
}

static void
put_log(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)f;
	(void)width;
	snprintf(cell->text, CELL_ROOM, "%s", words_log(&line->row->relay));
	cell->attr = view_attr(words_tone(line->row->relay.last.verify));
}

static void
put_since(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)width;
	words_since(line->row->relay.since_ms, f->now_ms, cell->text);
}

static void
put_failures(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)f;
	cell->right = true;
	words_failures(&line->row->relay, &line->row->day, width, cell->text);
}

static void
put_now(struct cell *cell, const struct relay_line *line, const struct frame *f, int width)
{
	(void)f;
	snprintf(cell->text, CELL_ROOM, "%s", words_now(line->look, width < 11));
	if (line->look && (line->look->state == LOOK_DONE || line->look->state == LOOK_EXAMINING))
		cell->attr = view_attr(words_tone(line->look->verify));
	else
		cell->attr = ATTR_MARK;
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

static const struct column columns[] = {
	[COLUMN_NAME] = {"RELAY", 19, 40, put_name},
	[COLUMN_MAIL] = {"MAIL", 8, 14, put_mail},
	[COLUMN_LOG] = {"LOG", 8, 9, put_log},
	[COLUMN_SINCE] = {"SINCE", 6, 8, put_since},
	[COLUMN_FAILURES] = {"FAIL/24h", 8, 11, put_failures},
	[COLUMN_NOW] = {"NOW", 4, 11, put_now},
	[COLUMN_WHO] = {"WHO", 4, 4, put_who},
	[COLUMN_CAUSE] = {"CAUSE", 12, 52, put_cause},
};
static_assert(sizeof columns / sizeof *columns == RELAY_COLUMNS, "each column has its row");

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
	static const enum relay_column order[] = {COLUMN_CAUSE, COLUMN_NOW, COLUMN_NAME, COLUMN_MAIL,
		COLUMN_FAILURES, COLUMN_SINCE, COLUMN_LOG};
	int spare = cols - MARK;

	*layout = (struct relay_layout){{0}};
	for (int i = 0; i < RELAY_COLUMNS; i++) {
		int gap = i == COLUMN_NAME ? 0 : 1, width = columns[i].narrow;

		if (width + gap > spare && i != COLUMN_NAME)
			break; /* those to the right go, too */
		layout->width[i] = width > spare ? spare : width;
		spare -= layout->width[i] + gap;
	}
	/* At 80 columns CAUSE gets all the room that is left. */
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

	for (int i = 0; i < RELAY_COLUMNS; i++) {
		struct area at = {row, col, layout->width[i]};

		if (at.width == 0)
			continue;
		canvas_text(f->canvas, at, ATTR_DIM, columns[i].title);
		col += layout->width[i] + 1;
	}
}

/* The '?' has a cell of its own, so that shortening the text never hides it. */
static void
draw_cell(const struct frame *f, struct area at, const struct cell *cell)
{
	if (cell->right) {
		canvas_right(f->canvas, at, cell->attr, cell->text);
		return;
	}
	if (cell->untried) {
		canvas_text(f->canvas, (struct area){at.row, at.col + at.width - 1, 1}, ATTR_DIM, "?");
		at.width -= 2;
	}
	(cell->middle ? canvas_middle : canvas_text)(f->canvas, at, cell->attr, cell->text);
}

void
relay_columns_draw(const struct relay_layout *layout, const struct frame *f, int row,
	const struct relay_line *line)
{
	int col = MARK;

	if (line->selected || line->tagged)
		canvas_text(f->canvas, (struct area){row, 0, MARK}, ATTR_BOLD | ATTR_MARK,
			line->selected ? "▸" : "●");
	for (int i = 0; i < RELAY_COLUMNS; i++) {
		struct cell cell = {.attr = ATTR_PLAIN};

		if (layout->width[i] == 0)
			continue;
		columns[i].put(&cell, line, f, layout->width[i]);
		if (line->tagged && i == COLUMN_NAME)
			cell.attr |= ATTR_MARK | ATTR_BOLD;
		draw_cell(f, (struct area){row, col, layout->width[i]}, &cell);
		col += layout->width[i] + 1;
	}
	if (line->selected)
		canvas_row(f->canvas, row, ATTR_REVERSE);
}

/* ---- above and below the rows ---- */

#define LEGEND "? = from the log, not yet tried "
#define NEWEST_LEAST 16 /* columns; in fewer nothing of it could be read */
#define STALE_RELAYS 3  /* if so many relays all fail, the reason is likely on this host */

static int
put(const struct frame *f, struct area *at, unsigned attr, const char *text)
{
	int used = canvas_text(f->canvas, *at, attr, text);

	at->col += used;
	at->width -= used;
	return used;
}

static const char *
state_word(const struct engine_log *log, char room[WORDS_ROOM])
{
	static const char *const words[] = {
		[LOG_NONE] = "no log",
		[LOG_SCANNING] = "reading",
		[LOG_LIVE] = "live",
		[LOG_WAITING] = "not there yet",
		[LOG_TROUBLE] = "TROUBLE",
		[LOG_ENDED] = "ended",
	};

	if (log->state != LOG_SCANNING || log->bytes_total == 0)
		return words[log->state];
	snprintf(room, WORDS_ROOM, "reading %llu %% of %llu MB",
		(unsigned long long)(log->bytes_read * 100 / log->bytes_total),
		(unsigned long long)(log->bytes_total / 1000000));
	return room;
}

/* The time shown is that of the last event: a clock would make an idle screen change. */
static void
draw_log(const struct frame *f, const struct engine *e, const struct relay_rows *rows)
{
	struct engine_log log = engine_log(e);
	struct area at = {0, 0, f->cols};
	char room[WORDS_ROOM], time[WHEN_ROOM] = "no event yet";
	char *name = text_new("%s%s%s", rows->host, *rows->host ? ":" : "", log.name ? log.name : "");
	int right;

	if (rows->last_ms)
		when_print(rows->last_ms, "%e %b %H:%M:%S %Z", time);
	right = (int)span_trim(span_of(time)).len;
	put(f, &at, ATTR_BOLD, "verifail  ");
	at.width = f->cols - at.col - right - 2;
	put(f, &at, ATTR_PLAIN, name);
	put(f, &at, ATTR_PLAIN, "  ");
	put(f, &at, log.state == LOG_TROUBLE ? ATTR_BAD | ATTR_BOLD : ATTR_PLAIN, state_word(&log, room));
	if (rows->held)
		put(f, &at, ATTR_WARN | ATTR_BOLD, "  PAUSED");
	if (f->cols > 10 + right)
		canvas_right(f->canvas, (struct area){0, f->cols - right, right}, ATTR_PLAIN,
			time + (time[0] == ' '));
	free(name);
}

static void
put_between(const struct frame *f, struct area *at)
{
	put(f, at, ATTR_DIM, " │ ");
}

static void
put_count(const struct frame *f, struct area *at, uint64_t n, const char *unit, unsigned attr)
{
	char number[WORDS_ROOM];

	snprintf(number, sizeof number, "%llu%s", (unsigned long long)n, unit);
	put(f, at, n ? attr | ATTR_BOLD : ATTR_PLAIN, number);
}

/* A broken store explains every failure on the screen, so it is told first and in red. */
static void
put_broken(const struct frame *f, struct area *at, const struct relay_header *h)
{
	const struct relay_sums *sums = &h->rows->sums;
	char *text = text_new("BROKEN: %zu of %zu verify: %s, press a", sums->verified, sums->relays,
		h->host.store);

	put(f, at, ATTR_BAD | ATTR_BOLD, text);
	free(text);
}

static void
put_store(const struct frame *f, struct area *at, const struct relay_header *h)
{
	const struct relay_sums *sums = &h->rows->sums;
	bool works = engine_store_works(h->engine), known = engine_policy(h->engine) != NULL;
	bool nobody = sums->relays >= STALE_RELAYS && sums->verified == 0;
	char *store = text_new(works ? "ok %s" : "BROKEN: %s", engine_store(h->engine));
	char *verified = text_new("%zu of %zu relays", sums->verified, sums->relays);

	put(f, at, works || !known ? ATTR_GOOD : ATTR_BAD | ATTR_BOLD, known ? store : "is being read");
	put_between(f, at);
	put(f, at, ATTR_PLAIN, "VERIFIED ");
	put(f, at, nobody ? ATTR_BAD | ATTR_BOLD : ATTR_PLAIN, verified);
	free(store);
	free(verified);
}

static void
draw_store(const struct frame *f, const struct relay_header *h)
{
	const struct relay_sums *sums = &h->rows->sums;
	struct area at = {1, 0, f->cols};
	char oldest[WHEN_ROOM];

	put(f, &at, ATTR_PLAIN, " STORE ");
	(h->host.store[0] ? put_broken : put_store)(f, &at, h);
	put_between(f, &at);
	put(f, &at, ATTR_PLAIN, "HELD ");
	put_count(f, &at, sums->held, " msgs", ATTR_BAD);
	if (sums->oldest_ms) {
		when_length(f->now_ms - sums->oldest_ms, oldest);
		put(f, &at, ATTR_PLAIN, ", oldest ");
		put(f, &at, ATTR_PLAIN, oldest);
	}
}

/* From when on the number counts. */
static void
put_begin(const struct frame *f, struct area *at, int64_t first_ms)
{
	char since[WORDS_ROOM];

	if (first_ms == 0)
		return;
	words_since(first_ms, f->now_ms, since);
	put(f, at, ATTR_PLAIN, strchr(since, ':') ? " today" : " since ");
	put(f, at, ATTR_PLAIN, strchr(since, ':') ? "" : since);
}

static void
put_host(const struct frame *f, struct area *at, const struct words_host *host)
{
	char more[WORDS_ROOM] = "", *text;

	if (host->others > 1)
		snprintf(more, sizeof more, " and %zu more", host->others - 1);
	text = text_new("HOST %s%s, press a", host->other, more);
	put_between(f, at);
	put(f, at, ATTR_BAD | ATTR_BOLD, text);
	free(text);
}

static void
put_newest(const struct frame *f, struct area *at, const struct relay *newest)
{
	char since[WORDS_ROOM], *change;

	if (at->width < NEWEST_LEAST)
		return;
	words_since(newest->since_ms, f->now_ms, since);
	change = text_new("%s %s %s → %s", since, newest->name, verify_word(newest->before),
		words_log(newest));
	put_between(f, at);
	put(f, at, ATTR_PLAIN, "NEW ");
	put(f, at, view_attr(words_tone(newest->last.verify)), change);
	free(change);
}

static void
draw_mail(const struct frame *f, const struct relay_header *h)
{
	const struct relay_sums *sums = &h->rows->sums;
	struct area at = {2, 0, f->cols};

	put(f, &at, ATTR_PLAIN, " CLEAR ");
	put_count(f, &at, sums->clear, "", ATTR_WARN);
	if (sums->clear)
		put_begin(f, &at, h->rows->first_ms);
	put_between(f, &at);
	put(f, &at, ATTR_PLAIN, "RETURNED ");
	put_count(f, &at, sums->returned, "", ATTR_BAD);
	if (h->host.other[0])
		put_host(f, &at, &h->host);
	if (sums->newest)
		put_newest(f, &at, sums->newest);
}

void
relay_header_draw(const struct frame *f, const struct relay_header *h)
{
	draw_log(f, h->engine, h->rows);
	draw_store(f, h);
	draw_mail(f, h);
}

/* The height of a bar: the worst of the minutes that share it. Only a minute without failures has height 0.
 */
static int
bar_of(const struct relay_minute *minutes, int count, uint32_t most)
{
	uint32_t bad = 0;

	for (int i = 0; i < count; i++)
		bad = minutes[i].bad > bad ? minutes[i].bad : bad;
	return bad == 0 ? 0 : 1 + (int)((uint64_t)bad * 6 / most);
}

void
relay_header_hour(const struct frame *f, int row, const struct relay_minute minutes[RELAY_MINUTES])
{
	static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	struct area at = {row, 0, f->cols};
	int each = f->cols >= 110 ? 1 : 2;
	uint32_t most = 1;

	for (int i = 0; i < RELAY_MINUTES; i++)
		most = minutes[i].bad > most ? minutes[i].bad : most;
	put(f, &at, ATTR_PLAIN, " FAIL ");
	for (int i = 0; i < RELAY_MINUTES; i += each) {
		int bar = bar_of(minutes + i, each, most);

		put(f, &at, bar ? ATTR_BAD : ATTR_DIM, bars[bar]);
	}
	put(f, &at, ATTR_PLAIN, " 60 min");
	if (at.width > (int)sizeof LEGEND)
		canvas_right(f->canvas, at, ATTR_DIM, LEGEND);
}

void
relay_header_empty(const struct frame *f, int row, const struct engine *e, const struct relay_rows *rows)
{
	struct engine_log log = engine_log(e);
	struct area at = {row, 0, f->cols};

	if (rows->filter)
		canvas_printf(f->canvas, at, ATTR_PLAIN, " no relay with \"%s\"%s: press & to change it",
			rows->filter, relay_rows_are_behind(rows) ? " so far" : "");
	else if (rows->order.direction == DIRECTION_SERVER)
		canvas_text(f->canvas, at, ATTR_PLAIN,
			" no STARTTLS=server line so far: Tab shows the outbound relays");
	else if (log.state == LOG_SCANNING)
		canvas_text(f->canvas, at, ATTR_PLAIN, " the log is being read");
	else
		canvas_text(f->canvas, at, ATTR_PLAIN,
			" no STARTTLS=client line so far (Sendmail logs them at LogLevel 9)");
}

static void
put_log_note(struct text *out, const struct engine *e)
{
	struct history_totals totals = history_totals(engine_history(e));
	struct engine_log log = engine_log(e);

	if (log.state == LOG_TROUBLE || log.state == LOG_WAITING || log.fault.kind != FAULT_NONE)
		text_printf(out, " log: %s", log.fault.text);
	else if (totals.evicted)
		text_printf(out, " the table is full: %llu quiet relays were dropped (--max-relays)",
			(unsigned long long)totals.evicted);
	else if (log.note && *log.note)
		text_printf(out, " log: %s", log.note);
}

bool
relay_header_status(const struct frame *f, int row, const struct engine *e)
{
	struct engine_activity now = engine_activity(e);
	struct text out = {NULL, 0, 0};
	bool ticks = false;

	text_put(&out, "");
	if (now.first) {
		text_printf(&out, " probe %zu of %zu: %s ", now.done + 1, now.done + now.running + now.queued,
			now.first->target);
		ticks = words_waiting(&out, now.first, f->wall_ms);
	} else {
		put_log_note(&out, e);
	}
	canvas_text(f->canvas, (struct area){row, 0, f->cols}, now.first ? ATTR_MARK : ATTR_WARN, out.at);
	text_free(&out);
	return ticks;
}
