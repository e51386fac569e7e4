/* ruleset= lines: what a policy said of a session (rscheck() in Sendmail's srvrsmtp.c and parseaddr.c). */
#include "relays/store.h"

#include "relays/names.h"

#include <string.h>

/* Counted at once, and taken back when the mail gets through after all: a log may lack the to= lines. */
static void
count_reject(struct relay *r, const struct event *e)
{
	if (e->reject.len && e->reject.at[0] == '5')
		r->rejects_perm++;
	else
		r->rejects_temp++;
}

static void
take_client(struct history *h, const struct event *e, struct item *item)
{
	struct event server = *e;
	struct row *r;

	server.direction = DIRECTION_SERVER;
	r = store_row(h, &server);
	if (!r || !item->counted)
		return;
	store_line(h, r, e, item->seq);
	if (e->verify != VERIFY_UNKNOWN)
		row_word(r, e, item->seq);
	if (!e->rejects)
		return;
	count_reject(&r->relay, e);
	row_tell(&r->told.reject, &r->seqs.reject, item->seq, e->reject);
}

/* Makes the name known to the lane, so that the to= line's shortened one finds it. */
static void
note_name(struct lane *l, struct row *r, int64_t time_ms)
{
	if (name_is_long(strlen(r->relay.name)))
		lane_take_session(l, r)->named_ms = time_ms;
}

static void
pend_reject(struct history *h, const struct event *e, const struct item *item)
{
	struct lane *l = lanes_take(&h->lanes, item->key);
	struct pending p = {.line = kept_new(e), .seq = item->seq, .counted = item->counted};

	if (item->counted)
		count_reject(&item->row->relay, e);
	lane_reject(l, item->row, p);
}

static void
take_server(struct history *h, const struct event *e, struct item *item)
{
	struct lane *l = lanes_take(&h->lanes, item->key);

	if (item->counted && e->verify != VERIFY_UNKNOWN)
		row_word(item->row, e, item->seq);
	lane_set_row(&l->tls, NULL);
	lane_set_row(&l->current, item->row);
	l->known |= LANE_TLS | LANE_CURRENT;
	item->parts = PART_FAILURE | (e->verify == VERIFY_SOFTWARE ? PART_COUNT : 0);
	settle(h, item);
}

void
take_ruleset(struct history *h, const struct event *e, struct item *item)
{
	struct event client = *e;
	bool server = span_is(e->ruleset, "tls_server"), rcpt = span_is(e->ruleset, "tls_rcpt");
	bool try_tls = span_is(e->ruleset, "try_tls");

	if (span_is(e->ruleset, "tls_client"))
		take_client(h, e, item);
	if (!server && !rcpt && !try_tls)
		return;
	client.direction = DIRECTION_CLIENT;
	item->row = store_row(h, &client);
	if (!item->row)
		return;
	if (item->counted)
		store_line(h, item->row, e, item->seq);
	note_name(lanes_take(&h->lanes, item->key), item->row, e->time_ms);
	if (try_tls && item->counted)
		row_tell(&item->row->told.try_tls, &item->row->seqs.try_tls, item->seq, e->reject);
	if (e->rejects && !try_tls)
		pend_reject(h, e, item);
	if (server)
		take_server(h, e, item);
}
