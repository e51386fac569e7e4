#include "tui/relay_rows.h"

#include "base/mem.h"
#include "base/when.h"
#include "tui/relay_keep.h"
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

/* ---- one row ----------------------------------------------------------------------------------------------
 */

/* The first eight bytes as a number: most names differ there, which spares the sorting most of strcmp(). */
static int64_t
head_of(const char *name)
{
	uint64_t head = 0;

	for (int i = 0; i < 8; i++)
		head = head << 8 | (*name ? (unsigned char)*name++ : 0);
	return (int64_t)(head >> 1);
}

/* Smaller comes first. State: its rank; more held mail goes before less. */
static void
keys_of(const struct relay_row *row, int64_t keys[SORTS])
{
	const struct relay *r = row->relay;
	int64_t waiting = r->deliveries.waiting < UINT32_MAX ? (int64_t)r->deliveries.waiting : UINT32_MAX;

	keys[SORT_STATE] = ((int64_t)words_rank(r) << 32) - waiting;
	keys[SORT_NAME] = head_of(row->name);
	keys[SORT_FAILURES] = -(int64_t)row->day.bad;
	keys[SORT_SINCE] = -r->since_ms;
	keys[SORT_LAST] = -r->last_ms;
}

/* Whether it may have another place than before. */
static void
take_keys(struct relay_row *row)
{
	int64_t keys[SORTS];

	keys_of(row, keys);
	if (memcmp(keys, row->keys, sizeof keys) != 0)
		row->moved = true;
	memcpy(row->keys, keys, sizeof keys);
}

static const char *
text_of(struct text *scratch, const struct relay_row *row)
{
	char mail[WORDS_ROOM], *cause = words_cause(row->relay, NULL, false);

	words_mail(row->relay, mail);
	text_drop(scratch, scratch->len);
	text_printf(scratch, "%s %s %s %s", row->name, mail, words_log(row->relay), cause);
	free(cause);
	return scratch->at;
}

static void
take_match(struct relay_rows *rows, struct relay_row *row)
{
	bool matches = !rows->filter || list_matches(text_of(&rows->scratch, row), rows->filter);

	row->moved = row->moved || matches != row->matches;
	row->matches = matches;
}

static void
drop_row(struct relay_row *row)
{
	free(row->name);
	relay_keep_free(row->kept);
	*row = (struct relay_row){.name = NULL};
}

/* ---- all rows ---------------------------------------------------------------------------------------------
 */

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
resize(struct relay_rows *rows, size_t n)
{
	while (rows->all_count > n)
		drop_row(&rows->all[--rows->all_count]);
	rows->all = mem_resize(rows->all, n + 1, sizeof *rows->all);
	while (rows->all_count < n)
		rows->all[rows->all_count++] = (struct relay_row){.name = NULL};
}

/* A row that did not change costs a look at its numbers alone. */
static void
read_row(struct relay_rows *rows, size_t i, const struct history *h, bool every)
{
	struct relay_row *row = &rows->all[i];

	const struct relay *r = history_relay(h, i);
	bool anew = every || row->generation != r->generation;

	if (!row->name || row->direction != r->direction || strcmp(row->name, r->name) != 0) {
		drop_row(row);
		row->name = mem_text(r->name);
		row->direction = r->direction;
		row->moved = anew = true;
	}
	row->relay = r;
	if (anew) {
		row->generation = r->generation;
		row->day = history_day(h, r);
	}
	take_keys(row);
	if (anew || row->moved)
		take_match(rows, row);
	sum(&rows->sums, r);
}

/* The day of every row slides on when an hour begins. */
static void
read_all(struct relay_rows *rows, const struct relay_source *from)
{
	struct history_totals totals = history_totals(from->history);
	bool every = !rows->host || totals.last_ms / WHEN_HOUR != rows->last_ms / WHEN_HOUR;

	free(rows->host);
	rows->host = mem_text(totals.host);
	rows->last_ms = totals.last_ms;
	rows->now_ms = from->now_ms;
	rows->generation = from->generation;
	rows->sums = (struct relay_sums){0};
	history_minutes(from->history, NULL, rows->minutes);
	resize(rows, history_relay_count(from->history));
	for (size_t i = 0; i < rows->all_count; i++)
		read_row(rows, i, from->history, every);
}

/* ---- order ------------------------------------------------------------------------------------------------
 */

