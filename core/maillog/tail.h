/* tail: one open log file, read slice by slice from an offset on; it notices when the file was cut or
 * rewritten in place. It knows no loop and no path. For this room alone. */
#ifndef MAILLOG_TAIL_H
#define MAILLOG_TAIL_H

#include "maillog/reader.h"

#include <sys/types.h>

#define TAIL_SLICE 32768
#define TAIL_MARK 64
#define TAIL_REWRITTEN (-100000) /* no errno */

struct follow;

struct tail {
	struct log_file file;
	int64_t offset;      /* all before it was taken */
	struct lines *lines; /* where what is taken goes; their lines have the file's offsets */
	struct follow *owner;
	bool blank;      /* at the head of a rewritten file: NULs there are a hole, no text */
	size_t mark_len; /* the bytes before the offset: if others stand there now, the file was rewritten */
	char mark[TAIL_MARK];
	char room[TAIL_MARK + TAIL_SLICE];
};

/* Reads on from an offset; takes over the descriptor. Its lines go to each(tail, line). */
struct tail *tail_new(const struct log_file *file, int64_t offset, lines_cb *each, struct follow *owner);

/* Reads a slice without taking it, so that others can go first: how many bytes wait at *bytes, 0 at the end,
 * or a negative errno, or TAIL_REWRITTEN: what was taken is no longer what stands in the file;
 * tail_restart(). */
ssize_t tail_peek(struct tail *t, const char **bytes);

/* Takes len of the bytes last peeked at; the caller feeds them to the cutter. */
void tail_take(struct tail *t, size_t len);

/* Begins the file anew at its first byte; the unfinished line is dropped. */
void tail_restart(struct tail *t);

/* Closes and frees it. NULL does nothing. */
void tail_free(struct tail *t);

#endif
