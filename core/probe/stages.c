#include "probe/stages.h"

#define QUIT_MS 5000 /* longest wait for 221: nothing more is learnt from it */

static int64_t
clock_ms(void)
{
	return (int64_t)(uv_hrtime() / 1000000);
}

static int64_t
limit_of(const struct stages *s, enum stage stage)
{
	switch (stage) {
	case STAGE_CONNECT:
		return s->limits.connect;
	case STAGE_GREETING:
		return s->limits.greeting;
	case STAGE_HANDSHAKE:
		return s->limits.handshake;
	case STAGE_NONE:
		return s->limits.reply < QUIT_MS ? s->limits.reply : QUIT_MS;
	default:
		return s->limits.reply;
	}
}

static void
on_timer(uv_timer_t *timer)
{
	struct stages *s = (struct stages *)timer; /* its first member */
	struct fault why;

	if (s->limit_is_overall) {
		fault_set(&why, FAULT_TIMEOUT, UV_ETIMEDOUT, "over %g s in all",
			(double)s->limits.overall / 1000);
	} else {
		fault_set(&why, FAULT_TIMEOUT, UV_ETIMEDOUT, "no answer in %g s", (double)s->limit / 1000);
		why.waited_ms = s->limit;
	}
	s->late(s->arg, &why);
}

/* Each stage has its limit, however many bytes trickle in meanwhile; the overall one goes across all. */
static void
arm(struct stages *s, enum stage stage)
{
	int64_t left = s->limits.overall - stages_elapsed(s);

	s->waits_for = stage;
	s->limit = limit_of(s, stage);
	s->limit_is_overall = left < s->limit;
	if (s->limit_is_overall)
		s->limit = left > 0 ? left : 0;
	/* The loop's idea of now may be as old as its pass. */
	uv_update_time(s->timer.loop);
	uv_timer_start(&s->timer, on_timer, (uint64_t)s->limit, 0);
}

void
stages_start(struct stages *s, uv_loop_t *loop)
{
	s->begun = s->stage_begun = clock_ms();
	uv_timer_init(loop, &s->timer);
	arm(s, STAGE_CONNECT);
}

int64_t
stages_elapsed(const struct stages *s)
{
	return clock_ms() - s->begun;
}

bool
stages_wait_for(struct stages *s, enum stage stage)
{
	if (stage == s->waits_for)
		return false;
	arm(s, stage);
	return true;
}

void
stages_pass(struct stages *s, struct observation *o)
{
	int64_t now = clock_ms();

	while (s->passed < o->reached) {
		s->passed++;
		o->stage_ms[s->passed] = now - s->stage_begun;
		s->stage_begun = now;
	}
}
