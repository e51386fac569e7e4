#include "engine/examine_job.h"

#include "base/mem.h"
#include "trust/judge.h"

#include <stdlib.h>
#include <string.h>

static bool
was_sent(const struct chain *sent, const struct certificate *c)
{
	for (size_t i = 0; i < sent->count; i++) {
		if (strcmp(sent->certificates[i]->sha256, c->sha256) == 0)
			return true;
	}
	return false;
}

struct path *
examine_job_path(const struct observation *o, const struct store *store, int64_t now_ms)
{
	const struct judge_options how = {.level = o->tls.level, .now_ms = now_ms};
	struct chain *built = o->chain ? judge_path(o->chain, store, &how) : NULL;
	struct judged_certificate *judged;
	struct path *path;

	if (!built)
		return NULL;
	path = path_new(built);
	judged = mem_new(built->count, sizeof *judged);
	judge_each(o->chain, store, &how, judged, built->count);
	for (size_t i = 0; i < built->count; i++)
		path->items[i] = (struct path_item){.code = judged[i].code,
			.in_store = judged[i].in_store,
			.sent = was_sent(o->chain, built->certificates[i])};
	free(judged);
	return path;
}

static bool
is_led_on(const struct issuer_set *set, const bool *led, const char *subject)
{
	for (size_t i = 0; i < set->count; i++) {
		if (led[i] && strcmp(set->items[i].certificate->subject, subject) == 0)
			return true;
	}
	return false;
}

/* Those that lead to an anchor, by their names, stand in front: of two that may be the issuer, OpenSSL goes
 * on with the first. So it does not matter which relay was looked at before. */
static void
put_anchored_first(struct issuer_set *set, const struct store *store)
{
	bool *led = mem_new(set->count + 1, sizeof *led), more = set->count > 0;
	struct issuer *sorted = mem_new(set->count + 1, sizeof *sorted);
	size_t count = 0;

	while (more) {
		more = false;
		for (size_t i = 0; i < set->count; i++) {
			const char *issuer = set->items[i].certificate->issuer;

			if (led[i] || (!store_find(store, issuer) && !is_led_on(set, led, issuer)))
				continue;
			led[i] = more = true;
		}
	}
	for (int turn = 1; turn >= 0; turn--) {
		for (size_t i = 0; i < set->count; i++) {
			if (led[i] == (turn == 1))
				sorted[count++] = set->items[i];
		}
	}
	free(set->items);
	free(led);
	set->items = sorted;
}

struct examine_job *
examine_job_new(const struct settings *settings, const struct issuer_pool *pool,
	const struct look_address *const *connections, size_t count)
{
	struct examine_job *job = mem_new(1, sizeof *job);

	job->store = store_ref(settings_store(settings));
	job->system = store_ref(settings_system_store(settings));
	job->system_path = mem_text(settings_system_path(settings));
	job->judged = mem_new(count + 1, sizeof *job->judged);
	job->examinations = mem_new(count + 1, sizeof *job->examinations);
	job->count = count;
	for (size_t i = 0; i < count; i++) {
		const struct look_address *c = connections[i];
		const struct chain *chain = c->observation ? c->observation->chain : NULL;

		job->judged[i] = (struct judged){.observation = observation_ref(c->observation),
			.path = path_ref(c->path),
			.verdict = c->verdict};
		if (!chain)
			continue;
		issuer_set_add(&job->issuers, settings_loose(settings), chain);
		issuer_set_add(&job->issuers, pool, chain);
	}
	put_anchored_first(&job->issuers, job->store);
	return job;
}

void
examine_job_run(struct examine_job *job)
{
	struct examine_material m = {.store = job->store,
		.system = job->system,
		.system_path = job->system_path,
		.issuers = job->issuers.items,
		.issuer_count = job->issuers.count,
		.asked = job->asked,
		.asked_count = job->asked_count,
		.now_ms = job->now_ms};

	for (size_t i = 0; i < job->count; i++) {
		const struct judged *j = &job->judged[i];

		if (!j->observation || j->observation->reached < STAGE_HANDSHAKE)
			continue;
		m.observation = j->observation;
		m.verdict = &j->verdict;
		m.path = j->path;
		examine(&m, &job->examinations[i]);
	}
}

static const char *
from_where(const struct examine_job *job, const struct certificate *c)
{
	const struct certificate *in_system = job->system ? store_find(job->system, c->subject) : NULL;

	for (size_t i = 0; i < job->issuers.count; i++) {
		if (strcmp(job->issuers.items[i].certificate->sha256, c->sha256) == 0)
			return job->issuers.items[i].from;
	}
	return in_system && strcmp(in_system->sha256, c->sha256) == 0 ? job->system_path : NULL;
}

/* A path whose certificates say where they came from; judged: what each is worth, or NULL. */
static struct path *
origins(const struct examine_job *job, size_t i, struct chain *chain, const struct judged_certificate *judged)
{
	struct path *path = path_new(chain_ref(chain));

	for (size_t k = 0; k < chain->count; k++) {
		const struct certificate *c = chain->certificates[k];
		const struct certificate *anchor = store_find(job->store, c->subject);
		struct path_item *item = &path->items[k];

		item->code = judged ? judged[k].code : 0;
		item->sent = was_sent(job->judged[i].observation->chain, c);
		item->in_store = anchor && strcmp(anchor->sha256, c->sha256) == 0;
		if (!item->sent && !item->in_store)
			item->from = mem_text(from_where(job, c));
	}
	return path;
}

/* NULL where it needs no certificate from elsewhere. */
static struct path *
repaired(const struct examine_job *job, size_t i)
{
	const struct examination *x = &job->examinations[i];
	struct path *path = x->path ? origins(job, i, x->path, x->each) : NULL;

	for (size_t k = 0; path && k < path->chain->count; k++) {
		if (!path->items[k].sent && !path->items[k].in_store)
			return path;
	}
	path_unref(path);
	return NULL;
}

static void
drop(struct look_address *a)
{
	free(a->experiments);
	path_unref(a->repaired);
	for (size_t i = 0; i < a->other_count; i++)
		path_unref(a->others[i]);
	free(a->others);
}

void
examine_job_show(const struct examine_job *job, size_t i, struct look_address *a)
{
	const struct examination *x = &job->examinations[i];

	drop(a);
	a->experiments = mem_copy(x->peel.experiments, x->peel.experiment_count * sizeof *a->experiments);
	a->experiment_count = x->peel.experiment_count;
	a->repaired = repaired(job, i);
	a->others = mem_new(x->other_count + 1, sizeof(struct path *));
	a->other_count = x->other_count;
	for (size_t k = 0; k < x->other_count; k++)
		a->others[k] = origins(job, i, x->others[k], NULL);
}

void
examine_job_free(struct examine_job *job)
{
	if (!job)
		return;
	for (size_t i = 0; i < job->count; i++) {
		examination_clear(&job->examinations[i]);
		observation_unref(job->judged[i].observation);
		path_unref(job->judged[i].path);
	}
	free(job->examinations);
	free(job->judged);
	issuer_set_clear(&job->issuers);
	store_unref(job->store);
	store_unref(job->system);
	free(job->system_path);
	free(job);
}
