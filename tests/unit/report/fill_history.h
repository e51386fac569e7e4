/* fill_history: a history made by hand: what the report reads of one is defined here, not in relays. */
#ifndef TEST_FILL_HISTORY_H
#define TEST_FILL_HISTORY_H

#include "fill.h"
#include "relays/relays.h"

struct history {
	struct relay relays[16];
	size_t count;
	struct history_totals totals;
};

size_t
history_relay_count(const struct history *h)
{
	return h->count;
}

const struct relay *
history_relay(const struct history *h, size_t i)
{
	return &h->relays[i];
}

struct history_totals
history_totals(const struct history *h)
{
	return h->totals;
}

/* As many bad ones as the relay's name is long: each row shows its own. */
struct relay_minute
history_day(const struct history *h, const struct relay *r)
{
	(void)h;
	return (struct relay_minute){.good = 0, .bad = (uint32_t)strlen(r->name)};
}

static inline struct relay *
fill_relay(struct history *h, const char *name, enum verify verify)
{
	static int64_t minutes;
	struct relay *r = &h->relays[h->count++];

	r->name = mem_text(name);
	r->counts[verify] = 3;
	r->last.verify = verify;
	r->last.bits = r->last.depth = -1;
	r->last_ms = NOW - minutes++ * WHEN_MINUTE;
	return r;
}

static inline void
free_history(struct history *h)
{
	for (size_t i = 0; i < h->count; i++) {
		struct relay *r = &h->relays[i];

		free(r->name);
		free(r->last.verifymsg);
		free(r->last.reason);
		free(r->last.alert);
		free(r->last.reject);
		free(r->last.stat);
		free(r->addresses);
	}
	free(h);
}

#endif
