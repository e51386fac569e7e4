#include "relays/table.h"

#include "base/when.h"

#include <limits.h>
#include <string.h>

/* ---- a row --------------------------------------------------------------------------------------------- */

static struct row *
row_new(enum direction direction, struct span name)
{
	struct row *r = mem_new(1, sizeof *r);

	r->stale = true;
	r->relay.direction = direction;
	r->relay.name = span_copy(name);
	r->name_len = name.len;
	r->told.pid = -1;
	r->told.bits = r->told.depth = -1;
	r->told.ssl_error = r->told.err = r->told.retry = INT_MIN;
	return r;
}

static void
row_free(struct row *r)
{
	for (size_t i = 0; i < RELAY_TEXT_COUNT; i++)
		free(r->texts[i].at);
	tally_free(&r->minutes);
	tally_free(&r->hours);
	free(r->lines_kept);
	free(r->seen);
	free(r->addresses);
	free(r->maybes);
	free(r->waits);
	free(r->relay.name);
	free(r);
}

void
row_changed(struct row *r)
{
	r->stale = true;
}

void
row_keep_line(struct row *r, const struct row_line *line)
{
	if (r->line_count < ROW_LINES) {
		if (r->line_count == r->line_room) {
			r->line_room = r->line_room ? 2 * r->line_room : 3;
			r->lines_kept = mem_resize(r->lines_kept, r->line_room, sizeof *r->lines_kept);
		}
		r->lines_kept[r->line_count++] = *line;
		return;
	}
	r->lines_kept[r->line_next] = *line;
	r->line_next = (r->line_next + 1) % ROW_LINES;
}

const struct row_line *
row_line_at(const struct row *r, uint32_t i)
{
	return &r->lines_kept[(r->line_next + i) % r->line_count];
}

