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
	bool empty; /* nothing is packed in it */
	struct lines *lines;
	lines_cb *each; /* of the piece that is read now */
	void *arg;
	char room[SLICE];
};

static void
hand_out(void *arg, struct span line)
{
	struct log_archive *a = arg;

	a->each(a->arg, line);
}

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
	a->lines = lines_new(hand_out, a);
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

int
log_archive_read(struct log_archive *a, struct log_piece *piece, lines_cb *each, void *arg, struct fault *why)
{
	uint64_t before = lines_skipped(a->lines);
	la_ssize_t got = 1;

	a->each = each;
	a->arg = arg;
	piece->bytes = 0;
	if (a->empty)
		got = 0;
	while (got > 0 && piece->bytes < piece->most &&
		(got = archive_read_data(a->from, a->room, SLICE)) > 0) {
		lines_feed(a->lines, a->room, (size_t)got);
		piece->bytes += (uint64_t)got;
	}
	if (got <= 0)
		lines_end(a->lines);
	piece->skipped = lines_skipped(a->lines) - before;
	piece->position = (uint64_t)archive_filter_bytes(a->from, -1);
	if (got < 0)
		return say_damaged(a, why);
	return got > 0;
}

void
log_archive_close(struct log_archive *a)
{
	if (!a)
		return;
	if (a->from)
		archive_read_free(a->from);
	close(a->fd);
	lines_free(a->lines);
	free(a->path);
	free(a);
}
