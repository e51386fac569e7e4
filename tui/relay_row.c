#include "tui/relay_row.h"

#include "base/mem.h"
#include "base/text.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

bool
relay_row_is_fresh(const struct relay_row *row, const struct relay *r, int64_t hour)
{
	return row->live == r && row->generation == r->generation && row->live_name == r->name &&
	       row->hour == hour && row->name;
}

bool
relay_row_is_of(const struct relay_row *row, const struct relay *r)
{
	return row->name && row->direction == r->direction && strcmp(row->name, r->name) == 0;
}

/* The first eight bytes as a number: most names differ there, which spares the sorting most of strcmp(). */
static int64_t
head_of(const char *name)
{
	uint64_t head = 0;

	for (int i = 0; i < 8; i++)
		head = head << 8 | (*name ? (unsigned char)*name++ : 0);
	return (int64_t)(head >> 1);
}

/* Smaller comes first. */
static void
take_keys(struct relay_row *row)
{
	const struct relay *r = row->relay;
	const int64_t keys[SORTS] = {
		[SORT_STATE] = words_order(r),
		[SORT_NAME] = head_of(row->name),
		[SORT_FAILURES] = -(int64_t)row->day.bad,
		[SORT_SINCE] = -r->since_ms,
		[SORT_LAST] = -r->last_ms,
	};

	row->moved = row->moved || memcmp(keys, row->keys, sizeof keys) != 0;
	memcpy(row->keys, keys, sizeof keys);
}

static void
take_share(struct relay_row *row)
{
	const struct relay *r = row->relay;

	row->share = (struct relay_share){.counts = r->direction == DIRECTION_CLIENT,
		.good = verify_is_good(r->last.verify),
		.held = r->deliveries.waiting,
		.clear = r->deliveries.clear,
		.returned = words_returned(r),
		.oldest_ms = r->deliveries.waiting ? r->held.oldest_ms : 0,
		.changed_ms = r->before != VERIFY_UNKNOWN ? r->since_ms : 0};
}

/* The history goes on, and what it points to goes with it: only what stands in the struct itself is kept. */
static void
take_facts(struct relay_row *row, const struct relay *r)
{
	static const struct relay none = {.name = NULL};
	struct relay_last *last;

	if (!row->relay)
		row->relay = mem_new(1, sizeof *row->relay);
	*row->relay = *r;
	row->relay->name = row->name;
	row->relay->addresses = NULL;
	row->relay->seen = NULL;
	row->relay->address_count = 0;
	last = &row->relay->last;
	*last = none.last;
	last->time_ms = r->last.time_ms;
	last->verify = r->last.verify;
	memcpy(last->verify_text, r->last.verify_text, sizeof last->verify_text);
}

static void
take_text(struct relay_row *row)
{
	const struct relay_cause *c = &row->cause;
	char mail[WORDS_ROOM];
	const char *const words[] = {row->name, mail, words_log(row->relay), c->who, c->brief, c->title};
	struct text out = {NULL, 0, 0};

	words_mail(row->relay, WORDS_ROOM, mail);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i] && *words[i]) {
			text_put(&out, words[i]);
			text_put(&out, " ");
		}
	}
	free(row->text);
	row->text = text_take(&out);
	row->stale = true;
}

void
relay_row_read(struct relay_row *row, const struct history *h, const struct relay *r, int64_t hour)
{
	if (!relay_row_is_of(row, r)) {
		relay_row_free(row);
		row->name = mem_text(r->name);
		row->direction = r->direction;
		row->moved = true;
	}
	row->live = r;
	row->live_name = r->name;
	row->generation = r->generation;
	row->hour = hour;
	row->day = history_day(h, r);
	take_facts(row, r);
	take_keys(row);
	take_share(row);
	take_text(row);
}

bool
relay_row_tell(struct relay_row *row, const struct findings *found, const struct relay *r,
	const struct look *l)
{
	if (!relay_cause_take(&row->cause, found, r, l))
		return false;
	take_text(row);
	return true;
}

void
relay_row_free(struct relay_row *row)
{
	free(row->name);
	free(row->relay);
	free(row->text);
	relay_cause_free(&row->cause);
	*row = (struct relay_row){.name = NULL};
}
