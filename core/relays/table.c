#include "relays/table.h"

#include "relays/names.h"

#include <string.h>

/* The fewest lines first, of those the one that was silent longest. */
static int
quieter(const void *left, const void *right)
{
	const struct row *a = *(struct row *const *)left, *b = *(struct row *const *)right;

	if (a->lines != b->lines)
		return a->lines < b->lines ? -1 : 1;
	if (a->relay.last_ms != b->relay.last_ms)
		return a->relay.last_ms < b->relay.last_ms ? -1 : 1;
	return a->first_seq < b->first_seq ? -1 : a->first_seq > b->first_seq;
}

static void
hide_gone(struct table *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->shown_count; i++) {
		if (!t->shown[i]->gone)
			t->shown[kept++] = t->shown[i];
	}
	t->evicted += t->shown_count - kept;
	t->shown_count = kept;
}

/* Evicts until there are so many rows. */
static void
shrink(struct table *t, size_t most)
{
	size_t count = HASH_COUNT(t->rows), i = 0;
	struct row **all = mem_new(count, sizeof(struct row *)), *r, *next;

	HASH_ITER(hh, t->rows, r, next)
	all[i++] = r;
	qsort(all, count, sizeof(struct row *), quieter);
	for (i = 0; count - i > most; i++)
		all[i]->gone = true;
	hide_gone(t);
	for (i = 0; count - i > most; i++) {
		HASH_DEL(t->rows, all[i]);
		if (t->gone)
			t->gone(t->arg, all[i]);
		row_unref(all[i]);
	}
	free(all);
}

struct row *
table_find(const struct table *t, enum direction direction, const char *name, size_t len)
{
	char key[NAME_ROOM + 1];
	struct row *r;

	if (len >= NAME_ROOM)
		return NULL;
	key[0] = direction == DIRECTION_SERVER ? 's' : 'c';
	memcpy(key + 1, name, len);
	HASH_FIND(hh, t->rows, key, len + 1, r);
	return r;
}

static void
add(struct table *t, struct row *r)
{
	HASH_ADD_KEYPTR(hh, t->rows, r->key, strlen(r->key), r);
}

struct row *
table_row(struct table *t, enum direction direction, const char *name, size_t len)
{
	struct row *r = table_find(t, direction, name, len);

	if (r)
		return r;
	/* An eighth at once: sorting all of them is paid for by many new names. */
	if (t->most && HASH_COUNT(t->rows) >= t->most)
		shrink(t, t->most - (t->most + 7) / 8);
	r = row_new(direction, name, len);
	add(t, r);
	return r;
}

static int
earlier(const void *left, const void *right)
{
	const struct row *a = *(struct row *const *)left, *b = *(struct row *const *)right;

	return a->first_seq < b->first_seq ? -1 : a->first_seq > b->first_seq;
}

static void
append(struct table *t, struct row *r)
{
	if (t->shown_count == t->shown_room) {
		t->shown_room = t->shown_room ? 2 * t->shown_room : 16;
		t->shown = mem_resize(t->shown, t->shown_room, sizeof *t->shown);
	}
	t->shown[t->shown_count++] = r;
}

void
table_show(struct table *t, struct row *r)
{
	size_t i = t->shown_count;

	append(t, r);
	/* A head line that was settled late is older than rows of the newer stretch. */
	for (; i > 0 && earlier(&t->shown[i - 1], &r) > 0; i--)
		t->shown[i] = t->shown[i - 1];
	t->shown[i] = r;
}

void
table_join(struct table *t, struct table *newer, uint64_t shift, const unsigned *daemons)
{
	struct row *r, *next;

	HASH_ITER(hh, newer->rows, r, next)
	{
		HASH_DEL(newer->rows, r);
		HASH_FIND(hh, t->rows, r->key, strlen(r->key), r->heir);
		if (r->heir) {
			bool was_shown = r->heir->first_seq != 0;

			row_join(r->heir, r, shift, daemons);
			if (!was_shown && r->first_seq)
				append(t, r->heir);
			row_unref(r);
			continue;
		}
		row_move(r, shift, daemons);
		add(t, r);
		if (r->first_seq)
			append(t, r);
	}
	if (t->shown_count)
		qsort(t->shown, t->shown_count, sizeof *t->shown, earlier);
	t->evicted += newer->evicted;
	free(newer->shown);
	newer->shown = NULL;
	newer->shown_count = newer->shown_room = 0;
}

void
table_bound(struct table *t, size_t most)
{
	t->most = most;
	if (most && HASH_COUNT(t->rows) > most)
		shrink(t, most);
}

void
table_free(struct table *t)
{
	struct row *r, *next;

	HASH_ITER(hh, t->rows, r, next)
	{
		HASH_DEL(t->rows, r);
		row_unref(r);
	}
	free(t->shown);
	*t = (struct table){0};
}
