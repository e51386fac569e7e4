#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT 0xFFFD
#define REPLACEMENT_UTF8 "\xEF\xBF\xBD"
#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"

/* ---- characters ---- */

/* How long a character is that begins with this byte; 0: none begins so. */
static size_t
length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2)
		return 0;
	if (first < 0xE0)
		return 2;
	if (first < 0xF0)
		return 3;
	return first < 0xF8 ? 4 : 0;
}

size_t
safe_decode(struct span s, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)s.at;
	size_t want = length_of(at[0]);
	uint32_t c;

	if (want == 0 || want > s.len)
		return 0;
	c = want == 1 ? at[0] : at[0] & (0x7Fu >> want);
	for (size_t i = 1; i < want; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3Fu);
	}
	if (c < least[want] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*character = c;
	return want;
}

bool
safe_is_hostile(uint32_t character)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {{0, 0x1F}, {0x7F, 0x9F}, {0xAD, 0xAD}, {0x61C, 0x61C}, {0x200B, 0x200F},
		{0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0x10FFFF}};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (character >= ranges[i].from && character <= ranges[i].to)
			return true;
	}
	return false;
}

bool
safe_in_command(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && name[strspn(name, NAME_BYTES)] == '\0' && name[0] != '-' && name[0] != '.' &&
	       name[len - 1] != '.' && !strstr(name, "..");
}

/* ---- text to be printed ---- */

/* kept: hostile characters of ASCII that stay; NULL: all characters do. */
static void
put_clean(struct text *out, struct span hostile, const char *kept)
{
	while (hostile.len) {
		uint32_t character = 0;
		size_t bytes = safe_decode(hostile, &character);

		if (bytes == 0)
			text_put(out, REPLACEMENT_UTF8);
		else if (kept && safe_is_hostile(character) &&
			 (character == 0 || character >= 0x80 || !strchr(kept, (int)character)))
			text_put(out, "?");
		else
			text_add(out, hostile.at, bytes);
		hostile = span_skip(hostile, bytes ? bytes : 1);
	}
}

void
safe_utf8(struct text *out, const char *hostile)
{
	put_clean(out, span_of(hostile), NULL);
}

void
safe_put(struct text *out, const char *hostile)
{
	put_clean(out, span_of(hostile), "");
}

void
safe_put_but(struct text *out, const char *hostile, const char *kept)
{
	put_clean(out, span_of(hostile), kept);
}

static bool
ends_address(char c)
{
	return (unsigned char)c <= ' ' || strchr("<>()[],;:\"'", c) != NULL;
}

/* Where the address around text[at] == '@' begins; a quoted local part may hold anything. */
static size_t
address_begin(const char *text, size_t from, size_t at)
{
	size_t i = at;

	if (i > from && text[i - 1] == '"') {
		for (i--; i > from && text[i - 1] != '"'; i--)
			;
		return i > from ? i - 1 : i;
	}
	while (i > from && !ends_address(text[i - 1]))
		i--;
	return i;
}

/* The end of the domain; a literal, user@[192.0.2.1], ends behind its bracket. */
static size_t
address_end(const char *text, size_t at)
{
	size_t i = at + 1;

	if (text[i] == '[')
		return i + strcspn(text + i, "] ") + (text[i + strcspn(text + i, "] ")] == ']');
	while (text[i] && !ends_address(text[i]))
		i++;
	/* "user@example.net... User unknown": the dots are Sendmail's. */
	while (i > at + 1 && text[i - 1] == '.')
		i--;
	return i;
}

/* How long a keyword of OpenSSL's cipher lists is, 0 for what is none: the fix of a host may be
 * "CipherList=DEFAULT:@SECLEVEL=1". */
static size_t
cipher_keyword(const char *sign)
{
	if (strncmp(sign, "@SECLEVEL=", 10) == 0 && sign[10] >= '0' && sign[10] <= '9')
		return 11;
	return strcmp(sign, "@STRENGTH") == 0 ? 9 : 0;
}

char *
safe_without_addresses(const char *text)
{
	struct text out = {NULL, 0, 0};
	size_t done = 0;
	const char *sign;

	if (!text)
		return NULL;
	while ((sign = strchr(text + done, '@')) != NULL) {
		size_t at = (size_t)(sign - text), begin = address_begin(text, done, at);
		size_t keyword = cipher_keyword(sign);

		text_add(&out, text + done, (keyword ? at + keyword : begin) - done);
		text_put(&out, keyword ? "" : "[address]");
		done = keyword ? at + keyword : address_end(text, at);
	}
	text_put(&out, text + done);
	return text_take(&out);
}

