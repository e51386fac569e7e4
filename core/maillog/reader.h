/* reader: reads a log from its beginning to an end, blocking: a stretch of a file, or an archive. For worker
 * threads; nothing is shared. */
#ifndef MAILLOG_READER_H
#define MAILLOG_READER_H

#include "base/fault.h"
#include "maillog/lines.h"

/* What a log is, before it is read. */
struct log_file {
	int fd;              /* open for pread(); -1 for an archive */
	bool archive;        /* .gz, .bz2, .xz, .zst by content, not by name */
	bool regular;        /* false: a pipe or device, to be read as it comes */
	int64_t size;        /* of a plain file when it was opened */
	int64_t changed_ms;  /* its mtime: the reference for years */
	uint64_t device, inode;
};

/* Opens path and looks what it is. Returns 0, or a negative errno with *why for the user. The caller closes
 * it with log_file_close(). */
int log_file_open(const char *path, struct log_file *file, struct fault *why);

/* Closes it; a second close does nothing. */
void log_file_close(struct log_file *file);

/* Moves an offset of a plain file forward to the beginning of a line, so that neighbours who cut at the same
 * offset share no line and lose none. */
int64_t log_file_line_start(const struct log_file *file, int64_t offset);

/* Reads the lines of a plain file between two line starts with pread(); a line that lacks its end at `to` is
 * handed out when whole is true, else left for who follows the file: *end says where it begins.
 * Returns 0 or a negative errno. *skipped counts over-long lines. */
int log_file_read(const struct log_file *file, int64_t from, int64_t to, lines_cb *each, void *arg,
	int64_t *end, uint64_t *skipped);

/* Reads all lines of an archive. Returns 0, or a negative errno with *why (what libarchive said, and the file). */
int log_archive_read(const char *path, lines_cb *each, void *arg, uint64_t *bytes, struct fault *why);

#endif
