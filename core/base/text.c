#include "base/text.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
make_room(struct text *t, size_t more)
{
	size_t need = t->len + more + 1;

	if (need <= t->room)
		return;
	t->room = need < 2 * t->room ? 2 * t->room : need + 32;
	t->at = mem_resize(t->at, t->room, 1);
}

void
text_add(struct text *t, const void *bytes, size_t len)
{
	make_room(t, len);
	if (len)
		memcpy(t->at + t->len, bytes, len);
	t->len += len;
	t->at[t->len] = '\0';
}

void
text_put(struct text *t, const char *text)
{
	text_add(t, text, strlen(text));
}

static void
print_to(struct text *t, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len > 0) {
		make_room(t, (size_t)len);
		vsnprintf(t->at + t->len, (size_t)len + 1, format, again);
		t->len += (size_t)len;
	}
	va_end(again);
}

void
text_printf(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_to(t, format, args);
	va_end(args);
}

char *
text_take(struct text *t)
{
	char *at = t->at ? t->at : mem_new(1, 1);

	*t = (struct text){NULL, 0, 0};
	return at;
}

void
text_drop(struct text *t, size_t n)
{
	if (n >= t->len)
		n = t->len;
	if (n == 0)
		return;
	t->len -= n;
	memmove(t->at, t->at + n, t->len + 1);
}

void
text_free(struct text *t)
{
	free(t->at);
	*t = (struct text){NULL, 0, 0};
}

char *
text_new(const char *format, ...)
{
	struct text t = {NULL, 0, 0};
	va_list args;

	va_start(args, format);
	print_to(&t, format, args);
	va_end(args);
	return text_take(&t);
}
