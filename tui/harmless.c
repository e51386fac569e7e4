#include "tui/harmless.h"

#include "base/harmless.h"

#define REPLACEMENT 0xFFFD

static const struct {
	uint32_t code;
	const char *ascii;
} stand_ins[] = {
	{0x25B8, ">"},  /* ▸ the selected row */
	{0x2717, "x"},  /* ✗ */
	{0x2713, "v"},  /* ✓ */
	{0x2502, "|"},  /* │ */
	{0x2026, "."},  /* … of what goes on; where a text is cut canvas puts three */
	{0x2192, "->"}, /* → */
	{0x25CF, "*"},  /* ● a tagged row */
	{0x2581, "_"},  /* ▁ and on to █: a bar that grows */
	{0x2582, "."},
	{0x2583, ":"},
	{0x2584, "-"},
	{0x2585, "="},
	{0x2586, "+"},
	{0x2587, "*"},
	{0x2588, "#"},
};

static uint32_t
make_harmless(uint32_t code)
{
	if (code == '\t')
		return ' ';
	return harmless_is_hostile(code) ? REPLACEMENT : code;
}

static void
put_ascii(uint32_t code, struct glyph *g)
{
	const char *as = "?";

	for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++) {
		if (stand_ins[i].code == code)
			as = stand_ins[i].ascii;
	}
	for (g->count = 0; as[g->count]; g->count++)
		g->at[g->count] = (wchar_t)as[g->count];
	g->width = g->count;
}

static void
put_wide(uint32_t code, struct glyph *g)
{
	g->at[0] = (wchar_t)code;
	g->count = 1;
	g->width = wcwidth(g->at[0]);
	/* Combining marks could be stacked over the lines above: each is shown as one that does not. */
	if (g->width < 1) {
		g->at[0] = REPLACEMENT;
		g->width = 1;
	}
}

bool
harmless_next(struct span *rest, bool ascii, struct glyph *g)
{
	uint32_t code = REPLACEMENT;
	size_t len;

	if (rest->len == 0)
		return false;
	len = harmless_decode(*rest, &code);
	if (len == 0)
		code = REPLACEMENT;
	*rest = span_skip(*rest, len ? len : 1);
	code = make_harmless(code);
	if (ascii && code >= 0x80)
		put_ascii(code, g);
	else
		put_wide(code, g);
	g->at[g->count] = L'\0';
	return true;
}

int
harmless_width(struct span s, bool ascii)
{
	struct glyph g;
	int width = 0;

	while (harmless_next(&s, ascii, &g))
		width += g.width;
	return width;
}

size_t
harmless_fit(struct span s, int width, bool ascii)
{
	struct span rest = s;
	struct glyph g;
	size_t fits = 0;
	int used = 0;

	while (harmless_next(&rest, ascii, &g)) {
		used += g.width;
		if (used > width && fits > 0)
			break;
		fits = s.len - rest.len;
		if (used > width)
			break;
	}
	return fits;
}
