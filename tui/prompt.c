#include "tui/prompt.h"

#include "base/safe.h"
#include "tui/key.h"

#include <string.h>

void
prompt_begin(struct prompt *p, const char *initial)
{
	text_free(&p->typed);
	text_put(&p->typed, initial);
	p->cursor = p->typed.len;
}

static bool
is_inside(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

static size_t
step_back(const struct prompt *p)
{
	size_t at = p->cursor;

	while (at > 0 && is_inside((unsigned char)p->typed.at[--at])) {
	}
	return at;
}

static size_t
step_on(const struct prompt *p)
{
	size_t at = p->cursor;

	if (at < p->typed.len)
		at++;
	while (at < p->typed.len && is_inside((unsigned char)p->typed.at[at]))
		at++;
	return at;
}

static void
replace(struct prompt *p, size_t from, size_t to, struct span by)
{
	struct text anew = {NULL, 0, 0};

	text_add(&anew, p->typed.at, from);
	text_add(&anew, by.at, by.len);
	text_add(&anew, p->typed.at + to, p->typed.len - to);
	text_free(&p->typed);
	p->typed = anew;
	p->cursor = from + by.len;
}

static void
insert(struct prompt *p, int key)
{
	unsigned code = (unsigned)key;
	char bytes[4];
	size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (p->typed.len + len > PROMPT_LIMIT)
		return;
	for (size_t i = len; i-- > 1; code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3F));
	bytes[0] = (char)(len == 1 ? code : (0xF00u >> len & 0xF0) | code);
	replace(p, p->cursor, p->cursor, (struct span){bytes, len});
}

static enum prompt_end
rub_out(struct prompt *p)
{
	if (p->typed.len == 0)
		return PROMPT_LEFT;
	replace(p, step_back(p), p->cursor, span_of(""));
	return PROMPT_GOES_ON;
}

enum prompt_end
prompt_press(struct prompt *p, int key)
{
	switch (key) {
	case KEYCODE_ENTER:
		return PROMPT_ENTERED;
	case KEYCODE_ESCAPE:
		return PROMPT_LEFT;
	case KEYCODE_BACKSPACE:
		return rub_out(p);
	case KEYCODE_DELETE:
		replace(p, p->cursor, step_on(p), span_of(""));
		p->cursor = p->cursor > p->typed.len ? p->typed.len : p->cursor;
		break;
	case KEYCODE_CTRL_U:
		replace(p, 0, p->cursor, span_of(""));
		break;
	case KEYCODE_LEFT:
		p->cursor = step_back(p);
		break;
	case KEYCODE_RIGHT:
		p->cursor = step_on(p);
		break;
	case KEYCODE_HOME:
		p->cursor = 0;
		break;
	case KEYCODE_END:
		p->cursor = p->typed.len;
		break;
	default:
		if (key >= KEYCODE_SPACE && key < KEYCODE_UP && key != 0x7F)
			insert(p, key);
	}
	return PROMPT_GOES_ON;
}

const char *
prompt_text(const struct prompt *p)
{
	return p->typed.at ? p->typed.at : "";
}

void
prompt_free(struct prompt *p)
{
	text_free(&p->typed);
	p->cursor = 0;
}

void
prompt_draw(const struct frame *f, const char *label, const struct prompt *p)
{
	bool ascii = canvas_is_ascii(f->canvas);
	struct span typed = span_of(prompt_text(p));
	struct span before = {typed.at, p->cursor};
	int col = canvas_text(f->canvas, (struct area){f->rows, 0, f->cols}, ATTR_BOLD, label);
	int room = f->cols - col - 1;

	while (before.len > 0 && safe_width(before, ascii) > room) {
		size_t head = safe_fit(before, 1, ascii);

		before = span_skip(before, head);
		typed = span_skip(typed, head);
	}
	canvas_span(f->canvas, (struct area){f->rows, col, room + 1}, ATTR_PLAIN, typed);
	canvas_cursor(f->canvas, f->rows, col + safe_width(before, ascii));
}
