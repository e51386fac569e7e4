/* span: a piece of somebody else's bytes; it owns nothing and never reads past its end. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *at; /* may be NULL when len is 0 */
	size_t len;
};

/* The span of a NUL-terminated text; NULL gives the empty span. It lives as long as the text. */
struct span span_of(const char *text);

/* Equal byte for byte to text. */
bool span_is(struct span s, const char *text);

/* Equal byte for byte. */
bool span_same(struct span a, struct span b);

/* Begins with text. */
bool span_starts(struct span s, const char *text);

/* Ends with text. */
bool span_ends(struct span s, const char *text);

/* Without its first n bytes; empty when it is shorter. */
struct span span_skip(struct span s, size_t n);

/* Without blanks, tabs, CR, LF and NUL at both ends. */
struct span span_trim(struct span s);

/* Cuts at the first separator: *head is what stood before it, *rest what stands after it.
 * Returns false, with *head the whole and *rest empty, when there is none. */
bool span_cut(struct span *rest, const char *separator, struct span *head);

/* Cuts at the last separator: *head keeps what stood before it, the return value is what stands after it.
 * With no separator *head is left as it is and the result is empty with at == NULL. */
struct span span_cut_last(struct span *head, const char *separator);

/* Where needle first stands in s, or -1. */
ptrdiff_t span_find(struct span s, const char *needle);

/* The whole of s as a decimal number; false when it is empty, has another byte or does not fit. */
bool span_number(struct span s, int64_t *number);

/* A NUL-terminated copy; the caller frees it. */
char *span_copy(struct span s);

/* A NUL-terminated copy into room of size bytes, cut to fit; size is at least 1. */
void span_put(struct span s, char *room, size_t size);

#endif
