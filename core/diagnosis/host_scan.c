#include "diagnosis/host_scan.h"

#include "diagnosis/texts.h"

#include <string.h>

#define MANY 3 /* relays that fail for a date before our clock is suspected */

struct reader { /* most relays that fail, fail with the same words */
	const char *text;
	int code;
};

/* 0: no message was logged. */
static int
code_of(struct reader *r, const char *text)
{
	if (!text)
		return 0;
	if (!r->text || strcmp(r->text, text) != 0)
		*r = (struct reader){text, texts_code(text)};
	return r->code;
}

static bool
may_be_store(int code)
{
	return code == 0 || code == 18 || code == 19 || code == 20;
}

static void
count(struct host_scan *s, const struct relay *r, int code)
{
	const struct relay_last *last = &r->last;

	if (r->last_ok_ms && r->last_ok_ms >= s->since_ms)
		s->others++;
	else if (last->verify == VERIFY_FAIL && last->time_ms >= s->since_ms)
		*(may_be_store(code) ? &s->failing : &s->others) += 1;
	else if (last->verify == VERIFY_UNKNOWN && !last->try_tls && r->deliveries.sent)
		s->quiet++;
	if (last->verify == VERIFY_FAIL && (code == 9 || code == 10) && last->depth <= 0)
		s->dated++;
	s->good += last->verify == VERIFY_OK;
	s->logs_starttls |= last->verify != VERIFY_UNKNOWN || r->handshake_failures;
}

void
host_scan(const struct history *h, struct host_scan *out)
{
	struct history_totals totals = history_totals(h);
	struct reader reader = {NULL, 0};
	size_t relays = history_relay_count(h);

	*out = (struct host_scan){.since_ms = totals.daemon_start_ms};
	for (size_t i = 0; i < relays; i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction == DIRECTION_CLIENT)
			count(out, r, code_of(&reader, r->last.verifymsg));
	}
	if (!out->since_ms)
		out->since_ms = totals.first_ms;
}

bool
host_scan_suspects_clock(const struct host_scan *s)
{
	return s->dated >= MANY && s->dated > s->good;
}
