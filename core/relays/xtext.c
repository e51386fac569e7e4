#include "relays/xtext.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void
xtext_put(char **text, struct span s)
{
	char *out = s.len ? mem_new(s.len + 1, 1) : NULL;
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		int high = s.at[i] == '+' && s.len - i > 2 ? digit(s.at[i + 1]) : -1;
		int low = high >= 0 ? digit(s.at[i + 2]) : -1;

		if (low >= 0 && high + low > 0) {
			out[len++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[len++] = s.at[i] ? s.at[i] : '?';
		}
	}
	free(*text);
	*text = out;
}
