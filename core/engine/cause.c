/* cause: the engine's door to diagnosis. */
#include "engine/state.h"

#include "mta/policy_read.h"

static struct evidence
evidence_of(const struct engine *e, const struct relay *relay, const struct look *look)
{
	const struct store *store = settings_store(e->settings);

	return (struct evidence){
		.relay = relay,
		.history = logs_history(e->logs),
		.look = look,
		.policy = settings_policy(e->settings),
		.store = store ? store_state(store) : STORE_LOADED,
		.system_bundle = policy_system_bundle(),
		.log_host = history_totals(logs_history(e->logs)).host,
		.own_host = e->own_host,
		.now_ms = engine_now(e),
	};
}

const struct findings *
engine_findings(struct engine *e, const struct relay *relay)
{
	struct evidence evidence = evidence_of(e, relay, engine_look_of(e, relay));

	return cases_findings(e->cases, &evidence, 0);
}

const struct findings *
engine_look_findings(struct engine *e, const struct look *look)
{
	struct evidence evidence = evidence_of(e, NULL, look);

	return cases_findings(e->cases, &evidence, 0);
}

const struct findings *
engine_host_findings(struct engine *e)
{
	struct evidence evidence = evidence_of(e, NULL, NULL);

	return cases_findings(e->cases, &evidence, 0);
}
