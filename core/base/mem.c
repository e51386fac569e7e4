#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*exhausted_hook)(void);

void
mem_on_exhausted(void (*hook)(void))
{
	exhausted_hook = hook;
}

static void
give_up(void)
{
	if (exhausted_hook)
		exhausted_hook();
	fputs("verifail: out of memory\n", stderr);
	abort();
}

void *
mem_new(size_t count, size_t size)
{
	void *at = calloc(count ? count : 1, size ? size : 1);

	if (!at)
		give_up();
	return at;
}

void *
mem_resize(void *old, size_t count, size_t size)
{
	size_t bytes = count * size;
	void *at = size && count > SIZE_MAX / size ? NULL : realloc(old, bytes > 0 ? bytes : 1);

	if (!at)
		give_up();
	return at;
}

void *
mem_copy(const void *from, size_t len)
{
	char *at = mem_new(len + 1, 1);

	if (len)
		memcpy(at, from, len);
	return at;
}

char *
mem_text(const char *text)
{
	return text ? mem_copy(text, strlen(text)) : NULL;
}
