/* reader: reads a log from its beginning to an end, block by block, blocking: a file or an archive. For
 * worker threads; nothing is shared. */
#ifndef MAILLOG_READER_H
#define MAILLOG_READER_H

#include "base/fault.h"
#include "maillog/block.h"

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
	unsigned rewrites; /* how often it was begun anew since, being cut or rewritten in place */
};

/* Opens path and looks what it is. Returns 0, or a negative errno with *why for the user. The caller closes
 * it with log_file_close(). */
int log_file_open(const char *path, struct log_file *file, struct fault *why);

/* Closes it; a second close does nothing. */
void log_file_close(struct log_file *file);

/* Reads the lines that begin in a plain file at `from` or behind it, and before `to` (at most BLOCK_BYTES
 * further), as one block with its offset: neighbours share no line and lose none. An over-long line is in the
 * block in which it begins, cut. whole: a line that lacks its end at the end of the file counts, too; else it
 * is left for who follows the file. Reads nothing behind the size as it was opened. Returns 0 or a negative
 * errno. */
int log_file_block(const struct log_file *file, int64_t from, int64_t to, bool whole, struct block *b);

struct log_archive;

/* Opens a compressed log. NULL with *why (what libarchive said, and the file). Freed with
 * log_archive_close(). */
struct log_archive *log_archive_open(const char *path, struct fault *why);

/* Unpacks the next lines as one block. Returns 1 when there is more, 0 at the end, or a negative errno with
 * *why; what came before a damaged place is in the block. */
int log_archive_block(struct log_archive *a, struct block *b, struct fault *why);

/* How much of the compressed file has been read so far, in bytes. */
uint64_t log_archive_position(const struct log_archive *a);

/* Frees it. NULL does nothing. */
void log_archive_close(struct log_archive *a);

#endif
