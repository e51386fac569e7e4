#include "diagnosis/host_scan.h"

#include "diagnosis/texts.h"
#include "model/codes.h"

#include <string.h>

#define MANY 3 /* relays that fail for a date before our clock is suspected */

enum mark {
	MARK_FAILING = 1 << 0,
	MARK_OTHER = 1 << 1,
	MARK_QUIET = 1 << 2,
	MARK_DATED = 1 << 3,
	MARK_GOOD = 1 << 4,
	MARK_STARTTLS = 1 << 5,
};

static bool
may_be_store(int code)
{
	return code == 0 || code == CHAIN_SELF_SIGNED || code == CHAIN_SELF_SIGNED_ROOT ||
	       code == CHAIN_NO_LOCAL_ISSUER;
}

unsigned
host_scan_marks(const struct relay *r, int64_t daemon_start_ms)
{
	const struct relay_last *last = &r->last;
	bool fails = last->verify == VERIFY_FAIL;
	int code = fails && last->verifymsg ? texts_code(last->verifymsg) : 0; /* 0: no message was logged */
	unsigned marks = 0;

	if (r->direction != DIRECTION_CLIENT)
		return 0;
	if (r->last_ok_ms && r->last_ok_ms >= daemon_start_ms)
		marks |= MARK_OTHER;
	else if (fails && last->time_ms >= daemon_start_ms)
		marks |= may_be_store(code) ? MARK_FAILING : MARK_OTHER;
	else if (last->verify == VERIFY_UNKNOWN && !last->try_tls && r->deliveries.sent)
		marks |= MARK_QUIET;
	if (fails && (code == CHAIN_NOT_YET_VALID || code == CHAIN_EXPIRED) && last->depth <= 0)
		marks |= MARK_DATED;
	if (last->verify == VERIFY_OK)
		marks |= MARK_GOOD;
	if (last->verify != VERIFY_UNKNOWN || r->handshake_failures)
		marks |= MARK_STARTTLS;
	return marks;
}

static void
add(size_t *count, bool marked, int by)
{
	if (marked)
		*count += (size_t)by; /* -1 wraps round to one less */
}

void
host_scan_count(struct host_scan *s, unsigned marks, int by)
{
	add(&s->failing, marks & MARK_FAILING, by);
	add(&s->others, marks & MARK_OTHER, by);
	add(&s->quiet, marks & MARK_QUIET, by);
	add(&s->dated, marks & MARK_DATED, by);
	add(&s->good, marks & MARK_GOOD, by);
	add(&s->starttls, marks & MARK_STARTTLS, by);
}

void
host_scan(const struct history *h, struct host_scan *out)
{
	struct history_totals totals = history_totals(h);
	size_t relays = history_relay_count(h);

	*out = (struct host_scan){
		.since_ms = totals.daemon_start_ms ? totals.daemon_start_ms : totals.first_ms};
	for (size_t i = 0; i < relays; i++)
		host_scan_count(out, host_scan_marks(history_relay(h, i), totals.daemon_start_ms), 1);
}

bool
host_scan_suspects_clock(const struct host_scan *s)
{
	return s->dated >= MANY && s->dated > s->good;
}
