#include "relays/history.h"

#include "base/when.h"
#include "relays/apply.h"
#include "relays/names.h"

#include <string.h>

/* Rows are about to be freed. */
static void
evict(void *arg)
{
	struct history *h = arg;

	processes_evict(&h->processes);
	hosts_evict(&h->hosts);
	for (size_t i = 0; i < h->table.rows.room; i++) {
		struct row *r = h->table.rows.entries[i].value;

		if (r && r->gone)
			waits_forget(&h->waits, r);
	}
}

struct history *
history_new(const struct history_options *options)
{
	struct history *h = mem_new(1, sizeof *h);

	h->since_ms = options->since_ms;
	h->table.most = options->max_relays;
	h->table.evict = evict;
	h->table.arg = h;
	return h;
}

void
history_free(struct history *h)
{
	if (!h)
		return;
	processes_free(&h->processes);
	hosts_free(&h->hosts);
	waits_free(&h->waits);
	table_free(&h->table);
	facts_free(&h->facts);
	tally_free(&h->minutes);
	tally_free(&h->hours);
	for (size_t i = 0; i < COPIES_KINDS; i++)
		free(h->copies[i].at);
	free(h);
}

void
history_feed(struct history *h, const struct event *e)
{
	bool counted = !h->since_ms || !e->time_ms || e->time_ms >= h->since_ms;
	unsigned number;
	struct host *host;

	h->generation++;
	h->lines++;
	h->bytes += e->line.len + 1;
	if (e->kind == EVENT_SKIPPED) {
		h->skipped++;
		return;
	}
	number = hosts_host(&h->hosts, e->host);
	host = &h->hosts.hosts[number];
	if (e->time_ms) {
		if (host->first_ms == 0)
			host->first_ms = e->time_ms;
		if (counted && h->first_ms == 0)
			h->first_ms = e->time_ms;
		h->last_ms = e->time_ms;
	}
	h->earlier += !counted;
	if (e->kind != EVENT_REPEATED)
		host->last.row = NULL;
	if (e->kind == EVENT_OTHER)
		return;
	if (e->kind != EVENT_REPEATED)
		h->host = number + 1;
	apply(h, e, number, counted);
}

/* ---- what others read -----------------------------------------------------------------------------------
 */

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
	struct row *r = table_find(&h->table, direction, span_of(name));

	return r && r->shown ? publish(h, r) : NULL;
}

static const struct row *
row_of(const struct relay *r)
{
	return (const struct row *)(const void *)((const char *)r - offsetof(struct row, relay));
}

static struct kept_line
line_of(const struct history *h, const struct row_line *kept)
{
	struct kept_line line = {.offset = kept->offset, .len = kept->len, .source = kept->source};
	const struct copies *copies;

	if (kept->source < LINE_COPY)
		return line;
	copies = &h->copies[kept->source - LINE_COPY];
	if (copies->end - (uint64_t)kept->offset <= COPIES_ROOM)
		line.text = (struct span){copies->at + (uint64_t)kept->offset % COPIES_ROOM, kept->len};
	line.offset = -1;
	return line;
}

void
history_lines(const struct history *h, const struct relay *relay, size_t most,
	void (*each)(void *arg, const struct kept_line *line), void *arg)
{
	const struct row *r = row_of(relay);

	for (uint32_t i = r->line_count > most ? r->line_count - (uint32_t)most : 0; i < r->line_count; i++) {
		struct kept_line line = line_of(h, row_line_at(r, i));

		each(arg, &line);
	}
}

bool
history_logged_by(const struct history *h, const struct relay *relay, const char *tag, int64_t pid)
{
	const struct row *r = row_of(relay);

	for (uint32_t i = 0; i < r->line_count; i++) {
		const struct row_line *line = &r->lines_kept[i];

		if ((pid < 0 || line->pid == pid) && strcmp(h->hosts.daemons[line->daemon].tag, tag) == 0)
			return true;
	}
	return false;
}

void
history_minutes(const struct history *h, const struct relay *r, struct relay_minute out[RELAY_MINUTES])
{
	const struct tally *t = r ? &row_of(r)->minutes : &h->minutes;
	int64_t last = h->last_ms / WHEN_MINUTE;

	for (int64_t i = 0; i < RELAY_MINUTES; i++) {
		struct tally_slot slot = tally_at(t, RELAY_MINUTES, last - (RELAY_MINUTES - 1) + i);

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
		struct tally_slot slot = tally_at(t, RELAY_HOURS, last - i);

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
		.daemon_start_ms = h->facts.start_ms,
		.fact_lines = h->facts.lines,
		.fact_news = h->facts.new};
}
