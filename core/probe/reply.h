/* reply: one SMTP reply (RFC 5321 section 4.2), gathered line by line as Sendmail's reply() does: a line that
 * is no reply is passed over, the last line's code counts, a bare LF ends a line too. Sans-I/O and pure. */
#ifndef PROBE_REPLY_H
#define PROBE_REPLY_H

#include "base/text.h"

struct reply {
	struct text line;  /* the line that is being gathered, without its end */
	struct text lines; /* the lines of the reply with their codes, '\n' between them */
	struct text junk;  /* the first line that was no reply; empty: none */
	size_t bytes;      /* how many were taken for this reply, junk included */
	int code;          /* the last line's; 0: none yet */
	bool line_ended;   /* line is whole: the next byte begins another */
};

/* Takes bytes up to the end of one line from *bytes. True when r->line is whole now; false when more is
 * needed. NUL bytes become '?', so that what is kept can be a C string. */
bool reply_take_line(struct reply *r, struct span *bytes);

/* Takes r->line into the reply. True when that was its last line. */
bool reply_add_line(struct reply *r);

/* What the lines say without their codes, '\n' between them. The caller frees it. */
char *reply_text(const struct reply *r);

/* Forgets it all, ready for the next reply. */
void reply_reset(struct reply *r);

/* Frees what it holds. */
void reply_free(struct reply *r);

#endif
