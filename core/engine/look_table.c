#include "engine/look_table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct look_table {
	struct look_run *runs; /* by key, the oldest first */
	uint64_t version;
};

struct look_table *
look_table_new(void)
{
	return mem_new(1, sizeof(struct look_table));
}

char *
look_table_key(const struct target *target)
{
	return text_new("%s %u", target->host, target->port);
}

static struct look_run *
find(const struct look_table *t, const char *key)
{
	struct look_run *run;

	HASH_FIND_STR(t->runs, key, run);
	return run;
}

struct look_run *
look_table_find(const struct look_table *t, const struct target *target)
{
	char *key = look_table_key(target);
	struct look_run *run = find(t, key);

	free(key);
	return run;
}

static void
drop(struct look_table *t, struct look_run *run)
{
	HASH_DEL(t->runs, run);
	look_run_free(run);
}

static void
make_room(struct look_table *t)
{
	struct look_run *run, *next;

	HASH_ITER(hh, t->runs, run, next)
	{
		if (HASH_COUNT(t->runs) < LOOK_TABLE_MOST)
			return;
		if (look_has_ended(run->look))
			drop(t, run);
	}
}

void
look_table_put(struct look_table *t, struct look_run *run)
{
	struct look_run *old;

	run->key = look_table_key(&run->target);
	old = find(t, run->key);
	if (old)
		drop(t, old);
	make_room(t);
	HASH_ADD_KEYPTR(hh, t->runs, run->key, strlen(run->key), run);
	look_table_changed(t, run);
}

void
look_table_changed(struct look_table *t, struct look_run *run)
{
	run->version = ++t->version;
}

uint64_t
look_table_version_of(const struct look_table *t, const char *key)
{
	const struct look_run *run = find(t, key);

	return run ? run->version : 0;
}

uint64_t
look_table_version(const struct look_table *t)
{
	return t->version;
}

void
look_table_put_evidence(const struct look_table *t, const struct look *look, struct evidence *e)
{
	struct target target = {.port = look->port};
	struct look_run *run;

	span_put(span_of(look->host), target.host, sizeof target.host);
	run = look_table_find(t, &target);
	e->look = look;
	if (!run || run->look != look)
		return;
	cause_search_put_evidence(run->search, e);
	e->before = run->before;
}

void
look_table_each(const struct look_table *t, void (*each)(void *arg, const struct look *look), void *arg)
{
	for (const struct look_run *run = t->runs; run; run = run->hh.next)
		each(arg, run->look);
}

void
look_table_free(struct look_table *t)
{
	while (t->runs)
		drop(t, t->runs);
	free(t);
}
