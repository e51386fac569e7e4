#include "tui/log_brief.h"

#include "base/text.h"
#include "tui/canvas.h"

#include <ctype.h>
#include <stdlib.h>

#define CLOCK 8         /* 07:29:11 */
#define CLOCK_BEFORE 32 /* it stands in the first bytes of a line */

static bool
is_clock(const char *at)
{
	static const char form[] = "dd:dd:dd";

	for (int i = 0; i < CLOCK; i++) {
		if (form[i] == 'd' ? !isdigit((unsigned char)at[i]) : at[i] != form[i])
			return false;
	}
	return true;
}

static bool
find_clock(struct span line, size_t *at)
{
	for (size_t i = 0; i + CLOCK <= line.len && i < CLOCK_BEFORE; i++) {
		if (is_clock(line.at + i)) {
			*at = i;
			return true;
		}
	}
	return false;
}

/* Leaves out the first ", "-separated field that begins so. */
static void
put_without(struct text *out, struct span message, const char *field)
{
	ptrdiff_t at = span_find(message, field), end;

	if (at < 0) {
		text_add(out, message.at, message.len);
		return;
	}
	end = span_find(span_skip(message, (size_t)at), ", ");
	text_add(out, message.at, (size_t)at);
	if (end >= 0)
		text_add(out, message.at + at + end + 2, message.len - (size_t)(at + end + 2));
}

char *
log_brief_line(struct span line)
{
	struct text out = {NULL, 0, 0};
	struct span rest = line, word;
	size_t at;

	if (find_clock(line, &at)) {
		text_add(&out, line.at + at, CLOCK);
		text_put(&out, " ");
		rest = span_skip(line, at);
		span_cut(&rest, " ", &word); /* the time, its fraction and zone */
		span_cut(&rest, " ", &word); /* the host */
	}
	put_without(&out, rest, "relay=");
	return text_take(&out);
}

static void
take_line(void *arg, struct span line)
{
	char *brief = log_brief_line(line);

	page_add(arg, ATTR_PLAIN, span_of(brief));
	free(brief);
}

void
log_brief(const struct engine *e, const struct relay *r, size_t most, struct page *out)
{
	engine_lines(e, r, most, take_line, out);
}