void
row_tell(struct row *r, enum relay_text which, struct span text)
{
	r->told.texts[which] = NULL;
	if (text.len == 0)
		return;
	if (r->texts[which].room <= text.len) {
		r->texts[which].room = text.len + 1;
		r->texts[which].at = mem_resize(r->texts[which].at, text.len + 1, 1);
	}
	r->told.texts[which] = r->texts[which].at;
	memcpy(r->texts[which].at, text.at, text.len);
	r->texts[which].at[text.len] = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "+20" is a blank; what is no code, a cut one and "+00" stay as they are. */
void
row_tell_xtext(struct row *r, enum relay_text which, struct span text)
{
	char *out;
	size_t len = 0;

	row_tell(r, which, text);
	out = r->told.texts[which];
	for (size_t i = 0; i < text.len; i++) {
		int high = text.at[i] == '+' && text.len - i > 2 ? hex_digit(text.at[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(text.at[i + 2]) : -1;

		if (low >= 0 && high + low > 0) {
			out[len++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[len++] = text.at[i] ? text.at[i] : '?';
		}
	}
	if (text.len)
		out[len] = '\0';
}

void
row_untell(struct row *r, enum relay_text which)
{
	r->told.texts[which] = NULL;
}

void
row_outcomes(struct row *r, int64_t time_ms, uint32_t good, uint32_t bad)
{
	if (time_ms == 0)
		return;
	tally_add(&r->minutes, RELAY_MINUTES, (struct tally_slot){time_ms / WHEN_MINUTE, good, bad});
	tally_add(&r->hours, RELAY_HOURS, (struct tally_slot){time_ms / WHEN_HOUR, good, bad});
}

void
row_address(struct row *r, const struct address *address, int64_t time_ms, enum verify verify)
{
	size_t i = 0;

	while (i < r->address_count && !address_same(&r->addresses[i], address))
		i++;
	if (i == r->address_count && i < ROW_ADDRESSES) {
		r->address_count++;
		r->addresses = mem_resize(r->addresses, r->address_count, sizeof *r->addresses);
		r->seen = mem_resize(r->seen, r->address_count, sizeof *r->seen);
	} else if (i == r->address_count) {
		i--;
	}
	memmove(r->addresses + 1, r->addresses, i * sizeof *r->addresses);
	memmove(r->seen + 1, r->seen, i * sizeof *r->seen);
	r->addresses[0] = *address;
	r->seen[0] = (struct relay_address){.verify = verify, .time_ms = time_ms};
}

void
row_maybe_clear(struct row *r, unsigned daemon, uint64_t n)
{
	size_t i = 0;

	while (i < r->maybe_count && r->maybes[i].daemon != daemon)
		i++;
	if (i == r->maybe_count) {
		r->maybes = mem_resize(r->maybes, ++r->maybe_count, sizeof *r->maybes);
		r->maybes[i] = (struct maybe_clear){.daemon = daemon};
	}
	r->maybes[i].sent += n;
}

/* Whether Sendmail has this word only when the handshake did not happen. */
static bool
is_without_tls(enum verify word)
{
	return word >= VERIFY_NONE && word != VERIFY_UNREACHABLE;
}

static void
publish_last(struct row *r)
{
	struct relay_last *last = &r->relay.last;
	struct reject *reject;

	*last = r->told;
	/* A reject that pends stands until it is cured: the log may never have the to= line (mail.notice
	 * alone). */
	DL_FOREACH2(r->rejects, reject, row_next)
	{
		if (reject->counted)
			last->reject = reject->text;
	}
	if (r->alert_at < r->attempt_at)
		last->alert = NULL;
	if (!r->word_alone || !is_without_tls(r->told.verify))
		return;
	last->verifymsg = last->subject = last->issuer = last->depth_subject = last->tail = NULL;
	last->depth = last->bits = -1;
	last->version[0] = last->cipher[0] = '\0';
}

void
row_publish(struct row *r, bool (*shows)(const void *arg, unsigned daemon), const void *arg)
{
	struct relay *relay = &r->relay;

	relay->since_ms = r->streak.since_ms;
	relay->before = r->streak.before;
	relay->last_ok_ms = r->streak.last_ok_ms;
	relay->first_fail_ms = r->streak.first_fail_ms;
	relay->deliveries.clear = r->clear;
	for (size_t i = 0; i < r->maybe_count; i++)
		relay->deliveries.clear += shows(arg, r->maybes[i].daemon) ? r->maybes[i].sent : 0;
	relay->addresses = r->addresses;
	relay->seen = r->seen;
	relay->address_count = r->address_count;
	publish_last(r);
}

/* ---- all rows ------------------------------------------------------------------------------------------ */

/* Whether a goes before b: the fewest lines first, of those the one that was silent longest. */
static int
quieter(const void *left, const void *right)
{
	const struct row *a = *(struct row *const *)left, *b = *(struct row *const *)right;

	if (a->lines != b->lines)
		return a->lines < b->lines ? -1 : 1;
	if (a->relay.last_ms != b->relay.last_ms)
		return a->relay.last_ms < b->relay.last_ms ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* Evicts until there are so many rows. */
static void
shrink(struct table *t, size_t most)
{
	size_t count = 0, kept = 0;
	struct row **all = mem_new(t->rows.count, sizeof(struct row *));

	for (size_t i = 0; i < t->rows.room; i++) {
		if (t->rows.entries[i].value)
			all[count++] = t->rows.entries[i].value;
	}
	qsort(all, count, sizeof(struct row *), quieter);
	for (size_t i = 0; count - i > most; i++)
		all[i]->gone = true;
	for (size_t i = 0; i < t->shown_count; i++) {
		if (!t->shown[i]->gone)
			t->shown[kept++] = t->shown[i];
	}
	t->evicted += t->shown_count - kept;
	t->shown_count = kept;
	t->evict(t->arg);
	for (size_t i = 0; count - i > most; i++) {
		map_remove(&t->rows, all[i]->hash, all[i]);
		row_free(all[i]);
	}
	free(all);
}

static struct row *
find(const struct table *t, enum direction direction, struct span name, uint64_t hash)
{
	for (size_t i = map_first(&t->rows, hash); i != MAP_NONE; i = map_next(&t->rows, i)) {
		struct row *r = t->rows.entries[i].value;

		if (r->relay.direction == direction && r->name_len == name.len &&
			memcmp(r->relay.name, name.at, name.len) == 0)
			return r;
	}
	return NULL;
}

struct row *
table_find(const struct table *t, enum direction direction, struct span name)
{
	return find(t, direction, name, map_hash(name, direction));
}

struct row *
table_row(struct table *t, enum direction direction, struct span name)
{
	uint64_t hash = map_hash(name, direction);
	struct row *r = find(t, direction, name, hash);

	if (r)
		return r;
	/* An eighth at once: sorting all of them is paid for by many new names. */
	if (t->most && t->rows.count >= t->most)
		shrink(t, t->most - (t->most + 7) / 8);
	r = row_new(direction, name);
	r->hash = hash;
	map_add(&t->rows, hash, r);
	return r;
}

void
table_show(struct table *t, struct row *r)
{
	if (t->shown_count == t->shown_room) {
		t->shown_room = t->shown_room ? 2 * t->shown_room : 16;
		t->shown = mem_resize(t->shown, t->shown_room, sizeof *t->shown);
	}
	r->shown = true;
	r->number = ++t->numbers;
	t->shown[t->shown_count++] = r;
}

void
table_free(struct table *t)
{
	for (size_t i = 0; i < t->rows.room; i++) {
		if (t->rows.entries[i].value)
			row_free(t->rows.entries[i].value);
	}
	map_free(&t->rows);
	free(t->shown);
	*t = (struct table){0};
}