/* Adds words in lines behind a margin. */
static void
put_words(struct text *out, size_t margin, struct span words)
{
	size_t column = margin;
	struct span word;

	while (words.len) {
		size_t width;

		span_cut(&words, " ", &word);
		width = (size_t)safe_width(word, false);
		if (width == 0)
			continue;
		if (column > margin && column + 1 + width > SAFE_COLUMNS) {
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
safe_wrap(struct text *out, const char *first, const char *hostile)
{
	struct span rest = span_of(hostile), line;
	size_t margin = (size_t)safe_width(span_of(first), false);

	text_put(out, first);
	do {
		struct text clean = {NULL, 0, 0};

		span_cut(&rest, "\n", &line);
		put_clean(&clean, line, "");
		put_words(out, margin, (struct span){clean.at, clean.len});
		text_free(&clean);
		if (rest.len && rest.at[0] != '\n')
			text_printf(out, "%*s", (int)margin, "");
	} while (rest.len);
}

void
safe_line(struct text *out, const char *first, const char *hostile)
{
	struct span rest = span_of(hostile), part;

	text_put(out, first);
	while (rest.len) {
		span_cut(&rest, "\t", &part);
		put_clean(out, part, "");
		text_put(out, rest.len ? "   " : "");
	}
	text_put(out, "\n");
}

/* ---- columns of a screen ---- */

/* How our own characters are shown in ASCII. */
static const struct {
	uint32_t code;
	const char *ascii;
} stand_ins[] = {
	{0x25B8, ">"},  /* ▸ the selected row */
	{0x2717, "x"},  /* ✗ */
	{0x2713, "v"},  /* ✓ */
	{0x2502, "|"},  /* │ */
	{0x2026, "."},  /* … of progress; a text that is cut ends with three */
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
make_safe(uint32_t code)
{
	if (code == '\t')
		return ' ';
	return safe_is_hostile(code) ? REPLACEMENT : code;
}

static void
put_ascii(uint32_t code, struct safe_glyph *g)
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
put_wide(uint32_t code, struct safe_glyph *g)
{
	g->at[0] = (wchar_t)code;
	g->count = 1;
	g->width = wcwidth(g->at[0]);
	/* Combining marks could be stacked over the lines above, so each is replaced. */
	if (g->width < 1) {
		g->at[0] = REPLACEMENT;
		g->width = 1;
	}
}

bool
safe_next(struct span *rest, bool ascii, struct safe_glyph *g)
{
	uint32_t code = REPLACEMENT;
	size_t len;

	if (rest->len == 0)
		return false;
	len = safe_decode(*rest, &code);
	if (len == 0)
		code = REPLACEMENT;
	*rest = span_skip(*rest, len ? len : 1);
	code = make_safe(code);
	if (ascii && code >= 0x80)
		put_ascii(code, g);
	else
		put_wide(code, g);
	g->at[g->count] = L'\0';
	return true;
}

int
safe_width(struct span s, bool ascii)
{
	struct safe_glyph g;
	int width = 0;

	while (safe_next(&s, ascii, &g))
		width += g.width;
	return width;
}

size_t
safe_fit(struct span s, int width, bool ascii)
{
	struct span rest = s;
	struct safe_glyph g;
	size_t fits = 0;
	int used = 0;

	while (safe_next(&rest, ascii, &g)) {
		used += g.width;
		if (used > width && fits > 0)
			break;
		fits = s.len - rest.len;
		if (used > width)
			break;
	}
	return fits;
}

size_t
safe_fit_line(struct span s, int width, bool ascii)
{
	size_t fits = safe_fit(s, width, ascii);

	for (size_t i = fits; i > fits / 2 && fits < s.len; i--) {
		if (s.at[i - 1] == ' ' || (s.at[i - 1] == ':' && s.at[i] != '/'))
			return i;
	}
	return fits;
}

static struct span
ellipsis(bool ascii)
{
	return span_of(ascii ? "..." : "…");
}

/* As much of s as fits, in whole characters: none where not even one does. */
static int
put_fitting(struct text *out, struct span s, int width, bool ascii)
{
	size_t fits = width > 0 ? safe_fit(s, width, ascii) : 0;
	struct span head = {s.at, fits};
	int used = safe_width(head, ascii);

	if (used > width)
		return 0;
	text_add(out, s.at, fits);
	return used;
}

int
safe_cut(struct text *out, struct span s, int width, bool ascii)
{
	int whole = safe_width(s, ascii), mark = safe_width(ellipsis(ascii), ascii), used;

	if (whole <= width) {
		text_add(out, s.at, s.len);
		return whole;
	}
	used = put_fitting(out, s, width - mark, ascii);
	return used + put_fitting(out, ellipsis(ascii), width - used, ascii);
}

int
safe_cut_middle(struct text *out, struct span s, int width, bool ascii)
{
	int mark = safe_width(ellipsis(ascii), ascii), tail = (width - mark) / 3, used;
	struct span end = s;

	if (safe_width(s, ascii) <= width || tail < 1)
		return safe_cut(out, s, width, ascii);
	used = put_fitting(out, s, width - mark - tail, ascii);
	while (safe_width(end, ascii) > tail)
		end = span_skip(end, safe_fit(end, 1, ascii));
	text_add(out, ellipsis(ascii).at, ellipsis(ascii).len);
	text_add(out, end.at, end.len);
	return used + mark + safe_width(end, ascii);
}

void
safe_cell(struct text *out, const char *s, int width, bool ascii)
{
	int used = safe_cut(out, span_of(s), width, ascii);

	text_printf(out, "%*s", width > used ? width - used : 0, "");
}
