#include "probe/transcript.h"

#include "base/mem.h"

static void
append(struct transcript *t, int64_t at_ms, char mark, struct span line)
{
	struct observation *o = t->o;

	if (o->transcript_count == t->room) {
		t->room = t->room ? 2 * t->room : 32;
		o->transcript = mem_resize(o->transcript, t->room, sizeof *o->transcript);
	}
	o->transcript[o->transcript_count++] = (struct transcript_line){at_ms, mark, span_copy(line)};
	t->bytes += line.len;
}

bool
transcript_add(struct transcript *t, int64_t at_ms, char mark, struct span line)
{
	bool fits = t->o->transcript_count < TRANSCRIPT_LINES - 1 && t->bytes + line.len <= TRANSCRIPT_BYTES;

	/* Our own remarks are few, and the last of them tells how it ended. */
	if (fits || mark == '*') {
		append(t, at_ms, mark, line);
		return true;
	}
	if (!t->full)
		append(t, at_ms, '*', span_of("… more not shown"));
	t->full = true;
	return false;
}
