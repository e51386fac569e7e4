/* transcript: the dialogue's lines in an observation, with times, bounded. */
#ifndef PROBE_TRANSCRIPT_H
#define PROBE_TRANSCRIPT_H

#include "model/observation.h"

#define TRANSCRIPT_LINES 400
#define TRANSCRIPT_BYTES ((size_t)256 * 1024)

struct transcript {
	struct observation *o; /* takes the lines */
	size_t room, bytes;
	bool full;
};

/* Adds a copy of a line; at_ms since the probe began. False when it was left out because there is enough; the
 * last line then says so. */
bool transcript_add(struct transcript *t, int64_t at_ms, char mark, struct span line);

#endif
