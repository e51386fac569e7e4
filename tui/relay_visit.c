#include "tui/relay_visit.h"

#define UNITS_OF_CAUSE 16 /* what putting findings into words takes beside the other work on a row */

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

	const struct findings *found;

	row->cause_generation = row->generation;
	if (!live || (v->held && !l && row->cause.who))
		return false;
	found = engine_findings(from->engine, live);
	row->cause_version = engine_findings_version(from->engine, live);
	return relay_row_tell(row, found, live, l);
}

/* Its cause may be another one now. What the engine has not diagnosed yet is not asked for. */
static bool
is_outdated(const struct relay_visit *v, const struct relay_row *row, size_t i,
	const struct relay_source *from)
{
	const struct relay *live = live_of(row, i, from->history);
	uint64_t version = live ? engine_findings_version(from->engine, live) : 0;

	if (!version)
		return false;
	if (!row->cause.who || row->cause_generation != row->generation || row->cause_version != version)
		return true;
	return v->looks && !relay_cause_knows(&row->cause, engine_look_of(from->engine, live));
}

/* When findings or looks have changed all rows are to be visited. */
static void
count_on(struct relay_visit *v, size_t count, const struct relay_source *from)
{
	struct engine_activity now = engine_activity(from->engine);
	uint64_t found = engine_findings_version(from->engine, NULL);
	size_t looks = 3 * now.done + 2 * now.running + now.queued;

	v->looks = v->looks || looks != v->counted;
	if (found == v->found && looks == v->counted)
		return;
	v->found = found;
	v->counted = looks;
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
		*units -= 1;
		if (!all[v->cursor].name || !is_outdated(v, &all[v->cursor], v->cursor, from))
			continue;
		changed = relay_visit_row(v, &all[v->cursor], v->cursor, from) || changed;
		*units -= UNITS_OF_CAUSE;
	}
	v->looks = v->looks && v->left > 0;
	return changed;
}
