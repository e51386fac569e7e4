/* Two neighbouring stretches become one. All counts are sums and all texts belong to a line number, so rows
 * join without regard to order; what is left is the newer stretch's head, which is settled, in its order,
 * against the lanes as the older stretch left them. */
#include "relays/store.h"

#include "base/when.h"

#include <string.h>

struct join {
	struct history *older, *newer;
	uint64_t shift; /* the older stretch's events: what newer line numbers begin after */
	unsigned hosts[HOSTS_MOST + 1], daemons[HOSTS_MOST + 1];
};

static struct row *
heir_of(struct row *r)
{
	return r && r->heir ? r->heir : r;
}

static void
inherit(struct row **part)
{
	if (*part)
		lane_set_row(part, heir_of(*part));
}

static void
join_head(struct join *j)
{
	struct item *item, *next;

	DL_FOREACH_SAFE(j->newer->head, item, next)
	{
		DL_DELETE(j->newer->head, item);
		item->key.daemon = j->daemons[item->key.daemon];
		item->host = j->hosts[item->host];
		item->seq += j->shift;
		item->place.seq += item->place.seq ? j->shift : 0;
		inherit(&item->row);
		settle(j->older, item);
		item_free(item);
	}
}

static void
take_pending(struct pending *to, struct pending *from, uint64_t shift)
{
	pending_set(to, from->line, from->seq + shift, from->counted);
	from->line = NULL;
}

static void
join_sessions(struct lane *to, struct lane *from)
{
	/* The one used last comes last, as it is put in front. */
	while (from->sessions) {
		struct session *last = from->sessions->prev, *s;

		inherit(&last->row);
		s = lane_session(to, last->row);
		DL_DELETE(from->sessions, last);
		if (s && last->state == SESSION_NAMED) {
			s = lane_take_session(to, s->row);
			s->named_ms = last->named_ms > s->named_ms ? last->named_ms : s->named_ms;
			row_unref(last->row);
			free(last);
			continue;
		}
		if (s)
			lane_drop_session(to, s);
		DL_PREPEND(to->sessions, last);
	}
}

static void
join_rejects(struct lane *to, struct lane *from, uint64_t shift)
{
	while (from->rejects) {
		struct pending p = from->rejects->pending;

		from->rejects->pending.line = NULL;
		p.seq += shift;
		lane_reject(to, heir_of(from->rejects->row), p);
		lane_drop_reject(from);
	}
}

static void
join_lane(struct join *j, struct lane *from)
{
	struct lane_key key = {from->key.pid, j->daemons[from->key.daemon]};
	struct lane *to = lanes_take(&j->older->lanes, key);

	if (from->known & LANE_FAILURE)
		take_pending(&to->failure, &from->failure, j->shift);
	if (from->known & LANE_CHECK)
		take_pending(&to->check, &from->check, j->shift);
	if (from->known & LANE_TLS) {
		inherit(&from->tls);
		lane_set_row(&to->tls, from->tls);
		to->tls_seq = from->tls_seq + j->shift;
		to->tls_ms = from->tls_ms;
	}
	if (from->known & LANE_CURRENT) {
		inherit(&from->current);
		lane_set_row(&to->current, from->current);
	}
	join_rejects(to, from, j->shift);
	join_sessions(to, from);
	to->known |= from->known;
}

static void
join_totals(struct history *older, struct history *newer, const struct join *j)
{
	older->lines += newer->lines;
	older->earlier += newer->earlier;
	older->bytes += newer->bytes;
	older->skipped += newer->skipped;
	older->first_ms = older->first_ms ? older->first_ms : newer->first_ms;
	older->last_ms = newer->last_ms ? newer->last_ms : older->last_ms;
	if (newer->host)
		older->host = j->hosts[newer->host - 1] + 1;
	tally_join(&older->minutes, RELAY_MINUTES, &newer->minutes);
	tally_join(&older->hours, RELAY_HOURS, &newer->hours);
}

struct history *
history_merge(struct history *older, struct history *newer)
{
	struct join j = {.older = older, .newer = newer, .shift = older->seq};
	struct lane *l;

	/* Heirs must stay: what is too many is evicted at the end. */
	table_bound(&older->table, 0);
	/* A settled line may be younger than what the newer stretch says of the same message. */
	older->waits.closed = false;
	hosts_join(&older->hosts, &newer->hosts, j.hosts, j.daemons);
	table_join(&older->table, &newer->table, j.shift, j.daemons);
	join_head(&j);
	hosts_join_last(&older->hosts, &newer->hosts, j.hosts);
	DL_FOREACH(newer->lanes.oldest, l)
	join_lane(&j, l);
	waits_join(&older->waits, &newer->waits, j.shift, j.hosts);
	if (older->closed)
		waits_close(&older->waits);
	facts_join(&older->facts, &newer->facts, j.shift);
	join_totals(older, newer, &j);
	older->seq += newer->seq;
	older->generation += newer->generation + 1;
	for (size_t i = 0; i < older->table.shown_count; i++)
		row_changed(older->table.shown[i]);
	history_free(newer);
	table_bound(&older->table, older->options.max_relays);
	return older;
}

void
history_close(struct history *h)
{
	struct history *base, *stretch;

	if (h->closed)
		return;
	/* Merging with nothing settles the head; then both change places, as callers know this history. */
	base = history_new(&h->options);
	base->closed = true;
	base->lanes.known = LANE_ALL;
	stretch = mem_copy(h, sizeof *h);
	stretch->table.arg = stretch;
	base = history_merge(base, stretch);
	*h = *base;
	h->table.arg = h;
	free(base);
}
