/* settings: Sendmail's TLS settings in force: its policy, the trust store and the TLS context made from it.
 * Read on a worker, and again when one of the files changes. */
#ifndef ENGINE_SETTINGS_H
#define ENGINE_SETTINGS_H

#include "engine/issuer_pool.h"
#include "mta/policy_read.h"
#include "probe/tls_session.h"
#include "trust/store.h"

#include <uv.h>

struct settings;

/* Begins to read them; changed(arg) comes on the loop each time that they were read. NULL with *why when a
 * file that the user named is not there. The request's texts must live as long. */
struct settings *settings_new(uv_loop_t *loop, const struct policy_request *request,
	void (*changed)(void *arg), void *arg, struct fault *why);

/* Another number each time that they were read; 0: not yet. */
uint64_t settings_version(const struct settings *s);

/* Whether they were read once; before, the rest below is NULL. */
bool settings_are_read(const struct settings *s);

/* Whether a reading goes on: changed() comes at its end. */
bool settings_are_being_read(const struct settings *s);

/* Somebody relies on them now: files that have just changed are read at once, and not when they have settled.
 */
void settings_refresh(struct settings *s);

/* Borrowed until the next change. */
struct policy *settings_policy(const struct settings *s);
struct store *settings_store(const struct settings *s);
struct tls_config *settings_tls(const struct settings *s);

/* The system's CA bundle as a store, NULL when there is none, or when Sendmail's own store is made of it; and
 * its path and its policy, NULL: none. Borrowed until the next change. */
struct store *settings_system_store(const struct settings *s);
const char *settings_system_path(const struct settings *s);
struct policy *settings_system_policy(const struct settings *s);

/* Certificates that lie in CACertPath and that no hash link reaches; "from" is the file. Borrowed until the
 * next change. */
const struct issuer_pool *settings_loose(const struct settings *s);

/* The trust store in one sentence; "" before it is read. */
const char *settings_store_words(const struct settings *s);

/* Closes; closed(arg) comes when the memory is gone. */
void settings_close(struct settings *s, void (*closed)(void *arg), void *arg);

#endif
