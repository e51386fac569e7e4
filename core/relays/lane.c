#include "relays/lane.h"

#include "base/when.h"
#include "relays/names.h"

#include <string.h>

bool
lane_is_over(int64_t then_ms, int64_t now_ms)
{
	return then_ms && now_ms && now_ms - then_ms > WHEN_HOUR;
}

void
pending_set(struct pending *p, struct kept *line, uint64_t seq, bool counted)
{
	free(p->line);
	*p = (struct pending){line, seq, counted};
}

void
lane_set_row(struct row **part, struct row *r)
{
	row_ref(r);
	row_unref(*part);
	*part = r;
}

static uint64_t *
reject_counter(const struct reject *reject)
{
	struct relay *relay = &reject->row->relay;
	struct span text = reject->pending.line->event.reject;

	return text.len && text.at[0] == '5' ? &relay->rejects_perm : &relay->rejects_temp;
}

void
lane_drop_reject(struct lane *l)
{
	struct reject *reject = l->rejects;

	LL_DELETE(l->rejects, reject);
	DL_DELETE2(reject->row->rejects, reject, row_prev, row_next);
	row_changed(reject->row);
	row_unref(reject->row);
	free(reject->pending.line);
	free(reject->text);
	free(reject);
}

/* The first reject of the list is over. */
static void
end_reject(struct lane *l, bool cured)
{
	struct reject *reject = l->rejects;
	struct row *r = reject->row;
	const struct event *e = &reject->pending.line->event;

	if (reject->pending.counted && cured)
		*reject_counter(reject) -= 1;
	else if (reject->pending.counted)
		row_tell(&r->told.reject, &r->seqs.reject, reject->pending.seq, e->reject);
	lane_drop_reject(l);
}

void
lane_end_rejects(struct lane *l, bool cured, int64_t now_ms)
{
	while (l->rejects)
		end_reject(l, cured && !lane_is_over(l->rejects->pending.line->event.time_ms, now_ms));
}

void
lane_reject(struct lane *l, struct row *r, struct pending p)
{
	struct reject *reject = mem_new(1, sizeof *reject);
	int count;

	reject->pending = p;
	reject->row = row_ref(r);
	if (p.line->event.reject.len)
		reject->text = span_copy(p.line->event.reject);
	row_changed(r);
	LL_APPEND(l->rejects, reject);
	DL_APPEND2(r->rejects, reject, row_prev, row_next);
	LL_COUNT(l->rejects, reject, count);
	if (count > LANE_REJECTS)
		end_reject(l, false);
}

void
lane_drop_session(struct lane *l, struct session *s)
{
	DL_DELETE(l->sessions, s);
	row_unref(s->row);
	free(s);
}

static void
drop(struct lanes *all, struct lane *l)
{
	HASH_DEL(all->lanes, l);
	DL_DELETE(all->oldest, l);
	lane_end_rejects(l, false, 0);
	while (l->sessions)
		lane_drop_session(l, l->sessions);
	free(l->failure.line);
	free(l->check.line);
	row_unref(l->tls);
	row_unref(l->current);
	free(l);
}

struct lane *
lanes_find(const struct lanes *all, struct lane_key key)
{
	struct lane *l;

	HASH_FIND(hh, all->lanes, &key, sizeof key, l);
	return l;
}

struct lane *
lanes_take(struct lanes *all, struct lane_key key)
{
	struct lane *l = lanes_find(all, key);

	if (l && l == all->oldest->prev)
		return l;
	if (l) {
		DL_DELETE(all->oldest, l);
	} else {
		if (HASH_COUNT(all->lanes) >= LANES_MOST)
			drop(all, all->oldest);
		l = mem_new(1, sizeof *l);
		l->key = key;
		l->known = all->known;
		HASH_ADD(hh, all->lanes, key, sizeof l->key, l);
	}
	DL_APPEND(all->oldest, l);
	return l;
}

void
lanes_free(struct lanes *all)
{
	while (all->oldest)
		drop(all, all->oldest);
	*all = (struct lanes){0};
}

struct session *
lane_session(const struct lane *l, const struct row *r)
{
	struct session *s;

	DL_FOREACH(l->sessions, s)
	{
		if (row_same(s->row, r))
			return s;
	}
	return NULL;
}

struct session *
lane_take_session(struct lane *l, struct row *r)
{
	struct session *s = lane_session(l, r), *each;
	int count;

	if (s) {
		DL_DELETE(l->sessions, s);
	} else {
		DL_COUNT(l->sessions, each, count);
		if (count >= LANE_SESSIONS)
			lane_drop_session(l, l->sessions->prev);
		s = mem_new(1, sizeof *s);
	}
	lane_set_row(&s->row, r);
	DL_PREPEND(l->sessions, s);
	return s;
}

struct row *
lane_long_name(const struct lane *l, struct span name, int64_t now_ms)
{
	struct session *s;

	DL_FOREACH(l->sessions, s)
	{
		const char *row_name = s->row->relay.name;
		int64_t latest = s->last_ms > s->named_ms ? s->last_ms : s->named_ms;

		if (!lane_is_over(latest, now_ms) && name_fits(row_name, strlen(row_name), name.at, name.len))
			return s->row;
	}
	return NULL;
}
