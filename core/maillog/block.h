/* block: whole lines of a log, taken apart together: bytes in, events out, which point into the bytes. A
 * block is worked on by one thread at a time and shares nothing, so several are taken apart side by side.
 * Pure. */
#ifndef MAILLOG_BLOCK_H
#define MAILLOG_BLOCK_H

#include "maillog/lines.h"
#include "model/event.h"

#define BLOCK_BYTES (UINT64_C(1) << 18)              /* about so much of a log is a block */
#define BLOCK_ROOM (BLOCK_BYTES + LINES_LONGEST + 2) /* its last line may be a long one */
#define BLOCK_EVENTS 2048 /* of so many lines: more in a block take several rounds */

struct block {
	char bytes[BLOCK_ROOM];
	size_t len;           /* whole lines; the last one may lack its end */
	size_t taken;         /* so much of it was taken apart */
	int64_t offset;       /* of its first byte in its file; -1: it cannot be read there again */
	unsigned source;      /* of the events */
	int64_t reference_ms; /* see maillog_parse() */
	size_t count;
	struct event events[BLOCK_EVENTS];
};

/* Takes the next lines apart: `count` events, all lines when `taken` is `len` afterwards. A line that is
 * over-long or cannot be read is EVENT_SKIPPED. */
void block_parse(struct block *b);

#endif
