/* macros: a cf's macro definitions (D lines), and their expansion in values. Private to mta. */
#ifndef MTA_MACROS_H
#define MTA_MACROS_H

#include "base/span.h"

/* A real cf has some fifty; more than this are not remembered. */
#define MACROS_LIMIT 500

struct macro {
	char *line;       /* the bytes that the spans point into */
	struct span name; /* "j", or "client_name" of D{client_name} */
	struct span value;
};

struct macros {
	struct macro list[MACROS_LIMIT];
	size_t count;
	const char *canonical; /* the host's own name, or NULL */
};

/* Takes over a line "Dxvalue" or "D{name}value" and notes what it defines; the last definition counts. */
void macros_define(struct macros *m, char *line);

/* The value of a macro, unexpanded; empty with at == NULL when the cf does not define it. */
struct span macros_find(const struct macros *m, struct span name);

/* A value with its macros replaced, also inside their values; undefined ones are empty, as in Sendmail. The
 * caller frees it. NULL when it needs the host's name, which is not known, or is out of all proportion. */
char *macros_expand(const struct macros *m, struct span value);

/* Frees the lines, not the struct. */
void macros_free(struct macros *m);

#endif
