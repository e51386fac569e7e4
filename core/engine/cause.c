/* cause: the engine's door to diagnosis. */
#include "engine/state.h"

static struct evidence
evidence_of(const struct engine *e)
{
	const struct store *store = settings_store(e->settings);

	return (struct evidence){
		.history = logs_history(e->logs),
		.scan = cases_scan(e->cases, logs_history(e->logs), uv_now(e->loop)),
		.offline = e->options.offline,
		.policy = settings_policy(e->settings),
		.store = store ? store_state(store) : STORE_LOADED,
		.system_bundle = settings_system_path(e->settings),
		.log_host = history_totals(logs_history(e->logs)).host,
		.own_host = e->own_host,
		.now_ms = engine_now(e),
	};
}

const struct findings *
engine_findings(struct engine *e, const struct relay *relay)
{
	struct evidence evidence = evidence_of(e);
	const struct look *look = engine_look_of(e, relay);
	uint64_t version = look ? looks_put_evidence(e->looks, look, &evidence) : 0;

	evidence.relay = relay;
	return cases_findings(e->cases, &evidence, version);
}

const struct findings *
engine_look_findings(struct engine *e, const struct look *look)
{
	struct evidence evidence = evidence_of(e);
	uint64_t version = looks_put_evidence(e->looks, look, &evidence);

	return cases_findings(e->cases, &evidence, version);
}

const struct findings *
engine_host_findings(struct engine *e)
{
	struct evidence evidence = evidence_of(e);

	return cases_findings(e->cases, &evidence, 0);
}

static struct trial_request
request_of(const struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	struct evidence evidence = evidence_of(e);
	const struct look *look = relay ? engine_look_of(e, relay) : NULL;

	if (look)
		looks_put_evidence(e->looks, look, &evidence);
	return (struct trial_request){.relay = relay,
		.look = look,
		.finding = finding,
		.remedy = remedy,
		.seconds = evidence.seconds,
		.second_count = evidence.second_count,
		.now_ms = engine_now(e)};
}

struct trial
engine_try(struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	struct trial_request request = request_of(e, relay, finding, remedy);

	if (!settings_are_read(e->settings))
		return (struct trial){.state = TRIAL_NONE};
	return trials_begin(e->trials, &request);
}

struct trial
engine_trial(const struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	struct trial_request request = request_of(e, relay, finding, remedy);

	return trials_find(e->trials, &request);
}
