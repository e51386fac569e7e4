/* chain: the engine's door to certificate chains. */
#include "engine/state.h"

#include "base/file.h"
#include "trust/judge.h"
#include "trust/parse.h"

#include <stdlib.h>

#define MOST_PEM (16 << 20)

int
engine_judge_file(struct engine *e, const char *path, struct chain **chain, struct verdict *verdict, struct fault *why)
{
	struct judge_options how = {.now_ms = engine_now(e)};
	struct fault content;
	unsigned char *bytes;
	size_t len;
	int code = file_read(path, MOST_PEM, &bytes, &len);

	if (code < 0) {
		file_fault(path, code, why);
		return 2;
	}
	while (!settings_are_read(e->settings))
		uv_run(e->loop, UV_RUN_ONCE);
	*chain = chain_from_pem(bytes, len, &content);
	free(bytes);
	if (!*chain) {
		fault_set(why, content.kind, content.code, "%s: %s", path, content.text);
		return 2;
	}
	how.level = judge_level(settings_policy(e->settings)->cipher_list);
	*verdict = judge_chain(*chain, settings_store(e->settings), &how);
	return 0;
}

char *
engine_pem(const struct certificate *c)
{
	return certificate_to_pem(c);
}
