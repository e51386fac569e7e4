/* stamp: the time at the front of a log line, in every form that syslog daemons and journalctl write. Pure.
 */
#ifndef MAILLOG_STAMP_H
#define MAILLOG_STAMP_H

#include "base/span.h"

/* Takes a time and the blanks behind it off the front of *s: "Nov 22 07:29:11" (RFC 3164; with a fraction:
 * journalctl short-precise), "2026-11-22T07:29:11.675225+00:00" (RFC 3339; "+0000": short-iso), or
 * "Sun 2026-11-22 07:42:22 UTC" (short-full). A time without a zone is local. The year of an RFC 3164 time is
 * the latest that puts it not after reference_ms + 24 h. False, with *s as it was, when no time is there. */
bool stamp_take(struct span *s, int64_t reference_ms, int64_t *ms);

#endif
