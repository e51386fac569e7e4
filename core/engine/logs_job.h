/* logs_job: what the threads of the first scan do: each function below is the work of one job, and touches
 * nothing but the job. For the logs files alone. */
#ifndef ENGINE_LOGS_JOB_H
#define ENGINE_LOGS_JOB_H

#include "engine/logs_input.h"

#include <stdatomic.h>

struct lane;
struct scan;

struct job {
	uv_work_t request;             /* its data is the job */
	void (*work)(struct job *job); /* one of the functions below */
	const struct input_rules *rules;
	const struct input *input;   /* NULL: it only merges */
	const atomic_bool *stopping; /* lines are not worth taking apart any more */

	int64_t from, to;            /* in: as cut, before they are moved to line starts */
	bool oldest;                 /* in: no line of any input is older */
	struct log_archive *archive; /* in: NULL for the first piece; out: to be read on */
	struct history **parts;      /* in: what it merges, oldest first; consumed, and the array freed */
	size_t part_count;

	struct history *history; /* out: what it made */
	int64_t end;             /* out: of a stretch: where the reading stopped; -1: it was empty */
	uint64_t position;       /* out: of a piece: in the compressed file */
	bool last;               /* out: of a piece: the archive has ended */
	struct fault fault;      /* out */
	uint64_t counted;        /* bytes that were counted line by line */

	struct scan *scan; /* the rest is the scan's: not for the threads */
	struct lane *lane;
	unsigned number;
	void (*finish)(struct job *job);
};

/* Reads the stretch of a file between two cuts. */
void job_read_stretch(struct job *job);

/* The same for a history that stands by itself. */
void job_read_preview(struct job *job);

/* Reads on in an archive. */
void job_read_piece(struct job *job);

/* Merges neighbours. */
void job_merge(struct job *job);

/* Merges all there is, and settles it; an empty history when there is nothing. */
void job_join(struct job *job);

#endif
