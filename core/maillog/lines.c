#include "maillog/lines.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct lines {
	lines_cb *each;
	void *arg;
	uint64_t skipped;
	int64_t offset; /* of the line that is handed out, or that was begun */
	int64_t next;   /* of the next byte */
	bool skipping;  /* inside a line that is too long already */
	size_t len;     /* of what is kept of a line whose end is yet to come */
	char kept[LINES_LONGEST];
};

struct lines *
lines_new(lines_cb *each, void *arg)
{
	struct lines *l = mem_new(1, sizeof *l);

	l->each = each;
	l->arg = arg;
	return l;
}

static void
hand_out(struct lines *l, const char *at, size_t len)
{
	if (len && at[len - 1] == '\r')
		len--;
	l->each(l->arg, (struct span){at, len});
}

/* Keeps more of a line for later; a line that grows too long is counted once and forgotten. */
static void
keep(struct lines *l, const char *bytes, size_t len)
{
	if (l->skipping)
		return;
	if (len > LINES_LONGEST - l->len) {
		l->skipping = true;
		l->skipped++;
		l->len = 0;
		return;
	}
	if (len)
		memcpy(l->kept + l->len, bytes, len);
	l->len += len;
}

/* A whole line, all of it in the caller's bytes: nothing is copied. */
static void
whole(struct lines *l, const char *bytes, size_t len)
{
	if (len > LINES_LONGEST)
		l->skipped++;
	else
		hand_out(l, bytes, len);
}

/* The line that was begun has come to its end. */
static void
finish(struct lines *l)
{
	size_t len = l->len;

	l->len = 0;
	if (!l->skipping)
		hand_out(l, l->kept, len);
	l->skipping = false;
}

void
lines_feed(struct lines *l, const char *bytes, size_t len)
{
	int64_t offset = l->next;

	l->next += (int64_t)len;
	while (len) {
		const char *end = memchr(bytes, '\n', len);
		size_t part = end ? (size_t)(end - bytes) : len;

		if (!end) {
			keep(l, bytes, len);
			return;
		}
		if (l->len == 0 && !l->skipping) {
			whole(l, bytes, part);
		} else {
			keep(l, bytes, part);
			finish(l);
		}
		bytes += part + 1;
		len -= part + 1;
		l->offset = offset += (int64_t)part + 1;
	}
}

void
lines_end(struct lines *l)
{
	if (l->len)
		finish(l);
	l->skipping = false;
	l->offset = l->next;
}

void
lines_begin(struct lines *l, int64_t offset)
{
	l->len = 0;
	l->skipping = false;
	l->offset = l->next = offset;
}

int64_t
lines_offset(const struct lines *l)
{
	return l->offset;
}

uint64_t
lines_skipped(const struct lines *l)
{
	return l->skipped;
}

void
lines_free(struct lines *l)
{
	free(l);
}
