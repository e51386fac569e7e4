/* logs_scan: reads opened inputs once on libuv's pool, in stretches, and merges what they say, in order. For
 * the logs files alone. */
#ifndef ENGINE_LOGS_SCAN_H
#define ENGINE_LOGS_SCAN_H

#include "engine/logs_input.h"

struct scan;

struct scan_events {
	/* The history of the end of a long log, to be shown until all is read; its owner is who is called. */
	void (*preview)(void *arg, struct history *history);
	void (*progress)(void *arg); /* scan_read() has grown */
	/* All is read: the history, settled, its owner is who is called; NULL after scan_stop(). The scan's
	 * memory goes when this returns. Never from inside scan_start(). */
	void (*done)(void *arg, struct history *history);
	void *arg;
};

/* Starts to read the files and archives among the inputs, which stay where they are until it is done. Sets
 * `end` of each, and `fault` where the reading failed. */
struct scan *scan_start(uv_loop_t *loop, struct input *inputs, size_t count, const struct input_rules *rules,
	const struct scan_events *events);

/* Ends it early: done(NULL) comes as soon as no thread works for it. */
void scan_stop(struct scan *s);

/* Bytes read so far, and all there are (of archives: compressed). */
uint64_t scan_read(const struct scan *s);
uint64_t scan_total(const struct scan *s);

#endif
