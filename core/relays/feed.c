#include "relays/store.h"

#include "base/when.h"
#include "relays/names.h"

#include <string.h>

static void
forget_row(void *arg, struct row *r)
{
	struct history *h = arg;

	waits_forget(&h->waits, r);
}

struct history *
history_new(const struct history_options *options)
{
	struct history *h = mem_new(1, sizeof *h);

	h->options = *options;
	h->table.most = options->max_relays;
	h->table.gone = forget_row;
	h->table.arg = h;
	return h;
}

void
history_free(struct history *h)
{
	struct item *item, *next;

	if (!h)
		return;
	DL_FOREACH_SAFE(h->head, item, next)
	item_free(item);
	lanes_free(&h->lanes);
	hosts_free(&h->hosts);
	waits_free(&h->waits);
	table_free(&h->table);
	facts_free(&h->facts);
	tally_free(&h->minutes);
	tally_free(&h->hours);
	free(h);
}

struct row *
store_row(struct history *h, const struct event *e)
{
	char name[NAME_ROOM];
	size_t len = name_of(e, name);

	return len ? table_row(&h->table, e->direction, name, len) : NULL;
}

void
store_line(struct history *h, struct row *r, const struct event *e, uint64_t seq)
{
	bool first = r->first_seq == 0;

	row_line(r, e, seq, true);
	if (first && !r->gone)
		table_show(&h->table, r);
	row_changed(r);
}

static void
add_outcome(struct history *h, const struct row *r, int64_t time_ms, struct tally_slot add)
{
	if (r->relay.direction != DIRECTION_CLIENT || time_ms == 0)
		return;
	add.slot = time_ms / WHEN_MINUTE;
	tally_add(&h->minutes, RELAY_MINUTES, add);
	add.slot = time_ms / WHEN_HOUR;
	tally_add(&h->hours, RELAY_HOURS, add);
}

void
store_add(struct history *h, struct row *r, enum verify verify, int64_t time_ms, uint64_t n)
{
	bool good = verify_is_good(verify);
	uint32_t add = (uint32_t)n;

	row_count(r, verify, time_ms, n);
	add_outcome(h, r, time_ms, (struct tally_slot){.good = good ? add : 0, .bad = good ? 0 : add});
}

void
store_failure(struct history *h, struct row *r, int64_t time_ms)
{
	row_failure(r, time_ms);
	add_outcome(h, r, time_ms, (struct tally_slot){.bad = 1});
	row_changed(r);
}

void
history_count(struct history *h, uint64_t bytes, bool skipped)
{
	h->lines++;
	h->bytes += bytes;
	h->skipped += skipped;
}

static void
take_repeat(struct history *h, const struct event *e, struct item *item)
{
	item->kind = ITEM_REPEAT;
	item->repeat = e->repeat;
	settle(h, item);
}

static void
dispatch(struct history *h, const struct event *e, struct item *item)
{
	switch (e->kind) {
	case EVENT_DELIVERY:
		take_delivery(h, e, item);
		break;
	case EVENT_RULESET:
		take_ruleset(h, e, item);
		break;
	case EVENT_TLS:
	case EVENT_CERTIFICATE:
	case EVENT_TLS_ERROR:
	case EVENT_TLS_WARNING:
	case EVENT_TLS_NAME:
		take_tls(h, e, item);
		break;
	case EVENT_HANDSHAKE:
	case EVENT_CERT_VERIFY:
	case EVENT_TLS_START:
		take_handshake(h, e, item);
		break;
	case EVENT_QUEUE_DONE:
		waits_done(&h->waits, item->host, e->qid, item->seq);
		break;
	case EVENT_FILE:
	case EVENT_DAEMON_START:
		if (item->counted)
			facts_take(&h->facts, e, item->seq);
		break;
	case EVENT_REPEATED:
		take_repeat(h, e, item);
		break;
	default:
		break;
	}
}

static bool
counts(const struct history *h, const struct event *e)
{
	return !h->options.since_ms || !e->time_ms || e->time_ms >= h->options.since_ms;
}

void
history_take(struct history *h, const struct event *e, uint64_t seq)
{
	unsigned host = hosts_host(&h->hosts, e->host);
	struct item item = {.host = host, .seq = seq, .time_ms = e->time_ms, .repeat = e->repeat};

	item.key = (struct lane_key){e->pid, hosts_daemon(&h->hosts, host, e->tag)};
	item.counted = counts(h, e);
	dispatch(h, e, &item);
}

/* What every line tells, whatever its kind. */
static void
note_line(struct history *h, const struct event *e)
{
	unsigned number = hosts_host(&h->hosts, e->host);
	struct host *host = &h->hosts.hosts[number];

	if (e->kind != EVENT_OTHER && e->kind != EVENT_REPEATED)
		h->host = number + 1;
	if (e->time_ms && host->first_ms == 0)
		host->first_ms = e->time_ms;
	if (!counts(h, e))
		h->earlier++;
	else if (e->time_ms && h->first_ms == 0)
		h->first_ms = e->time_ms;
	if (e->time_ms)
		h->last_ms = e->time_ms;
	if (e->kind != EVENT_REPEATED)
		hosts_last(host, (struct last_line){.known = true});
}

void
history_feed(struct history *h, const struct event *e)
{
	h->generation++;
	h->seq++;
	note_line(h, e);
	if (e->kind != EVENT_OTHER)
		history_take(h, e, h->seq);
}
