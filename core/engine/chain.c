/* chain: the engine's door to certificate chains. */
#include "engine/state.h"

#include "base/file.h"
#include "base/mem.h"
#include "engine/looks.h"
#include "engine/path.h"
#include "engine/settings.h"
#include "trust/judge.h"
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

/* A look that was made on no server: its one address has nothing but the chain, which goes over. */
static struct look *
look_at(const char *path, struct chain *chain, struct policy *policy, int64_t now_ms)
{
	struct look *l = look_new(path, 0);
	struct observation *o = observation_new();

	o->reached = STAGE_HANDSHAKE;
	o->chain = chain;
	o->tls.level = judge_level(policy->cipher_list);
	o->begun_ms = now_ms;
	l->host = mem_text(path);
	l->saved = true;
	l->state = LOOK_DONE;
	l->begun_ms = now_ms;
	l->policy = policy_ref(policy);
	l->addresses = mem_new(1, sizeof *l->addresses);
	l->address_count = 1;
	l->addresses[0] = (struct look_address){.state = LOOK_DONE, .observation = o};
	return l;
}

struct look *
engine_judge_file(struct engine *e, const char *path, struct fault *why)
{
	struct chain *chain = read_chain(path, why);
	struct look_address *a;
	struct look *look;

	if (!chain)
		return NULL;
	while (!settings_are_read(e->settings))
		uv_run(e->loop, UV_RUN_ONCE);
	look = look_at(path, chain, settings_policy(e->settings), engine_now(e));
	a = &look->addresses[0];
	a->verdict = judge_observation(a->observation, settings_store(e->settings), engine_now(e));
	a->path = path_build(a->observation, settings_store(e->settings), engine_now(e));
	look->verify = a->verdict.verify;
	looks_examine_saved(e->looks, look);
	return look;
}

char *
engine_pem(const struct certificate *c)
{
	return certificate_to_pem(c);
}
