/* path: builds the chain that a verdict was given on, with what each certificate is worth. For a worker. */
#ifndef ENGINE_PATH_H
#define ENGINE_PATH_H

#include "model/observation.h"
#include "model/path.h"
#include "trust/store.h"

/* The path of an observation's chain; NULL when it has none. The caller has one reference. */
struct path *path_build(const struct observation *o, const struct store *store, int64_t now_ms);

/* Whether a certificate is among those that were sent. */
bool path_has_sent(const struct chain *sent, const struct certificate *c);

#endif
