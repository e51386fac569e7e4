#include "tui/footer.h"

#include "base/safe.h"

void
footer_prompt(const struct frame *f, const char *label, const struct prompt *p)
{
	bool ascii = canvas_is_ascii(f->canvas);
	struct span typed = span_of(prompt_text(p));
	struct span before = {typed.at, p->cursor};
	int col = canvas_text(f->canvas, (struct spot){f->rows, 0, f->cols}, PAINT_BOLD, label);
	int room = f->cols - col - 1;

	while (before.len > 0 && safe_width(before, ascii) > room) {
		size_t head = safe_fit(before, 1, ascii);

		before = span_skip(before, head);
		typed = span_skip(typed, head);
	}
	canvas_span(f->canvas, (struct spot){f->rows, col, room + 1}, PAINT_PLAIN, typed);
	canvas_cursor(f->canvas, f->rows, col + safe_width(before, ascii));
}
