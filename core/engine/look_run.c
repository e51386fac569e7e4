#include "engine/look_run.h"

#include "base/mem.h"
#include "engine/clock.h"
#include "engine/examine_job.h"
#include "trust/judge.h"
#include "trust/parse.h"

#include <stdlib.h>
#include <string.h>

/* Sendmail tries IPv6 first: ask and keep that order. */
static const int address_types[2] = {DNS_AAAA, DNS_A};

static void
progressed(const struct look_run *run)
{
	run->rules->changed(run->rules->arg, NULL);
}

/* What is known of it by then. */
static void
found(struct look_run *run)
{
	run->rules->changed(run->rules->arg, run);
}

static bool
is_busy(const struct look_run *run)
{
	if (run->lookups[0] || run->lookups[1] || cause_search_is_busy(run->search))
		return true;
	for (size_t i = 0; i < run->attempt_count; i++) {
		if (run->attempts[i].state != ATTEMPT_ENDED)
			return true;
	}
	return false;
}

static void
end(struct look_run *run)
{
	run->look->elapsed_ms = (int64_t)uv_now(run->rules->loop) - run->began_ms;
	run->look->state = run->searches ? LOOK_DONE : LOOK_CANCELLED;
	found(run);
	run->rules->ended(run->rules->arg, run);
}

/* ---- the search for the cause -----------------------------------------------------------------------------
 */

static void
search_changed(void *arg)
{
	found(arg);
}

static void
search_looks_again(void *arg, const struct search_connection *c)
{
	struct look_run *run = arg;

	run->second = (struct attempt){
		.run = run, .into = c->into, .sni = c->sni, .change = c->change, .state = ATTEMPT_WAITS};
	run->rules->waits(run->rules->arg);
}

static void
search_ended(void *arg)
{
	end(arg);
}

/* The verdicts are there: they count, whatever becomes of the search. */
static void
search_cause(struct look_run *run)
{
	static const struct search_events events = {
		.changed = search_changed, .again = search_looks_again, .ended = search_ended};
	const struct look_address *a = look_deciding(run->look);

	run->searches = true;
	run->look->verify = a ? a->verdict.verify : VERIFY_UNREACHABLE;
	run->look->state = LOOK_EXAMINING;
	cause_search_begin(run->search, run->asked, &events, run);
}

/* Goes on when nothing is under way any more. */
static void
step(struct look_run *run)
{
	if (is_busy(run))
		return;
	if (run->cancelled || run->searches)
		end(run);
	else
		search_cause(run);
}

/* ---- connections ------------------------------------------------------------------------------------------
 */

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
judge_on_worker(uv_work_t *work)
{
	struct attempt *a = work->data;

	/* Nobody else has seen this observation yet: the worker may still complete it. */
	a->observation->chain = chain_from_sent(a->observation->sent, a->observation->sent_count);
	a->verdict = judge_observation(a->observation, a->store, a->now_ms);
	if (a->observation->reached >= STAGE_HANDSHAKE)
		a->path = examine_job_path(a->observation, a->store, a->now_ms);
}

static void
judged(uv_work_t *work, int status)
{
	struct attempt *a = work->data;
	struct look_run *run = a->run;
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
	progressed(run);
	if (a == &run->second) {
		cause_search_looked(run->search);
		return;
	}
	/* Its place goes to the next connection, of this look or of another. */
	if (is_busy(run))
		run->rules->waits(run->rules->arg);
	else
		step(run);
}

static void
probe_done(void *arg, struct observation *o)
{
	struct attempt *a = arg;
	const struct look_rules *rules = a->run->rules;

	a->probe = NULL;
	a->state = ATTEMPT_JUDGED;
	a->observation = observation_ref(o);
	a->store = store_ref(settings_store(rules->settings));
	a->now_ms = rules->at_ms ? rules->at_ms : clock_now_ms();
	a->work.data = a;
	a->into->state = LOOK_JUDGING;
	uv_queue_work(rules->loop, &a->work, judge_on_worker, judged);
	progressed(a->run);
	rules->connection_ended(rules->arg, o);
}

