#include "relays/facts.h"

#include "base/mem.h"

#include <string.h>

#define TEXT_MOST 512 /* bytes kept of each text */

static char *
copy(struct span s)
{
	s.len = s.len < TEXT_MOST ? s.len : TEXT_MOST;
	return span_copy(s);
}

static bool
same(const struct history_fact *a, const struct history_fact *b)
{
	return a->direction == b->direction && strcmp(a->text, b->text) == 0 && strcmp(a->tag, b->tag) == 0 &&
	       strcmp(a->host, b->host) == 0;
}

static void
free_fact(struct fact *fact)
{
	struct history_fact *told = &fact->told;
	char *texts[] = {told->host, told->tag, told->option, told->file, told->message, told->text};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	free(fact);
}

/* Puts a fact behind the others, in place of the same one. */
static void
put(struct facts *f, struct fact *fact)
{
	struct fact *old;

	DL_FOREACH(f->facts, old)
	{
		if (same(&old->told, &fact->told))
			break;
	}
	f->lines++;
	f->new += !old;
	if (old) {
		DL_DELETE(f->facts, old);
		f->count--;
		fact->told.count += old->told.count;
		fact->told.first_ms = old->told.first_ms;
		free_fact(old);
	}
	DL_APPEND(f->facts, fact);
	if (++f->count > FACTS_MOST) {
		struct fact *oldest = f->facts;

		DL_DELETE(f->facts, oldest);
		free_fact(oldest);
		f->count--;
	}
}

static struct fact *
fact_of(const struct event *e)
{
	struct fact *fact = mem_new(1, sizeof *fact);
	struct history_fact *told = &fact->told;

	told->direction = e->direction;
	told->host = copy(e->host);
	told->tag = copy(e->tag);
	told->option = copy(e->option);
	told->file = copy(e->file);
	told->message = copy(e->message);
	told->text = copy(e->text);
	told->pid = e->pid;
	told->first_ms = told->last_ms = e->time_ms;
	told->count = e->repeat ? e->repeat : 1;
	return fact;
}

void
facts_take(struct facts *f, const struct event *e)
{
	if (e->kind == EVENT_FILE) {
		put(f, fact_of(e));
		return;
	}
	free(f->version);
	f->version = copy(e->option);
	f->start_ms = e->time_ms;
}

void
facts_free(struct facts *f)
{
	struct fact *fact, *next;

	DL_FOREACH_SAFE(f->facts, fact, next)
	free_fact(fact);
	free(f->version);
	*f = (struct facts){0};
}
