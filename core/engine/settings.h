/* settings: Sendmail's TLS settings in force: its policy, the trust store and the TLS context made from it. Read
 * on a worker, and again when one of the files changes. */
#ifndef ENGINE_SETTINGS_H
#define ENGINE_SETTINGS_H

#include "mta/policy_read.h"
#include "probe/tls_session.h"
#include "trust/store.h"

#include <uv.h>

struct settings;

/* Begins to read them; changed(arg) comes on the loop each time that they were read. NULL with *why when a file
 * that the user named is not there. The request's texts must live as long. */
struct settings *settings_new(uv_loop_t *loop, const struct policy_request *request, void (*changed)(void *arg),
	void *arg, struct fault *why);

/* Whether they were read once; before, the rest below is NULL. */
bool settings_are_read(const struct settings *s);

/* Borrowed until the next change. */
struct policy *settings_policy(const struct settings *s);
struct store *settings_store(const struct settings *s);
struct tls_config *settings_tls(const struct settings *s);

/* The trust store in one sentence; "" before it is read. */
const char *settings_store_words(const struct settings *s);

/* Closes; closed(arg) comes when the memory is gone. */
void settings_close(struct settings *s, void (*closed)(void *arg), void *arg);

#endif
