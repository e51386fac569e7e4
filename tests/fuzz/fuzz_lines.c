/* The line cutter: however the bytes are cut, the lines are the same. The first byte seeds the cuts. */
#include "fuzz.h"

#include "base/text.h"
#include "maillog/lines.h"

static void
note(void *arg, struct span line)
{
	text_put(arg, "<");
	text_add(arg, line.at, line.len);
	text_put(arg, ">");
}

static struct text
cut(const char *bytes, size_t size, unsigned seed, uint64_t *skipped)
{
	struct text t = {NULL, 0, 0};
	struct lines *l = lines_new(note, &t);

	while (size) {
		size_t piece = size;

		if (seed) {
			seed = seed * 1103515245 + 12345;
			piece = 1 + (seed >> 16) % (seed % 7 ? 64 : 40000);
		}
		if (piece > size)
			piece = size;
		lines_feed(l, bytes, piece);
		bytes += piece;
		size -= piece;
	}
	lines_end(l);
	*skipped = lines_skipped(l);
	lines_free(l);
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t skipped_whole, skipped_cut;
	struct text whole, pieces;

	if (size < 2)
		return 0;
	whole = cut((const char *)data + 1, size - 1, 0, &skipped_whole);
	pieces = cut((const char *)data + 1, size - 1, data[0] + 1u, &skipped_cut);
	FUZZ_HOLDS(skipped_whole == skipped_cut);
	FUZZ_HOLDS(span_same((struct span){whole.at, whole.len}, (struct span){pieces.at, pieces.len}));
	text_free(&whole);
	text_free(&pieces);
	return 0;
}
