#include "relays/process.h"

#include "base/when.h"
#include "relays/names.h"

#include <string.h>

bool
session_is_over(int64_t then_ms, int64_t now_ms)
{
	return then_ms && now_ms && now_ms - then_ms > WHEN_HOUR;
}

void
pending_drop(struct pending **pending)
{
	if (!*pending)
		return;
	free((*pending)->message);
	free((*pending)->subject);
	free(*pending);
	*pending = NULL;
}

static void
unlink_reject(struct process *p, struct reject *reject)
{
	LL_DELETE(p->rejects, reject);
	DL_DELETE2(reject->row->rejects, reject, row_prev, row_next);
	row_changed(reject->row);
	free(reject->text);
	free(reject);
}

/* A permanent reject counts as a message given up until its to= line comes, which says so itself or not. */
static void
end_reject(struct process *p, struct reject *reject, bool answered, bool cured)
{
	struct relay *relay = &reject->row->relay;

	if (reject->counted) {
		if (answered && reject->permanent)
			relay->deliveries.bounced--;
		if (!cured)
			row_tell(reject->row, RELAY_TEXT_reject, span_of(reject->text));
		else if (reject->permanent)
			relay->rejects_perm--;
		else
			relay->rejects_temp--;
	}
	unlink_reject(p, reject);
}

void
process_end_rejects(struct process *p, bool answered, bool cured, int64_t now_ms)
{
	while (p->rejects) {
		bool timely = answered && !session_is_over(p->rejects->time_ms, now_ms);

		end_reject(p, p->rejects, timely, timely && cured);
	}
}

void
process_reject(struct process *p, struct reject *reject)
{
	struct reject *each;
	int count;

	row_changed(reject->row);
	LL_APPEND(p->rejects, reject);
	DL_APPEND2(reject->row->rejects, reject, row_prev, row_next);
	LL_COUNT(p->rejects, each, count);
	if (count > PROCESS_REJECTS)
		end_reject(p, p->rejects, false, false);
}

/* ---- all processes ------------------------------------------------------------------------------------- */

/* Makes room: the next process that logged nothing since the last search came by. Its memory for sessions
 * stays. */
static struct process *
replace(struct processes *all)
{
	struct process *p;

	for (;; p->used = false) {
		p = &all->all[all->hand];
		all->hand = (all->hand + 1) % PROCESSES_MOST;
		if (!p->used)
			break;
	}
	map_remove(&all->map, p->key, p);
	process_end_rejects(p, false, false, 0);
	pending_drop(&p->failure);
	pending_drop(&p->check);
	p->tls = p->current = NULL;
	p->session_count = 0;
	return p;
}

struct process *
processes_take(struct processes *all, unsigned daemon, int64_t pid)
{
	uint64_t key = (uint64_t)pid * 256 + daemon;
	size_t i = map_first(&all->map, key);
	struct process *p;

	if (i != MAP_NONE) {
		p = all->map.entries[i].value;
		p->used = true;
		return p;
	}
	if (!all->all)
		all->all = mem_new(PROCESSES_MOST, sizeof *all->all);
	p = all->count < PROCESSES_MOST ? &all->all[all->count++] : replace(all);
	p->key = key;
	p->used = true;
	map_add(&all->map, key, p);
	return p;
}

struct session *
process_sessions(const struct process *p)
{
	return p->sessions ? p->sessions : (struct session *)&p->own;
}

static void
evict(struct process *p)
{
	struct session *all = process_sessions(p);
	struct reject *reject, *next;

	if (p->tls && p->tls->gone)
		p->tls = NULL;
	if (p->current && p->current->gone)
		p->current = NULL;
	for (uint32_t i = 0; i < p->session_count; i++) {
		if (all[i].row && all[i].row->gone)
			all[i].row = NULL;
	}
	LL_FOREACH_SAFE(p->rejects, reject, next)
	{
		if (reject->row->gone)
			unlink_reject(p, reject);
	}
}

void
processes_evict(struct processes *all)
{
	for (size_t i = 0; i < all->count; i++)
		evict(&all->all[i]);
}

void
processes_free(struct processes *all)
{
	for (size_t i = 0; i < all->count; i++) {
		process_end_rejects(&all->all[i], false, false, 0);
		pending_drop(&all->all[i].failure);
		pending_drop(&all->all[i].check);
		free(all->all[i].sessions);
	}
	free(all->all);
	map_free(&all->map);
	*all = (struct processes){0};
}

/* ---- sessions ------------------------------------------------------------------------------------------ */

struct session *
process_session(const struct process *p, const struct row *r)
{
	struct session *all = process_sessions(p);

	for (uint32_t i = 0; i < p->session_count; i++) {
		if (all[i].hash == r->hash)
			return &all[i];
	}
	return NULL;
}

/* Room for one more. */
static void
add_room(struct process *p)
{
	struct session *all;

	if (p->session_count < (p->session_room ? p->session_room : 1))
		return;
	p->session_room = p->session_room ? 2 * p->session_room : 4;
	all = mem_resize(p->sessions, p->session_room, sizeof *p->sessions);
	if (!p->sessions)
		all[0] = p->own;
	p->sessions = all;
}

struct session *
process_take_session(struct process *p, struct row *r)
{
	struct session *s = process_session(p, r), *all = process_sessions(p), taken = {.hash = r->hash};
	uint32_t i;

	if (s == all) {
		s->row = r;
		return s;
	}
	if (s) {
		i = (uint32_t)(s - all);
		taken = *s;
	} else if (p->session_count < PROCESS_SESSIONS) {
		add_room(p);
		all = process_sessions(p);
		i = p->session_count++;
	} else {
		i = p->session_count - 1;
	}
	memmove(all + 1, all, i * sizeof *all);
	taken.row = r;
	all[0] = taken;
	return all;
}

struct row *
process_long_name(const struct process *p, struct span name, int64_t now_ms)
{
	const struct session *all = process_sessions(p);

	for (uint32_t i = 0; i < p->session_count; i++) {
		const struct session *s = &all[i];
		int64_t latest = s->last_ms > s->named_ms ? s->last_ms : s->named_ms;
		const char *row_name = s->row ? s->row->relay.name : "";

		if (!session_is_over(latest, now_ms) &&
			name_fits(row_name, strlen(row_name), name.at, name.len))
			return s->row;
	}
	return NULL;
}
