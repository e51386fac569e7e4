#include "engine/run.h"

#include "base/mem.h"
#include "engine/clock.h"

#include <stdlib.h>
#include <string.h>

/* Sendmail tries IPv6 first: ask and keep that order. */
static const int address_types[2] = {DNS_AAAA, DNS_A};

static void
changed(const struct run *run)
{
	run->owner->changed(run->owner->arg);
}

static enum verify
look_verify(const struct look *look)
{
	const struct look_address *a = look_deciding(look);

	return a ? a->verdict.verify : VERIFY_UNREACHABLE;
}

static bool
is_busy(const struct run *run)
{
	if (run->lookups[0] || run->lookups[1] || inquiry_is_busy(run->inquiry))
		return true;
	for (size_t i = 0; i < run->attempt_count; i++) {
		if (run->attempts[i].state != ATTEMPT_ENDED)
			return true;
	}
	return false;
}

static void
end(struct run *run)
{
	run->look->elapsed_ms = (int64_t)uv_now(run->owner->loop) - run->began_ms;
	run->look->state = run->inquires ? LOOK_DONE : LOOK_CANCELLED;
	changed(run);
	run->ended(run->arg, run);
}

static void
inquiry_waits(void *arg)
{
	struct run *run = arg;

	run->waits(run->arg);
}

static void
inquiry_ended(void *arg)
{
	end(arg);
}

/* The verdicts are there: they count, whatever becomes of the inquiry. */
static void
inquire(struct run *run)
{
	const struct inquiry_events events = {.waits = inquiry_waits, .ended = inquiry_ended, .arg = run};

	run->inquires = true;
	run->look->verify = look_verify(run->look);
	run->look->state = LOOK_EXAMINING;
	inquiry_begin(run->inquiry, run->asked, &events);
}

/* Goes on when nothing is under way any more. */
static void
step(struct run *run)
{
	if (is_busy(run))
		return;
	if (run->cancelled || run->inquires)
		end(run);
	else
		inquire(run);
}

/* The place of one that has ended goes to the next one, of this look or of another. */
static void
attempt_ended(void *arg)
{
	struct run *run = arg;

	if (is_busy(run))
		run->waits(run->arg);
	else
		step(run);
}

static void
add_address(struct look *look, const struct address *address)
{
	for (size_t i = 0; i < look->address_count; i++) {
		if (address_same(&look->addresses[i].address, address))
			return;
	}
	if (look->address_count == INQUIRY_CONNECTIONS)
		return;
	look->addresses = mem_resize(look->addresses, look->address_count + 1, sizeof *look->addresses);
	look->addresses[look->address_count++] =
		(struct look_address){.address = *address, .state = LOOK_QUEUED, .verdict = {.depth = -1}};
}

static void
add_answer_addresses(struct look *look, int type)
{
	for (size_t i = 0; i < look->answer_count; i++) {
		const struct answer *answer = look->answers[i];
		struct address address;

		for (size_t j = 0; answer->type == type && j < answer->count; j++) {
			if (address_from_bytes(answer->records[j].data, answer->records[j].len, &address))
				add_address(look, &address);
		}
	}
}

static void
make_attempts(struct run *run)
{
	struct look *look = run->look;

	run->attempts = mem_new(look->address_count, sizeof *run->attempts);
	run->attempt_count = look->address_count;
	for (size_t i = 0; i < look->address_count; i++)
		run->attempts[i] = (struct attempt){.owner = run->owner,
			.look = look,
			.into = &look->addresses[i],
			.state = ATTEMPT_WAITS,
			.ended = attempt_ended,
			.arg = run};
	look->state = LOOK_PROBING;
	changed(run);
	if (look->address_count == 0)
		step(run);
	else
		run->waits(run->arg);
}

/* How bad an answer is for the look as a whole: the worst that brought data counts, else the worst of all. */
static int
weight(const struct answer *a)
{
	static const int weights[] = {[DNS_LITERAL] = 0,
		[DNS_HOSTS] = 1,
		[DNS_SECURE] = 2,
		[DNS_NODATA] = 3,
		[DNS_NXDOMAIN] = 4,
		[DNS_FAILED] = 5,
		[DNS_INSECURE] = 6,
		[DNS_BOGUS] = 7};

	return weights[a->status] + (a->count ? 10 : 0);
}

