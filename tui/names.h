/* names: a small set of names, such as the tagged relays. */
#ifndef TUI_NAMES_H
#define TUI_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
	char **at;
	size_t count;
};

/* Is the name in the set? */
bool names_has(const struct names *n, const char *name);

/* Puts a name in, or takes it out when it was in. */
void names_toggle(struct names *n, const char *name);

/* Empties the set and frees what it holds. */
void names_clear(struct names *n);

#endif
