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
	bool counted;  /* while messages are counted */
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

static void
unlink_wait(struct wait *wait)
{
	if (!wait->row)
		return;
	DL_DELETE(wait->row->waits, wait);
	row_changed(wait->row);
	row_unref(wait->row);
	wait->row = NULL;
}

static void
drop_message(struct waits *w, struct message *m)
{
	struct wait *wait, *next;

	LL_FOREACH_SAFE2(m->waits, wait, next, next_of_message)
	{
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
	wait->row = row_ref(row);
	if (!row)
		return;
	DL_APPEND(row->waits, wait);
	row_changed(row);
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
		waits_done(
		        w, key.host, (struct span){key.qid, strnlen(key.qid, WAITS_QID)}, from->done + shift);
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
	while (r->waits) {
		struct message *m = r->waits->message;

		unlink_wait(r->waits);
		drop_idle(w, m);
	}
}

uint64_t
waits_of(const struct row *r, int64_t *oldest_ms)
{
	uint64_t count = 0;
	struct wait *wait;

	*oldest_ms = 0;
	DL_FOREACH(r->waits, wait)
	wait->message->counted = false;
	DL_FOREACH(r->waits, wait)
	{
		count += !wait->message->counted;
		wait->message->counted = true;
		if (wait->since_ms && (*oldest_ms == 0 || wait->since_ms < *oldest_ms))
			*oldest_ms = wait->since_ms;
	}
	return count;
}

void
waits_free(struct waits *w)
{
	while (w->oldest)
		drop_message(w, w->oldest);
	*w = (struct waits){0};
}
