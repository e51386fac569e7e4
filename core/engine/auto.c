#include "engine/auto.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUND_MS (30 * WHEN_SECOND)
#define FIRST_WAIT (15 * WHEN_MINUTE)
#define LAST_WAIT (6 * WHEN_HOUR)

struct due {
	char name[256];
	unsigned looks;
	int64_t next_ms;
	UT_hash_handle hh;
};

struct automatic {
	uv_timer_t timer;
	struct automatic_options options;
	struct due *due;
	void (*closed)(void *arg);
	void *closed_arg;
};

bool
automatic_is_failing(const struct relay *relay)
{
	return relay->direction == DIRECTION_CLIENT && relay->last.verify != VERIFY_UNKNOWN &&
	       !verify_is_good(relay->last.verify);
}

int64_t
automatic_wait(unsigned n)
{
	int64_t wait = FIRST_WAIT;

	while (--n > 0 && wait < LAST_WAIT)
		wait *= 2;
	return wait < LAST_WAIT ? wait : LAST_WAIT;
}

static void
forget(struct automatic *a, struct due *due)
{
	HASH_DEL(a->due, due);
	free(due);
}

static void
consider(struct automatic *a, const struct relay *relay, int64_t now)
{
	struct due *due;

	HASH_FIND_STR(a->due, relay->name, due);
	if (!automatic_is_failing(relay)) {
		if (due)
			forget(a, due);
		return;
	}
	if (due && due->next_ms > now)
		return;
	if (!a->options.look(a->options.arg, relay))
		return;
	if (!due) {
		due = mem_new(1, sizeof *due);
		snprintf(due->name, sizeof due->name, "%s", relay->name);
		HASH_ADD_STR(a->due, name, due);
	}
	due->next_ms = now + automatic_wait(++due->looks);
}

/* Relays that the table dropped must not be remembered for ever. */
static void
forget_dropped(struct automatic *a, const struct history *h)
{
	struct due *due, *next;

	HASH_ITER(hh, a->due, due, next)
	{
		if (!history_find(h, DIRECTION_CLIENT, due->name))
			forget(a, due);
	}
}

static void
look_round(uv_timer_t *timer)
{
	struct automatic *a = timer->data;
	const struct history *h = a->options.history(a->options.arg);

	forget_dropped(a, h);
	for (size_t i = 0; i < history_relay_count(h); i++)
		consider(a, history_relay(h, i), (int64_t)uv_now(timer->loop));
}

struct automatic *
automatic_new(uv_loop_t *loop, const struct automatic_options *options)
{
	struct automatic *a = mem_new(1, sizeof *a);

	a->options = *options;
	uv_timer_init(loop, &a->timer);
	a->timer.data = a;
	uv_timer_start(&a->timer, look_round, (uint64_t)WHEN_SECOND, (uint64_t)ROUND_MS);
	uv_unref((uv_handle_t *)&a->timer);
	return a;
}

static void
timer_closed(uv_handle_t *handle)
{
	struct automatic *a = handle->data;
	struct due *due, *next;

	HASH_ITER(hh, a->due, due, next)
	forget(a, due);
	a->closed(a->closed_arg);
	free(a);
}

void
automatic_close(struct automatic *a, void (*closed)(void *arg), void *arg)
{
	a->closed = closed;
	a->closed_arg = arg;
	uv_close((uv_handle_t *)&a->timer, timer_closed);
}
