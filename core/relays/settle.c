/* What of a line depends on the lines before it. In a history that is not closed, lines before the stretch
 * may have a say: then the part goes to the head, and is settled when the older stretch is there. Each part
 * is known from the first line of the stretch on that sets it, so a head item depends on the older stretch
 * alone. */
#include "relays/store.h"

#include "base/when.h"

#include <string.h>

/* Whether a part of the lane is known; from now on it is. */
static bool
is_known(const struct history *h, struct lane *l, unsigned part)
{
	bool known = h->closed || (l->known & part);

	l->known |= part;
	return known;
}

static void
fail_session(struct history *h, struct lane *l, struct item *item)
{
	struct session *s = lane_session(l, item->row);
	bool seen = s && s->state != SESSION_NAMED;
	bool failed = seen && s->failed && !lane_is_over(s->last_ms, item->time_ms);

	if (!seen && !h->closed)
		head_add(h, &(struct item){.parts = PART_COUNT,
				    .key = item->key,
				    .seq = item->seq,
				    .row = item->row,
				    .time_ms = item->time_ms,
				    .counted = item->counted});
	else if (!failed && item->counted)
		store_failure(h, item->row, item->time_ms);
	s = lane_take_session(l, item->row);
	s->state = SESSION_FAILED;
	s->verify = VERIFY_SOFTWARE;
	s->failed = true;
	s->last_ms = item->time_ms;
}

static bool
settle_failure(struct history *h, struct lane *l, struct item *item)
{
	const struct event *e = l->failure.line ? &l->failure.line->event : NULL;
	struct row *r = item->row;
	bool known = is_known(h, l, LANE_FAILURE);

	if (!e)
		return known;
	if (!lane_is_over(e->time_ms, item->time_ms)) {
		if (l->failure.counted &&
			row_tell(&r->told.reason, &r->seqs.reason, l->failure.seq, e->message)) {
			r->told.ssl_error = e->ssl_error;
			r->told.err = e->err;
			r->told.retry = e->retry;
		}
		if (l->failure.counted)
			row_line(r, e, l->failure.seq, false);
		row_changed(r);
		fail_session(h, l, item);
	}
	pending_set(&l->failure, NULL, 0, false);
	return true;
}

static bool
settle_count(struct history *h, struct lane *l, struct item *item)
{
	fail_session(h, l, item);
	return true;
}

static bool
settle_check(struct history *h, struct lane *l, struct item *item)
{
	const struct event *e = l->check.line ? &l->check.line->event : NULL;
	struct row *r = item->row;
	bool known = is_known(h, l, LANE_CHECK);

	/* What verified in the end failed nowhere. */
	if (!e)
		return known || verify_is_good(item->verify);
	if (item->counted && !verify_is_good(item->verify) && !lane_is_over(e->time_ms, item->time_ms)) {
		if (row_tell(&r->told.depth_subject, &r->seqs.depth, item->seq, e->subject))
			r->told.depth = e->depth;
		row_message(r, e->message, item->seq);
		row_line(r, e, l->check.seq, false);
	}
	pending_set(&l->check, NULL, 0, false);
	return true;
}

static bool
settle_certificate(struct history *h, struct lane *l, struct item *item)
{
	const struct event *e = item->line ? &item->line->event : item->event;
	bool known = is_known(h, l, LANE_TLS);

	if (!l->tls)
		return known;
	if (item->counted && !lane_is_over(l->tls_ms, item->time_ms)) {
		row_certificate(l->tls, e, l->tls_seq);
		row_line(l->tls, e, item->seq, false);
		row_changed(l->tls);
	}
	lane_set_row(&l->tls, NULL);
	return true;
}

static bool
settle_alert(struct history *h, struct lane *l, struct item *item)
{
	const struct event *e = item->line ? &item->line->event : item->event;
	struct row *r = l->current;

	if (!r)
		return h->closed || (l->known & LANE_CURRENT);
	if (item->counted) {
		row_tell(&r->told.alert, &r->seqs.alert, item->seq, e->message);
		row_line(r, e, item->seq, false);
		row_changed(r);
	}
	return true;
}

/* What a delivery over a session of that kind counts for. */
static void
count_session(struct session *s, const struct item *item)
{
	struct row *r = item->row;
	bool sent = item->outcome == OUTCOME_SENT;
	struct place place = item->place;

	if (item->time_ms)
		s->last_ms = item->time_ms;
	/* What is sent after the relay's next greeting may be encrypted again: only the log can tell. */
	if (s->state == SESSION_FAILED && !sent)
		s->state = SESSION_CLEAR;
	if (!item->counted)
		return;
	place.verify = s->state == SESSION_TLS ? s->verify : VERIFY_UNKNOWN;
	row_place_verify(r, &place);
	if (sent && s->state == SESSION_TLS && !verify_is_good(s->verify))
		r->relay.deliveries.unverified += item->repeat;
	else if (sent && s->state == SESSION_FAILED)
		r->clear += item->repeat;
	else if (sent && s->state == SESSION_CLEAR)
		row_maybe_clear(r, (unsigned)item->key.daemon, item->repeat);
}

