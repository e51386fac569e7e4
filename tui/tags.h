/* tags: a small set of names, such as the tagged relays. */
#ifndef TUI_TAGS_H
#define TUI_TAGS_H

#include <stdbool.h>
#include <stddef.h>

struct tags {
	char **at;
	size_t count;
};

/* Is the name in the set? */
bool tags_has(const struct tags *n, const char *name);

/* Puts a name in, or takes it out when it was in. */
void tags_toggle(struct tags *n, const char *name);

/* Empties the set and frees what it holds. */
void tags_clear(struct tags *n);

#endif
