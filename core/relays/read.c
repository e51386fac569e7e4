/* The reading side of a history: relays.h. */
#include "relays/store.h"

#include "base/when.h"
#include "relays/names.h"

#include <string.h>

static bool
shows(const void *arg, unsigned daemon)
{
	const struct history *h = arg;

	return h->hosts.daemons[daemon].shows;
}

/* Every change of the log has all rows read again, and nearly all of them are as they were. */
static const struct relay *
publish(const struct history *h, struct row *r)
{
	if (!r->stale)
		return &r->relay;
	r->stale = false;
	r->relay.generation = h->generation;
	row_publish(r, shows, h);
	r->relay.deliveries.waiting = waits_of(r, &r->relay.held.oldest_ms);
	return &r->relay;
}

uint64_t
history_generation(const struct history *h)
{
	return h->generation;
}

size_t
history_relay_count(const struct history *h)
{
	return h->table.shown_count;
}

const struct relay *
history_relay(const struct history *h, size_t i)
{
	return publish(h, h->table.shown[i]);
}

const struct relay *
history_find(const struct history *h, enum direction direction, const char *name)
{
	struct row *r = table_find(&h->table, direction, name, strlen(name));

	return r && r->first_seq ? publish(h, r) : NULL;
}

static const struct row *
row_of(const struct relay *r)
{
	return (const struct row *)(const void *)((const char *)r - offsetof(struct row, relay));
}

void
history_lines(const struct history *h, const struct relay *r, size_t most,
	void (*each)(void *arg, struct span line), void *arg)
{
	(void)h;
	ring_each(&row_of(r)->ring, most, each, arg);
}

void
history_minutes(const struct history *h, const struct relay *r, struct relay_minute out[RELAY_MINUTES])
{
	const struct tally *t = r ? &row_of(r)->minutes : &h->minutes;
	int64_t last = h->last_ms / WHEN_MINUTE;

	for (int64_t i = 0; i < RELAY_MINUTES; i++) {
		struct tally_slot slot = tally_at(t, last - (RELAY_MINUTES - 1) + i);

		out[i] = (struct relay_minute){slot.good, slot.bad};
	}
}

struct relay_minute
history_day(const struct history *h, const struct relay *r)
{
	const struct tally *t = r ? &row_of(r)->hours : &h->hours;
	struct relay_minute sum = {0, 0};
	int64_t last = h->last_ms / WHEN_HOUR;

	for (int64_t i = 0; i < RELAY_HOURS; i++) {
		struct tally_slot slot = tally_at(t, last - i);

		sum.good += slot.good;
		sum.bad += slot.bad;
	}
	return sum;
}

size_t
history_fact_count(const struct history *h)
{
	return h->facts.count;
}

const struct history_fact *
history_fact(const struct history *h, size_t i)
{
	struct fact *fact = h->facts.facts;

	while (i-- && fact)
		fact = fact->next;
	return fact ? &fact->told : NULL;
}

struct history_totals
history_totals(const struct history *h)
{
	const char *version = h->facts.version;

	return (struct history_totals){.lines = h->lines,
		.bytes = h->bytes,
		.skipped = h->skipped,
		.earlier = h->earlier,
		.first_ms = h->first_ms,
		.last_ms = h->last_ms,
		.evicted = h->table.evicted,
		.host = h->host ? h->hosts.hosts[h->host - 1].name : "",
		.host_count = h->hosts.host_count,
		.version = version ? version : "",
		.daemon_start_ms = h->facts.start_ms};
}
