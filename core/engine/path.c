#include "engine/path.h"

#include "base/mem.h"
#include "trust/judge.h"

#include <stdlib.h>
#include <string.h>

bool
path_has_sent(const struct chain *sent, const struct certificate *c)
{
	for (size_t i = 0; i < sent->count; i++) {
		if (strcmp(sent->certificates[i]->sha256, c->sha256) == 0)
			return true;
	}
	return false;
}

struct path *
path_build(const struct observation *o, const struct store *store, int64_t now_ms)
{
	const struct judge_options how = {.level = o->tls.level, .now_ms = now_ms};
	struct chain *built = o->chain ? judge_path(o->chain, store, &how) : NULL;
	struct judged_certificate *judged;
	struct path *path;

	if (!built)
		return NULL;
	path = path_new(built);
	judged = mem_new(built->count, sizeof *judged);
	judge_each(o->chain, store, &how, judged, built->count);
	for (size_t i = 0; i < built->count; i++)
		path->items[i] = (struct path_item){.code = judged[i].code,
			.in_store = judged[i].in_store,
			.sent = path_has_sent(o->chain, built->certificates[i])};
	free(judged);
	return path;
}
