/* debug: the record of --debug: what was connected to, and every dialogue. */
#ifndef ENGINE_DEBUG_H
#define ENGINE_DEBUG_H

#include "base/fault.h"
#include "model/observation.h"

struct debug;

/* Appends to a file, made with mode 0600. NULL with *why when it cannot be written. */
struct debug *debug_open(const char *path, struct fault *why);

/* Records a connection that has ended; d may be NULL. */
void debug_connection(struct debug *d, const struct observation *o);

/* Closes it. NULL does nothing. */
void debug_close(struct debug *d);

#endif