static void
probe_line(void *arg, int64_t at_ms, char mark, struct span line)
{
	struct attempt *a = arg;
	struct look_address *address = a->into;
	size_t count = address->transcript_count;

	address->transcript = mem_resize(address->transcript, count + 1, sizeof *address->transcript);
	address->transcript[count] =
		(struct transcript_line){.at_ms = at_ms, .mark = mark, .text = span_copy(line)};
	address->transcript_count++;
	progressed(a->run);
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
	address->waits_most_ms = limit_of(&a->run->rules->limits, stage);
	address->waits_since_ms = clock_now_ms();
	progressed(a->run);
}

void
look_run_connect(struct attempt *a)
{
	const struct look_rules *rules = a->run->rules;
	struct look_address *address = a->into;
	const struct policy *policy = settings_policy(rules->settings);
	struct tls_config *config = tls_config_changed(settings_tls(rules->settings), a->change);
	const struct probe_settings settings = {
		.address = address->address,
		.port = a->run->look->port,
		.helo_name = policy->helo_name ? policy->helo_name : "localhost",
		.sni = a->sni,
		.config = config,
		.limits = rules->limits,
		.now_ms = clock_now_ms(),
	};
	const struct probe_events events = {
		.line = probe_line, .waits = probe_waits, .done = probe_done, .arg = a};

	free(address->held_back);
	address->held_back = NULL;
	address->state = LOOK_PROBING;
	a->state = ATTEMPT_CONNECTED;
	a->run->look->connections++;
	a->probe = probe_start(rules->loop, &settings, &events);
	tls_config_unref(config);
	probe_waits(a, STAGE_CONNECT);
}

/* One that waits is ended at once; else judged() comes. */
static void
cancel_attempt(struct attempt *a)
{
	if (a->state == ATTEMPT_CONNECTED && a->probe)
		probe_cancel(a->probe);
	if (a->state == ATTEMPT_WAITS) {
		a->state = ATTEMPT_ENDED;
		a->into->state = LOOK_CANCELLED;
	}
}

/* ---- names ------------------------------------------------------------------------------------------------
 */

