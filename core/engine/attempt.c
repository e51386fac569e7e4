#include "engine/attempt.h"

#include "base/mem.h"
#include "base/text.h"
#include "engine/clock.h"
#include "engine/path.h"
#include "trust/judge.h"
#include "trust/parse.h"

#include <stdlib.h>

static void
changed(const struct attempt *a)
{
	a->owner->changed(a->owner->arg);
}

/* The look keeps the dialogue while it goes on; the observation brings its own. */
static void
drop_transcript(struct look_address *address)
{
	for (size_t i = 0; i < address->transcript_count; i++)
		free(address->transcript[i].text);
	free(address->transcript);
	address->transcript = NULL;
	address->transcript_count = 0;
}

static void
judge(uv_work_t *work)
{
	struct attempt *a = work->data;

	/* Nobody else has seen this observation yet: the worker may still complete it. */
	a->observation->chain = chain_from_sent(a->observation->sent, a->observation->sent_count);
	a->verdict = judge_observation(a->observation, a->store, a->now_ms);
	if (a->observation->reached >= STAGE_HANDSHAKE)
		a->path = path_build(a->observation, a->store, a->now_ms);
}

static void
judged(uv_work_t *work, int status)
{
	struct attempt *a = work->data;
	struct look_address *address = a->into;

	(void)status;
	store_unref(a->store);
	a->state = ATTEMPT_ENDED;
	drop_transcript(address);
	address->observation = a->observation;
	address->verdict = a->verdict;
	address->path = a->path;
	address->state = a->observation->fault.kind == FAULT_CANCELLED ? LOOK_CANCELLED : LOOK_DONE;
	a->observation = NULL;
	changed(a);
	a->ended(a->arg);
}

static void
probe_done(void *arg, struct observation *o)
{
	struct attempt *a = arg;
	const struct attempt_owner *owner = a->owner;

	a->probe = NULL;
	a->state = ATTEMPT_JUDGING;
	a->observation = observation_ref(o);
	a->store = store_ref(settings_store(owner->settings));
	a->now_ms = owner->at_ms ? owner->at_ms : clock_now_ms();
	a->work.data = a;
	a->into->state = LOOK_JUDGING;
	uv_queue_work(owner->loop, &a->work, judge, judged);
	changed(a);
	owner->connection_ended(owner->arg, o);
}

static void
probe_line(void *arg, int64_t at_ms, char mark, struct span line)
{
	struct look_address *address = ((struct attempt *)arg)->into;
	size_t count = address->transcript_count;

	address->transcript = mem_resize(address->transcript, count + 1, sizeof *address->transcript);
	address->transcript[count] =
		(struct transcript_line){.at_ms = at_ms, .mark = mark, .text = span_copy(line)};
	address->transcript_count++;
	changed(arg);
}

static int64_t
limit_of(const struct probe_limits *limits, enum stage stage)
{
	switch (stage) {
	case STAGE_CONNECT:
		return limits->connect;
	case STAGE_GREETING:
		return limits->greeting;
	case STAGE_HANDSHAKE:
		return limits->handshake;
	default:
		return limits->reply;
	}
}

static void
probe_waits(void *arg, enum stage stage)
{
	struct attempt *a = arg;
	struct look_address *address = a->into;

	address->waits_for = stage;
	address->waits_most_ms = limit_of(&a->owner->limits, stage);
	address->waits_since_ms = clock_now_ms();
	changed(arg);
}

void
attempt_start(struct attempt *a)
{
	const struct attempt_owner *owner = a->owner;
	struct look_address *address = a->into;
	const struct policy *policy = settings_policy(owner->settings);
	struct tls_config *config = tls_config_changed(settings_tls(owner->settings), a->change);
	const struct probe_settings settings = {
		.address = address->address,
		.port = a->look->port,
		.helo_name = policy->helo_name ? policy->helo_name : "localhost",
		.sni = a->sni,
		.config = config,
		.limits = owner->limits,
		.now_ms = clock_now_ms(),
	};
	const struct probe_events events = {
		.line = probe_line, .waits = probe_waits, .done = probe_done, .arg = a};

	free(address->held_back);
	address->held_back = NULL;
	address->state = LOOK_PROBING;
	address->waits_for = STAGE_CONNECT;
	address->waits_most_ms = owner->limits.connect;
	address->waits_since_ms = settings.now_ms;
	a->state = ATTEMPT_PROBING;
	a->look->connections++;
	a->probe = probe_start(owner->loop, &settings, &events);
	tls_config_unref(config);
	changed(a);
}

void
attempt_cancel(struct attempt *a)
{
	if (a->state == ATTEMPT_PROBING && a->probe)
		probe_cancel(a->probe);
	if (a->state == ATTEMPT_WAITS) {
		a->state = ATTEMPT_ENDED;
		a->into->state = LOOK_CANCELLED;
	}
}
