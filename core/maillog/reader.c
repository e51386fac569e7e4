#include "maillog/reader.h"

#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE 65536

/* What the compressed formats begin with. */
static const struct {
	const char *bytes;
	size_t len;
} archives[] = {
	{"\x1f\x8b", 2}, /* gzip: RFC 1952 section 2.3.1 */
	{"BZh", 3},      /* bzip2 */
	{"\xfd"
	 "7zXZ\0",
		6},              /* xz */
	{"\x28\xb5\x2f\xfd", 4}, /* zstd: RFC 8878 section 3.1.1 */
	{"\x04\x22\x4d\x18", 4}, /* lz4 */
	{"\x1f\x9d", 2},         /* compress */
};

static bool
is_archive(const struct log_file *file)
{
	for (size_t i = 0; i < sizeof archives / sizeof archives[0]; i++)
		if (file->head_len >= archives[i].len &&
			!memcmp(file->head, archives[i].bytes, archives[i].len))
			return true;
	return false;
}

/* As much as there is, up to len bytes, also when the kernel hands it out in parts. */
static ssize_t
read_at(int fd, void *room, size_t len, int64_t offset)
{
	size_t have = 0;
	ssize_t got;

	do {
		got = pread(fd, (char *)room + have, len - have, offset + (int64_t)have);
		if (got > 0)
			have += (size_t)got;
	} while ((got > 0 && have < len) || (got < 0 && errno == EINTR));
	return got < 0 && have == 0 ? -errno : (ssize_t)have;
}

static int
look_at(struct log_file *file)
{
	struct stat st;
	ssize_t got;

	if (fstat(file->fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	file->device = st.st_dev;
	file->inode = st.st_ino;
	file->size = st.st_size;
	file->changed_ms = st.st_mtim.tv_sec * INT64_C(1000) + st.st_mtim.tv_nsec / 1000000;
	file->regular = S_ISREG(st.st_mode);
	if (!file->regular)
		return 0;
	got = read_at(file->fd, file->head, sizeof file->head, 0);
	if (got < 0)
		return (int)got;
	file->head_len = (size_t)got;
	file->archive = is_archive(file);
	return 0;
}

int
log_file_open(const char *path, struct log_file *file, struct fault *why)
{
	int code;

	*file = (struct log_file){.fd = file_open(path)};
	code = file->fd < 0 ? file->fd : look_at(file);
	if (code < 0)
		file_fault(path, code, why);
	if (code < 0 || file->archive)
		log_file_close(file);
	return code;
}

void
log_file_close(struct log_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

int64_t
log_file_line_start(const struct log_file *file, int64_t offset)
{
	char room[4096];
	int64_t at = offset - 1; /* the end of the line before counts */

	if (offset <= 0)
		return 0;
	while (at < offset + LINES_LONGEST) {
		/* What grows behind the size as opened is not looked at: neighbours must come to the same
		 * answer. */
		int64_t left = file->size - at;
		size_t len = left < (int64_t)sizeof room ? (size_t)(left > 0 ? left : 0) : sizeof room;
		ssize_t got = read_at(file->fd, room, len, at);
		const char *end = got > 0 ? memchr(room, '\n', (size_t)got) : NULL;

		if (end)
			return at + (end - room) + 1;
		if (got <= 0)
			return offset > file->size ? offset : file->size;
		at += got;
	}
	return offset;
}

/* One reading of a stretch. */
struct reading {
	const struct log_file *file;
	struct log_stretch *stretch;
	struct lines *lines;
	uint64_t settled; /* over-long lines that had their end */
	char room[SLICE];
};

/* The byte before an offset ends a line. */
static bool
begins_line(const struct log_file *file, int64_t offset)
{
	char before = '\n';

	return offset == 0 || read_at(file->fd, &before, 1, offset - 1) != 1 || before == '\n';
}

/* How much of the room the next slice fills: 0 at the end, or a negative errno. */
static ssize_t
next_slice(struct reading *r, int64_t at)
{
	int64_t left = r->stretch->to - at;

	return left <= 0 ? 0 : read_at(r->file->fd, r->room, left < SLICE ? (size_t)left : SLICE, at);
}

/* A stretch that begins inside of an over-long line begins behind its end: who read the line's beginning has
 * counted it. Returns where, or a negative errno. */
static int64_t
skip_rest_of_line(struct reading *r, int64_t at)
{
	ssize_t got;

	while ((got = next_slice(r, at)) > 0) {
		const char *end = memchr(r->room, '\n', (size_t)got);

		if (end)
			return at + (end - r->room) + 1;
		at += got;
	}
	return got < 0 ? got : at;
}

/* Feeds a slice in two parts, so that the lines that had their end are known from the one that has none yet.
 */
static void
feed(struct reading *r, int64_t at, size_t len)
{
	const char *last = memrchr(r->room, '\n', len);
	size_t whole = last ? (size_t)(last - r->room) + 1 : 0;

	if (whole > 0) {
		lines_feed(r->lines, r->room, whole);
		r->settled = lines_skipped(r->lines);
		r->stretch->end = at + (int64_t)whole;
	}
	lines_feed(r->lines, r->room + whole, len - whole);
}

/* What stands between the last line end and the end of the stretch, at `at`. */
static void
settle_rest(struct reading *r, int64_t at)
{
	int64_t rest = at - r->stretch->end;
	struct stat st;

	if (rest > 0 && r->stretch->whole && rest <= LINES_LONGEST && at == r->stretch->to &&
		fstat(r->file->fd, &st) == 0 && st.st_size > at) {
		lines_drop(r->lines); /* log_file_line_start() gave up here: the line is over-long */
		r->settled++;
	} else if (rest > 0 && r->stretch->whole) {
		lines_end(r->lines);
		r->settled = lines_skipped(r->lines);
	}
	if (r->stretch->whole)
		r->stretch->end = at;
}

int
log_file_read(const struct log_file *file, struct log_stretch *stretch, lines_cb *each, void *arg)
{
	struct reading r = {.file = file, .stretch = stretch};
	int64_t at = stretch->from;
	ssize_t got = 0;

	if (!begins_line(file, at))
		at = skip_rest_of_line(&r, at);
	stretch->end = at;
	if (at < 0)
		return (int)at;
	r.lines = lines_new(each, arg);
	while ((got = next_slice(&r, at)) > 0) {
		feed(&r, at, (size_t)got);
		at += got;
	}
	if (got == 0)
		settle_rest(&r, at);
	stretch->skipped = r.settled;
	lines_free(r.lines);
	return got < 0 ? (int)got : 0;
}
