#include "tui/relay_matrix.h"

#include "base/when.h"
#include "wording/words.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_COLUMNS 3 /* "▸1 " */
#define CELL 5           /* "31ms" */
#define TLS_CELL 9       /* "1.3 31ms" */
#define VERIFY_CELL 8    /* "FAIL 20" */
#define LEFT_CELL 7
#define LOG_CELL 5
#define WIDE_ENOUGH 79 /* narrower leaves out EHLO and STARTTLS */

static bool
is_shown(const struct frame *f, enum stage stage)
{
	return f->cols >= WIDE_ENOUGH || (stage != STAGE_EHLO && stage != STAGE_STARTTLS);
}

/* The columns of CONN to TLS. */
static int
stages_width(const struct frame *f)
{
	return (f->cols >= WIDE_ENOUGH ? 4 : 2) * (CELL + 1) + TLS_CELL;
}

/* IPv6 addresses take 39 columns where there is room. */
static int
address_width(const struct frame *f)
{
	int width = f->cols - stages_width(f) - (NUMBER_COLUMNS + LOG_CELL + VERIFY_CELL + LEFT_CELL + 4);

	return width > 39 ? 39 : width < 15 ? 15 : width;
}

struct matrix
matrix_of(const struct relay *r, const struct look *l)
{
	bool looked = l && l->address_count > 0;

	return (struct matrix){r, looked ? l : NULL, looked ? l->address_count : r ? r->address_count : 0};
}

const struct address *
matrix_address(const struct matrix *m, size_t i)
{
	return m->look ? &m->look->addresses[i].address : &m->relay->addresses[i];
}

static int
put(const struct frame *f, struct area *at, unsigned attr, const char *text)
{
	canvas_text(f->canvas, *at, attr, text);
	at->col += at->width + 1;
	return at->col;
}

void
matrix_head(const struct frame *f, int row)
{
	static const struct {
		const char *title;
		int width;
		enum stage stage;
	} heads[] = {{"LOG", LOG_CELL, STAGE_NONE}, {"CONN", CELL, STAGE_CONNECT},
		{"220", CELL, STAGE_GREETING}, {"EHLO", CELL, STAGE_EHLO}, {"STLS", CELL, STAGE_STARTTLS},
		{"TLS", TLS_CELL, STAGE_HANDSHAKE}, {"VERIFY", VERIFY_CELL, STAGE_NONE},
		{"LEFT", LEFT_CELL, STAGE_NONE}};
	struct area at = {row, NUMBER_COLUMNS, address_width(f)};

	put(f, &at, ATTR_DIM, "ADDRESS");
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		at.width = heads[i].width;
		if (is_shown(f, heads[i].stage))
			put(f, &at, ATTR_DIM, heads[i].title);
	}
}

/* The word of the last delivery there; "sent" when that had none. */
static const char *
seen_in_log(const struct matrix *m, const struct address *a, unsigned *attr)
{
	*attr = ATTR_DIM;
	for (size_t i = 0; m->relay && i < m->relay->address_count; i++) {
		enum verify verify = m->relay->seen ? m->relay->seen[i].verify : VERIFY_UNKNOWN;

		if (!address_same(&m->relay->addresses[i], a))
			continue;
		*attr = view_attr(words_tone(verify));
		return verify == VERIFY_UNKNOWN ? "sent" : words_brief(verify);
	}
	return "never";
}

static void
stage_text(const struct observation *o, enum stage stage, char room[WORDS_ROOM])
{
	char ms[WORDS_ROOM];

	words_ms(o->stage_ms[stage], ms);
	if (stage == STAGE_HANDSHAKE && strncmp(o->tls.version, "TLSv", 4) == 0)
		snprintf(room, WORDS_ROOM, "%.8s %.16s", o->tls.version + 4, ms);
	else
		snprintf(room, WORDS_ROOM, "%s", ms);
}

static void
put_stages(const struct frame *f, struct area at, const struct observation *o)
{
	int end = at.col + stages_width(f);

	for (enum stage stage = STAGE_CONNECT; stage <= STAGE_HANDSHAKE; stage++) {
		char text[WORDS_ROOM];

		at.width = stage == STAGE_HANDSHAKE ? TLS_CELL : CELL;
		if (stage > o->reached) {
			at.width = end - at.col;
			canvas_text(f->canvas, at, ATTR_BAD, words_failure(o));
			return;
		}
		stage_text(o, stage, text);
		if (is_shown(f, stage))
			put(f, &at, ATTR_PLAIN, text);
	}
}

/* While the probe goes on only what it waits for is known, not the stages it has passed. */
static bool
put_progress(const struct frame *f, struct area at, const struct look_address *a)
{
	struct text out = {NULL, 0, 0};
	bool ticks = words_progress(&out, a, f->wall_ms);

	at.width = stages_width(f);
	canvas_text(f->canvas, at, ATTR_MARK, out.at);
	text_free(&out);
	return ticks;
}

static void
put_verdict(const struct frame *f, struct area at, const struct look_address *a)
{
	const struct observation *o = a->observation;
	char left[WORDS_ROOM] = "", word[WORDS_ROOM];
	enum tone tone;

	at.width = VERIFY_CELL;
	if (a->verdict.code)
		snprintf(word, sizeof word, "%s %d", verify_word(a->verdict.verify), a->verdict.code);
	else
		snprintf(word, sizeof word, "%s",
			strlen(verify_word(a->verdict.verify)) > VERIFY_CELL
				? words_brief(a->verdict.verify)
				: verify_word(a->verdict.verify));
	put(f, &at, view_attr(words_tone(a->verdict.verify)), word);
	if (!o || !o->chain || o->chain->count == 0)
		return;
	at.width = f->cols - at.col;
	tone = words_left(o->chain->certificates[0], f->now_ms, true, left);
	canvas_text(f->canvas, at, tone == TONE_BAD ? ATTR_BAD : ATTR_PLAIN, left);
}

bool
matrix_draw(const struct matrix *m, size_t i, const struct frame *f, int row, bool selected)
{
	const struct look_address *a = m->look ? &m->look->addresses[i] : NULL;
	struct area at = {row, 0, NUMBER_COLUMNS};
	char room[ADDRESS_ROOM];
	const char *word;
	unsigned attr;
	bool ticks = false;

	canvas_printf(f->canvas, at, ATTR_BOLD, "%s%zu", selected ? "▸" : " ", i + 1);
	at = (struct area){row, NUMBER_COLUMNS, address_width(f)};
	address_print(matrix_address(m, i), room);
	put(f, &at, ATTR_PLAIN, room);
	at.width = LOG_CELL;
	word = seen_in_log(m, matrix_address(m, i), &attr);
	put(f, &at, attr, word);
	if (a && a->observation)
		put_stages(f, at, a->observation);
	else if (a)
		ticks = put_progress(f, at, a);
	at.col += stages_width(f) + 1;
	if (a && a->verdict.verify != VERIFY_UNKNOWN)
		put_verdict(f, at, a);
	if (selected)
		canvas_row(f->canvas, row, ATTR_REVERSE);
	return ticks;
}
