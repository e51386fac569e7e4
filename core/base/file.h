/* file: the one place where files are opened for reading. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/fault.h"

#include <stddef.h>

/* Opens a regular file, pipe or device for reading, close-on-exec and without blocking on a FIFO that nobody
 * writes. Returns the descriptor, which the caller closes, or a negative errno. */
int file_open(const char *path);

/* Reads a whole regular file of at most limit bytes. Returns 0 with *bytes (NUL-terminated, the caller frees
 * it) and *len; or a negative errno, -EFBIG for a larger file. */
int file_read(const char *path, size_t limit, unsigned char **bytes, size_t *len);

/* Says in *why that path could not be read, and what the user can do about it (for -EACCES: which group may
 * read the file). code is a negative errno. */
void file_fault(const char *path, int code, struct fault *why);

#endif
