/* The relay table: a log fed in pieces, line by line, tells the same as the log taken apart in blocks, which
 * are cut where the first byte says. Every span of a block's events lies inside of it. */
#include "fuzz.h"

#include "base/mem.h"
#include "maillog/block.h"
#include "maillog/parse.h"
#include "relays/history.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#define AT INT64_C(1795348800000)

static const struct history_options none = {.max_relays = 0};

static void
take(void *arg, struct span line)
{
	struct event e;

	maillog_parse(line, AT, &e);
	history_feed(arg, &e);
}

static struct history *
by_lines(const char *bytes, size_t size, size_t piece)
{
	struct history *h = history_new(&none);
	struct lines *l = lines_new(take, h);

	for (size_t i = 0; i < size; i += piece)
		lines_feed(l, bytes + i, size - i < piece ? size - i : piece);
	lines_end(l);
	lines_free(l);
	return h;
}

static void
inside(struct span part, const struct block *b)
{
	FUZZ_HOLDS(part.len == 0 || (part.at >= b->bytes && part.at + part.len <= b->bytes + b->len));
}

static void
feed_block(struct history *h, struct block *b)
{
	while (b->taken < b->len) {
		block_parse(b);
		for (size_t i = 0; i < b->count; i++) {
			const struct event *e = &b->events[i];

			inside(e->line, b);
			inside(e->text, b);
			inside(e->relay, b);
			inside(e->stat, b);
			inside(e->message, b);
			history_feed(h, e);
		}
	}
}

static struct history *
by_blocks(const char *bytes, size_t size, size_t about)
{
	struct history *h = history_new(&none);
	struct block *b = mem_new(1, sizeof *b);

	b->offset = -1;
	b->reference_ms = AT;
	while (size) {
		const char *end = about < size ? memchr(bytes + about, '\n', size - about) : NULL;

		b->len = end ? (size_t)(end - bytes) + 1 : size;
		b->taken = 0;
		memcpy(b->bytes, bytes, b->len);
		feed_block(h, b);
		bytes += b->len;
		size -= b->len;
	}
	free(b);
	return h;
}

static struct text
told(struct history *h)
{
	struct text t = {NULL, 0, 0};

	report_history_json(&t, h, NULL, &(struct report_options){.now_ms = AT, .full = true});
	history_free(h);
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	struct text lines, blocks;

	/* Longer ones than a block would need a reader; lines too long are the reader's and the cutter's
	 * matter. */
	if (size < 2 || size > LINES_LONGEST)
		return 0;
	lines = told(by_lines(bytes, size - 1, data[0] + 1u));
	blocks = told(by_blocks(bytes, size - 1, data[0] * 8u));
	FUZZ_HOLDS(strcmp(lines.at, blocks.at) == 0);
	text_free(&lines);
	text_free(&blocks);
	return 0;
}
