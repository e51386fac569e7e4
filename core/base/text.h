/* text: a string that grows. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/span.h"

struct text {
	char *at; /* NUL-terminated once anything was added; NULL before */
	size_t len, room;
};

/* Adds len bytes. */
void text_add(struct text *t, const void *bytes, size_t len);

/* Adds a NUL-terminated text. */
void text_put(struct text *t, const char *text);

/* Adds what printf would print. */
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hands the string over to the caller, who frees it (never NULL), and leaves *t empty. */
char *text_take(struct text *t);

/* Drops the first n bytes. */
void text_drop(struct text *t, size_t n);

/* Frees what it holds and leaves *t empty. */
void text_free(struct text *t);

/* printf into new memory; the caller frees it. */
char *text_new(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
