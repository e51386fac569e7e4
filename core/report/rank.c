#include "report/rank.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static enum rank
rank_of_word(const struct relay *r)
{
	enum verify verify = r->last.verify;

	if (verify_is_good(verify))
		return RANK_GOOD;
	if (verify == VERIFY_FAIL)
		return RANK_FAIL;
	if (r->direction == DIRECTION_SERVER && (verify == VERIFY_NO || verify == VERIFY_NOT))
		return RANK_QUIET;
	if (verify == VERIFY_UNKNOWN && r->last.verify_text[0] == '\0' && r->handshake_failures == 0)
		return RANK_QUIET;
	return RANK_BAD;
}

enum rank
rank_of(const struct relay *r)
{
	if (r->deliveries.bounced && r->rejects_perm)
		return RANK_RETURNED;
	if (r->deliveries.waiting)
		return RANK_HELD;
	if (r->deliveries.clear)
		return RANK_CLEAR;
	return rank_of_word(r);
}

static int
compare(const void *left, const void *right)
{
	const struct relay *a = *(const struct relay *const *)left, *b = *(const struct relay *const *)right;
	int rank_a = (int)rank_of(a), rank_b = (int)rank_of(b);

	if (rank_a != rank_b)
		return rank_a - rank_b;
	if (a->last_ms != b->last_ms)
		return a->last_ms > b->last_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

const struct relay **
rank_all(const struct history *h, enum direction direction, size_t *count)
{
	size_t all = history_relay_count(h);
	const struct relay **relays = mem_new(all + 1, sizeof *relays);

	*count = 0;
	for (size_t i = 0; i < all; i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction == direction)
			relays[(*count)++] = r;
	}
	qsort(relays, *count, sizeof *relays, compare);
	return relays;
}
