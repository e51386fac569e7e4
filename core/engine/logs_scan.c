#include "engine/logs_scan.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define AHEAD 8           /* blocks in work or waiting for their turn: bounds the memory */
#define PREVIEW (2 << 20) /* bytes at the end of a long log that are shown while it is read */
#define LONG 16           /* blocks that make a log long */
#define PROGRESS_MS 50    /* how often it is told */

/* A range of an input, to be read from its first block to its last. */
struct range {
	struct input *input;
	int64_t next, to; /* of a file: what is left of it */
	bool preview;     /* it goes to a history of its own */
	struct log_archive *archive;
	uint64_t position; /* in the archive, as far as it is counted */
};

enum piece_state { PIECE_FREE, PIECE_READING, PIECE_UNPACKING, PIECE_PARSING, PIECE_READY };

/* A block on its way: a thread reads it and takes it apart; when its turn comes the loop applies it. */
struct piece {
	uv_work_t request; /* its data is the piece */
	struct scan *scan;
	struct range *range;
	struct block *block;
	enum piece_state state;
	int64_t from, to;  /* of a file, as cut */
	bool last;         /* of its range */
	uint64_t position; /* of an archive: where its reading has come to */
	struct fault fault;
};

struct scan {
	uv_loop_t *loop;
	struct scan_rules rules;
	struct scan_events events;
	struct range *ranges;
	size_t range_count, range;  /* range: the one that blocks are taken from now */
	struct piece pieces[AHEAD]; /* by number modulo AHEAD */
	unsigned started, applied;
	unsigned running; /* threads */
	bool unpacking;   /* an archive is unpacked by one thread at a time */
	bool stopping;
	uint64_t read, total, told_at;
	struct history *history, *preview;
};

/* ---- on a thread: nothing but the piece is touched -------------------------------------------------------
 */

static void
read_file(struct piece *p)
{
	const struct input *in = p->range->input;
	int code = log_file_block(&in->file, p->from, p->to, p->scan->rules.whole, p->block);

	if (code < 0)
		fault_set(&p->fault, FAULT_FILE, code, "%s: %s", in->name, uv_strerror(code));
	p->block->source = in->source;
}

static void
unpack(struct piece *p)
{
	struct range *r = p->range;

	p->block->len = p->block->taken = 0;
	if (!r->archive)
		r->archive = log_archive_open(r->input->name, &p->fault);
	p->last = !r->archive || log_archive_block(r->archive, p->block, &p->fault) <= 0;
	p->block->source = 0;
	p->position = r->archive ? log_archive_position(r->archive) : 0;
}

static void
work(uv_work_t *request)
{
	struct piece *p = request->data;

	if (p->state == PIECE_UNPACKING) {
		unpack(p);
		return;
	}
	if (p->state == PIECE_READING)
		read_file(p);
	block_parse(p->block);
}

/* ---- on the loop ----------------------------------------------------------------------------------------
 */

static void go_on(struct scan *s);

static void
worked(uv_work_t *request, int status)
{
	struct piece *p = request->data;
	struct scan *s = p->scan;

	(void)status; /* never cancelled */
	s->running--;
	if (p->state == PIECE_UNPACKING) {
		s->unpacking = false;
		s->range += p->last;
		p->state = PIECE_PARSING;
		if (!s->stopping) {
			s->running++;
			uv_queue_work(s->loop, &p->request, work, worked);
		}
	} else {
		p->state = PIECE_READY;
	}
	go_on(s);
}

static void
start(struct piece *p, enum piece_state state)
{
	p->state = state;
	p->request.data = p;
	p->scan->running++;
	uv_queue_work(p->scan->loop, &p->request, work, worked);
}

static void
count_read(struct piece *p)
{
	struct range *r = p->range;

	if (r->input->kind == INPUT_ARCHIVE && p->position > r->position) {
		p->scan->read += p->position - r->position;
		r->position = p->position;
	} else if (r->input->kind == INPUT_FILE && !r->preview) {
		p->scan->read += (uint64_t)(p->to - p->from);
	}
}

/* The last block of a range was applied. */
static void
end_range(struct scan *s, struct range *r)
{
	log_archive_close(r->archive);
	r->archive = NULL;
	if (r->preview) {
		s->events.preview(s->events.arg, s->preview);
		s->preview = NULL;
	}
}

/* Where whoever follows the file goes on: behind the block's last line. Never within a line: its rest would
 * be taken for a line of its own, whatever a sender has put there. */
static void
note_end(struct input *in, const struct block *b)
{
	const char *last = b->len ? memrchr(b->bytes, '\n', b->len) : NULL;
	int64_t end = b->offset + (last ? last + 1 - b->bytes : 0);

	if (b->offset >= 0 && end > in->end)
		in->end = end;
}

