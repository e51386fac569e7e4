#include "tui/relay_rows.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

/* What one update may do, so that a pass of the loop stays below 5 ms: a unit is about a microsecond. */
#define UNITS 1600
#define UNITS_OF_READING 2
#define UNITS_OF_CAUSE 16 /* what putting findings into words takes beside the other work on a row */
#define GROWTH 4096
#define QUICK_PER_UNIT 8 /* rows that are put in order, or whose text is looked into */

/* ---- what is found of a row's relay, in words ---- */

/* Findings are borrowed for a moment only: the words are kept. */

static bool
same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* If nothing was found, Sendmail's own words are shown. */
static char *
in_words(const struct finding *f, const struct relay *r, const struct look *l, bool brief)
{
	return f ? words_found(f, brief) : words_cause(r, l, brief);
}

/* Frees what it holds. */
static void
relay_cause_free(struct relay_cause *c)
{
	free(c->brief);
	free(c->title);
	*c = (struct relay_cause){.who = NULL};
}

/* Says anew what is found of a relay of the history, with its newest look (NULL: none). True when that is
 * something else than before. */
static bool
relay_cause_take(struct relay_cause *c, const struct findings *found, const struct relay *r,
	const struct look *l)
{
	const struct finding *f = words_told(found, r);
	struct relay_cause now = {.who = words_who(f, r),
		.brief = in_words(f, r, l, true),
		.title = in_words(f, r, l, false),
		.untried = words_is_untried(f, l),
		.look_begun = l ? l->begun_ms : 0,
		.look_state = l ? l->state : LOOK_QUEUED};
	bool changed = !c->who || !same(c->who, now.who) || !same(c->brief, now.brief) ||
		       !same(c->title, now.title) || c->untried != now.untried;

	relay_cause_free(c);
	*c = now;
	return changed;
}

/* Whether the words are of that look as it is now (NULL: of none). */
static bool
relay_cause_knows(const struct relay_cause *c, const struct look *l)
{
	return l ? c->look_begun == l->begun_ms && c->look_state == l->state : c->look_begun == 0;
}

/* ---- one row ---- */

/* Whether the row was read from that relay as it is now. It is asked for every row in every pass. */
static bool
relay_row_is_fresh(const struct relay_row *row, const struct relay *r, int64_t hour)
{
	return row->live == r && row->generation == r->generation && row->live_name == r->name &&
	       row->hour == hour && row->name;
}

/* Whether the row is about that relay, even if it is out of date. */
static bool
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
	const struct relay *r = &row->relay;
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
	const struct relay *r = &row->relay;

	row->share = (struct relay_share){.counts = r->direction == DIRECTION_CLIENT,
		.good = verify_is_good(r->last.verify),
		.held = r->deliveries.waiting,
		.clear = r->deliveries.clear,
		.returned = words_returned(r),
		.oldest_ms = r->deliveries.waiting ? r->held.oldest_ms : 0,
		.changed_ms = r->before != VERIFY_UNKNOWN ? r->since_ms : 0};
}

