#include "maillog/tail.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tail *
tail_new(const struct log_file *file, int64_t offset, lines_cb *each, struct follow *owner)
{
	struct tail *t = mem_new(1, sizeof *t);
	int64_t len = offset < TAIL_MARK ? offset : TAIL_MARK;
	ssize_t got = len > 0 ? pread(file->fd, t->mark, (size_t)len, offset - len) : 0;

	t->file = *file;
	t->offset = offset;
	t->owner = owner;
	t->lines = lines_new(each, t);
	lines_begin(t->lines, offset);
	/* In a file that was cut meanwhile no text will match a mark of NULs. */
	if (got != len)
		memset(t->mark, 0, sizeof t->mark);
	t->mark_len = (size_t)len;
	/* The head is a fingerprint only as far as it was taken. */
	if ((int64_t)t->file.head_len > offset)
		t->file.head_len = (size_t)offset;
	return t;
}

/* The first bytes are still those that were taken. */
static bool
head_holds(const struct tail *t)
{
	unsigned char now[LOG_HEAD];

	return t->file.head_len == 0 ||
	       (pread(t->file.fd, now, t->file.head_len, 0) == (ssize_t)t->file.head_len &&
		       !memcmp(now, t->file.head, t->file.head_len));
}

ssize_t
tail_peek(struct tail *t, const char **bytes)
{
	size_t mark = t->mark_len;
	ssize_t got;

	do {
		got = pread(t->file.fd, t->room, mark + TAIL_SLICE, t->offset - (int64_t)mark);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	/* One pread brings the mark and what follows it; the head is looked at afterwards: a file cut between
	 * the two is told by its head, a file cut later has given us what it still had. */
	if ((size_t)got < mark || memcmp(t->room, t->mark, mark) != 0 || !head_holds(t))
		return TAIL_REWRITTEN;
	*bytes = t->room + mark;
	return got - (ssize_t)mark;
}

/* The fingerprint of the head grows until it is full. */
static void
extend_head(struct tail *t, const char *bytes, size_t len)
{
	struct log_file *file = &t->file;
	size_t part = LOG_HEAD - file->head_len;

	if ((int64_t)file->head_len != t->offset || part == 0)
		return;
	if (part > len)
		part = len;
	memcpy(file->head + file->head_len, bytes, part);
	file->head_len += part;
}

void
tail_take(struct tail *t, size_t len)
{
	size_t end = t->mark_len + len, mark = end < TAIL_MARK ? end : TAIL_MARK;

	extend_head(t, t->room + t->mark_len, len);
	t->offset += (int64_t)len;
	memcpy(t->mark, t->room + end - mark, mark);
	t->mark_len = mark;
}

void
tail_restart(struct tail *t)
{
	lines_begin(t->lines, 0);
	t->file.rewrites++;
	t->offset = 0;
	t->mark_len = 0;
	t->file.head_len = 0;
	t->blank = true;
}

void
tail_free(struct tail *t)
{
	if (!t)
		return;
	lines_free(t->lines);
	log_file_close(&t->file);
	free(t);
}