static void
conclude_dns(struct look *look)
{
	const struct answer *worst = look->answers[0];

	for (size_t i = 0; i < look->answer_count; i++) {
		if (weight(look->answers[i]) > weight(worst))
			worst = look->answers[i];
		if (look->answers[i]->ms > look->dns_ms)
			look->dns_ms = look->answers[i]->ms;
	}
	look->dns = worst->status;
	look->dns_why = mem_text(worst->why);
	if (worst->count == 0)
		fault_set(&look->fault, FAULT_DNS, worst->rcode, "%s: %s", look->host,
			worst->why ? worst->why : dns_status_word(worst->status));
}

static void
answered(void *arg, struct answer *answer)
{
	struct run *run = arg;
	struct look *look = run->look;

	look->answers = mem_resize(look->answers, look->answer_count + 1, sizeof(struct answer *));
	look->answers[look->answer_count++] = answer_ref(answer);
	for (size_t i = 0; i < 2; i++) {
		if (answer->type == address_types[i])
			run->lookups[i] = NULL;
	}
	changed(run);
	if (run->lookups[0] || run->lookups[1])
		return;
	conclude_dns(look);
	if (run->cancelled) {
		step(run);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		add_answer_addresses(look, address_types[i]);
	make_attempts(run);
}

struct run *
run_new(const struct attempt_owner *owner, struct resolver *resolver, struct look *look,
	const struct target *target)
{
	struct run *run = mem_new(1, sizeof *run);

	run->owner = owner;
	run->resolver = resolver;
	run->look = look_ref(look);
	run->target = *target;
	run->began_ms = (int64_t)uv_now(owner->loop);
	look->begun_ms = clock_now_ms();
	return run;
}

void
run_start(struct run *run)
{
	struct look *look = run->look;

	look->policy = policy_ref(settings_policy(run->owner->settings));
	look->store = mem_text(settings_store_words(run->owner->settings));
	if (run->target.address.family) {
		look->dns = DNS_LITERAL;
		look->dns_ms = 0;
		add_address(look, &run->target.address);
		make_attempts(run);
		return;
	}
	look->state = LOOK_RESOLVING;
	for (size_t i = 0; i < 2; i++)
		run->lookups[i] = resolver_ask(run->resolver, look->host, address_types[i],
			run->owner->limits.reply, answered, run);
	changed(run);
}

struct attempt *
run_waiting(const struct run *run, const struct attempt *last)
{
	struct attempt *second = inquiry_waiting(run->inquiry);

	if (second)
		return last == second ? NULL : second;
	for (size_t i = last ? (size_t)(last - run->attempts) + 1 : 0; i < run->attempt_count; i++) {
		if (run->attempts[i].state == ATTEMPT_WAITS)
			return &run->attempts[i];
	}
	return NULL;
}

bool
run_do_without(struct run *run, const struct attempt *a, const char *why)
{
	if (a != inquiry_waiting(run->inquiry))
		return false;
	inquiry_do_without(run->inquiry, why);
	return true;
}

size_t
run_active(const struct run *run)
{
	size_t active = inquiry_is_connected(run->inquiry) ? 1 : 0;

	for (size_t i = 0; i < run->attempt_count; i++)
		active += run->attempts[i].state == ATTEMPT_PROBING ||
			  run->attempts[i].state == ATTEMPT_JUDGING;
	return active;
}

void
run_cancel(struct run *run)
{
	run->cancelled = true;
	for (size_t i = 0; i < 2; i++) {
		if (run->lookups[i])
			lookup_cancel(run->lookups[i]);
	}
	for (size_t i = 0; i < run->attempt_count; i++)
		attempt_cancel(&run->attempts[i]);
	inquiry_cancel(run->inquiry);
	step(run);
}

void
run_free(struct run *run)
{
	look_unref(run->look);
	free(run->attempts);
	free(run);
}
