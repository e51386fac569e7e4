#include "base/harmless.h"

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
harmless_decode(struct span s, uint32_t *character)
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
harmless_is_hostile(uint32_t character)
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
