#include "relays/waits.h"

#include <string.h>

struct message {
	unsigned host;
	struct span id; /* points into qid */
	char qid[WAITS_QID];
	struct message *prev, *next;
	struct wait *waits;
	unsigned recipients;
};

static struct span
id_of(struct span qid)
{
	return (struct span){qid.at, qid.len < WAITS_QID ? qid.len : WAITS_QID};
}

static struct message *
find(const struct waits *w, unsigned host, struct span id)
{
	for (size_t i = map_first(&w->messages, map_hash(id, host)); i != MAP_NONE;
		i = map_next(&w->messages, i)) {
		struct message *m = w->messages.entries[i].value;

		if (m->host == host && span_same(m->id, id))
			return m;
	}
	return NULL;
}

/* ---- who waits for a row ---------------------------------------------------------------------------------
 * A relay in trouble holds many thousand messages, and its row is read after each line that changes it: so
 * both how many there are and which is the oldest are kept, not looked for. */

static int64_t
age_of(const struct wait *wait)
{
	return wait->since_ms ? wait->since_ms : INT64_MAX;
}

static void
place(struct row *r, size_t at, struct wait *wait)
{
	r->waits[at] = wait;
	wait->at = at;
}

static void
rise(struct row *r, struct wait *wait)
{
	size_t at = wait->at;

	for (; at > 0 && age_of(r->waits[(at - 1) / 2]) > age_of(wait); at = (at - 1) / 2)
		place(r, at, r->waits[(at - 1) / 2]);
	place(r, at, wait);
}

static void
sink(struct row *r, struct wait *wait)
{
	size_t at = wait->at, below;

	while ((below = 2 * at + 1) < r->wait_count) {
		if (below + 1 < r->wait_count && age_of(r->waits[below + 1]) < age_of(r->waits[below]))
			below++;
		if (age_of(r->waits[below]) >= age_of(wait))
			break;
		place(r, at, r->waits[below]);
		at = below;
	}
	place(r, at, wait);
}

/* Whether another recipient of the same message waits for the same row. */
static bool
is_one_of_many(const struct wait *wait)
{
	const struct wait *other;

	LL_FOREACH2(wait->message->waits, other, next_of_message)
	{
		if (other != wait && other->row == wait->row)
			return true;
	}
	return false;
}

static void
link_wait(struct wait *wait, struct row *r)
{
	if (r->wait_count == r->wait_room) {
		r->wait_room = r->wait_room ? 2 * r->wait_room : 4;
		r->waits = mem_resize(r->waits, r->wait_room, sizeof(struct wait *));
	}
	wait->row = r;
	place(r, r->wait_count++, wait);
	rise(r, wait);
	r->held += !is_one_of_many(wait);
	row_changed(r);
}

static void
unlink_wait(struct wait *wait)
{
	struct row *r = wait->row;
	struct wait *last;

	if (!r)
		return;
	r->held -= !is_one_of_many(wait);
	last = r->waits[--r->wait_count];
	if (last != wait) {
		place(r, wait->at, last);
		rise(r, last);
		sink(r, last);
	}
	wait->row = NULL;
	row_changed(r);
}

/* ---- messages --------------------------------------------------------------------------------------------
 */

static void
drop_message(struct waits *w, struct message *m)
{
	while (m->waits) {
		struct wait *wait = m->waits;

		m->waits = wait->next_of_message;
		unlink_wait(wait);
		free(wait);
		w->count--;
	}
	map_remove(&w->messages, map_hash(m->id, m->host), m);
	DL_DELETE(w->oldest, m);
	free(m);
}

static struct message *
take_message(struct waits *w, unsigned host, struct span id)
{
	struct message *m = find(w, host, id);

	if (m) {
		DL_DELETE(w->oldest, m);
	} else {
		m = mem_new(1, sizeof *m);
		m->host = host;
		memcpy(m->qid, id.at, id.len);
		m->id = (struct span){m->qid, id.len};
		map_add(&w->messages, map_hash(id, host), m);
	}
	DL_APPEND(w->oldest, m);
	return m;
}

static struct wait *
take_wait(struct waits *w, struct message *m, uint64_t to)
{
	struct wait *wait;

	LL_SEARCH_SCALAR2(m->waits, wait, to, to, next_of_message);
	if (!wait && m->recipients >= WAITS_RECIPIENTS)
		wait = m->waits;
	if (wait)
		return wait;
	wait = mem_new(1, sizeof *wait);
	wait->message = m;
	m->recipients++;
	wait->to = to;
	LL_PREPEND2(m->waits, wait, next_of_message);
	w->count++;
	return wait;
}

/* A message none of whose recipients waits leaves nothing behind. */
static void
drop_idle(struct waits *w, struct message *m)
{
	struct wait *wait;

	LL_FOREACH2(m->waits, wait, next_of_message)
	{
		if (wait->row)
			return;
	}
	drop_message(w, m);
}

static void
bound(struct waits *w)
{
	while (w->count > WAITS_MOST && w->oldest->next)
		drop_message(w, w->oldest);
}

void
waits_take(struct waits *w, const struct wait_line *line)
{
	struct span id = id_of(line->qid), rest = line->to, to;
	struct message *m;
	unsigned left = WAITS_RECIPIENTS;
	bool more = true;

	if (id.len == 0 || (!line->row && !find(w, line->host, id)))
		return;
	m = take_message(w, line->host, id);
	while (more && left--) {
		struct wait *wait;

		more = span_cut(&rest, ",", &to);
		wait = take_wait(w, m, map_hash(span_trim(to), 0));
		unlink_wait(wait);
		wait->since_ms = line->since_ms;
		if (line->row)
			link_wait(wait, line->row);
	}
	drop_idle(w, m);
	bound(w);
}

void
waits_done(struct waits *w, unsigned host, struct span qid, void (*each)(void *arg, struct row *r), void *arg)
{
	struct message *m = qid.len ? find(w, host, id_of(qid)) : NULL;
	struct wait *wait;

	if (!m)
		return;
	LL_FOREACH2(m->waits, wait, next_of_message)
	{
		if (each && wait->row && !is_one_of_many(wait))
			each(arg, wait->row);
		unlink_wait(wait);
	}
	drop_message(w, m);
}

void
waits_forget(struct waits *w, struct row *r)
{
	while (r->wait_count) {
		struct message *m = r->waits[0]->message;

		unlink_wait(r->waits[0]);
		drop_idle(w, m);
	}
}

uint64_t
waits_of(const struct row *r, int64_t *oldest_ms)
{
	*oldest_ms = r->wait_count ? r->waits[0]->since_ms : 0;
	return r->held;
}

void
waits_free(struct waits *w)
{
	while (w->oldest)
		drop_message(w, w->oldest);
	map_free(&w->messages);
	*w = (struct waits){0};
}
