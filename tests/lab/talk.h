/* talk: for tests: a conversation with a relay of the lab, without TLS. */
#ifndef LAB_TALK_H
#define LAB_TALK_H

#include <stddef.h>
#include <uv.h>

struct talk_step {
	const char *say;   /* "": nothing */
	const char *until; /* go on when this was heard after it; NULL: at the end of the connection */
};

struct talk;

/* Connects; the steps are taken one after the other as the loop runs, and must live as long. */
struct talk *talk_start(uv_loop_t *loop, const char *address, unsigned port, const struct talk_step *steps,
	size_t count);

/* Runs the loop until the last step is done or the connection ended: 0 or a UV_E number; UV_ETIMEDOUT after
 * ten seconds (a test that hangs is to fail). */
int talk_wait(struct talk *t);

/* All that was heard so far; lives until the talk goes on. */
const char *talk_heard(const struct talk *t);

/* Hangs up and frees it; runs the loop for that. */
void talk_end(struct talk *t);

#endif
