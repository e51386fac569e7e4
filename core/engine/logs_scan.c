#include "engine/logs_scan.h"

#include "base/mem.h"
#include "engine/logs_job.h"

#include <stdlib.h>

#define THREADS 4 /* of libuv's pool, by default */
#define AHEAD 4   /* stretches of one input that are read or wait to be merged: bounds the memory */
#define STRETCH (16 << 20)
#define PREVIEW (2 << 20) /* bytes at the end of a long log that are shown while it is read */
#define LONG 4            /* stretches that make a log long */

/* One input: its stretches are read side by side, and merged in order. */
struct lane {
	struct input *input;
	struct log_archive *archive;
	int64_t next;                       /* where the next stretch of a file begins, as cut */
	unsigned started, finished, merged; /* stretches */
	bool all_started, merging;
	uint64_t position;            /* of an archive, as far as it is counted */
	struct history *ready[AHEAD]; /* by number modulo AHEAD */
	int64_t ends[AHEAD];
	struct history *sum; /* of those before `merged` */
};

struct scan {
	uv_loop_t *loop;
	struct input_rules rules;
	struct scan_events events;
	struct lane *lanes;
	size_t lane_count;
	unsigned running; /* jobs */
	uint64_t read, total;
	bool joined;
	struct history *result;
	atomic_bool stopping;
	void (*go_on)(struct scan *s);
};

static void
on_thread(uv_work_t *request)
{
	struct job *job = request->data;

	job->work(job);
}

static void
on_loop(uv_work_t *request, int status)
{
	struct job *job = request->data;
	struct scan *s = job->scan;

	(void)status; /* jobs are never cancelled: the memory they own must be handed on */
	job->finish(job);
	free(job);
	s->running--;
	s->go_on(s);
}

static struct job *
new_job(struct scan *s, struct lane *lane, void (*work)(struct job *), void (*finish)(struct job *))
{
	struct job *job = mem_new(1, sizeof *job);

	job->request.data = job;
	job->work = work;
	job->finish = finish;
	job->rules = &s->rules;
	job->stopping = &s->stopping;
	job->scan = s;
	job->lane = lane;
	job->input = lane ? lane->input : NULL;
	return job;
}

static void
start(struct job *job)
{
	job->scan->running++;
	uv_queue_work(job->scan->loop, &job->request, on_thread, on_loop);
}

/* Keeps what a stretch or a piece said until its turn to be merged comes. */
static void
keep(struct job *job)
{
	struct lane *lane = job->lane;

	lane->ready[job->number % AHEAD] = job->history;
	lane->ends[job->number % AHEAD] = job->end;
	lane->finished++;
	if (job->fault.kind != FAULT_NONE && lane->input->fault.kind == FAULT_NONE)
		lane->input->fault = job->fault;
	job->scan->events.progress(job->scan->events.arg);
}

static void
finish_stretch(struct job *job)
{
	int64_t size = job->lane->input->file.size;

	job->scan->read += (uint64_t)((job->to < size ? job->to : size) - job->from);
	keep(job);
}

static void
finish_piece(struct job *job)
{
	struct lane *lane = job->lane;

	lane->archive = job->archive;
	lane->all_started = job->last;
	if (job->position > lane->position) {
		job->scan->read += job->position - lane->position;
		lane->position = job->position;
	}
	keep(job);
}

static void
finish_preview(struct job *job)
{
	if (atomic_load(&job->scan->stopping))
		history_free(job->history);
	else
		job->scan->events.preview(job->scan->events.arg, job->history);
}

static void
finish_merge(struct job *job)
{
	job->lane->sum = job->history;
	job->lane->merging = false;
}

static void
finish_join(struct job *job)
{
	job->scan->result = job->history;
	job->scan->joined = true;
}

/* Merges the stretches that are ready, as far as none is missing between them. */
static void
merge_ready(struct scan *s, struct lane *lane)
{
	struct history **parts = mem_new(AHEAD + 1, sizeof *parts);
	struct job *job;
	size_t count = 0;

	if (lane->sum)
		parts[count++] = lane->sum;
	for (; lane->ready[lane->merged % AHEAD]; lane->merged++) {
		unsigned slot = lane->merged % AHEAD;

		parts[count++] = lane->ready[slot];
		lane->ready[slot] = NULL;
		if (lane->ends[slot] >= 0)
			lane->input->end = lane->ends[slot];
	}
	lane->sum = count == 1 ? parts[0] : NULL;
	if (count < 2) {
		free(parts);
		return;
	}
	lane->merging = true;
	job = new_job(s, lane, job_merge, finish_merge);
	job->parts = parts;
	job->part_count = count;
	start(job);
}

