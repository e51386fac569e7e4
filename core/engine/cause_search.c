#include "engine/cause_search.h"

#include "base/mem.h"
#include "base/text.h"
#include "engine/clock.h"
#include "engine/examine_job.h"

#include <stdlib.h>
#include <string.h>

enum search_state { SEARCH_IDLE, SEARCH_EXAMINES, SEARCH_ASKS, SEARCH_LOOKS, SEARCH_ENDED };

struct second { /* a second look */
	enum second_look_kind kind;
	struct look_address seen;
};

struct cause_search {
	const struct look_rules *rules;
	struct search_events events;
	void *arg;
	struct look *look;
	enum search_state state;
	bool asked_by_user, cancelled;
	uint64_t began_ms; /* on the loop's clock */
	uv_work_t work;
	uv_after_work_cb examined;
	struct examine_job *job, *next; /* the last one; the one on the worker */
	struct second seconds[SECOND_LOOKS];
	struct second_look as_evidence[SECOND_LOOKS];
	size_t second_count;
	struct aia_outcome asked[SEARCH_URLS]; /* owns its texts */
	const char *urls[SEARCH_URLS];
	size_t asked_count;
	const char *left_out; /* as in evidence.h; static */
};

static const struct second_way { /* how each second look differs from Sendmail's, and its words */
	enum tls_change change;
	bool weak; /* only for the user */
	const char *words;
} ways[SECOND_LOOKS] = {
	[SECOND_REPEAT] = {TLS_AS_SENDMAIL, false, "looks once more without SNI"},
	[SECOND_SNI] = {TLS_AS_SENDMAIL, false, "looks again with SNI"},
	[SECOND_LEVEL_1] = {TLS_LEVEL_1, true, "looks again at security level 1"},
	[SECOND_LEVEL_0_TLS10] = {TLS_LEVEL_0_TLS10, true, "looks again at security level 0 with TLS 1.0"},
	[SECOND_LEGACY_RENEGOTIATION] = {TLS_LEGACY_RENEGOTIATION, true,
		"looks again with legacy renegotiation"},
	[SECOND_NO_CLIENT_CERT] = {TLS_NO_CLIENT_CERT, true, "looks again without our client certificate"},
	[SECOND_OPENSSL_DEFAULTS] = {TLS_OPENSSL_DEFAULTS, true,
		"looks again with OpenSSL's own ciphers and options"},
	[SECOND_CLASSIC_GROUPS] = {TLS_CLASSIC_GROUPS, true,
		"looks again with classic key exchange groups alone"},
	[SECOND_UP_TO_TLS12] = {TLS_UP_TO_12, true, "looks again without TLS 1.3"},
	[SECOND_ALL_CIPHERS] = {TLS_ALL_CIPHERS, true, "looks again with every cipher there is"},
};

static void
say(struct cause_search *s, char *words)
{
	free(s->look->asks);
	s->look->asks = words;
	s->events.changed(s->arg);
}

static void
end(struct cause_search *s)
{
	s->state = SEARCH_ENDED;
	say(s, NULL);
	s->events.ended(s->arg);
}

/* ---- examining
 * ---------------------------------------------------------------------------------------------- */

/* The look's addresses, then the second looks. */
static struct examine_job *
new_job(struct cause_search *s)
{
	size_t firsts = s->look->address_count, count = firsts + s->second_count;
	const struct look_address **all = mem_new(count + 1, sizeof(struct look_address *));
	struct examine_job *job;

	for (size_t i = 0; i < firsts; i++)
		all[i] = &s->look->addresses[i];
	for (size_t i = 0; i < s->second_count; i++)
		all[firsts + i] = &s->seconds[i].seen;
	job = examine_job_new(s->rules->settings, s->rules->pool, all, count);
	job->asked = s->urls;
	job->asked_count = s->asked_count;
	job->now_ms = s->rules->at_ms ? s->rules->at_ms : clock_now_ms();
	free(all);
	return job;
}

