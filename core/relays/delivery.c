/* to= lines: what became of mail, and over what kind of session. */
#include "relays/store.h"

#include "base/when.h"
#include "relays/names.h"

#include <stdio.h>

/* Mailers that speak no SMTP; an administrator's own names for SMTP ones cannot be known. */
static bool
is_smtp(struct span mailer)
{
	static const char *const others[] = {"", "local", "prog", "*file*", "*include*", "procmail", "cyrus",
		"cyrusv2", "cyrusbb", "lmtp", "uucp", "uucp-old", "uucp-new", "uucp-dom", "uucp-uudom",
		"suucp", "usenet", "fax", "pop", "phquery", "mail11", "error", "discard", "maildrop",
		"dovecot"};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (span_is(mailer, others[i]))
			return false;
	}
	return true;
}

static enum outcome
outcome_of(const struct event *e)
{
	if (span_starts(e->stat, "Sent"))
		return OUTCOME_SENT;
	if (span_starts(e->stat, "Deferred"))
		return OUTCOME_DEFERRED;
	return e->dsn.len && e->dsn.at[0] == '5' ? OUTCOME_BOUNCED : OUTCOME_NONE;
}

void
count_outcome(struct relay *r, enum outcome outcome, uint64_t n)
{
	if (outcome == OUTCOME_SENT)
		r->deliveries.sent += n;
	else if (outcome == OUTCOME_DEFERRED)
		r->deliveries.deferred += n;
	else if (outcome == OUTCOME_BOUNCED)
		r->deliveries.bounced += n;
}

/* When the message came in, by delay=; 0 when it is not said. */
static int64_t
arrival_of(const struct event *e)
{
	if (e->time_ms == 0 || e->delay_s < 0)
		return 0;
	return e->time_ms - e->delay_s * WHEN_SECOND;
}

/* A log that began before the message came in, or an hour before this line, has the whole session in it. */
static int64_t
begun_of(const struct event *e)
{
	int64_t arrival = arrival_of(e), hour = e->time_ms ? e->time_ms - WHEN_HOUR : 0;

	return arrival > hour ? arrival : hour;
}

/* The row that a to= line is for; NULL when an older stretch must say whom a shortened name stands for. */
static struct row *
row_of(struct history *h, const struct event *e, const struct item *item)
{
	char name[NAME_ROOM];
	size_t len = name_of(e, name);
	struct lane *l;
	struct row *r;

	if (len && name_is_short(name, len)) {
		l = lanes_find(&h->lanes, item->key);
		r = l ? lane_long_name(l, (struct span){name, len}, e->time_ms) : NULL;
		if (r || !h->closed)
			return r;
	}
	if (len == 0)
		len = (size_t)snprintf(name, sizeof name, "[%.*s]",
			(int)(e->address.len < 64 ? e->address.len : 64), e->address.at);
	return table_row(&h->table, DIRECTION_CLIENT, name, len);
}

static void
count_delivery(struct history *h, const struct event *e, struct item *item)
{
	struct row *r = item->row;

	store_line(h, r, e, item->seq);
	count_outcome(&r->relay, item->outcome, e->repeat);
	row_tell(&r->told.stat, &r->seqs.stat, item->seq, e->stat);
	if (address_parse(e->address, &item->place.address)) {
		item->place.seq = item->seq;
		item->place.time_ms = e->time_ms;
		row_place(r, &item->place);
	}
}

static void
note_waits(struct history *h, const struct event *e, const struct item *item)
{
	bool waits = item->outcome == OUTCOME_DEFERRED;

	if (item->counted && item->outcome != OUTCOME_NONE)
		waits_take(&h->waits, &(struct wait_line){.host = item->host,
					      .qid = e->qid,
					      .to = e->to,
					      .row = waits ? item->row : NULL,
					      .seq = item->seq,
					      .since_ms = arrival_of(e)});
}

/* The row of a host whose name does not resolve: no connection was made to it, yet it is what the mail waits
 * for, or why it came back. A shortened name is nobody's. */
static struct row *
unresolved_row(struct history *h, const struct event *e)
{
	char name[NAME_ROOM];
	size_t len = span_find(e->stat, "Name server: ") >= 0 ? name_of(e, name) : 0;

	return len && !name_is_short(name, len) ? table_row(&h->table, DIRECTION_CLIENT, name, len) : NULL;
}

/* Without an address no connection was made: the message waits where it did, or for a name. */
static void
take_unconnected(struct history *h, const struct event *e, struct item *item)
{
	item->row = unresolved_row(h, e);
	if (item->row && item->counted) {
		store_line(h, item->row, e, item->seq);
		row_tell(&item->row->told.stat, &item->row->seqs.stat, item->seq, e->stat);
	}
	if (item->outcome != OUTCOME_DEFERRED || item->row)
		note_waits(h, e, item);
}

void
take_delivery(struct history *h, const struct event *e, struct item *item)
{
	struct last_line last = {.known = true, .kind = e->kind};

	if (!is_smtp(e->mailer))
		return;
	item->outcome = outcome_of(e);
	if (e->address.len == 0) {
		take_unconnected(h, e, item);
		return;
	}
	item->row = row_of(h, e, item);
	if (!item->row) {
		item->event = e;
		head_add_whole(h, item);
		return;
	}
	item->begun_ms = begun_of(e);
	item->parts = PART_FAILURE | PART_SESSION | PART_REJECT;
	if (item->counted)
		count_delivery(h, e, item);
	note_waits(h, e, item);
	last.row = item->counted ? item->row : NULL;
	last.outcome = item->outcome;
	if (item->counted)
		hosts_last(&h->hosts.hosts[item->host], last);
	settle(h, item);
}
