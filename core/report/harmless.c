#include "report/harmless.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

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

/* Decodes the character at s[0..len) strictly; its length, 0 when it is none. */
static size_t
decode(const unsigned char *s, size_t len, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t want = length_of(s[0]);
	uint32_t c;

	if (want == 0 || want > len)
		return 0;
	c = want == 1 ? s[0] : s[0] & (0x7Fu >> want);
	for (size_t i = 1; i < want; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3Fu);
	}
	if (c < least[want] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*character = c;
	return want;
}

/* What a terminal obeys instead of showing it. */
static bool
is_command(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {{0, 0x1F}, {0x7F, 0x9F}, {0x61C, 0x61C}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069},
		{0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	}
	return false;
}

static void
clean(struct text *out, const char *hostile, bool for_people)
{
	size_t len = hostile ? strlen(hostile) : 0, i = 0;

	while (i < len) {
		uint32_t character = 0;
		size_t bytes = decode((const unsigned char *)hostile + i, len - i, &character);

		if (bytes == 0)
			text_put(out, REPLACEMENT);
		else if (for_people && is_command(character))
			text_put(out, "?");
		else
			text_add(out, hostile + i, bytes);
		i += bytes ? bytes : 1;
	}
}

void
harmless_utf8(struct text *out, const char *hostile)
{
	clean(out, hostile, false);
}

void
harmless_text(struct text *out, const char *hostile)
{
	clean(out, hostile, true);
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

char *
harmless_without_addresses(const char *text)
{
	struct text out = {NULL, 0, 0};
	size_t done = 0;
	const char *sign;

	if (!text)
		return NULL;
	while ((sign = strchr(text + done, '@')) != NULL) {
		size_t at = (size_t)(sign - text), begin = address_begin(text, done, at);

		text_add(&out, text + done, begin - done);
		text_put(&out, "[address]");
		done = address_end(text, at);
	}
	text_put(&out, text + done);
	return text_take(&out);
}
