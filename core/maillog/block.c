#include "maillog/block.h"

#include "maillog/parse.h"

#include <string.h>

static void
parse_line(struct block *b, size_t at, size_t len)
{
	struct event *e = &b->events[b->count++];
	struct span line = {b->bytes + at, len};

	if (len && line.at[len - 1] == '\r')
		line.len--;
	if (len > LINES_LONGEST)
		*e = (struct event){.kind = EVENT_SKIPPED, .line = line};
	else
		maillog_parse(line, b->reference_ms, e);
	e->offset = b->offset < 0 ? -1 : b->offset + (int64_t)at;
	e->source = b->source;
}

void
block_parse(struct block *b)
{
	b->count = 0;
	while (b->taken < b->len && b->count < BLOCK_EVENTS) {
		const char *end = memchr(b->bytes + b->taken, '\n', b->len - b->taken);
		size_t len = end ? (size_t)(end - b->bytes) - b->taken : b->len - b->taken;

		parse_line(b, b->taken, len);
		b->taken += len + (end != NULL);
	}
}
