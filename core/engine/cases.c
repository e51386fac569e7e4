#include "engine/cases.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct basis { /* what a diagnosis was made of: it holds as long as these are the same */
	const void *history, *look, *before, *policy;
	uint64_t relay, look_version;
	size_t facts;
	int64_t hour; /* ages and dates in it are of this hour */
};

struct case_entry {
	char key[320];
	struct basis basis;
	struct diagnosis diagnosis;
	UT_hash_handle hh;
};

#define MANY_RELAYS 2000 /* looking at them takes 0.1 ms */
#define SCAN_AGAIN_MS 1000

struct cases {
	struct case_entry *entries; /* the one that was not asked for longest goes first */
	struct host_scan scan;
	const struct history *scanned; /* NULL: nothing yet */
	uint64_t generation, scanned_ms, scans;
};

struct cases *
cases_new(void)
{
	return mem_new(1, sizeof(struct cases));
}

static void
make_key(const struct evidence *e, char *key, size_t room)
{
	if (e->relay)
		snprintf(key, room, "relay %d %s", (int)e->relay->direction, e->relay->name);
	else if (e->look)
		snprintf(key, room, "look %s %u", e->look->host, e->look->port);
	else
		snprintf(key, room, "host");
}

static struct basis
basis_of(const struct cases *c, const struct evidence *e, uint64_t look_version)
{
	struct basis b;

	memset(&b, 0, sizeof b); /* compared as bytes */
	b.history = e->history;
	b.look = e->look;
	b.before = e->before;
	b.policy = e->policy;
	b.look_version = look_version;
	b.relay = e->relay ? e->relay->generation : e->look ? 0 : c->scans;
	b.facts = e->history ? history_fact_count(e->history) : 0;
	b.hour = e->now_ms / WHEN_HOUR;
	return b;
}

static void
drop(struct cases *c, struct case_entry *entry)
{
	HASH_DEL(c->entries, entry);
	diagnosis_clear(&entry->diagnosis);
	free(entry);
}

/* To the end of the order. */
static struct case_entry *
touch(struct cases *c, struct case_entry *entry)
{
	HASH_DEL(c->entries, entry);
	HASH_ADD_STR(c->entries, key, entry);
	return entry;
}

static struct case_entry *
add(struct cases *c, const char *key)
{
	struct case_entry *entry = mem_new(1, sizeof *entry);

	if (HASH_COUNT(c->entries) >= CASES_KEPT)
		drop(c, c->entries);
	memcpy(entry->key, key, sizeof entry->key);
	HASH_ADD_STR(c->entries, key, entry);
	return entry;
}

const struct host_scan *
cases_scan(struct cases *c, const struct history *h, uint64_t loop_ms)
{
	bool changed = h != c->scanned || history_generation(h) != c->generation;
	bool due = h != c->scanned || history_relay_count(h) < MANY_RELAYS ||
		   loop_ms - c->scanned_ms >= SCAN_AGAIN_MS;

	if (changed && due) {
		host_scan(h, &c->scan);
		c->scanned = h;
		c->generation = history_generation(h);
		c->scanned_ms = loop_ms;
		c->scans++;
	}
	return &c->scan;
}

const struct findings *
cases_findings(struct cases *c, const struct evidence *evidence, uint64_t look_version)
{
	struct basis basis = basis_of(c, evidence, look_version);
	char key[sizeof((struct case_entry *)0)->key] = "";
	struct case_entry *entry;

	make_key(evidence, key, sizeof key);
	HASH_FIND_STR(c->entries, key, entry);
	entry = entry ? touch(c, entry) : add(c, key);
	if (memcmp(&entry->basis, &basis, sizeof basis) == 0)
		return &entry->diagnosis.findings;
	diagnosis_clear(&entry->diagnosis);
	entry->basis = basis;
	if (evidence->relay || evidence->look)
		diagnose_relay(evidence, &entry->diagnosis);
	else
		diagnose_host(evidence, &entry->diagnosis);
	return &entry->diagnosis.findings;
}

void
cases_free(struct cases *c)
{
	struct case_entry *entry, *next;

	if (!c)
		return;
	HASH_ITER(hh, c->entries, entry, next)
	drop(c, entry);
	free(c);
}
