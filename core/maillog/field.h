/* field: "key=value, key=value" by key, never by position. Pure. */
#ifndef MAILLOG_FIELD_H
#define MAILLOG_FIELD_H

#include "base/span.h"

#include <string.h>

/* span_starts() of a literal: nothing to measure, and compared in place. */
#define BEGINS(s, literal) \
	((s).len >= sizeof(literal) - 1 && memcmp((s).at, literal, sizeof(literal) - 1) == 0)

struct field_key {
	const char *name;
	unsigned char len;
	bool to_end; /* its value is free text: it goes on to the end of the line */
};

#define FIELD(name)                           \
	{                                     \
		name, sizeof(name) - 1, false \
	}
#define FIELD_TO_END(name)                   \
	{                                    \
		name, sizeof(name) - 1, true \
	}

/* Sets found[i] to the value of the first field that keys[i] names, for count keys; a key that is not there
 * leaves {NULL, 0}. Values end at ", " outside double quotes (an address may be quoted). */
void field_find(struct span text, const struct field_key *keys, size_t count, struct span *found);

/* The whole of s as a number that fits an int, else `otherwise`. */
int field_number(struct span s, int otherwise);

/* "mx.example.net. [192.0.2.1]" and its like, with "(may be forged)" or not: *name and *address; of a literal
 * alone the name is the literal and the address is empty. */
void field_relay(struct span s, struct span *name, struct span *address);

#endif
