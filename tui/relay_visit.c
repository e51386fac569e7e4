#include "tui/relay_visit.h"

#include "base/when.h"

#define UNITS_OF_CAUSE 16 /* what a diagnosis takes beside the other work on a row */

/* Rows are kept, relays move: the one of that row now, or NULL. */
static const struct relay *
live_of(const struct relay_row *row, size_t i, const struct history *h)
{
	const struct relay *r = i < history_relay_count(h) ? history_relay(h, i) : NULL;

	return r && relay_row_is_of(row, r) ? r : history_find(h, row->direction, row->name);
}

static const struct look *
look_of(const struct relay *live, const struct relay_source *from)
{
	return live ? engine_look_of(from->engine, live) : NULL;
}

const struct look *
relay_visit_look(const struct relay_row *row, size_t i, const struct relay_source *from)
{
	return look_of(live_of(row, i, from->history), from);
}

bool
relay_visit_row(const struct relay_visit *v, struct relay_row *row, size_t i, const struct relay_source *from)
{
	const struct relay *live = live_of(row, i, from->history);
	const struct look *l = look_of(live, from);

	row->cause_generation = row->generation;
	row->cause_basis = v->basis;
	if (!live || (v->held && !l && row->cause.who))
		return false;
	return relay_row_tell(row, engine_findings(from->engine, live), live, l);
}

/* Its cause may be another one now. */
static bool
is_outdated(const struct relay_visit *v, const struct relay_row *row, size_t i,
	const struct relay_source *from)
{
	const struct relay *live;

	if (!row->cause.who || row->cause_generation != row->generation || row->cause_basis != v->basis)
		return true;
	live = v->looks ? live_of(row, i, from->history) : NULL;
	return live && !relay_cause_knows(&row->cause, engine_look_of(from->engine, live));
}

/* When what all causes count on changes, all are to be found anew; those of looks only where one went on. */
static void
count_on(struct relay_visit *v, size_t count, const struct relay_source *from)
{
	struct engine_activity now = engine_activity(from->engine);
	struct relay_basis old = v->counted, basis = {.facts = history_fact_count(from->history),
						     .looks = 3 * now.done + 2 * now.running + now.queued,
						     .hour = from->now_ms / WHEN_HOUR,
						     .policy = engine_policy(from->engine)};

	v->looks = v->looks || basis.looks != old.looks;
	if (basis.facts != old.facts || basis.hour != old.hour || basis.policy != old.policy)
		v->basis++;
	else if (basis.looks == old.looks)
		return;
	v->counted = basis;
	v->left = count;
}

bool
relay_visit_some(struct relay_visit *v, struct relay_row *all, size_t count, const struct relay_source *from,
	int *units)
{
	bool changed = false;

	count_on(v, count, from);
	for (; v->left > 0 && *units > 0; v->left--) {
		v->cursor = v->cursor + 1 < count ? v->cursor + 1 : 0;
		*units -= v->looks;
		if (!all[v->cursor].name || !is_outdated(v, &all[v->cursor], v->cursor, from))
			continue;
		changed = relay_visit_row(v, &all[v->cursor], v->cursor, from) || changed;
		*units -= UNITS_OF_CAUSE;
	}
	v->looks = v->looks && v->left > 0;
	return changed;
}