static void
take_job(struct cause_search *s, struct examine_job *job)
{
	examine_job_free(s->job);
	s->job = job;
	for (size_t i = 0; i < s->look->address_count; i++)
		examine_job_show(job, i, &s->look->addresses[i]);
}

static void
examine_on_worker(uv_work_t *work)
{
	examine_job_run(((struct cause_search *)work->data)->next);
}

/* Each answer is examined with all that is known by then. */
static void
examine_all(struct cause_search *s)
{
	s->state = SEARCH_EXAMINES;
	s->next = new_job(s);
	s->work.data = s;
	uv_queue_work(s->rules->loop, &s->work, examine_on_worker, s->examined);
	say(s, NULL);
}

/* ---- what diagnosis wants ---------------------------------------------------------------------------------
 */

static void
add_asked(struct cause_search *s, const char *url, char *why, bool reachable)
{
	struct aia_outcome *asked = &s->asked[s->asked_count];

	s->urls[s->asked_count++] = mem_text(url);
	*asked = (struct aia_outcome){.url = s->urls[s->asked_count - 1], .why = why, .reachable = reachable};
}

static void
answered(void *arg, const struct aia_answer *answer)
{
	struct cause_search *s = arg;
	const struct chain *found = answer->certificates;

	for (size_t i = 0; found && i < found->count; i++)
		pool_add(s->rules->pool, found->certificates[i], answer->url);
	add_asked(s, answer->url, found ? NULL : mem_text(answer->why.text), answer->reachable);
	examine_all(s);
}

static void
ask_for_issuer(struct cause_search *s, const char *url)
{
	if (s->rules->offline) {
		add_asked(s, url, mem_text("not asked: --offline"), false);
		examine_all(s);
		return;
	}
	s->state = SEARCH_ASKS;
	say(s, text_new("asks %s for the issuer", url));
	aia_ask(s->rules->aia, url, answered, s);
}

static void
look_again(struct cause_search *s, const struct want *want)
{
	struct second *second = &s->seconds[s->second_count++];
	enum tls_change change = ways[want->second].change;

	*second = (struct second){.kind = want->second,
		.seen = {.state = LOOK_QUEUED,
			.verdict = {.depth = -1},
			.address = s->look->addresses[want->address].address}};
	if (change != TLS_AS_SENDMAIL && !tls_change_matters(settings_tls(s->rules->settings), change)) {
		examine_all(s); /* without an observation: nobody is bothered for what cannot differ */
		return;
	}
	s->state = SEARCH_LOOKS;
	say(s, mem_text(ways[want->second].words));
	s->events.again(s->arg, &(struct search_connection){.into = &second->seen,
					.sni = want->second == SECOND_SNI ? s->look->host : NULL,
					.change = change});
}

static bool
may_serve(struct cause_search *s, const struct want *want)
{
	if (want->kind == WANT_ISSUER)
		return s->asked_count < SEARCH_URLS;
	if (ways[want->second].weak && !s->asked_by_user)
		s->left_out = "weaker handshakes are for v alone";
	else if (s->second_count == SECOND_LOOKS || s->look->connections >= LOOK_CONNECTIONS)
		s->left_out = "a relay is spared more connections";
	else if ((int64_t)(uv_now(s->rules->loop) - s->began_ms) >= s->rules->limits.overall / 2)
		s->left_out = "they took half of --timeout already";
	return !s->left_out;
}

static void
proceed(struct cause_search *s)
{
	struct evidence e = {.policy = s->look->policy,
		.now_ms = s->job->now_ms,
		.store = store_state(s->job->store),
		.system_bundle = s->job->system_path};
	struct want want;

	cause_search_put_evidence(s, &e);
	if (s->cancelled || !diagnosis_want(&e, &want) || !may_serve(s, &want))
		end(s);
	else if (want.kind == WANT_ISSUER)
		ask_for_issuer(s, want.url);
	else
		look_again(s, &want);
}

