#include "tui/relay_header.h"

#include "base/when.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>

#define LEGEND "? = from the log, not yet tried "
#define STALE_RELAYS 3 /* as many that all fail say something of us */

static int
put(const struct frame *f, struct spot *at, unsigned paint, const char *text)
{
	int used = canvas_text(f->canvas, *at, paint, text);

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

/* The time of the last event, not the clock's: an idle screen stays idle. */
static void
draw_log(const struct frame *f, const struct engine *e, const struct relay_rows *rows)
{
	struct engine_log log = engine_log(e);
	struct spot at = {0, 0, f->cols};
	char room[WORDS_ROOM], time[WHEN_ROOM] = "no event yet";
	char *name = text_new("%s%s%s", rows->host, *rows->host ? ":" : "", log.name ? log.name : "");
	int right;

	if (rows->last_ms)
		when_print(rows->last_ms, "%e %b %H:%M:%S %Z", time);
	right = (int)span_trim(span_of(time)).len;
	put(f, &at, PAINT_BOLD, "verifail  ");
	at.width = f->cols - at.col - right - 2;
	put(f, &at, PAINT_PLAIN, name);
	put(f, &at, PAINT_PLAIN, "  ");
	put(f, &at, log.state == LOG_TROUBLE ? PAINT_BAD | PAINT_BOLD : PAINT_PLAIN, state_word(&log, room));
	if (rows->held)
		put(f, &at, PAINT_WARN | PAINT_BOLD, "  PAUSED");
	if (f->cols > 10 + right)
		canvas_right(f->canvas, (struct spot){0, f->cols - right, right}, PAINT_PLAIN,
			time + (time[0] == ' '));
	free(name);
}

static void
draw_store(const struct frame *f, const struct engine *e, const struct relay_sums *sums)
{
	struct spot at = {1, 0, f->cols};
	bool nobody = sums->relays >= STALE_RELAYS && sums->verified == 0;
	char *store = text_new(engine_store_works(e) ? "ok %s" : "BROKEN: %s", engine_store(e));
	char *verified = text_new("%zu of %zu relays", sums->verified, sums->relays);
	char *held = text_new("%llu msgs", (unsigned long long)sums->held);
	char oldest[WHEN_ROOM];

	put(f, &at, PAINT_PLAIN, " STORE ");
	put(f, &at, engine_store_works(e) || !engine_policy(e) ? PAINT_GOOD : PAINT_BAD | PAINT_BOLD,
		engine_policy(e) ? store : "is being read");
	put(f, &at, PAINT_DIM, " │ ");
	put(f, &at, PAINT_PLAIN, "VERIFIED ");
	put(f, &at, nobody ? PAINT_BAD | PAINT_BOLD : PAINT_PLAIN, verified);
	put(f, &at, PAINT_DIM, " │ ");
	put(f, &at, PAINT_PLAIN, "HELD ");
	put(f, &at, sums->held ? PAINT_BAD | PAINT_BOLD : PAINT_PLAIN, held);
	if (sums->oldest_ms) {
		when_length(f->now_ms - sums->oldest_ms, oldest);
		put(f, &at, PAINT_PLAIN, ", oldest ");
		put(f, &at, PAINT_PLAIN, oldest);
	}
	free(store);
	free(verified);
	free(held);
}

static void
draw_mail(const struct frame *f, const struct relay_sums *sums)
{
	struct spot at = {2, 0, f->cols};
	char *clear = text_new("%llu", (unsigned long long)sums->clear);
	char *returned = text_new("%llu", (unsigned long long)sums->returned);
	char since[WORDS_ROOM];

	put(f, &at, PAINT_PLAIN, " CLEAR ");
	put(f, &at, sums->clear ? PAINT_WARN | PAINT_BOLD : PAINT_PLAIN, clear);
	put(f, &at, PAINT_DIM, " │ ");
	put(f, &at, PAINT_PLAIN, "RETURNED ");
	put(f, &at, sums->returned ? PAINT_BAD | PAINT_BOLD : PAINT_PLAIN, returned);
	if (sums->newest) {
		char *change;

		words_since(sums->newest->since_ms, f->now_ms, since);
		change = text_new("%s %s %s → %s", since, sums->newest->name,
			verify_word(sums->newest->before), words_log(sums->newest));
		put(f, &at, PAINT_DIM, " │ ");
		put(f, &at, PAINT_PLAIN, "NEW ");
		put(f, &at, words_paint(sums->newest->last.verify), change);
		free(change);
	}
	free(clear);
	free(returned);
}

void
relay_header_draw(const struct frame *f, const struct engine *e, const struct relay_rows *rows)
{
	draw_log(f, e, rows);
	draw_store(f, e, &rows->sums);
	draw_mail(f, &rows->sums);
}

/* The worst of the minutes that share a bar; 0 for none at all, so that one failure is seen among thousands.
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
	struct spot at = {row, 0, f->cols};
	int each = f->cols >= 110 ? 1 : 2;
	uint32_t most = 1;

	for (int i = 0; i < RELAY_MINUTES; i++)
		most = minutes[i].bad > most ? minutes[i].bad : most;
	put(f, &at, PAINT_PLAIN, " FAIL ");
	for (int i = 0; i < RELAY_MINUTES; i += each) {
		int bar = bar_of(minutes + i, each, most);

		put(f, &at, bar ? PAINT_BAD : PAINT_DIM, bars[bar]);
	}
	put(f, &at, PAINT_PLAIN, " 60 min");
	if (at.width > (int)sizeof LEGEND)
		canvas_right(f->canvas, at, PAINT_DIM, LEGEND);
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
	canvas_text(f->canvas, (struct spot){row, 0, f->cols}, now.first ? PAINT_MARK : PAINT_WARN, out.at);
	text_free(&out);
	return ticks;
}
