#include "probe/reply.h"

#include <string.h>

/* The code of a line "250 …", "250-…" or "250" alone, or 0. */
static int
code_of(struct span line)
{
	int code = 0;

	if (line.len < 3 || (line.len > 3 && line.at[3] != ' ' && line.at[3] != '-'))
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (line.at[i] < '0' || line.at[i] > '9')
			return 0;
		code = code * 10 + (line.at[i] - '0');
	}
	return code;
}

static void
add_clean(struct text *line, struct span bytes)
{
	size_t from = line->len;
	char *nul;

	text_add(line, bytes.at, bytes.len);
	while ((nul = memchr(line->at + from, '\0', line->len - from)))
		*nul = '?';
}

bool
reply_take_line(struct reply *r, struct span *bytes)
{
	struct span piece;
	size_t before = bytes->len;

	if (r->line_ended)
		text_drop(&r->line, r->line.len);
	r->line_ended = span_cut(bytes, "\n", &piece);
	add_clean(&r->line, piece);
	r->bytes += before - bytes->len;
	if (r->line_ended && r->line.len && r->line.at[r->line.len - 1] == '\r')
		r->line.at[--r->line.len] = '\0';
	return r->line_ended;
}

bool
reply_add_line(struct reply *r)
{
	struct span line = {r->line.at, r->line.len};
	int code = code_of(line);

	/* Sendmail takes codes below 100 as remarks and passes them over like junk. */
	if (code < 100) {
		if (r->junk.len == 0)
			text_add(&r->junk, line.at, line.len);
		return false;
	}
	if (r->lines.len)
		text_put(&r->lines, "\n");
	text_add(&r->lines, line.at, line.len);
	r->code = code;
	return line.len == 3 || line.at[3] != '-';
}

char *
reply_text(const struct reply *r)
{
	struct span rest = {r->lines.at, r->lines.len}, line;
	struct text out = {NULL, 0, 0};
	bool more;

	do {
		more = span_cut(&rest, "\n", &line);
		line = span_skip(line, 4);
		text_add(&out, line.at, line.len);
		if (more)
			text_put(&out, "\n");
	} while (more);
	return text_take(&out);
}

void
reply_reset(struct reply *r)
{
	text_drop(&r->line, r->line.len);
	text_drop(&r->lines, r->lines.len);
	text_drop(&r->junk, r->junk.len);
	r->bytes = 0;
	r->code = 0;
	r->line_ended = false;
}

void
reply_free(struct reply *r)
{
	text_free(&r->line);
	text_free(&r->lines);
	text_free(&r->junk);
}