static void
examined(uv_work_t *work, int status)
{
	struct cause_search *s = work->data;

	(void)status;
	take_job(s, s->next);
	s->next = NULL;
	proceed(s);
}

/* ---- the door ---------------------------------------------------------------------------------------------
 */

struct cause_search *
cause_search_new(const struct look_rules *rules, struct look *look)
{
	struct cause_search *s = mem_new(1, sizeof *s);

	s->rules = rules;
	s->look = look;
	s->examined = examined;
	return s;
}

static void
remember_chains(struct cause_search *s)
{
	char *from = text_new("the chain of %s", s->look->host);

	for (size_t i = 0; i < s->look->address_count; i++) {
		const struct observation *o = s->look->addresses[i].observation;

		for (size_t k = 1; o && o->chain && k < o->chain->count; k++)
			pool_add(s->rules->pool, o->chain->certificates[k], from);
	}
	free(from);
}

void
cause_search_begin(struct cause_search *s, bool asked, const struct search_events *events, void *arg)
{
	s->events = *events;
	s->arg = arg;
	s->asked_by_user = asked;
	s->began_ms = uv_now(s->rules->loop);
	remember_chains(s);
	examine_all(s);
}

void
cause_search_ask(struct cause_search *s)
{
	s->asked_by_user = true;
}

void
cause_search_looked(struct cause_search *s)
{
	if (s->cancelled)
		end(s);
	else
		examine_all(s);
}

void
cause_search_do_without(struct cause_search *s, const char *why)
{
	s->left_out = why;
	free(s->seconds[--s->second_count].seen.held_back);
	end(s);
}

bool
cause_search_is_busy(const struct cause_search *s)
{
	return s->state != SEARCH_IDLE && s->state != SEARCH_ENDED;
}

void
cause_search_cancel(struct cause_search *s, bool waits)
{
	s->cancelled = true;
	if (s->state == SEARCH_ASKS)
		aia_forget(s->rules->aia, s);
	if (waits)
		free(s->seconds[--s->second_count].seen.held_back);
	if (waits || s->state == SEARCH_ASKS) {
		s->state = SEARCH_ENDED;
		say(s, NULL);
	}
}

void
cause_search_examine_now(struct cause_search *s)
{
	struct examine_job *job = new_job(s);

	examine_job_run(job);
	take_job(s, job);
	s->state = SEARCH_ENDED;
}

/* The newest may be under way. */
static size_t
seconds_seen(const struct cause_search *s)
{
	return s->state == SEARCH_LOOKS ? s->second_count - 1 : s->second_count;
}

static void
put_seconds(struct cause_search *s)
{
	for (size_t i = 0; i < seconds_seen(s); i++) {
		const struct second *second = &s->seconds[i];
		size_t at = s->look->address_count + i;
		bool is_examined =
			second->seen.observation && second->seen.observation->chain && at < s->job->count;

		s->as_evidence[i] = (struct second_look){.kind = second->kind,
			.observation = second->seen.observation,
			.verdict = second->seen.verdict,
			.examination = is_examined ? &s->job->examinations[at] : NULL};
	}
}

void
cause_search_put_evidence(struct cause_search *s, struct evidence *e)
{
	e->look = s->look;
	e->offline = s->rules->offline;
	e->left_out = s->left_out;
	e->asked = s->asked;
	e->asked_count = s->asked_count;
	if (!s->job)
		return;
	put_seconds(s);
	e->examinations = s->job->examinations;
	e->seconds = s->as_evidence;
	e->second_count = seconds_seen(s);
}

void
cause_search_free(struct cause_search *s)
{
	if (!s)
		return;
	examine_job_free(s->job);
	for (size_t i = 0; i < s->second_count; i++) {
		observation_unref(s->seconds[i].seen.observation);
		path_unref(s->seconds[i].seen.path);
		free(s->seconds[i].seen.held_back);
	}
	for (size_t i = 0; i < s->asked_count; i++) {
		free((char *)s->urls[i]);
		free((char *)s->asked[i].why);
	}
	free(s);
}
