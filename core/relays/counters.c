#include "relays/counters.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Where the slot is or belongs: searched from the end, as logs grow there. */
static uint32_t
place_of(const struct tally *t, int64_t slot)
{
	uint32_t i = t->count;

	while (i > 0 && t->slots[i - 1].slot >= slot)
		i--;
	return i;
}

static void
insert(struct tally *t, uint32_t at, struct tally_slot add)
{
	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : 1;
		t->slots = mem_resize(t->slots, t->room, sizeof *t->slots);
	}
	memmove(t->slots + at + 1, t->slots + at, (t->count - at) * sizeof *t->slots);
	t->slots[at] = add;
	t->count++;
}

static void
drop_old(struct tally *t, int64_t span)
{
	uint32_t old = 0;

	while (old < t->count && t->slots[old].slot <= t->slots[t->count - 1].slot - span)
		old++;
	if (old == 0)
		return;
	t->count -= old;
	memmove(t->slots, t->slots + old, t->count * sizeof *t->slots);
}

void
tally_add(struct tally *t, int64_t span, struct tally_slot add)
{
	uint32_t at = place_of(t, add.slot);

	if (at < t->count && t->slots[at].slot == add.slot) {
		t->slots[at].good += add.good;
		t->slots[at].bad += add.bad;
		return;
	}
	insert(t, at, add);
	/* Not for every slot: moving the others costs more than the room. */
	if (t->count >= 2 * span)
		drop_old(t, span);
}

struct tally_slot
tally_at(const struct tally *t, int64_t span, int64_t slot)
{
	uint32_t at = place_of(t, slot);

	if (at < t->count && t->slots[at].slot == slot && slot > t->slots[t->count - 1].slot - span)
		return t->slots[at];
	return (struct tally_slot){.slot = slot};
}

void
tally_free(struct tally *t)
{
	free(t->slots);
	*t = (struct tally){0};
}

void
streak_add(struct streak *s, enum verify word, int64_t time_ms)
{
	if (s->any && s->last != word) {
		s->before = s->last;
		s->since_ms = time_ms;
	}
	s->any = true;
	s->last = word;
	if (!verify_is_good(word)) {
		s->first_fail_ms = s->first_fail_ms ? s->first_fail_ms : time_ms;
	} else if (time_ms) {
		s->last_ok_ms = time_ms;
		s->first_fail_ms = 0;
	}
}
