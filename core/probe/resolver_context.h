/* resolver_context: libunbound set up as Sendmail's resolver would see the world. For probe/resolver.c only. */
#ifndef PROBE_RESOLVER_CONTEXT_H
#define PROBE_RESOLVER_CONTEXT_H

#include "probe/resolver.h"

struct ub_ctx;

/* A context that is ready to be asked; the caller deletes it. NULL with *why when the options cannot be used. */
struct ub_ctx *resolver_context(const struct resolver_options *options, struct fault *why);

#endif
