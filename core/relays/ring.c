#include "relays/ring.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 12 /* 8 bytes of number, 4 of length */

static uint64_t
number_at(const struct ring *r, uint32_t at)
{
	uint64_t number;

	memcpy(&number, r->at + at, sizeof number);
	return number;
}

static uint32_t
size_at(const struct ring *r, uint32_t at)
{
	uint32_t len;

	memcpy(&len, r->at + at + 8, sizeof len);
	return HEADER + len;
}

static void
set_header(struct ring *r, uint32_t at, uint64_t number, uint32_t len)
{
	memcpy(r->at + at, &number, sizeof number);
	memcpy(r->at + at + 8, &len, sizeof len);
}

static void
make_room(struct ring *r, uint32_t more)
{
	uint32_t used = r->end - r->begin;

	if (r->end + more <= r->room)
		return;
	if (r->begin)
		memmove(r->at, r->at + r->begin, used);
	r->begin = 0;
	r->end = used;
	if (used + more <= r->room / 2)
		return;
	/* Twice the bound: lines are moved to the front once in so many bytes, not for every line. */
	r->room = used + more < RING_BYTES / 4 ? 2 * (used + more) : 2 * (RING_BYTES + HEADER + RING_LINE);
	r->at = mem_resize(r->at, r->room, 1);
}

/* Where a line belongs: nearly always at the end; an older one comes only when stretches merge. */
static uint32_t
place_of(const struct ring *r, uint64_t number)
{
	uint32_t at = r->begin;

	if (number > r->newest)
		return r->end;
	while (at < r->end && number_at(r, at) < number)
		at += size_at(r, at);
	return at;
}

static void
drop_first(struct ring *r)
{
	r->dropped = number_at(r, r->begin);
	r->begin += size_at(r, r->begin);
}

void
ring_add(struct ring *r, uint64_t number, struct span line)
{
	uint32_t len = line.len < RING_LINE ? (uint32_t)line.len : RING_LINE, at, last;

	if (number <= r->dropped)
		return;
	make_room(r, HEADER + len);
	at = place_of(r, number);
	last = r->end;
	if (at < last && number_at(r, at) == number)
		return;
	if (at < last)
		memmove(r->at + at + HEADER + len, r->at + at, last - at);
	set_header(r, at, number, len);
	if (len)
		memcpy(r->at + at + HEADER, line.at, len);
	r->newest = number > r->newest ? number : r->newest;
	r->end += HEADER + len;
	while (r->end - r->begin > RING_BYTES)
		drop_first(r);
}

void
ring_join(struct ring *r, const struct ring *other, uint64_t shift)
{
	for (uint32_t i = other->begin; i < other->end; i += size_at(other, i)) {
		struct span line = {other->at + i + HEADER, size_at(other, i) - HEADER};

		ring_add(r, number_at(other, i) + shift, line);
	}
	if (other->dropped && other->dropped + shift > r->dropped)
		r->dropped = other->dropped + shift;
	while (r->begin < r->end && number_at(r, r->begin) <= r->dropped)
		r->begin += size_at(r, r->begin);
}

void
ring_shift(struct ring *r, uint64_t shift)
{
	for (uint32_t i = r->begin; i < r->end; i += size_at(r, i))
		set_header(r, i, number_at(r, i) + shift, size_at(r, i) - HEADER);
	r->newest += shift;
	r->dropped += r->dropped ? shift : 0;
}

void
ring_each(const struct ring *r, size_t most, void (*each)(void *arg, struct span line), void *arg)
{
	size_t count = 0;

	for (uint32_t i = r->begin; i < r->end; i += size_at(r, i))
		count++;
	for (uint32_t i = r->begin; i < r->end; i += size_at(r, i)) {
		if (count-- <= most)
			each(arg, (struct span){r->at + i + HEADER, size_at(r, i) - HEADER});
	}
}

void
ring_free(struct ring *r)
{
	free(r->at);
	*r = (struct ring){0};
}
