/* resolver_context: libunbound set up as Sendmail's resolver would see the world. For probe/resolver.c only.
 */
#ifndef PROBE_RESOLVER_CONTEXT_H
#define PROBE_RESOLVER_CONTEXT_H

#include "base/fault.h"

struct ub_ctx;

/* A context that is ready to be asked; the caller deletes it. server and trust_anchor as in resolver_options.
 * NULL with *why when they cannot be used. */
struct ub_ctx *resolver_context(const char *server, const char *trust_anchor, struct fault *why);

#endif
