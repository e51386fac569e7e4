/* reader: reads a log from its beginning to an end, blocking: a stretch of a file, or an archive. For worker
 * threads; nothing is shared. */
#ifndef MAILLOG_READER_H
#define MAILLOG_READER_H

#include "base/fault.h"
#include "maillog/lines.h"

#define LOG_HEAD 256 /* the first bytes of a file: by them it is known again after a rewrite in place */

/* What a log is, before it is read. */
struct log_file {
	int fd;             /* open for pread(); -1 for an archive */
	bool archive;       /* .gz, .bz2, .xz, .zst, .Z, .lz4 by content, not by name */
	bool regular;       /* false: a pipe or device, to be read as it comes */
	int64_t size;       /* of a plain file when it was opened */
	int64_t changed_ms; /* its mtime: the reference for years */
	uint64_t device, inode;
	unsigned char head[LOG_HEAD]; /* as it was opened */
	size_t head_len;
};

/* Opens path and looks what it is. Returns 0, or a negative errno with *why for the user. The caller closes
 * it with log_file_close(). */
int log_file_open(const char *path, struct log_file *file, struct fault *why);

/* Closes it; a second close does nothing. */
void log_file_close(struct log_file *file);

/* Moves an offset of a plain file forward to the beginning of a line, so that neighbours who cut at the same
 * offset share no line and lose none. Inside of an over-long line it gives up and returns offset itself:
 * log_file_read() sees to it that such a line is counted once, by the stretch in which it begins. */
int64_t log_file_line_start(const struct log_file *file, int64_t offset);

/* A stretch of a plain file. */
struct log_stretch {
	int64_t from, to; /* in: two results of log_file_line_start(), or the size of the file */
	bool whole;       /* in: a line that lacks its end at `to` is handed out too; else it is left for who
			   * follows the file from `end` on */
	int64_t end; /* out: where the reading stopped; less than `to` in a file that was cut meanwhile */
	uint64_t skipped; /* out: over-long lines */
};

/* Reads the lines of a stretch with pread(). Returns 0 or a negative errno. */
int log_file_read(const struct log_file *file, struct log_stretch *stretch, lines_cb *each, void *arg);

struct log_archive;

/* Opens a compressed log. NULL with *why (what libarchive said, and the file). Freed with
 * log_archive_close(). */
struct log_archive *log_archive_open(const char *path, struct fault *why);

/* A piece of an archive. */
struct log_piece {
	uint64_t most;     /* in: about how many bytes of log to take */
	uint64_t bytes;    /* out: how many were taken */
	uint64_t skipped;  /* out: over-long lines */
	uint64_t position; /* out: how much of the compressed file has been read so far */
};

/* Reads the lines of the next piece. Returns 1 when there is more, 0 at the end, or a negative errno with
 * *why; what came before a damaged place has been handed out. */
int log_archive_read(struct log_archive *a, struct log_piece *piece, lines_cb *each, void *arg,
	struct fault *why);

/* Frees it. NULL does nothing. */
void log_archive_close(struct log_archive *a);

#endif
