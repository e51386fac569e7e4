/* The reading half of relays/relays.h over an array. */
#include "model.h"

#include <limits.h>
#include <string.h>

uint64_t
history_generation(const struct history *h)
{
	return h->generation;
}

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

const struct relay *
history_find(const struct history *h, enum direction direction, const char *name)
{
	for (size_t i = 0; i < h->count; i++) {
		if (h->relays[i].direction == direction && strcmp(h->relays[i].name, name) == 0)
			return &h->relays[i];
	}
	return NULL;
}

bool
history_logged_by(const struct history *h, const struct relay *r, const char *tag, int64_t pid)
{
	(void)h;
	(void)r;
	(void)tag;
	(void)pid;
	return false;
}

void
history_minutes(const struct history *h, const struct relay *r, struct relay_minute out[RELAY_MINUTES])
{
	(void)r;
	memcpy(out, h->minutes, sizeof h->minutes);
}

struct relay_minute
history_day(const struct history *h, const struct relay *r)
{
	return r ? h->days[r - h->relays] : (struct relay_minute){0, 0};
}

struct history_totals
history_totals(const struct history *h)
{
	return h->totals;
}

size_t
history_fact_count(const struct history *h)
{
	(void)h;
	return 0;
}

const struct history_fact *
history_fact(const struct history *h, size_t i)
{
	(void)h;
	(void)i;
	return NULL;
}
