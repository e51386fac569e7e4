/* follow: hands out what is appended to a log from an offset on: a file (with rotation by rename and by
 * copytruncate, truncation, deletion and return, a file that is not there yet), standard input, or a command.
 * On a libuv loop; it never blocks. inotify where it works, polling on network file systems. */
#ifndef MAILLOG_FOLLOW_H
#define MAILLOG_FOLLOW_H

#include "base/fault.h"
#include "maillog/reader.h"

#include <uv.h>

enum follow_state {
	FOLLOW_READING, /* in step with the log */
	FOLLOW_WAITING, /* the file is not there (yet, or any more): it is waited for */
	FOLLOW_TROUBLE, /* it cannot be read: fault says why; tried again when it changes */
	FOLLOW_ENDED,   /* standard input or a pipe came to its end */
	FOLLOW_RESTART, /* a command ended and is started again after a pause: fault says how it ended */
};

struct follow;

/* The times it goes by, in milliseconds; tests shorten them. */
struct follow_pace {
	bool poll;                /* never rely on inotify */
	uint64_t poll_ms;         /* how often a file is looked at where inotify does not work: 1 s */
	uint64_t linger_ms;       /* how long a renamed file must be quiet before it is let go: 3 s */
	uint64_t restart_ms;      /* the first pause before a command is started again: 1 s */
	uint64_t restart_most_ms; /* the longest: 60 s */
	uint64_t steady_ms;       /* how long it must have run for the next pause to be the first: 60 s */
};

struct follow_line {
	struct span text;            /* complete, without its end */
	const struct log_file *file; /* where it can be read again; NULL: nowhere */
	int64_t offset;              /* in the file */
};

struct follow_events {
	void (*line)(void *arg,
		const struct follow_line *line); /* each complete line; worth no longer than the call */
	void (*state)(void *arg);                /* follow_state() or follow_note() changed; may be NULL */
	void *arg;
	const struct follow_pace *pace; /* NULL: as said above; borrowed until follow_close() */
};

/* Follows a file from an offset of an open log_file on (the first scan has read up to there); takes over its
 * descriptor. file may be NULL: nothing was read, the path is followed from its beginning once it is there.
 */
struct follow *follow_file(uv_loop_t *loop, const char *path, struct log_file *file, int64_t offset,
	const struct follow_events *events);

/* Reads a descriptor (standard input) to its end; takes the descriptor over. */
struct follow *follow_descriptor(uv_loop_t *loop, int fd, const struct follow_events *events);

/* Runs `command` with /bin/sh -c and reads its standard output as a log; its standard error goes to the
 * state's fault text, never to the terminal. When it ends it is started again, after 1 s, doubling to 60 s.
 */
struct follow *follow_command(uv_loop_t *loop, const char *command, const struct follow_events *events);

/* Runs it once: FOLLOW_ENDED at its end, FOLLOW_TROUBLE when it failed without a word on its standard output.
 */
struct follow *follow_command_once(uv_loop_t *loop, const char *command, const struct follow_events *events);

/* What it does now; *fault, if not NULL, says why. */
enum follow_state follow_state(const struct follow *f, struct fault *fault);

/* What last happened to the file, for the status line ("rotated 14:02", "truncated 14:05"); "" for nothing.
 */
const char *follow_note(const struct follow *f);

/* Bytes taken from the log and over-long lines skipped since it began. */
uint64_t follow_bytes(const struct follow *f);
uint64_t follow_skipped(const struct follow *f);

/* Stops it; no callback comes any more; the memory goes with the last close callback on the loop (a command
 * is ended with SIGTERM). NULL does nothing. */
void follow_close(struct follow *f);

#endif
