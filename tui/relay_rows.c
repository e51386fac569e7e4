#include "tui/relay_rows.h"

#include "base/mem.h"
#include "tui/words.h"

#include <stdlib.h>
#include <string.h>

const char *
relay_sort_word(enum relay_sort sort)
{
	static const char *const words[SORTS] = {
		[SORT_STATE] = "state",
		[SORT_NAME] = "name",
		[SORT_FAILURES] = "failures",
		[SORT_SINCE] = "since",
		[SORT_LAST] = "last seen",
	};

	return words[sort];
}

static int
ascending(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_state(const struct relay_row *a, const struct relay_row *b)
{
	int order = ascending(words_rank(a->relay), words_rank(b->relay));

	if (order == 0)
		order = ascending(
			(int64_t)b->relay->deliveries.waiting, (int64_t)a->relay->deliveries.waiting);
	return order ? order : ascending(b->day.bad, a->day.bad);
}

static int
by_failures(const struct relay_row *a, const struct relay_row *b)
{
	return ascending(b->day.bad, a->day.bad);
}

static int
by_since(const struct relay_row *a, const struct relay_row *b)
{
	return ascending(b->relay->since_ms, a->relay->since_ms);
}

static int
by_last(const struct relay_row *a, const struct relay_row *b)
{
	return ascending(b->relay->last_ms, a->relay->last_ms);
}

static int
compare(const void *left, const void *right, void *arg)
{
	static int (*const orders[SORTS])(const struct relay_row *, const struct relay_row *) = {
		[SORT_STATE] = by_state,
		[SORT_FAILURES] = by_failures,
		[SORT_SINCE] = by_since,
		[SORT_LAST] = by_last,
	};
	const struct relay_row *a = left, *b = right;
	const struct relay_order *order = arg;
	int result = orders[order->sort] ? orders[order->sort](a, b) : 0;

	if (result == 0)
		result = strcmp(a->name, b->name);
	return order->reversed ? -result : result;
}

static const char *
row_text(void *arg, size_t i)
{
	struct relay_rows *rows = arg;
	const struct relay *r = rows->at[i].relay;
	char mail[WORDS_ROOM], *cause = words_cause(r, NULL, false);

	words_mail(r, mail);
	text_drop(&rows->scratch, rows->scratch.len);
	text_printf(&rows->scratch, "%s %s %s %s", rows->at[i].name, mail, words_log(r), cause);
	free(cause);
	return rows->scratch.at;
}

static const char *
row_key(void *arg, size_t i)
{
	struct relay_rows *rows = arg;

	return rows->at[i].name;
}

void
relay_rows_source(struct relay_rows *rows, struct list_source *s)
{
	*s = (struct list_source){.count = rows->count, .key = row_key, .text = row_text, .arg = rows};
}

static void
clear(struct relay_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->at[i].name);
	rows->count = 0;
}

static void
sum(struct relay_sums *s, const struct relay *r)
{
	if (r->direction != DIRECTION_CLIENT)
		return;
	s->relays++;
	s->verified += verify_is_good(r->last.verify);
	s->held += r->deliveries.waiting;
	s->clear += r->deliveries.clear;
	s->returned += words_returned(r);
	if (r->deliveries.waiting && r->held.oldest_ms && (!s->oldest_ms || r->held.oldest_ms < s->oldest_ms))
		s->oldest_ms = r->held.oldest_ms;
	if (r->before != VERIFY_UNKNOWN && r->since_ms && (!s->newest || r->since_ms > s->newest->since_ms))
		s->newest = r;
}

static void
collect(struct relay_rows *rows, const struct history *h, const struct relay_order *order)
{
	size_t n = history_relay_count(h), kept = 0;

	clear(rows);
	rows->at = mem_resize(rows->at, n + 1, sizeof *rows->at);
	for (size_t i = 0; i < n; i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction != order->direction)
			continue;
		rows->at[rows->count++] = (struct relay_row){mem_text(r->name), r, history_day(h, r)};
	}
	for (size_t i = 0; i < rows->count; i++) {
		if (!order->filter || list_matches(row_text(rows, i), order->filter))
			rows->at[kept++] = rows->at[i];
		else
			free(rows->at[i].name);
	}
	rows->count = kept;
	if (rows->count)
		qsort_r(rows->at, rows->count, sizeof *rows->at, compare, (void *)order);
}

/* The same rows in the same order; those that the history evicted go. */
static void
refresh(struct relay_rows *rows, const struct history *h, enum direction direction)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++) {
		struct relay_row row = rows->at[i];

		row.relay = history_find(h, direction, row.name);
		if (!row.relay) {
			free(row.name);
			continue;
		}
		row.day = history_day(h, row.relay);
		rows->at[kept++] = row;
	}
	rows->count = kept;
}

void
relay_rows_update(struct relay_rows *rows, const struct history *h, const struct relay_order *order)
{
	rows->sums = (struct relay_sums){0};
	for (size_t i = 0; i < history_relay_count(h); i++)
		sum(&rows->sums, history_relay(h, i));
	if (order->frozen)
		refresh(rows, h, order->direction);
	else
		collect(rows, h, order);
}

void
relay_rows_free(struct relay_rows *rows)
{
	clear(rows);
	free(rows->at);
	text_free(&rows->scratch);
}