/* Applies a piece whose turn has come. False when the rest of it must be taken apart first. */
static bool
apply(struct scan *s, struct piece *p)
{
	struct history *h = p->range->preview ? s->preview : s->history;
	struct input *in = p->range->input;

	for (size_t i = 0; i < p->block->count; i++)
		history_feed(h, &p->block->events[i]);
	if (p->block->taken < p->block->len) {
		start(p, PIECE_PARSING);
		return false;
	}
	if (p->fault.kind != FAULT_NONE && in->fault.kind == FAULT_NONE)
		in->fault = p->fault;
	if (!p->range->preview)
		note_end(in, p->block);
	count_read(p);
	if (p->last)
		end_range(s, p->range);
	p->state = PIECE_FREE;
	s->applied++;
	return true;
}

/* Begins the next block, when there is one and room for it. */
static bool
start_next(struct scan *s)
{
	struct range *r = s->range < s->range_count ? &s->ranges[s->range] : NULL;
	struct piece *p = &s->pieces[s->started % AHEAD];

	if (!r || s->unpacking || s->started - s->applied >= AHEAD)
		return false;
	if (!p->block)
		p->block = mem_new(1, sizeof *p->block);
	p->scan = s;
	p->range = r;
	p->fault = (struct fault){.kind = FAULT_NONE};
	p->block->reference_ms = r->input->reference_ms;
	s->started++;
	if (r->input->kind == INPUT_ARCHIVE) {
		s->unpacking = true;
		start(p, PIECE_UNPACKING);
		return true;
	}
	p->from = r->next;
	p->to = r->next = r->to - r->next > s->rules.block ? r->next + s->rules.block : r->to;
	p->last = r->next == r->to;
	s->range += p->last;
	start(p, PIECE_READING);
	return true;
}

static void
finish(struct scan *s)
{
	for (size_t i = 0; i < s->range_count; i++)
		log_archive_close(s->ranges[i].archive);
	for (size_t i = 0; i < AHEAD; i++)
		free(s->pieces[i].block);
	free(s->ranges);
	history_free(s->preview);
	if (s->stopping) {
		history_free(s->history);
		s->history = NULL;
	}
	s->events.done(s->events.arg, s->history);
	free(s);
}

static void
go_on(struct scan *s)
{
	struct piece *p = &s->pieces[s->applied % AHEAD];

	while (!s->stopping && s->applied != s->started && p->state == PIECE_READY && apply(s, p))
		p = &s->pieces[s->applied % AHEAD];
	while (!s->stopping && start_next(s)) {
	}
	if (s->running == 0) {
		finish(s);
	} else if (!s->stopping && uv_now(s->loop) - s->told_at >= PROGRESS_MS) {
		s->told_at = uv_now(s->loop);
		s->events.progress(s->events.arg);
	}
}

static void
add_range(struct scan *s, struct input *in, int64_t from, bool preview)
{
	s->ranges[s->range_count++] =
		(struct range){.input = in, .next = from, .to = in->file.size, .preview = preview};
}

/* The newest file's end goes first, when reading all of it will take a while. */
static void
add_preview(struct scan *s, struct input *newest)
{
	int64_t size = newest->file.size;

	if (s->rules.whole || newest->kind != INPUT_FILE || size == 0 ||
		s->total < (uint64_t)(LONG * s->rules.block))
		return;
	s->preview = history_new(&s->rules.history);
	add_range(s, newest, size > PREVIEW ? size - PREVIEW : 0, true);
}

struct scan *
scan_start(uv_loop_t *loop, struct input *inputs, size_t count, const struct scan_rules *rules,
	const struct scan_events *events)
{
	struct scan *s = mem_new(1, sizeof *s);
	struct input *newest = NULL;

	s->loop = loop;
	s->rules = *rules;
	s->events = *events;
	s->history = history_new(&rules->history);
	if (rules->block <= 0 || rules->block > (int64_t)BLOCK_BYTES)
		s->rules.block = (int64_t)BLOCK_BYTES;
	s->ranges = mem_new(count + 1, sizeof *s->ranges);
	for (size_t i = 0; i < count; i++) {
		if (inputs[i].kind == INPUT_ARCHIVE ||
			(inputs[i].kind == INPUT_FILE && inputs[i].file.fd >= 0)) {
			newest = &inputs[i];
			s->total += (uint64_t)newest->file.size;
		}
	}
	if (newest)
		add_preview(s, newest);
	for (size_t i = 0; i < count; i++) {
		if (inputs[i].kind == INPUT_ARCHIVE ||
			(inputs[i].kind == INPUT_FILE && inputs[i].file.size > 0))
			add_range(s, &inputs[i], 0, false);
	}
	while (start_next(s)) {
	}
	if (s->running == 0) {
		/* Nothing is to be read: a piece without a range tells so on the loop. */
		s->pieces[0] = (struct piece){.scan = s, .block = mem_new(1, sizeof(struct block))};
		start(&s->pieces[0], PIECE_PARSING);
	}
	return s;
}

void
scan_stop(struct scan *s)
{
	s->stopping = true;
}

uint64_t
scan_read(const struct scan *s)
{
	return s->read;
}

uint64_t
scan_total(const struct scan *s)
{
	return s->total;
}
