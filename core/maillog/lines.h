/* lines: cuts a stream of bytes into lines, however the bytes are cut. Pure. */
#ifndef MAILLOG_LINES_H
#define MAILLOG_LINES_H

#include "base/span.h"

#define LINES_LONGEST 65536 /* a longer line is skipped and counted */

/* Called with each line, without its end; the span is worth no longer than the call. */
typedef void lines_cb(void *arg, struct span line);

struct lines;

/* A cutter that hands its lines to each(arg, line). Freed with lines_free(). */
struct lines *lines_new(lines_cb *each, void *arg);

/* Takes len more bytes; calls back for every line that they end. */
void lines_feed(struct lines *l, const char *bytes, size_t len);

/* The stream ends: what is left is a line too. It may begin anew with lines_feed(). */
void lines_end(struct lines *l);

/* The stream broke off (rotation, truncation): what is left is no line. The next byte stands at `offset`. */
void lines_begin(struct lines *l, int64_t offset);

/* Where the line that is handed out now begins: the offset of lines_begin(), else 0, and what was fed since.
 */
int64_t lines_offset(const struct lines *l);

/* How many lines were too long so far. */
uint64_t lines_skipped(const struct lines *l);

/* Frees it; what is left is dropped. NULL does nothing. */
void lines_free(struct lines *l);

#endif
