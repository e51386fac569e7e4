/* history_help: histories from log lines, and all that a history says as one text. */
#ifndef TEST_HISTORY_HELP_H
#define TEST_HISTORY_HELP_H

#include "relays/history.h"

#define AT INT64_C(1795910400000) /* 2026-11-29: every log under tests/data is older */

/* The lines of a text, each without its end; the caller frees the array, the lines live in the text. */
struct span *help_lines(struct span text, size_t *count);

/* Parses a line and feeds it; the reference time is for lines without a year. */
void help_feed_at(struct history *h, struct span line, int64_t reference_ms);

/* The same with AT. */
void help_feed(struct history *h, struct span line);

/* The history of a text. */
struct history *help_history(struct span text);

/* A log of tests/data/logs; the caller frees at. */
struct span help_log(const char *name);

/* Every field of every relay, the totals and the facts; not the generation. The caller frees it. */
char *help_dump(const struct history *h);

#endif
