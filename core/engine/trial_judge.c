#include "engine/trial_judge.h"

#include "base/mem.h"
#include "trust/judge.h"
#include "trust/parse.h"

#include <stdlib.h>

/* What a rehashed CACertPath would bring. The certificates are the worker's own: their counts may change. */
static struct chain *
loose_chain(const struct policy *p)
{
	struct certificate **all = NULL;
	size_t count = 0;

	for (size_t i = 0; i < p->ca_path_unhashed_count; i++) {
		struct chain *chain =
			chain_from_pem(p->ca_path_unhashed[i].bytes, p->ca_path_unhashed[i].len, NULL);

		for (size_t k = 0; chain && k < chain->count; k++) {
			all = mem_resize(all, count + 1, sizeof(struct certificate *));
			all[count++] = certificate_ref(chain->certificates[k]);
		}
		chain_unref(chain);
	}
	return chain_new(all, count);
}

/* A store made for the trial; NULL: it is judged with the one in force. */
static struct store *
changed_store(const struct trial_change *c)
{
	struct chain *loose;
	struct store *store;

	switch (c->change) {
	case CHANGE_ADD_ISSUER:
	case CHANGE_ADD_ROOT:
		return store_new_with(c->store, c->policy, c->more);
	case CHANGE_HASH_PATH:
		loose = loose_chain(c->policy);
		store = store_new_with(c->store, c->policy, loose);
		chain_unref(loose);
		return store;
	case CHANGE_SYSTEM_STORE:
		return store_new(c->system);
	default:
		return NULL;
	}
}

void
trial_judge(const struct trial_change *c, struct trial_chain *chains, size_t count)
{
	struct store *changed = changed_store(c);
	const struct store *store = changed ? changed : c->store;

	for (size_t i = 0; i < count; i++) {
		const struct observation *o = chains[i].observation;
		struct judge_options how = {.level = o->tls.level,
			.now_ms = c->now_ms,
			.changes = c->change == CHANGE_WITHOUT_CRL ? JUDGE_WITHOUT_CRL : 0};

		chains[i].after = chains[i].before;
		if (c->change == CHANGE_LEVEL && !chains[i].own)
			continue; /* TLS_Clt_Features is of one host */
		if (c->change == CHANGE_LEVEL)
			how.level = c->level;
		if (o->reached >= STAGE_HANDSHAKE && o->chain)
			chains[i].after = judge_chain(o->chain, store, &how);
	}
	store_unref(changed);
}
