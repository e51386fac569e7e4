#include "engine/round.h"

#include "base/mem.h"
#include "engine/path.h"

#include <stdlib.h>
#include <string.h>

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

struct round *
round_new(const struct settings *settings, const struct issuer_pool *pool,
	struct observation *const *observations, size_t count)
{
	struct round *r = mem_new(1, sizeof *r);

	r->store = store_ref(settings_store(settings));
	r->system = store_ref(settings_system_store(settings));
	r->system_path = mem_text(settings_system_path(settings));
	r->observations = mem_new(count + 1, sizeof(struct observation *));
	r->examinations = mem_new(count + 1, sizeof *r->examinations);
	r->count = count;
	for (size_t i = 0; i < count; i++) {
		r->observations[i] = observation_ref(observations[i]);
		if (!observations[i] || !observations[i]->chain)
			continue;
		issuer_set_add(&r->issuers, settings_loose(settings), observations[i]->chain);
		issuer_set_add(&r->issuers, pool, observations[i]->chain);
	}
	put_anchored_first(&r->issuers, r->store);
	return r;
}

void
round_run(struct round *r)
{
	struct examine_material m = {.store = r->store,
		.system = r->system,
		.system_path = r->system_path,
		.issuers = r->issuers.items,
		.issuer_count = r->issuers.count,
		.asked = r->asked,
		.asked_count = r->asked_count,
		.now_ms = r->now_ms};

	for (size_t i = 0; i < r->count; i++) {
		if (!r->observations[i] || r->observations[i]->reached < STAGE_HANDSHAKE)
			continue;
		m.observation = r->observations[i];
		examine(&m, &r->examinations[i]);
	}
}

static const char *
from_where(const struct round *r, const struct certificate *c)
{
	const struct certificate *in_system = r->system ? store_find(r->system, c->subject) : NULL;

	for (size_t i = 0; i < r->issuers.count; i++) {
		if (strcmp(r->issuers.items[i].certificate->sha256, c->sha256) == 0)
			return r->issuers.items[i].from;
	}
	return in_system && strcmp(in_system->sha256, c->sha256) == 0 ? r->system_path : NULL;
}

/* A path whose certificates say where they came from; judged: what each is worth, or NULL. */
static struct path *
origins(const struct round *r, size_t i, struct chain *chain, const struct judged_certificate *judged)
{
	struct path *path = path_new(chain_ref(chain));

	for (size_t k = 0; k < chain->count; k++) {
		const struct certificate *c = chain->certificates[k];
		const struct certificate *anchor = store_find(r->store, c->subject);
		struct path_item *item = &path->items[k];

		item->code = judged ? judged[k].code : 0;
		item->sent = path_has_sent(r->observations[i]->chain, c);
		item->in_store = anchor && strcmp(anchor->sha256, c->sha256) == 0;
		if (!item->sent && !item->in_store)
			item->from = mem_text(from_where(r, c));
	}
	return path;
}

/* NULL where it needs no certificate from elsewhere. */
static struct path *
repaired(const struct round *r, size_t i)
{
	const struct examination *x = &r->examinations[i];
	struct path *path = x->path ? origins(r, i, x->path, x->each) : NULL;

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
round_show(const struct round *r, size_t i, struct look_address *a)
{
	const struct examination *x = &r->examinations[i];

	drop(a);
	a->experiments = mem_copy(x->peel.experiments, x->peel.experiment_count * sizeof *a->experiments);
	a->experiment_count = x->peel.experiment_count;
	a->repaired = repaired(r, i);
	a->others = mem_new(x->other_count + 1, sizeof(struct path *));
	a->other_count = x->other_count;
	for (size_t k = 0; k < x->other_count; k++)
		a->others[k] = origins(r, i, x->others[k], NULL);
}

void
round_free(struct round *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++) {
		examination_clear(&r->examinations[i]);
		observation_unref(r->observations[i]);
	}
	free(r->examinations);
	free(r->observations);
	issuer_set_clear(&r->issuers);
	store_unref(r->store);
	store_unref(r->system);
	free(r->system_path);
	free(r);
}
