#include "maillog/reader.h"

#include "base/file.h"
#include "base/mem.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLICE 65536

struct log_archive {
	struct archive *from;
	int fd;
	char *path;
	bool empty;    /* nothing is packed in it */
	bool skipping; /* inside a line that is too long */
	size_t kept;   /* of a line that is not complete yet: it begins the next block */
	char line[LINES_LONGEST + 2];
};

/* Each filter by name: archive_read_support_filter_all() would also start programs for formats that no log
 * has. */
static int
begin(struct log_archive *a)
{
	struct archive_entry *entry;
	int code;

	archive_read_support_filter_gzip(a->from);
	archive_read_support_filter_bzip2(a->from);
	archive_read_support_filter_xz(a->from);
	archive_read_support_filter_zstd(a->from);
	archive_read_support_filter_lz4(a->from);
	archive_read_support_filter_compress(a->from);
	archive_read_support_format_raw(a->from);
	archive_read_support_format_empty(a->from);
	if (archive_read_open_fd(a->from, a->fd, SLICE) != ARCHIVE_OK)
		return -1;
	code = archive_read_next_header(a->from, &entry);
	a->empty = code == ARCHIVE_EOF;
	return code < ARCHIVE_WARN ? -1 : 0;
}

static int
say_damaged(struct log_archive *a, struct fault *why)
{
	const char *text = archive_error_string(a->from);

	fault_set(why, FAULT_FILE, -EIO, "%s: cannot be unpacked: %s", a->path, text ? text : "damaged");
	return -EIO;
}

struct log_archive *
log_archive_open(const char *path, struct fault *why)
{
	struct log_archive *a;
	int fd = file_open(path);

	if (fd < 0) {
		file_fault(path, fd, why);
		return NULL;
	}
	a = mem_new(1, sizeof *a);
	a->fd = fd;
	a->path = mem_text(path);
	a->from = archive_read_new();
	if (a->from && begin(a) == 0)
		return a;
	if (a->from)
		say_damaged(a, why);
	else
		fault_set(why, FAULT_FILE, -ENOMEM, "%s: libarchive cannot begin", path);
	log_archive_close(a);
	return NULL;
}

/* Drops the rest of an over-long line from the end of the block. */
static void
skip_rest(struct log_archive *a, struct block *b, size_t from)
{
	const char *end = memchr(b->bytes + from, '\n', b->len - from);
	size_t rest = end ? (size_t)(end - b->bytes) + 1 : b->len;

	a->skipping = !end;
	memmove(b->bytes + from, b->bytes + rest, b->len - rest);
	b->len -= rest - from;
}

/* Keeps what has no end yet for the next block. What is too long already is ended here, so that it counts as
 * over-long, and its rest is skipped. */
static void
keep_rest(struct log_archive *a, struct block *b)
{
	const char *last = memrchr(b->bytes, '\n', b->len);
	size_t whole = last ? (size_t)(last - b->bytes) + 1 : 0;

	if (b->len - whole > LINES_LONGEST) {
		b->len = whole + LINES_LONGEST + 2;
		b->bytes[b->len - 1] = '\n';
		a->skipping = true;
		return;
	}
	a->kept = b->len - whole;
	memcpy(a->line, b->bytes + whole, a->kept);
	b->len = whole;
}

int
log_archive_block(struct log_archive *a, struct block *b, struct fault *why)
{
	la_ssize_t got = a->empty ? 0 : 1;

	memcpy(b->bytes, a->line, a->kept);
	b->len = a->kept;
	b->taken = b->count = a->kept = 0;
	b->offset = -1;
	while (got > 0 && b->len < BLOCK_BYTES) {
		size_t from = b->len;

		got = archive_read_data(a->from, b->bytes + from,
			BLOCK_ROOM - 1 - from); /* 1 to end a line */
		if (got <= 0)
			break;
		b->len += (size_t)got;
		if (a->skipping)
			skip_rest(a, b, from);
	}
	if (got > 0)
		keep_rest(a, b);
	return got < 0 ? say_damaged(a, why) : got > 0;
}

uint64_t
log_archive_position(const struct log_archive *a)
{
	return (uint64_t)archive_filter_bytes(a->from, -1);
}

void
log_archive_close(struct log_archive *a)
{
	if (!a)
		return;
	if (a->from)
		archive_read_free(a->from);
	close(a->fd);
	free(a->path);
	free(a);
}
