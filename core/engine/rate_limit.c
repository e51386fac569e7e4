#include "engine/rate_limit.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define MOST_IN_A_NET 4
#define MOST_FAILURES 3
#define MOST_KEPT 4096 /* addresses remembered; quiet ones go first */

struct record {
	struct address address;
	unsigned active;
	size_t begun_count, failed_count; /* of the rings below; the newest is last */
	int64_t *begun;
	int64_t failed[MOST_FAILURES];
	int64_t refused_ms; /* when it said 421 or 554; 0: never */
	UT_hash_handle hh;
};

struct rate_limit {
	size_t pace;
	struct record *records;
};

struct rate_limit *
rate_limit_new(unsigned pace)
{
	struct rate_limit *m = mem_new(1, sizeof *m);

	m->pace = pace ? pace : 1;
	return m;
}

static struct record *
find(const struct rate_limit *m, const struct address *a)
{
	struct record *r;

	HASH_FIND(hh, m->records, a, sizeof *a, r);
	return r;
}

static void
drop(struct rate_limit *m, struct record *r)
{
	HASH_DEL(m->records, r);
	free(r->begun);
	free(r);
}

static bool
is_stale(const struct record *r, int64_t now_ms)
{
	int64_t last = r->begun_count ? r->begun[r->begun_count - 1] : 0;

	return r->active == 0 && last + RATE_LIMIT_WINDOW <= now_ms &&
	       r->refused_ms + RATE_LIMIT_WINDOW <= now_ms;
}

static void
drop_stale(struct rate_limit *m, int64_t now_ms)
{
	struct record *r, *next;

	if (HASH_COUNT(m->records) < MOST_KEPT)
		return;
	HASH_ITER(hh, m->records, r, next)
	{
		if (is_stale(r, now_ms))
			drop(m, r);
	}
}

static struct record *
find_or_add(struct rate_limit *m, const struct address *a, int64_t now_ms)
{
	struct record *r = find(m, a);

	if (r)
		return r;
	drop_stale(m, now_ms);
	r = mem_new(1, sizeof *r);
	r->address = *a;
	r->begun = mem_new(m->pace, sizeof *r->begun);
	HASH_ADD(hh, m->records, address, sizeof r->address, r);
	return r;
}

/* Adds a time to a ring of `room` times, dropping the oldest. */
static void
remember(int64_t *ring, size_t *count, size_t room, int64_t now_ms)
{
	if (*count == room) {
		memmove(ring, ring + 1, (room - 1) * sizeof *ring);
		(*count)--;
	}
	ring[(*count)++] = now_ms;
}

static unsigned
active_in_net(const struct rate_limit *m, const struct address *a)
{
	unsigned active = 0;

	for (struct record *r = m->records; r; r = r->hh.next)
		active += address_same_net(&r->address, a) ? r->active : 0;
	return active;
}

/* The wait until the oldest of a full ring leaves the window. */
static int64_t
until_free(const int64_t *ring, size_t count, size_t room, int64_t now_ms)
{
	int64_t wait = count < room ? 0 : ring[0] + RATE_LIMIT_WINDOW - now_ms;

	return wait > 0 ? wait : 0;
}

int64_t
rate_limit_wait(const struct rate_limit *m, const struct address *a, int64_t now_ms, const char **why)
{
	const struct record *r = find(m, a);
	int64_t wait = 0;

	*why = NULL;
	if (address_is_loopback(a))
		return 0;
	if (r && r->active) {
		*why = "one connection to an address at a time";
		return RATE_LIMIT_ANOTHER;
	}
	if (active_in_net(m, a) >= MOST_IN_A_NET) {
		*why = "4 connections to a network at a time";
		return RATE_LIMIT_ANOTHER;
	}
	if (!r)
		return 0;
	if (r->refused_ms && r->refused_ms + RATE_LIMIT_WINDOW > now_ms) {
		*why = "it said 421 or 554: not asked again for 10 min";
		return r->refused_ms + RATE_LIMIT_WINDOW - now_ms;
	}
	wait = until_free(r->failed, r->failed_count, MOST_FAILURES, now_ms);
	if (wait) {
		*why = "3 failed handshakes in 10 min";
		return wait;
	}
	wait = until_free(r->begun, r->begun_count, m->pace, now_ms);
	if (wait)
		*why = "--pace: connections to one address in 10 min";
	return wait;
}

void
rate_limit_begin(struct rate_limit *m, const struct address *a, int64_t now_ms)
{
	struct record *r = find_or_add(m, a, now_ms);

	r->active++;
	remember(r->begun, &r->begun_count, m->pace, now_ms);
}

void
rate_limit_end(struct rate_limit *m, const struct observation *o, int64_t now_ms)
{
	struct record *r = find_or_add(m, &o->address, now_ms);

	if (r->active)
		r->active--;
	if (o->reached == STAGE_STARTTLS)
		remember(r->failed, &r->failed_count, MOST_FAILURES, now_ms);
	if (o->fault.kind == FAULT_REPLY && (o->reply_code == 421 || o->reply_code == 554))
		r->refused_ms = now_ms;
}

void
rate_limit_free(struct rate_limit *m)
{
	struct record *r, *next;

	if (!m)
		return;
	HASH_ITER(hh, m->records, r, next)
	drop(m, r);
	free(m);
}
