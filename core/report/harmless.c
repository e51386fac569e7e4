#include "report/harmless.h"

#include "base/harmless.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static void
clean(struct text *out, const char *hostile, bool for_people)
{
	struct span rest = span_of(hostile);

	while (rest.len) {
		uint32_t character = 0;
		size_t bytes = harmless_decode(rest, &character);

		if (bytes == 0)
			text_put(out, REPLACEMENT);
		else if (for_people && harmless_is_hostile(character))
			text_put(out, "?");
		else
			text_add(out, rest.at, bytes);
		rest = span_skip(rest, bytes ? bytes : 1);
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
harmless_without_addresses(const char *text)
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