static void
add_address(struct look *look, const struct address *address)
{
	for (size_t i = 0; i < look->address_count; i++) {
		if (address_same(&look->addresses[i].address, address))
			return;
	}
	if (look->address_count == LOOK_CONNECTIONS)
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
make_attempts(struct look_run *run)
{
	struct look *look = run->look;

	run->attempts = mem_new(look->address_count, sizeof *run->attempts);
	run->attempt_count = look->address_count;
	for (size_t i = 0; i < look->address_count; i++)
		run->attempts[i] =
			(struct attempt){.run = run, .into = &look->addresses[i], .state = ATTEMPT_WAITS};
	look->state = LOOK_PROBING;
	progressed(run);
	if (look->address_count == 0)
		step(run);
	else
		run->rules->waits(run->rules->arg);
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
	struct look_run *run = arg;
	struct look *look = run->look;

	look->answers = mem_resize(look->answers, look->answer_count + 1, sizeof(struct answer *));
	look->answers[look->answer_count++] = answer_ref(answer);
	for (size_t i = 0; i < 2; i++) {
		if (answer->type == address_types[i])
			run->lookups[i] = NULL;
	}
	progressed(run);
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

/* ---- the door
 * ----------------------------------------------------------------------------------------------- */

struct look_run *
look_run_new(const struct look_rules *rules, const struct target *target, struct look *before)
{
	struct look_run *run = mem_new(1, sizeof *run);

	run->rules = rules;
	run->target = *target;
	run->look = look_new(target->host, target->port);
	run->look->host = mem_text(target->host);
	run->look->begun_ms = clock_now_ms();
	run->before = before;
	run->began_ms = (int64_t)uv_now(rules->loop);
	run->search = cause_search_new(rules, run->look);
	return run;
}

void
look_run_start(struct look_run *run)
{
	struct look *look = run->look;

	look->policy = policy_ref(settings_policy(run->rules->settings));
	look->store = mem_text(settings_store_words(run->rules->settings));
	if (run->target.address.family) {
		look->dns = DNS_LITERAL;
		look->dns_ms = 0;
		add_address(look, &run->target.address);
		make_attempts(run);
		return;
	}
	look->state = LOOK_RESOLVING;
	for (size_t i = 0; i < 2; i++)
		run->lookups[i] = resolver_ask(run->rules->resolver, look->host, address_types[i],
			run->rules->limits.reply, answered, run);
	progressed(run);
}

/* No connection was made: the one address has nothing but the chain. */
struct look_run *
look_run_saved(const struct look_rules *rules, const char *path, struct chain *chain)
{
	struct target target = {.port = 0};
	struct look_run *run;
	struct look *look;
	struct look_address *a;
	struct observation *o = observation_new();
	struct policy *policy = settings_policy(rules->settings);
	struct store *store = settings_store(rules->settings);
	int64_t now_ms = rules->at_ms ? rules->at_ms : clock_now_ms();

	span_put(span_of(path), target.host, sizeof target.host);
	run = look_run_new(rules, &target, NULL);
	look = run->look;
	free(look->target); /* a path may be longer than a host's name */
	free(look->host);
	look->target = mem_text(path);
	look->host = mem_text(path);
	look->saved = true;
	look->state = LOOK_DONE;
	look->begun_ms = now_ms;
	look->policy = policy_ref(policy);
	o->reached = STAGE_HANDSHAKE;
	o->chain = chain;
	o->tls.level = judge_level(policy->cipher_list);
	o->begun_ms = now_ms;
	look->addresses = mem_new(1, sizeof *look->addresses);
	look->address_count = 1;
	a = &look->addresses[0];
	*a = (struct look_address){.state = LOOK_DONE,
		.observation = o,
		.verdict = judge_observation(o, store, now_ms),
		.path = examine_job_path(o, store, now_ms)};
	look->verify = a->verdict.verify;
	cause_search_examine_now(run->search);
	return run;
}

/* A background look that the user now asks for counts as the user's. */
void
look_run_ask(struct look_run *run)
{
	run->asked = true;
	cause_search_ask(run->search);
}

struct attempt *
look_run_waiting(struct look_run *run, const struct attempt *last)
{
	if (run->second.run && run->second.state == ATTEMPT_WAITS)
		return last == &run->second ? NULL : &run->second;
	for (size_t i = last ? (size_t)(last - run->attempts) + 1 : 0; i < run->attempt_count; i++) {
		if (run->attempts[i].state == ATTEMPT_WAITS)
			return &run->attempts[i];
	}
	return NULL;
}

bool
look_run_do_without(struct attempt *a, const char *why)
{
	if (a != &a->run->second)
		return false;
	cancel_attempt(a);
	cause_search_do_without(a->run->search, why);
	return true;
}

static bool
is_active(const struct attempt *a)
{
	return a->run && (a->state == ATTEMPT_CONNECTED || a->state == ATTEMPT_JUDGED);
}

size_t
look_run_active(const struct look_run *run)
{
	size_t active = run->look->state == LOOK_RESOLVING || is_active(&run->second) ? 1 : 0;

	for (size_t i = 0; i < run->attempt_count; i++)
		active += is_active(&run->attempts[i]) ? 1 : 0;
	return active;
}

void
look_run_cancel(struct look_run *run)
{
	bool second_waits = run->second.run && run->second.state == ATTEMPT_WAITS;

	run->cancelled = true;
	for (size_t i = 0; i < 2; i++) {
		if (run->lookups[i])
			lookup_cancel(run->lookups[i]);
	}
	for (size_t i = 0; i < run->attempt_count; i++)
		cancel_attempt(&run->attempts[i]);
	if (run->second.run)
		cancel_attempt(&run->second);
	cause_search_cancel(run->search, second_waits);
	step(run);
}

void
look_run_free(struct look_run *run)
{
	cause_search_free(run->search);
	look_unref(run->look);
	look_unref(run->before);
	free(run->attempts);
	free(run->key);
	free(run);
}