static bool
can_start(const struct scan *s, const struct lane *lane)
{
	if (lane->all_started || s->running >= THREADS || lane->started >= lane->merged + AHEAD)
		return false;
	/* An archive is unpacked by one thread at a time. */
	return lane->input->kind != INPUT_ARCHIVE || lane->started == lane->finished;
}

static void
start_next(struct scan *s, struct lane *lane)
{
	bool archive = lane->input->kind == INPUT_ARCHIVE;
	struct job *job = archive ? new_job(s, lane, job_read_piece, finish_piece)
				  : new_job(s, lane, job_read_stretch, finish_stretch);

	job->oldest = lane == s->lanes && lane->started == 0;
	job->number = lane->started++;
	job->archive = lane->archive;
	job->from = lane->next;
	job->to = lane->next += s->rules.stretch;
	if (!archive)
		lane->all_started = lane->next >= lane->input->file.size;
	start(job);
}

static void
join(struct scan *s)
{
	struct job *job = new_job(s, NULL, job_join, finish_join);

	job->parts = mem_new(s->lane_count, sizeof *job->parts);
	for (size_t i = 0; i < s->lane_count; i++) {
		if (s->lanes[i].sum)
			job->parts[job->part_count++] = s->lanes[i].sum;
		s->lanes[i].sum = NULL;
	}
	start(job);
}

static void
finish(struct scan *s)
{
	for (size_t i = 0; i < s->lane_count; i++) {
		struct lane *lane = &s->lanes[i];

		for (size_t k = 0; k < AHEAD; k++)
			history_free(lane->ready[k]);
		history_free(lane->sum);
		log_archive_close(lane->archive);
	}
	free(s->lanes);
	if (atomic_load(&s->stopping)) {
		history_free(s->result);
		s->result = NULL;
	}
	s->events.done(s->events.arg, s->result);
	free(s);
}

/* Begins whatever can be begun now. True when nothing is left to be read or merged. */
static bool
begin_more(struct scan *s)
{
	bool all = true;

	for (size_t i = 0; i < s->lane_count; i++) {
		struct lane *lane = &s->lanes[i];

		if (!lane->merging)
			merge_ready(s, lane);
		while (can_start(s, lane))
			start_next(s, lane);
		all = all && lane->all_started && lane->merged == lane->started && !lane->merging;
	}
	return all && s->running == 0;
}

/* After each job. */
static void
go_on(struct scan *s)
{
	bool over = atomic_load(&s->stopping) ? s->running == 0 : begin_more(s);

	if (!over)
		return;
	if (!s->joined && !atomic_load(&s->stopping))
		join(s);
	else
		finish(s);
}

static void
add_lane(struct scan *s, struct input *in)
{
	bool file = in->kind == INPUT_FILE && in->file.fd >= 0;

	if (!file && in->kind != INPUT_ARCHIVE)
		return;
	s->lanes[s->lane_count++] = (struct lane){.input = in, .all_started = file && in->file.size == 0};
	s->total += (uint64_t)in->file.size;
}

/* The newest file's end, when reading all of it will take a while. */
static void
start_preview(struct scan *s)
{
	struct lane *lane = s->lane_count > 0 ? &s->lanes[s->lane_count - 1] : NULL;
	struct job *job;

	if (!lane || lane->input->kind != INPUT_FILE || s->total < (uint64_t)(LONG * s->rules.stretch) ||
		lane->input->file.size == 0)
		return;
	job = new_job(s, lane, job_read_preview, finish_preview);
	job->to = lane->input->file.size;
	job->from = job->to > PREVIEW ? job->to - PREVIEW : 0;
	start(job);
}

struct scan *
scan_start(uv_loop_t *loop, struct input *inputs, size_t count, const struct input_rules *rules,
	const struct scan_events *events)
{
	struct scan *s = mem_new(1, sizeof *s);

	s->loop = loop;
	s->rules = *rules;
	s->events = *events;
	s->go_on = go_on;
	if (s->rules.stretch <= 0)
		s->rules.stretch = STRETCH;
	s->lanes = mem_new(count, sizeof *s->lanes);
	for (size_t i = 0; i < count; i++)
		add_lane(s, &inputs[i]);
	if (!s->rules.whole)
		start_preview(s);
	if (begin_more(s))
		join(s);
	return s;
}

void
scan_stop(struct scan *s)
{
	atomic_store(&s->stopping, true);
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
