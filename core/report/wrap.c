#include "report/wrap.h"

#include "base/harmless.h"
#include "report/harmless.h"

#include <stdlib.h>
#include <string.h>

/* Characters, not columns: a wide one makes its line a little longer, which no terminal minds. */
static size_t
width_of(struct span s)
{
	size_t width = 0;

	for (size_t i = 0; i < s.len; i++)
		width += ((unsigned char)s.at[i] & 0xC0) != 0x80;
	return width;
}

static void
put_words(struct text *out, size_t margin, struct span words)
{
	size_t column = margin;
	struct span word;

	while (words.len) {
		size_t width;

		span_cut(&words, " ", &word);
		width = width_of(word);
		if (width == 0)
			continue;
		if (column > margin && column + 1 + width > WRAP_COLUMNS) {
			text_printf(out, "\n%*s", (int)margin, "");
			column = margin;
		}
		if (column > margin) {
			text_put(out, " ");
			column++;
		}
		text_add(out, word.at, word.len);
		column += width;
	}
	text_put(out, "\n");
}

void
wrap_text(struct text *out, const char *first, const char *hostile)
{
	struct span rest = span_of(hostile), line;
	size_t margin = width_of(span_of(first));

	text_put(out, first);
	do {
		struct text clean = {NULL, 0, 0};
		char *copy;

		span_cut(&rest, "\n", &line);
		copy = span_copy(line);
		harmless_text(&clean, copy);
		put_words(out, margin, (struct span){clean.at, clean.len});
		text_free(&clean);
		free(copy);
		if (rest.len && rest.at[0] != '\n')
			text_printf(out, "%*s", (int)margin, "");
	} while (rest.len);
}

void
wrap_line(struct text *out, const char *first, const char *hostile)
{
	struct span rest = span_of(hostile), part;

	text_put(out, first);
	while (rest.len) {
		char *copy;

		span_cut(&rest, "\t", &part);
		copy = span_copy(part);
		harmless_text(out, copy);
		text_put(out, rest.len ? "   " : "");
		free(copy);
	}
	text_put(out, "\n");
}
