/* loop_turn: one turn of a loop, for tests that wait for something. UV_RUN_ONCE begins with the timers and
 * then blocks: what one of them brings about is not seen before something else happens, which may be never.
 */
#ifndef UNIT_LOOP_TURN_H
#define UNIT_LOOP_TURN_H

#include <poll.h>
#include <uv.h>

/* Waits until the loop has something to do, and does that. */
static inline void
loop_turn(uv_loop_t *loop)
{
	struct pollfd p = {.fd = uv_backend_fd(loop), .events = POLLIN};

	uv_update_time(loop); /* of which the timeout is counted */
	poll(&p, 1, uv_backend_timeout(loop));
	uv_run(loop, UV_RUN_NOWAIT);
}

#endif