/* The texts that the struct points to change with the history, so only its own members are kept. */
static void
take_facts(struct relay_row *row, const struct relay *r)
{
	static const struct relay none = {.name = NULL};
	struct relay_last *last;

	row->relay = *r;
	row->relay.name = row->name;
	row->relay.addresses = NULL;
	row->relay.seen = NULL;
	row->relay.address_count = 0;
	last = &row->relay.last;
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
	const char *const words[] = {row->name, mail, words_log(&row->relay), c->who, c->brief, c->title};
	struct text out = {NULL, 0, 0};

	words_mail(&row->relay, WORDS_ROOM, mail);
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

/* Frees what it holds; it is not read then. */
static void
relay_row_free(struct relay_row *row)
{
	free(row->name);
	free(row->text);
	relay_cause_free(&row->cause);
	*row = (struct relay_row){.name = NULL};
}

/* Reads it anew from a relay of a history whose last line is of that hour. */
static void
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

/* Says anew what is found of its relay; true when that is something else than before, and the row is stale.
 */
static bool
relay_row_tell(struct relay_row *row, const struct findings *found, const struct relay *r,
	const struct look *l)
{
	if (!relay_cause_take(&row->cause, found, r, l))
		return false;
	take_text(row);
	return true;
}

/* ---- the causes of rows that nobody sees: finding and filtering look into all of them ---- */

/* The relay of a row as it is in the history now, or NULL: relays move in the history. */
static const struct relay *
live_of(const struct relay_row *row, size_t i, const struct history *h)
{
	const struct relay *r = i < history_relay_count(h) ? history_relay(h, i) : NULL;

	return r && relay_row_is_of(row, r) ? r : history_find(h, row->direction, row->name);
}

static const struct look *
look_of(const struct relay *live, const struct relay_source *from)
{
	return live ? engine_look_of(from->engine, live) : NULL;
}

/* The newest look at the relay of a row, the i-th of the history when it was read; NULL: none. Borrowed. */
static const struct look *
relay_visit_look(const struct relay_row *row, size_t i, const struct relay_source *from)
{
	return look_of(live_of(row, i, from->history), from);
}

/* Says anew what is found of a row, the i-th of the history when it was read. True when it is something else
 * than before. */
static bool
relay_visit_row(const struct relay_visit *v, struct relay_row *row, size_t i, const struct relay_source *from)
{
	const struct relay *live = live_of(row, i, from->history);
	const struct look *l = look_of(live, from);

	const struct findings *found;

	row->cause_generation = row->generation;
	if (!live || (v->held && !l && row->cause.who))
		return false;
	found = engine_findings(from->engine, live);
	row->cause_version = engine_findings_version(from->engine, live);
	return relay_row_tell(row, found, live, l);
}

/* Whether the words may have changed. A relay that the engine has not diagnosed yet is left alone. */
static bool
is_outdated(const struct relay_visit *v, const struct relay_row *row, size_t i,
	const struct relay_source *from)
{
	const struct relay *live = live_of(row, i, from->history);
	uint64_t version = live ? engine_findings_version(from->engine, live) : 0;

	if (!version)
		return false;
	if (!row->cause.who || row->cause_generation != row->generation || row->cause_version != version)
		return true;
	return v->looks && !relay_cause_knows(&row->cause, engine_look_of(from->engine, live));
}

/* When findings or looks have changed all rows are to be visited. */
static void
count_on(struct relay_visit *v, size_t count, const struct relay_source *from)
{
	struct engine_activity now = engine_activity(from->engine);
	uint64_t found = engine_findings_version(from->engine, NULL);
	size_t looks = 3 * now.done + 2 * now.running + now.queued;

	v->looks = v->looks || looks != v->counted;
	if (found == v->found && looks == v->counted)
		return;
	v->found = found;
	v->counted = looks;
	v->left = count;
}

/* Visits rows as long as *units last. True when something else is found of one of them, which is stale then.
 */
static bool
relay_visit_some(struct relay_visit *v, struct relay_row *all, size_t count, const struct relay_source *from,
	int *units)
{
	bool changed = false;

	count_on(v, count, from);
	for (; v->left > 0 && *units > 0; v->left--) {
		v->cursor = v->cursor + 1 < count ? v->cursor + 1 : 0;
		*units -= 1;
		if (!all[v->cursor].name || !is_outdated(v, &all[v->cursor], v->cursor, from))
			continue;
		changed = relay_visit_row(v, &all[v->cursor], v->cursor, from) || changed;
		*units -= UNITS_OF_CAUSE;
	}
	v->looks = v->looks && v->left > 0;
	return changed;
}

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

/* ---- reading ----------------------------------------------------------------------------------------------
 */

static void
add_up(struct relay_sums *s, const struct relay_row *row)
{
	const struct relay_share *share = &row->share;

	if (!share->counts)
		return;
	s->relays++;
	s->verified += share->good;
	s->held += share->held;
	s->clear += share->clear;
	s->returned += share->returned;
	if (share->oldest_ms && (!s->oldest_ms || share->oldest_ms < s->oldest_ms))
		s->oldest_ms = share->oldest_ms;
	if (share->changed_ms && (!s->newest || share->changed_ms > s->newest->since_ms))
		s->newest = &row->relay;
}

static void
resize(struct relay_rows *rows, size_t n)
{
	while (rows->all_count > n)
		relay_row_free(&rows->all[--rows->all_count]);
	rows->all = mem_resize(rows->all, n + 1, sizeof *rows->all);
	while (rows->all_count < n)
		rows->all[rows->all_count++] = (struct relay_row){.name = NULL};
}

/* A row that did not change costs little. One that there is no time for shows what was read before, unless
 * another relay now stands in its place. */
static void
read_row(struct relay_rows *rows, size_t i, const struct history *h)
{
	struct relay_row *row = &rows->all[i];
	int64_t hour = rows->last_ms / WHEN_HOUR; /* day ends with the current hour */
	const struct relay *r;

	if (!row->name && rows->units <= 0) {
		rows->unread = true;
		return;
	}
	r = history_relay(h, i);
	if (relay_row_is_fresh(row, r, hour)) {
		add_up(&rows->sums, row);
		return;
	}
	if (rows->units > 0) {
		rows->units -= UNITS_OF_READING;
		relay_row_read(row, h, r, hour);
		rows->any_stale = true;
	} else {
		rows->unread = true;
		if (!relay_row_is_of(row, r)) {
			relay_row_free(row);
			rows->any_gone = true;
		}
	}
	add_up(&rows->sums, row);
	rows->any_moved = true;
}

static void
read_all(struct relay_rows *rows, const struct relay_source *from)
{
	struct history_totals totals = history_totals(from->history);
	size_t count = history_relay_count(from->history);

	free(rows->host);
	rows->host = mem_text(totals.host);
	rows->first_ms = totals.first_ms;
	rows->last_ms = totals.last_ms;
	rows->now_ms = from->now_ms;
	rows->generation = from->generation;
	rows->sums = (struct relay_sums){0};
	history_minutes(from->history, NULL, rows->minutes);
	rows->any_gone = rows->any_gone || rows->all_count > count;
	rows->unread = count > rows->all_count + GROWTH;
	resize(rows, rows->unread ? rows->all_count + GROWTH : count);
	for (size_t i = 0; i < rows->all_count; i++)
		read_row(rows, i, from->history);
	rows->visit.left = rows->all_count;
}

/* ---- the filter -------------------------------------------------------------------------------------------
 */

static void
filter(struct relay_rows *rows)
{
	int quick = rows->units * QUICK_PER_UNIT;

	rows->any_stale = false;
	for (size_t i = 0; i < rows->all_count; i++) {
		struct relay_row *row = &rows->all[i];
		bool matches;

		if (!row->stale || !row->name)
			continue;
		if (rows->filter && quick-- <= 0) {
			rows->any_stale = true;
			break;
		}
		matches = !rows->filter || list_matches(row->text, rows->filter);
		row->moved = row->moved || matches != row->matches;
		rows->any_moved = rows->any_moved || row->moved;
		row->matches = matches;
		row->stale = false;
	}
	rows->units = rows->filter ? quick / QUICK_PER_UNIT : rows->units;
}

/* ---- order ------------------------------------------------------------------------------------------------
 */

static int
ascending(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* What most rows differ in, next to each other: sorting many thousand is a matter of the cache. */
struct place {
	int64_t key, tie, head;
	size_t i;
};

static struct place
place_of(const struct relay_rows *rows, size_t i)
{
	const int64_t *keys = rows->all[i].keys;
	enum relay_sort sort = rows->order.sort;

	return (struct place){keys[sort], sort == SORT_STATE ? keys[SORT_FAILURES] : 0, keys[SORT_NAME], i};
}

static int
compare(const void *left, const void *right, void *arg)
{
	const struct relay_rows *rows = arg;
	const struct place *a = left, *b = right;
	int result = ascending(a->key, b->key);

	if (result == 0)
		result = ascending(a->tie, b->tie);
	if (result == 0)
		result = ascending(a->head, b->head);
	if (result == 0)
		result = strcmp(rows->all[a->i].name, rows->all[b->i].name);
	return rows->order.reversed ? -result : result;
}

static bool
is_shown(const struct relay_rows *rows, size_t i)
{
	return i < rows->all_count && rows->all[i].matches && rows->all[i].direction == rows->order.direction;
}

/* The rows that moved, sorted. The caller frees the array. */
static struct place *
sort_moved(struct relay_rows *rows, size_t *count)
{
	struct place *moved = mem_new(rows->all_count + 1, sizeof *moved);

	*count = 0;
	for (size_t i = 0; i < rows->all_count; i++) {
		if ((rows->all[i].moved || rows->all_moved) && is_shown(rows, i))
			moved[(*count)++] = place_of(rows, i);
		rows->all[i].moved = false;
	}
	qsort_r(moved, *count, sizeof *moved, compare, rows);
	return moved;
}

/* Rows that did not move are in order already; the few that did are sorted and merged in. */
static void
arrange(struct relay_rows *rows)
{
	size_t count, stays = 0, into;
	struct place *moved;

	for (size_t k = 0; k < rows->count && !rows->all_moved; k++) {
		if (is_shown(rows, rows->at[k]) && !rows->all[rows->at[k]].moved)
			rows->at[stays++] = rows->at[k];
	}
	moved = sort_moved(rows, &count);
	rows->any_moved = rows->all_moved = rows->any_gone = false;
	rows->count = into = stays + count;
	rows->at = mem_resize(rows->at, into + 1, sizeof *rows->at);
	while (count > 0) {
		struct place last = stays > 0 ? place_of(rows, rows->at[stays - 1]) : (struct place){0};

		if (stays > 0 && compare(&last, &moved[count - 1], rows) > 0)
			rows->at[--into] = rows->at[--stays];
		else
			rows->at[--into] = moved[--count].i;
	}
	free(moved);
}

static bool
same_filter(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static void
take_filter(struct relay_rows *rows, const char *wanted)
{
	free(rows->filter);
	rows->filter = wanted && *wanted ? mem_text(wanted) : NULL;
	rows->any_stale = true;
	for (size_t i = 0; i < rows->all_count; i++) {
		rows->all[i].stale = true;
		rows->all[i].matches = false;
	}
}

static void
turn_round(struct relay_rows *rows)
{
	for (size_t i = 0, k = rows->count; i + 1 < k--; i++) {
		size_t at = rows->at[i];

		rows->at[i] = rows->at[k];
		rows->at[k] = at;
	}
}

/* Whether this alone changed the order of the rows. */
static bool
take_order(struct relay_rows *rows, const struct relay_order *order)
{
	const struct relay_order old = rows->order;
	bool same = order->direction == old.direction && order->sort == old.sort;

	rows->order = *order;
	rows->order.filter = NULL;
	if (!same_filter(order->filter, rows->filter)) {
		take_filter(rows, order->filter);
		same = false;
	}
	if (same && order->reversed != old.reversed) {
		turn_round(rows);
		return true;
	}
	if (same)
		return false;
	rows->any_moved = rows->all_moved = true;
	rows->units -= (int)(rows->all_count / QUICK_PER_UNIT);
	return false;
}

/* Sorting thousands of rows takes as long as reading hundreds, so it waits until all are read. */
static bool
is_busy(const struct relay_rows *rows)
{
	return rows->count > 0 && (rows->unread || (rows->all_count > GROWTH && rows->units < UNITS / 2));
}

bool
relay_rows_update(struct relay_rows *rows, const struct relay_source *from, const struct relay_order *order)
{
	bool changed = !rows->held && (!rows->host || rows->unread || rows->generation != from->generation);

	bool turned;

	rows->units = UNITS;
	turned = take_order(rows, order);
	if (changed)
		read_all(rows, from);
	if (rows->any_stale)
		filter(rows);
	if (rows->any_gone || (rows->any_moved && !is_busy(rows))) {
		arrange(rows);
		changed = true;
	}
	return changed || turned;
}

void
relay_rows_visit(struct relay_rows *rows, const struct relay_source *from)
{
	if (relay_visit_some(&rows->visit, rows->all, rows->all_count, from, &rows->units) && rows->filter)
		rows->any_stale = true;
}

bool
relay_rows_are_behind(const struct relay_rows *rows)
{
	return (rows->unread && !rows->held) || rows->any_stale || rows->any_moved || rows->visit.left > 0;
}

unsigned
relay_rows_progress(const struct relay_rows *rows)
{
	size_t n = rows->all_count, left = rows->visit.left < n ? rows->visit.left : n;

	return n ? (unsigned)((n - left) * 100 / n) : 100;
}

void
relay_rows_hold(struct relay_rows *rows, bool held)
{
	rows->held = rows->visit.held = held;
	if (held)
		return;
	free(rows->host);
	rows->host = NULL; /* all is read anew */
}

const struct relay_row *
relay_rows_at(const struct relay_rows *rows, size_t i)
{
	return &rows->all[rows->at[i]];
}

const struct relay_row *
relay_rows_see(struct relay_rows *rows, const struct relay_source *from, size_t i)
{
	size_t at = rows->at[i];

	if (relay_visit_row(&rows->visit, &rows->all[at], at, from) && rows->filter)
		rows->any_stale = true;
	return &rows->all[at];
}

const struct look *
relay_rows_look(const struct relay_rows *rows, const struct relay_source *from, size_t i)
{
	return relay_visit_look(relay_rows_at(rows, i), rows->at[i], from);
}

static const char *
row_text(void *arg, size_t i)
{
	return relay_rows_at(arg, i)->text;
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
}
