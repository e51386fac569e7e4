#include "maillog/parse.h"

#include "maillog/frame.h"
#include "maillog/sendmail.h"

#include <limits.h>

/* A line without a frame is a log line when Sendmail could have written its text. */
static bool
speaks_sendmail(struct event *e)
{
	sendmail_parse(e);
	return e->kind != EVENT_OTHER || e->qid.len;
}

bool
maillog_parse(struct span line, int64_t reference_ms, struct event *e)
{
	static const struct event fresh = {.pid = -1,
		.repeat = 1,
		.bits = -1,
		.depth = -1,
		.ssl_error = INT_MIN,
		.err = INT_MIN,
		.retry = INT_MIN,
		.delay_s = -1,
		.offset = -1};
	struct event tagged;

	*e = fresh;
	e->line = line;
	if (frame_parse(e, reference_ms)) {
		if (e->kind == EVENT_OTHER)
			sendmail_parse(e);
		return true;
	}
	tagged = *e;
	if (speaks_sendmail(e))
		return true;
	if (frame_take_tag(&tagged) && speaks_sendmail(&tagged)) {
		*e = tagged;
		return true;
	}
	e->kind = EVENT_SKIPPED;
	return false;
}
