/* chain: the engine's door to certificate chains. */
#include "engine/state.h"

#include "base/file.h"
#include "base/mem.h"
#include "trust/judge.h"
#include "trust/parse.h"

#include <stdlib.h>
#include <string.h>

#define MOST_PEM (16 << 20)

static bool
was_sent(const struct chain *sent, const struct certificate *c)
{
	for (size_t i = 0; i < sent->count; i++) {
		if (strcmp(sent->certificates[i]->sha256, c->sha256) == 0)
			return true;
	}
	return false;
}

struct chain *
engine_path(const struct engine *e, const struct observation *o, struct engine_chain_item **items)
{
	const struct judge_options how = {.level = o->tls.level, .now_ms = engine_now(e)};
	const struct store *store = settings_store(e->settings);
	struct judged_certificate *judged;
	struct chain *path;

	*items = NULL;
	if (!o->chain || !store || !(path = judge_path(o->chain, store, &how)))
		return NULL;
	judged = mem_new(path->count, sizeof *judged);
	*items = mem_new(path->count, sizeof **items);
	judge_each(o->chain, store, &how, judged, path->count);
	for (size_t i = 0; i < path->count; i++)
		(*items)[i] = (struct engine_chain_item){.code = judged[i].code, .in_store = judged[i].in_store,
			.sent = was_sent(o->chain, path->certificates[i])};
	free(judged);
	return path;
}

int
engine_judge_file(struct engine *e, const char *path, struct chain **chain, struct verdict *verdict, struct fault *why)
{
	struct judge_options how = {.now_ms = engine_now(e)};
	unsigned char *bytes;
	size_t len;
	int code = file_read(path, MOST_PEM, &bytes, &len);

	if (code < 0) {
		file_fault(path, code, why);
		return 2;
	}
	while (!settings_are_read(e->settings))
		uv_run(e->loop, UV_RUN_ONCE);
	*chain = chain_from_pem(bytes, len, why);
	free(bytes);
	if (!*chain)
		return 2;
	how.level = judge_level(settings_policy(e->settings)->cipher_list);
	*verdict = judge_chain(*chain, settings_store(e->settings), &how);
	return 0;
}

char *
engine_pem(const struct certificate *c)
{
	return certificate_to_pem(c);
}
