#include "fill.h"

#include "base/text.h"

#include <string.h>

char *
fill(const char *text, const char *place, const char *value)
{
	struct text out = {0};
	const char *at;

	for (; (at = strstr(text, place)); text = at + strlen(place)) {
		text_add(&out, text, (size_t)(at - text));
		text_put(&out, value);
	}
	text_put(&out, text);
	return text_take(&out);
}
