/* write_file: a file that the user named, and nobody else can read. */
#ifndef TUI_WRITE_FILE_H
#define TUI_WRITE_FILE_H

#include "base/fault.h"
#include "base/text.h"

/* Writes a new file of mode 0600. An existing one stays untouched (nor is a link followed): false with *why.
 */
bool write_file(const char *path, const struct text *contents, struct fault *why);

#endif
