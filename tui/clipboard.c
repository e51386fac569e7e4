#include "tui/clipboard.h"

#include <string.h>

/* RFC 4648 section 4. */
static void
put_base64(struct text *out, const unsigned char *at, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		unsigned three = (unsigned)at[i] << 16;
		char four[4];

		if (i + 1 < len)
			three |= (unsigned)at[i + 1] << 8;
		if (i + 2 < len)
			three |= at[i + 2];
		four[0] = digits[three >> 18];
		four[1] = digits[three >> 12 & 63];
		four[2] = i + 1 < len ? digits[three >> 6 & 63] : '=';
		four[3] = i + 2 < len ? digits[three & 63] : '=';
		text_add(out, four, sizeof four);
	}
}

size_t
clipboard_lines(const char *text)
{
	size_t lines = 1;

	for (; (text = strchr(text, '\n')); text++)
		lines += text[1] != '\0';
	return lines;
}

char *
clipboard_sequence(const char *copied, bool in_tmux)
{
	struct text out = {NULL, 0, 0};
	struct text code = {NULL, 0, 0};
	size_t len = strlen(copied);

	while (len > 0 && (copied[len - 1] == '\n' || copied[len - 1] == '\r'))
		len--;
	text_put(&code, "");
	put_base64(&code, (const unsigned char *)copied, len);
	text_printf(&out, "\033]52;c;%s\a", code.at);
	if (in_tmux)
		text_printf(&out, "\033Ptmux;\033\033]52;c;%s\a\033\\", code.at);
	text_free(&code);
	return text_take(&out);
}
