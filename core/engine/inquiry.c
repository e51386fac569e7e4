#include "engine/inquiry.h"

#include "base/mem.h"
#include "base/text.h"
#include "engine/clock.h"
#include "engine/round.h"

#include <stdlib.h>
#include <string.h>

enum inquiry_state { INQUIRY_IDLE, INQUIRY_EXAMINES, INQUIRY_ASKS, INQUIRY_LOOKS, INQUIRY_ENDED };

struct second { /* a second look */
	enum second_look_kind kind;
	struct look_address seen;
};

struct inquiry {
	const struct inquiry_owner *owner;
	struct inquiry_events events;
	struct look *look;
	enum inquiry_state state;
	bool asked_by_user, cancelled;
	uint64_t began_ms; /* on the loop's clock */
	uint64_t version;
	uv_work_t work;
	uv_after_work_cb examined;
	struct round *round, *next; /* the last one; the one on the worker */
	struct second seconds[SECOND_LOOKS];
	struct second_look as_evidence[SECOND_LOOKS];
	size_t second_count;
	struct attempt attempt;                     /* of the newest second look */
	struct asked_issuer asked[INQUIRY_ISSUERS]; /* owns its texts */
	const char *urls[INQUIRY_ISSUERS];
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
changed(struct inquiry *q)
{
	q->version++;
	q->owner->attempts->changed(q->owner->attempts->arg);
}

static void
say(struct inquiry *q, char *words)
{
	free(q->look->asks);
	q->look->asks = words;
	changed(q);
}

static void
end(struct inquiry *q)
{
	q->state = INQUIRY_ENDED;
	say(q, NULL);
	q->events.ended(q->events.arg);
}

/* ---- examining ------------------------------------------------------------------------------------------
 */

/* The look's addresses, then the second looks. */
static struct round *
new_round(struct inquiry *q)
{
	size_t firsts = q->look->address_count, count = firsts + q->second_count;
	struct observation **all = mem_new(count + 1, sizeof(struct observation *));
	struct round *r;

	for (size_t i = 0; i < firsts; i++)
		all[i] = q->look->addresses[i].observation;
	for (size_t i = 0; i < q->second_count; i++)
		all[firsts + i] = q->seconds[i].seen.observation;
	r = round_new(q->owner->attempts->settings, q->owner->pool, all, count);
	r->asked = q->urls;
	r->asked_count = q->asked_count;
	r->now_ms = q->owner->attempts->at_ms ? q->owner->attempts->at_ms : clock_now_ms();
	free(all);
	return r;
}

static void
take_round(struct inquiry *q, struct round *r)
{
	round_free(q->round);
	q->round = r;
	for (size_t i = 0; i < q->look->address_count; i++)
		round_show(r, i, &q->look->addresses[i]);
	changed(q);
}

static void
examine_on_worker(uv_work_t *work)
{
	round_run(((struct inquiry *)work->data)->next);
}

/* Each answer is examined with all that is known by then. */
static void
begin_round(struct inquiry *q)
{
	q->state = INQUIRY_EXAMINES;
	q->next = new_round(q);
	q->work.data = q;
	uv_queue_work(q->owner->attempts->loop, &q->work, examine_on_worker, q->examined);
	say(q, NULL);
}

/* ---- what diagnosis wants ---------------------------------------------------------------------------------
 */

static void
add_asked(struct inquiry *q, const char *url, char *why, bool reachable)
{
	struct asked_issuer *asked = &q->asked[q->asked_count];

	q->urls[q->asked_count++] = mem_text(url);
	*asked =
		(struct asked_issuer){.url = q->urls[q->asked_count - 1], .why = why, .reachable = reachable};
}

static void
answered(void *arg, const struct aia_answer *answer)
{
	struct inquiry *q = arg;
	const struct chain *found = answer->certificates;

	for (size_t i = 0; found && i < found->count; i++)
		pool_add(q->owner->pool, found->certificates[i], answer->url);
	add_asked(q, answer->url, found ? NULL : mem_text(answer->why.text), answer->reachable);
	begin_round(q);
}

static void
ask_for_issuer(struct inquiry *q, const char *url)
{
	if (q->owner->offline) {
		add_asked(q, url, mem_text("not asked: --offline"), false);
		begin_round(q);
		return;
	}
	q->state = INQUIRY_ASKS;
	say(q, text_new("asks %s for the issuer", url));
	aia_ask(q->owner->aia, url, answered, q);
}

static void
look_ended(void *arg)
{
	struct inquiry *q = arg;

	if (q->cancelled)
		end(q);
	else
		begin_round(q);
}

static void
look_again(struct inquiry *q, const struct want *want)
{
	struct second *second = &q->seconds[q->second_count++];
	struct tls_config *tls = settings_tls(q->owner->attempts->settings);
	enum tls_change change = ways[want->second].change;

	*second = (struct second){.kind = want->second,
		.seen = {.state = LOOK_QUEUED,
			.verdict = {.depth = -1},
			.address = q->look->addresses[want->address].address}};
	if (change != TLS_AS_SENDMAIL && !tls_change_matters(tls, change)) {
		begin_round(q); /* without an observation: nobody is bothered for what cannot differ */
		return;
	}
	q->attempt = (struct attempt){.owner = q->owner->attempts,
		.look = q->look,
		.into = &second->seen,
		.sni = want->second == SECOND_SNI ? q->look->host : NULL,
		.change = change,
		.state = ATTEMPT_WAITS,
		.ended = look_ended,
		.arg = q};
	q->state = INQUIRY_LOOKS;
	say(q, mem_text(ways[want->second].words));
	q->events.waits(q->events.arg);
}

static bool
may_serve(struct inquiry *q, const struct want *want)
{
	if (want->kind == WANT_ISSUER)
		return q->asked_count < INQUIRY_ISSUERS;
	if (ways[want->second].weak && !q->asked_by_user)
		q->left_out = "weaker handshakes are for v alone";
	else if (q->second_count == SECOND_LOOKS || q->look->connections >= INQUIRY_CONNECTIONS)
		q->left_out = "a relay is spared more connections";
	else if ((int64_t)(uv_now(q->owner->attempts->loop) - q->began_ms) >=
		 q->owner->attempts->limits.overall / 2)
		q->left_out = "they took half of --timeout already";
	return !q->left_out;
}

static void
proceed(struct inquiry *q)
{
	struct evidence e = {.policy = q->look->policy,
		.now_ms = q->round->now_ms,
		.store = store_state(q->round->store),
		.system_bundle = q->round->system_path};
	struct want want;

	inquiry_put_evidence(q, &e);
	if (q->cancelled || !diagnosis_want(&e, &want) || !may_serve(q, &want))
		end(q);
	else if (want.kind == WANT_ISSUER)
		ask_for_issuer(q, want.url);
	else
		look_again(q, &want);
}

static void
examined(uv_work_t *work, int status)
{
	struct inquiry *q = work->data;

	(void)status;
	take_round(q, q->next);
	q->next = NULL;
	proceed(q);
}

/* ---- the door ---------------------------------------------------------------------------------------------
 */

struct inquiry *
inquiry_new(const struct inquiry_owner *owner, struct look *look)
{
	struct inquiry *q = mem_new(1, sizeof *q);

	q->owner = owner;
	q->look = look;
	q->examined = examined;
	return q;
}

static void
remember_chains(struct inquiry *q)
{
	char *from = text_new("the chain of %s", q->look->host);

	for (size_t i = 0; i < q->look->address_count; i++) {
		const struct observation *o = q->look->addresses[i].observation;

		for (size_t k = 1; o && o->chain && k < o->chain->count; k++)
			pool_add(q->owner->pool, o->chain->certificates[k], from);
	}
	free(from);
}

void
inquiry_begin(struct inquiry *q, bool asked, const struct inquiry_events *events)
{
	q->events = *events;
	q->asked_by_user = asked;
	q->began_ms = uv_now(q->owner->attempts->loop);
	remember_chains(q);
	begin_round(q);
}

void
inquiry_ask(struct inquiry *q)
{
	q->asked_by_user = true;
}

struct attempt *
inquiry_waiting(const struct inquiry *q)
{
	bool waits = q->state == INQUIRY_LOOKS && q->attempt.state == ATTEMPT_WAITS;

	return waits ? (struct attempt *)&q->attempt : NULL;
}

void
inquiry_do_without(struct inquiry *q, const char *why)
{
	q->left_out = why;
	attempt_cancel(&q->attempt);
	q->second_count--;
	end(q);
}

bool
inquiry_is_busy(const struct inquiry *q)
{
	return q->state != INQUIRY_IDLE && q->state != INQUIRY_ENDED;
}

bool
inquiry_is_connected(const struct inquiry *q)
{
	return q->state == INQUIRY_LOOKS && q->attempt.state != ATTEMPT_WAITS;
}

void
inquiry_cancel(struct inquiry *q)
{
	bool waits = inquiry_waiting(q) != NULL;

	q->cancelled = true;
	if (q->state == INQUIRY_ASKS)
		aia_forget(q->owner->aia, q);
	if (q->state == INQUIRY_LOOKS)
		attempt_cancel(&q->attempt);
	if (waits)
		q->second_count--;
	if (waits || q->state == INQUIRY_ASKS) {
		q->state = INQUIRY_ENDED;
		say(q, NULL);
	}
}

void
inquiry_examine_now(struct inquiry *q)
{
	struct round *r = new_round(q);

	round_run(r);
	take_round(q, r);
	q->state = INQUIRY_ENDED;
}

/* The newest may be under way. */
static size_t
seconds_seen(const struct inquiry *q)
{
	return q->state == INQUIRY_LOOKS ? q->second_count - 1 : q->second_count;
}

static void
put_seconds(struct inquiry *q)
{
	for (size_t i = 0; i < seconds_seen(q); i++) {
		const struct second *s = &q->seconds[i];
		size_t at = q->look->address_count + i;
		bool is_examined = s->seen.observation && s->seen.observation->chain && at < q->round->count;

		q->as_evidence[i] = (struct second_look){.kind = s->kind,
			.observation = s->seen.observation,
			.verdict = s->seen.verdict,
			.examination = is_examined ? &q->round->examinations[at] : NULL};
	}
}

void
inquiry_put_evidence(struct inquiry *q, struct evidence *e)
{
	e->look = q->look;
	e->offline = q->owner->offline;
	e->left_out = q->left_out;
	e->asked = q->asked;
	e->asked_count = q->asked_count;
	if (!q->round)
		return;
	put_seconds(q);
	e->examinations = q->round->examinations;
	e->seconds = q->as_evidence;
	e->second_count = seconds_seen(q);
}

uint64_t
inquiry_version(const struct inquiry *q)
{
	return q->version;
}

void
inquiry_free(struct inquiry *q)
{
	if (!q)
		return;
	round_free(q->round);
	for (size_t i = 0; i < q->second_count; i++) {
		observation_unref(q->seconds[i].seen.observation);
		path_unref(q->seconds[i].seen.path);
		free(q->seconds[i].seen.held_back);
	}
	for (size_t i = 0; i < q->asked_count; i++) {
		free((char *)q->urls[i]);
		free((char *)q->asked[i].why);
	}
	free(q);
}
