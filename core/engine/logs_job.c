#include "engine/logs_job.h"

#include <stdlib.h>

static void
take_line(void *arg, struct span line)
{
	struct job *job = arg;
	int64_t reference_ms = job->rules->at_ms;

	if (atomic_load_explicit(job->stopping, memory_order_relaxed))
		return;
	job->counted += line.len + 1;
	input_line(job->history, line, reference_ms ? reference_ms : job->input->file.changed_ms);
}

/* Over-long lines count as lines that could not be read, with the bytes that are left over. */
static void
count_skipped(struct job *job, uint64_t bytes, uint64_t skipped)
{
	uint64_t rest = bytes > job->counted ? bytes - job->counted : 0;

	for (; skipped > 0; skipped--, rest = 0)
		history_count(job->history, rest, true);
}

/* An open history keeps a copy of every line that older ones may explain: the oldest needs none. */
static void
begin_history(struct job *job)
{
	job->history = history_new(&job->rules->history);
	if (job->oldest)
		history_close(job->history);
}

void
job_read_stretch(struct job *job)
{
	const struct log_file *file = &job->input->file;
	struct log_stretch stretch = {.from = log_file_line_start(file, job->from), .to = file->size};
	int code;

	job->end = -1;
	begin_history(job);
	if (job->to < file->size)
		stretch.to = log_file_line_start(file, job->to);
	/* Only where the file ends can a line lack its end for now. */
	stretch.whole = job->rules->whole || stretch.to < file->size;
	if (stretch.from >= stretch.to)
		return;
	code = log_file_read(file, &stretch, take_line, job);
	if (code < 0)
		fault_set(&job->fault, FAULT_FILE, code, "%s: %s", job->input->name, uv_strerror(code));
	job->end = stretch.end;
	count_skipped(job, (uint64_t)(stretch.end - stretch.from), stretch.skipped);
}

void
job_read_preview(struct job *job)
{
	job_read_stretch(job);
	history_close(job->history);
}

void
job_read_piece(struct job *job)
{
	struct log_piece piece = {.most = (uint64_t)job->rules->stretch};
	int more = -1;

	begin_history(job);
	if (!job->archive)
		job->archive = log_archive_open(job->input->name, &job->fault);
	if (job->archive)
		more = log_archive_read(job->archive, &piece, take_line, job, &job->fault);
	job->last = more <= 0;
	job->position = piece.position;
	count_skipped(job, piece.bytes, piece.skipped);
}

void
job_merge(struct job *job)
{
	job->history = job->parts[0];
	for (size_t i = 1; i < job->part_count; i++)
		job->history = history_merge(job->history, job->parts[i]);
	free(job->parts);
}

void
job_join(struct job *job)
{
	if (job->part_count > 0) {
		job_merge(job);
	} else {
		free(job->parts);
		job->history = history_new(&job->rules->history);
	}
	history_close(job->history);
}
