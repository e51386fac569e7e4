/* names: what the DNS says of a host, asked when the user wants to see it (`d`): MX, A, AAAA, or PTR of an
 * address. */
#ifndef ENGINE_NAMES_H
#define ENGINE_NAMES_H

#include "engine/engine.h"
#include "engine/target.h"
#include "probe/resolver.h"

struct names;

/* No digs yet. The resolver is borrowed; changed(arg) comes on the loop when an answer came. */
struct names *names_new(struct resolver *resolver, int64_t timeout_ms, void (*changed)(void *arg), void *arg);

/* Asks anew; while the same is still asked, returns that. It lives until the next one of the same name. */
const struct dig *names_ask(struct names *n, const struct target *target);

/* The newest of a name, or NULL. */
const struct dig *names_find(const struct names *n, const struct target *target);

/* Cancels what is asked; closed(arg) comes, maybe at once, when the memory is gone. */
void names_close(struct names *n, void (*closed)(void *arg), void *arg);

#endif
