/* mem: memory that is there or the program ends; out of memory is not a state that callers handle. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for count objects of size bytes; never NULL. The caller frees it with free(). */
void *mem_new(size_t count, size_t size);

/* realloc() of count objects of size bytes; never NULL; new bytes are not cleared. */
void *mem_resize(void *old, size_t count, size_t size);

/* A copy of len bytes with a NUL behind them; never NULL. The caller frees it. */
void *mem_copy(const void *from, size_t len);

/* strdup() that never fails; NULL gives NULL. The caller frees it. */
char *mem_text(const char *text);

/* Called once before the program aborts for want of memory: puts the terminal right. NULL: nothing. */
void mem_on_exhausted(void (*hook)(void));

#endif
