#include "probe/hop.h"

#include "base/mem.h"

#include <stdlib.h>

#define ADDRESSES 4 /* of one family are tried; more than that do not fit into the time */

struct hop {
	struct hop_order order;
	struct lookup *lookup; /* NULL: none is under way */
	int asked;             /* which record was asked for last, DNS_A or DNS_AAAA */
	struct address addresses[ADDRESSES];
	size_t count, next;
	struct transfer *transfer; /* NULL: none is under way */
	resolver_cb *answered;     /* what try_next() starts comes back to try_next() through these */
	transfer_cb *transferred;
	struct fault trouble; /* why no address has done so far */
	bool tried, stopped;
	transfer_cb *done;
	void *arg;
};

static int64_t
remaining_ms(const struct hop *h)
{
	uint64_t now = uv_hrtime();

	return h->order.deadline > now ? (int64_t)((h->order.deadline - now) / 1000000) : 0;
}

static void
finish(struct hop *h, const struct transfer_result *r)
{
	h->done(h->arg, r);
	free(h);
}

/* What an address of the host led to says more than that the host has no address of the other family. */
static void
note(struct hop *h, const struct fault *trouble)
{
	if (h->trouble.kind == FAULT_NONE || h->trouble.kind == FAULT_DNS)
		h->trouble = *trouble;
}

static void
note_nothing(struct hop *h, const struct answer *answer)
{
	struct fault f;
	const char *host = h->order.url->host;

	if (answer->status == DNS_NXDOMAIN)
		fault_set(&f, FAULT_DNS, answer->rcode, "%.150s does not exist", host);
	else if (answer->why)
		fault_set(&f, FAULT_DNS, answer->rcode, "%.150s: %.90s", host, answer->why);
	else
		fault_set(&f, FAULT_DNS, answer->rcode, "%.150s has no address", host);
	note(h, &f);
}

static void
take_address(struct hop *h, const struct dns_record *record)
{
	struct address a;
	char room[ADDRESS_ROOM];
	struct fault f;

	if (h->count == ADDRESSES || !address_from_bytes(record->data, record->len, &a))
		return;
	if (h->order.allow_private || !address_is_private(&a)) {
		h->addresses[h->count++] = a;
		return;
	}
	address_print(&a, room);
	fault_set(&f, FAULT_USAGE, 0, "%.150s is at %s: no private address is asked without --allow-private",
		h->order.url->host, room);
	note(h, &f);
}

/* Half of what is left, shared among the addresses: the other half is for the answer. */
static void
try_address(struct hop *h)
{
	int64_t ms = remaining_ms(h) / 2 / (int64_t)(h->count - h->next);
	struct transfer_order order = {
		.url = h->order.url,
		.address = h->addresses[h->next++],
		.allow_private = h->order.allow_private,
		.connect_ms = ms > 1 ? ms : 1,
		.bytes = h->order.bytes,
	};

	h->tried = true;
	h->transfer = transfer_start(h->order.curl, &order, h->transferred, h);
}

static void
ask(struct hop *h, int type)
{
	h->asked = type;
	h->count = h->next = 0;
	h->lookup = resolver_ask(h->order.resolver, h->order.url->host, type, remaining_ms(h) / 2,
		h->answered, h);
}

static void
try_next(struct hop *h)
{
	struct transfer_result none = {.connected = false};

	if (h->next < h->count) {
		try_address(h);
	} else if (h->asked == DNS_A) {
		ask(h, DNS_AAAA);
	} else {
		none.fault = h->trouble;
		finish(h, &none);
	}
}

static void
on_answer(void *arg, struct answer *answer)
{
	struct hop *h = arg;

	h->lookup = NULL;
	if (h->stopped) {
		free(h);
		return;
	}
	/* Bogus addresses too: what is fetched proves itself by its signature, or by TLS. */
	for (size_t i = 0; i < answer->count; i++)
		take_address(h, &answer->records[i]);
	if (answer->count == 0)
		note_nothing(h, answer);
	try_next(h);
}

static void
on_transferred(void *arg, const struct transfer_result *r)
{
	struct hop *h = arg;

	h->transfer = NULL;
	if (r->connected) {
		finish(h, r);
		return;
	}
	note(h, &r->fault);
	try_next(h);
}

struct hop *
hop_start(const struct hop_order *order, transfer_cb *done, void *arg)
{
	struct hop *h = mem_new(1, sizeof *h);

	h->order = *order;
	h->done = done;
	h->arg = arg;
	h->answered = on_answer;
	h->transferred = on_transferred;
	ask(h, DNS_A);
	return h;
}

bool
hop_tried(const struct hop *h)
{
	return h->tried;
}

void
hop_stop(struct hop *h)
{
	if (!h)
		return;
	transfer_drop(h->transfer);
	h->stopped = true;
	if (h->lookup)
		lookup_cancel(h->lookup);
	else
		free(h);
}
