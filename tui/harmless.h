/* harmless: hostile bytes as characters that a terminal can be given: what would move the cursor, change the
 * terminal or turn text round is shown as a replacement character. It knows no screen. */
#ifndef TUI_HARMLESS_H
#define TUI_HARMLESS_H

#include "base/span.h"

#include <wchar.h>

#define GLYPH_ROOM 4

struct glyph {
	wchar_t at[GLYPH_ROOM]; /* one character, or its ASCII stand-in of up to three */
	int count;
	int width; /* columns */
};

/* Takes the next character off *rest; false at its end. Controls (C0, DEL, C1), invalid UTF-8, bidirectional
 * and zero-width characters become U+FFFD ("?" in ASCII), tabs a blank. With ascii whatever is not ASCII
 * becomes its stand-in ("│" "|", "→" "->"), or "?". Widths by wcwidth(), so of the locale. */
bool harmless_next(struct span *rest, bool ascii, struct glyph *g);

/* The columns that s takes. */
int harmless_width(struct span s, bool ascii);

/* How many bytes of s fit into width columns; at least one character when there is one, so that wrapping
 * always goes on. */
size_t harmless_fit(struct span s, int width, bool ascii);

#endif