/* A to= line without a STARTTLS line, in a history that nothing is older than. */
static void
begin_without_tls(struct history *h, struct lane *l, struct item *item)
{
	int64_t log_began = h->hosts.hosts[h->hosts.daemons[item->key.daemon].host].first_ms;
	struct session *s = lane_take_session(l, item->row);

	s->state = log_began && log_began < item->begun_ms ? SESSION_CLEAR : SESSION_DOUBT;
	s->failed = false;
	s->last_ms = item->time_ms;
	count_session(s, item);
}

static bool
settle_session(struct history *h, struct lane *l, struct item *item)
{
	struct session *s = lane_session(l, item->row);

	if (s && s->state == SESSION_NAMED && !h->closed)
		return false;
	if (s && s->state != SESSION_NAMED && !item->fresh && !lane_is_over(s->last_ms, item->time_ms)) {
		count_session(lane_take_session(l, item->row), item);
		return true;
	}
	if (h->closed) {
		begin_without_tls(h, l, item);
		return true;
	}
	if (s) {
		item->fresh = true;
		s->state = SESSION_NAMED;
	}
	return false;
}

static bool
settle_reject(struct history *h, struct lane *l, struct item *item)
{
	lane_end_rejects(l, item->outcome == OUTCOME_SENT, item->time_ms);
	return is_known(h, l, LANE_REJECT);
}

static void
settle_parts(struct history *h, struct item *item)
{
	static const struct {
		unsigned part;
		bool (*settle)(struct history *h, struct lane *l, struct item *item);
	} parts[] = {{PART_FAILURE, settle_failure}, {PART_COUNT, settle_count}, {PART_CHECK, settle_check},
		{PART_CERTIFICATE, settle_certificate}, {PART_SESSION, settle_session},
		{PART_REJECT, settle_reject}, {PART_ALERT, settle_alert}};
	struct lane *l = lanes_take(&h->lanes, item->key);

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if ((item->parts & parts[i].part) && parts[i].settle(h, l, item))
			item->parts &= ~parts[i].part;
	}
	if (item->parts)
		head_add(h, item);
}

static void
settle_forget(struct history *h, const struct item *item)
{
	struct lane *l = lanes_take(&h->lanes, item->key);

	pending_set(&l->failure, NULL, 0, false);
	l->known |= LANE_FAILURE;
}

static void
settle_reject_line(struct history *h, struct item *item)
{
	struct pending p = {item->line, item->seq, item->counted};

	lane_reject(lanes_take(&h->lanes, item->key), item->row, p);
	item->line = NULL;
}

static void
settle_repeat(struct history *h, struct item *item)
{
	struct last_line *last = &h->hosts.hosts[item->host].last;

	if (!last->known && !h->closed)
		head_add(h, item);
	if (!last->row || !item->counted)
		return;
	if (last->kind == EVENT_TLS)
		store_add(h, last->row, last->verify, item->time_ms, item->repeat);
	else
		count_outcome(&last->row->relay, last->outcome, item->repeat);
	row_changed(last->row);
}

void
settle(struct history *h, struct item *item)
{
	if (item->kind == ITEM_EVENT)
		history_take(h, &item->line->event, item->seq);
	else if (item->kind == ITEM_REPEAT)
		settle_repeat(h, item);
	else if (item->kind == ITEM_REJECT)
		settle_reject_line(h, item);
	else if (item->kind == ITEM_FORGET)
		settle_forget(h, item);
	else
		settle_parts(h, item);
}

void
head_add(struct history *h, const struct item *item)
{
	struct item *copy = mem_copy(item, sizeof *item);

	row_ref(copy->row);
	/* Only the lines of a stretch's first moments come to this. */
	if (copy->line || copy->event)
		copy->line = kept_new(copy->line ? &copy->line->event : copy->event);
	copy->event = NULL;
	DL_APPEND(h->head, copy);
}

void
head_add_whole(struct history *h, struct item *item)
{
	struct lane *l = lanes_take(&h->lanes, item->key);
	struct item before = *item;

	/* What pends in the lane goes along, and nothing else: the line would have ended it here. */
	before.event = NULL;
	before.kind = ITEM_FORGET;
	if (l->known & LANE_FAILURE)
		head_add(h, &before);
	if (l->failure.line) {
		before.kind = ITEM_EVENT;
		before.event = &l->failure.line->event;
		before.seq = l->failure.seq;
		head_add(h, &before);
		pending_set(&l->failure, NULL, 0, false);
	}
	for (; l->rejects; lane_drop_reject(l)) {
		before.kind = ITEM_REJECT;
		before.event = &l->rejects->pending.line->event;
		before.seq = l->rejects->pending.seq;
		before.counted = l->rejects->pending.counted;
		before.row = l->rejects->row;
		head_add(h, &before);
	}
	l->known |= LANE_FAILURE | LANE_REJECT;
	item->kind = ITEM_EVENT;
	head_add(h, item);
	/* So that a repetition of this line follows it there. */
	hosts_last(&h->hosts.hosts[item->host], (struct last_line){.known = false});
}

void
item_free(struct item *item)
{
	row_unref(item->row);
	free(item->line);
	free(item);
}
