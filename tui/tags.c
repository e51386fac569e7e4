#include "tui/tags.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static size_t
index_of(const struct tags *n, const char *name)
{
	size_t i = 0;

	while (i < n->count && strcmp(n->at[i], name) != 0)
		i++;
	return i;
}

bool
tags_has(const struct tags *n, const char *name)
{
	return index_of(n, name) < n->count;
}

void
tags_toggle(struct tags *n, const char *name)
{
	size_t i = index_of(n, name);

	if (i < n->count) {
		free(n->at[i]);
		n->at[i] = n->at[--n->count];
		return;
	}
	n->at = mem_resize(n->at, n->count + 1, sizeof *n->at);
	n->at[n->count++] = mem_text(name);
}

void
tags_clear(struct tags *n)
{
	while (n->count > 0)
		free(n->at[--n->count]);
	free(n->at);
	n->at = NULL;
}