static int
compare_keys(const struct relay_row *a, const struct relay_row *b, enum relay_sort sort)
{
	int result = ascending(a->keys[sort], b->keys[sort]);

	if (result == 0 && sort == SORT_STATE)
		result = ascending(a->keys[SORT_FAILURES], b->keys[SORT_FAILURES]);
	if (result == 0)
		result = ascending(a->keys[SORT_NAME], b->keys[SORT_NAME]);
	return result ? result : strcmp(a->name, b->name);
}

static int
compare(const void *left, const void *right, void *arg)
{
	const struct relay_rows *rows = arg;
	const size_t *a = left, *b = right;
	int result = compare_keys(&rows->all[*a], &rows->all[*b], rows->order.sort);

	return rows->order.reversed ? -result : result;
}

static bool
is_shown(const struct relay_rows *rows, size_t i)
{
	return i < rows->all_count && rows->all[i].matches &&
	       rows->all[i].direction == rows->order.direction;
}

/* Those that stayed are in order already; the few that moved are sorted and put between them. */
static void
arrange(struct relay_rows *rows)
{
	size_t *moved = mem_new(rows->all_count + 1, sizeof *moved), count = 0, stays = 0, into;

	for (size_t k = 0; k < rows->count; k++) {
		if (is_shown(rows, rows->at[k]) && !rows->all[rows->at[k]].moved)
			rows->at[stays++] = rows->at[k];
	}
	for (size_t i = 0; i < rows->all_count; i++) {
		if (rows->all[i].moved && is_shown(rows, i))
			moved[count++] = i;
		rows->all[i].moved = false;
	}
	qsort_r(moved, count, sizeof *moved, compare, rows);
	rows->count = into = stays + count;
	rows->at = mem_resize(rows->at, into + 1, sizeof *rows->at);
	while (count > 0) {
		if (stays > 0 && compare(&rows->at[stays - 1], &moved[count - 1], rows) > 0)
			rows->at[--into] = rows->at[--stays];
		else
			rows->at[--into] = moved[--count];
	}
	free(moved);
}

static bool
same_filter(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool
take_order(struct relay_rows *rows, const struct relay_order *order)
{
	const struct relay_order *old = &rows->order;
	bool same = order->direction == old->direction && order->sort == old->sort &&
		    order->reversed == old->reversed;
	bool filter = !same_filter(order->filter, rows->filter);

	rows->order = *order;
	rows->order.filter = NULL;
	if (filter) {
		free(rows->filter);
		rows->filter = order->filter && *order->filter ? mem_text(order->filter) : NULL;
	}
	for (size_t i = 0; i < rows->all_count && (filter || !same); i++) {
		rows->all[i].moved = true;
		if (filter)
			rows->all[i].matches = false;
	}
	return filter || !same;
}

bool
relay_rows_update(struct relay_rows *rows, const struct relay_source *from, const struct relay_order *order)
{
	bool reordered = take_order(rows, order);
	bool changed = !rows->held && (!rows->host || rows->generation != from->generation);

	if (changed)
		read_all(rows, from);
	for (size_t i = 0; i < rows->all_count && reordered; i++)
		take_match(rows, &rows->all[i]);
	if (changed || reordered)
		arrange(rows);
	return changed || reordered;
}

void
relay_rows_hold(struct relay_rows *rows, bool held)
{
	rows->held = held;
	rows->sums = (struct relay_sums){0};
	if (!held) {
		free(rows->host);
		rows->host = NULL; /* all is read anew */
	}
	for (size_t i = 0; i < rows->all_count; i++) {
		struct relay_row *row = &rows->all[i];

		relay_keep_free(row->kept);
		row->kept = held ? relay_keep(row->relay) : NULL;
		row->relay = row->kept;
		if (held)
			sum(&rows->sums, row->relay);
	}
}

const struct relay_row *
relay_rows_at(const struct relay_rows *rows, size_t i)
{
	return &rows->all[rows->at[i]];
}

static const char *
row_text(void *arg, size_t i)
{
	struct relay_rows *rows = arg;

	return text_of(&rows->scratch, relay_rows_at(rows, i));
}

static const char *
row_key(void *arg, size_t i)
{
	return relay_rows_at(arg, i)->name;
}

void
relay_rows_source(struct relay_rows *rows, struct list_source *s)
{
	*s = (struct list_source){.count = rows->count, .key = row_key, .text = row_text, .arg = rows};
}

void
relay_rows_free(struct relay_rows *rows)
{
	resize(rows, 0);
	free(rows->all);
	free(rows->at);
	free(rows->host);
	free(rows->filter);
	text_free(&rows->scratch);
}
