#include "maillog/reader.h"

#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP 4096 /* bytes read at a time in search of the end of a line */

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

/* Reads behind what a block holds, up to the end of its last line, but no more of an over-long one than shows
 * it. */
static int
finish_line(const struct log_file *file, struct block *b)
{
	while (b->len < BLOCK_ROOM && b->bytes[b->len - 1] != '\n') {
		int64_t at = b->offset + (int64_t)b->len, left = file->size - at;
		size_t len = BLOCK_ROOM - b->len < STEP ? BLOCK_ROOM - b->len : STEP;
		ssize_t got = left > 0 ? read_at(file->fd, b->bytes + b->len,
						 left < (int64_t)len ? (size_t)left : len, at)
				       : 0;
		const char *end = got > 0 ? memchr(b->bytes + b->len, '\n', (size_t)got) : NULL;

		if (got <= 0)
			return (int)got;
		b->len += end ? (size_t)(end - b->bytes) - b->len + 1 : (size_t)got;
	}
	return 0;
}

/* Drops what stands before the first line that begins at the block's own beginning or behind it: the byte
 * before it was read, too. Where no line begins the block stands nowhere. */
static void
begin_at_line(struct block *b)
{
	const char *end = memchr(b->bytes, '\n', b->len);
	size_t skip = end ? (size_t)(end - b->bytes) + 1 : b->len;

	memmove(b->bytes, b->bytes + skip, b->len - skip);
	b->len -= skip;
	b->offset = end ? b->offset + (int64_t)skip : -1;
}

int
log_file_block(const struct log_file *file, int64_t from, int64_t to, bool whole, struct block *b)
{
	int64_t begin = from > 0 ? from - 1 : 0, end = to < file->size ? to : file->size;
	ssize_t got = end > from ? read_at(file->fd, b->bytes, (size_t)(end - begin), begin) : 0;
	int code;

	b->offset = begin;
	b->len = b->taken = b->count = 0;
	if (got <= 0) {
		b->offset = -1;
		return (int)got;
	}
	b->len = (size_t)got;
	if (from > 0)
		begin_at_line(b);
	code = b->len ? finish_line(file, b) : 0;
	/* Also in a file that was cut meanwhile. */
	if (b->len && !whole && (got < (ssize_t)(end - begin) || b->offset + (int64_t)b->len >= file->size)) {
		const char *last = memrchr(b->bytes, '\n', b->len);

		b->len = last ? (size_t)(last - b->bytes) + 1 : 0;
	}
	return code;
}
