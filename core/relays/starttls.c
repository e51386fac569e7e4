/* STARTTLS= lines: handshakes that worked, those that failed, and what is said of them in their own lines. */
#include "relays/store.h"

#include <string.h>

static void
count_tls(struct history *h, const struct event *e, struct item *item)
{
	struct row *r = item->row;

	store_line(h, r, e, item->seq);
	row_word(r, e, item->seq);
	row_tls(r, e, item->seq);
	store_add(h, r, e->verify, e->time_ms, e->repeat);
	/* 8.18 built with _FFR_VRFY_STAT says the error here. */
	if (e->message.len)
		row_message(r, e->message, item->seq);
	hosts_last(&h->hosts.hosts[item->host],
		(struct last_line){.known = true, .row = r, .kind = e->kind, .verify = e->verify});
}

/* The handshake begins a session with that relay. */
static void
begin_session(struct history *h, const struct event *e, const struct item *item)
{
	struct lane *l = lanes_take(&h->lanes, item->key);
	struct session *s = lane_take_session(l, item->row);

	s->state = SESSION_TLS;
	s->verify = e->verify;
	s->failed = false;
	s->last_ms = e->time_ms;
	pending_set(&l->failure, NULL, 0, false);
	lane_set_row(&l->tls, item->row);
	lane_set_row(&l->current, item->row);
	l->tls_seq = item->seq;
	l->tls_ms = e->time_ms;
	l->known |= LANE_FAILURE | LANE_TLS | LANE_CURRENT;
}

/* Mail that this daemon sent without TLS is known to be in clear from now on, whoever it went to. */
static void
note_shows(struct history *h, struct daemon *daemon)
{
	if (daemon->shows)
		return;
	daemon->shows = true;
	for (size_t i = 0; i < h->table.shown_count; i++)
		row_changed(h->table.shown[i]);
}

static void
take_handshaken(struct history *h, const struct event *e, struct item *item)
{
	if (e->direction == DIRECTION_CLIENT)
		note_shows(h, &h->hosts.daemons[item->key.daemon]);
	item->row = store_row(h, e);
	if (!item->row)
		return;
	if (item->counted)
		count_tls(h, e, item);
	begin_session(h, e, item);
	item->verify = e->verify;
	item->parts = PART_CHECK;
	settle(h, item);
}

void
take_tls(struct history *h, const struct event *e, struct item *item)
{
	struct row *r;

	if (e->kind == EVENT_TLS) {
		take_handshaken(h, e, item);
	} else if (e->kind == EVENT_CERTIFICATE) {
		item->event = e;
		item->parts = PART_CERTIFICATE;
		settle(h, item);
	} else if (e->kind == EVENT_TLS_ERROR && span_find(e->message, "alert") >= 0) {
		item->event = e;
		item->parts = PART_ALERT;
		settle(h, item);
	} else if ((e->kind == EVENT_TLS_WARNING || e->kind == EVENT_TLS_NAME) && item->counted) {
		r = store_row(h, e);
		if (!r)
			return;
		store_line(h, r, e, item->seq);
		if (e->kind == EVENT_TLS_WARNING)
			row_tell(&r->told.warning, &r->seqs.warning, item->seq, e->message);
	}
}

/* A client that failed: the line names it. */
static void
take_accept(struct history *h, const struct event *e, struct item *item)
{
	struct event failed = *e;
	struct row *r = item->row = store_row(h, e);

	if (!r)
		return;
	if (item->counted) {
		failed.verify = VERIFY_SOFTWARE;
		failed.verify_text = span_of(verify_word(VERIFY_SOFTWARE));
		store_line(h, r, e, item->seq);
		row_word(r, &failed, item->seq);
		row_tell(&r->told.reason, &r->seqs.reason, item->seq, e->message);
		r->told.ssl_error = e->ssl_error;
		r->told.err = e->err;
		r->told.retry = e->retry;
	}
	item->parts = PART_COUNT;
	settle(h, item);
}

void
take_handshake(struct history *h, const struct event *e, struct item *item)
{
	struct lane *l;

	if (e->kind == EVENT_HANDSHAKE && e->direction == DIRECTION_SERVER) {
		take_accept(h, e, item);
		return;
	}
	l = lanes_take(&h->lanes, item->key);
	if (e->kind == EVENT_HANDSHAKE)
		pending_set(&l->failure, kept_new(e), item->seq, item->counted);
	/* LogLevel 15 also tells of the certificates that are good. */
	if (e->kind != EVENT_CERT_VERIFY)
		pending_set(&l->check, NULL, 0, false);
	else if (!span_is(e->message, "ok"))
		pending_set(&l->check, kept_new(e), item->seq, item->counted);
	else
		return;
	l->known |= LANE_CHECK | (e->kind == EVENT_HANDSHAKE ? LANE_FAILURE : 0);
}
