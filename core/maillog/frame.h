/* frame: what the syslog daemon, journalctl or nobody put in front of a message: priority, time, host, tag,
 * pid, and the repetitions it counted. Knows nothing of Sendmail. Pure. */
#ifndef MAILLOG_FRAME_H
#define MAILLOG_FRAME_H

#include "model/event.h"

/* Takes the frame of e->line apart into *e's time_ms, host, tag, pid, repeat and text; *e is fresh. "last
 * message repeated N times" becomes EVENT_REPEATED. False when there is neither a time nor "tag[pid]: ": then
 * only the text, which is all of it, can tell whether it is a log line. */
bool frame_parse(struct event *e, int64_t reference_ms);

/* Of a line that has no frame: moves "tag: " from the front of its text to its tag. False when there is none.
 */
bool frame_take_tag(struct event *e);

#endif
