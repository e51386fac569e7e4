#include "model/path.h"

#include "base/mem.h"

#include <stdlib.h>

struct path *
path_new(struct chain *chain)
{
	struct path *p = mem_new(1, sizeof *p);

	*p = (struct path){.refs = 1, .chain = chain, .items = mem_new(chain->count, sizeof *p->items)};
	return p;
}

struct path *
path_ref(struct path *p)
{
	if (p)
		p->refs++;
	return p;
}

void
path_unref(struct path *p)
{
	if (!p || --p->refs)
		return;
	for (size_t i = 0; i < p->chain->count; i++)
		free(p->items[i].from);
	free(p->items);
	chain_unref(p->chain);
	free(p);
}
