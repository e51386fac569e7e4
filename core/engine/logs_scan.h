/* logs_scan: reads opened inputs once: block after block is taken apart on libuv's pool, and applied to one
 * history on the loop, in the log's order. For logs.c alone. */
#ifndef ENGINE_LOGS_SCAN_H
#define ENGINE_LOGS_SCAN_H

#include "engine/logs_input.h"
#include "relays/history.h"

struct scan;

struct scan_rules {
	struct history_options history;
	bool whole;    /* the last line counts although it has no end: nobody follows the file */
	int64_t block; /* bytes of a file that are a block, at most BLOCK_BYTES; 0: so many */
};

struct scan_events {
	/* The history of the end of a long log, to be shown until all is read; its owner is who is called. */
	void (*preview)(void *arg, struct history *history);
	void (*progress)(void *arg); /* scan_read() has grown */
	/* All is read: the history's owner is who is called; NULL after scan_stop(). The scan's memory goes
	 * when this returns. Never from inside scan_start(). */
	void (*done)(void *arg, struct history *history);
	void *arg;
};

/* Starts to read the files and archives among the inputs, which stay where they are until it is done. Sets
 * `end` of each, and `fault` where the reading failed. */
struct scan *scan_start(uv_loop_t *loop, struct input *inputs, size_t count, const struct scan_rules *rules,
	const struct scan_events *events);

/* Ends it early: done(NULL) comes as soon as no thread works for it. */
void scan_stop(struct scan *s);

/* Bytes read so far, and all there are (of archives: compressed). */
uint64_t scan_read(const struct scan *s);
uint64_t scan_total(const struct scan *s);

#endif
