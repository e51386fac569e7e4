/* chain: the engine's door to certificate chains. */
#include "engine/state.h"

#include "base/file.h"
#include "base/mem.h"
#include "engine/schedule.h"
#include "engine/settings.h"
#include "trust/parse.h"

#include <stdlib.h>

#define MOST_PEM (16 << 20)

static struct chain *
read_chain(const char *path, struct fault *why)
{
	struct fault content;
	struct chain *chain;
	unsigned char *bytes;
	size_t len;
	int code = file_read(path, MOST_PEM, &bytes, &len);

	if (code < 0) {
		file_fault(path, code, why);
		return NULL;
	}
	chain = chain_from_pem(bytes, len, &content);
	free(bytes);
	if (!chain)
		fault_set(why, content.kind, content.code, "%s: %s", path, content.text);
	return chain;
}

struct look *
engine_judge_file(struct engine *e, const char *path, struct fault *why)
{
	struct chain *chain = read_chain(path, why);

	if (!chain)
		return NULL;
	while (!settings_are_read(e->settings))
		uv_run(e->loop, UV_RUN_ONCE);
	return look_ref(schedule_judge_saved(e->schedule, path, chain));
}

char *
engine_pem(const struct certificate *c)
{
	return certificate_to_pem(c);
}
