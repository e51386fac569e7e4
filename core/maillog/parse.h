/* parse: a log line to an event: syslog framing, then Sendmail's own text, of 8.12 to 8.18. Pure: the
 * line and a reference time in, an event with spans into the line out. */
#ifndef MAILLOG_PARSE_H
#define MAILLOG_PARSE_H

#include "model/event.h"

/* Takes a line apart. reference_ms is the file's time or now: the year of an RFC 3164 time is the latest that
 * does not put it after the reference + 24 h. Returns false for a line that no framing fits, which is
 * EVENT_SKIPPED: binary rubbish, an empty line. A line of another program is EVENT_OTHER. */
bool maillog_parse(struct span line, int64_t reference_ms, struct event *e);

#endif
