#include "relays/waits.h"

#include <string.h>

struct message_key {
	unsigned host;
	char qid[WAITS_QID];
};

struct message {
	struct message_key key;
	UT_hash_handle hh;
	struct message *prev, *next;
	struct wait *waits;
	unsigned recipients;
	uint64_t done; /* the line that said it left the queue; 0 none */
};

/* FNV-1a: which recipient it is; a collision would only end a wait early. */
static uint64_t
hash_of(struct span s)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.at[i]) * UINT64_C(1099511628211);
	return hash;
}

static struct message_key
key_of(unsigned host, struct span qid)
{
	struct message_key key = {.host = host};

	if (qid.len)
		memcpy(key.qid, qid.at, qid.len < WAITS_QID ? qid.len : WAITS_QID);
	return key;
}

static struct message *
find(const struct waits *w, const struct message_key *key)
{
	struct message *m;

	HASH_FIND(hh, w->messages, key, sizeof *key, m);
	return m;
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
	wait->row = row_ref(r);
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
	row_unref(r);
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
	HASH_DEL(w->messages, m);
	DL_DELETE(w->oldest, m);
	free(m);
}

static struct message *
take_message(struct waits *w, const struct message_key *key)
{
	struct message *m = find(w, key);

	if (m) {
		DL_DELETE(w->oldest, m);
	} else {
		m = mem_new(1, sizeof *m);
		m->key = *key;
		HASH_ADD(hh, w->messages, key, sizeof m->key, m);
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

static void
set_wait(struct wait *wait, struct row *row, uint64_t seq, int64_t since_ms)
{
	if (seq < wait->seq)
		return;
	unlink_wait(wait);
	wait->seq = seq;
	wait->since_ms = since_ms;
	if (row)
		link_wait(wait, row);
}

/* A closed history forgets a message none of whose recipients waits. */
static void
drop_idle(struct waits *w, struct message *m)
{
	struct wait *wait;

	LL_FOREACH2(m->waits, wait, next_of_message)
	{
		if (wait->row)
			return;
	}
	if (w->closed)
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
	struct message_key key = key_of(line->host, line->qid);
	struct span rest = line->to, to;
	struct message *m;
	unsigned left = WAITS_RECIPIENTS;
	bool more = true;

	if (line->qid.len == 0 || (!line->row && w->closed && !find(w, &key)))
		return;
	m = take_message(w, &key);
	while (more && left--) {
		more = span_cut(&rest, ",", &to);
		set_wait(take_wait(w, m, hash_of(span_trim(to))), line->row, line->seq, line->since_ms);
	}
	drop_idle(w, m);
	bound(w);
}

/* Forgets the recipients of a message whose last line is before seq. */
static void
drop_before(struct waits *w, struct message *m, uint64_t seq)
{
	struct wait *wait, *next;

	LL_FOREACH_SAFE2(m->waits, wait, next, next_of_message)
	{
		if (wait->seq >= seq)
			continue;
		LL_DELETE2(m->waits, wait, next_of_message);
		unlink_wait(wait);
		free(wait);
		w->count--;
		m->recipients--;
	}
}

void
waits_done(struct waits *w, unsigned host, struct span qid, uint64_t seq)
{
	struct message_key key = key_of(host, qid);
	struct message *m = find(w, &key);

	if (qid.len == 0 || (!m && w->closed))
		return;
	m = take_message(w, &key);
	m->done = seq;
	drop_before(w, m, seq);
	drop_idle(w, m);
}

static void
join_message(struct waits *w, struct message *from, uint64_t shift, const unsigned *hosts)
{
	struct message_key key = from->key;
	struct message *m;
	struct wait *wait;

	key.host = hosts[key.host];
	if (from->done)
		waits_done(w, key.host, (struct span){key.qid, strnlen(key.qid, WAITS_QID)},
			from->done + shift);
	m = take_message(w, &key);
	LL_FOREACH2(from->waits, wait, next_of_message)
	{
		struct row *row = wait->row && wait->row->heir ? wait->row->heir : wait->row;

		unlink_wait(wait);
		set_wait(take_wait(w, m, wait->to), row, wait->seq + shift, wait->since_ms);
	}
	drop_idle(w, m);
}

void
waits_join(struct waits *w, struct waits *newer, uint64_t shift, const unsigned *hosts)
{
	struct message *m;

	DL_FOREACH(newer->oldest, m)
	join_message(w, m, shift, hosts);
	bound(w);
}

void
waits_close(struct waits *w)
{
	struct message *m, *next;

	w->closed = true;
	DL_FOREACH_SAFE(w->oldest, m, next)
	drop_idle(w, m);
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
	*w = (struct waits){0};
}
