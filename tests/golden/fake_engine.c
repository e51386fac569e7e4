/* engine/engine.h over a model: it notes what it was asked. */
#include "model.h"

#include "base/mem.h"

#include <string.h>

uint64_t
engine_generation(const struct engine *e)
{
	return e->generation + e->history.generation;
}

int64_t
engine_now(const struct engine *e)
{
	(void)e;
	return MODEL_NOW;
}

struct engine_log
engine_log(const struct engine *e)
{
	return e->log;
}

const struct history *
engine_history(const struct engine *e)
{
	return &e->history;
}

void
engine_lines(const struct engine *e, const struct relay *r, size_t most,
	void (*each)(void *arg, struct span line), void *arg)
{
	const struct history *h = engine_history(e);
	size_t count = 0;

	if (r != &h->relays[0] || !h->lines)
		return;
	while (h->lines[count])
		count++;
	for (size_t i = count > most ? count - most : 0; i < count; i++)
		each(arg, span_of(h->lines[i]));
}

const struct policy *
engine_log_policy(const struct engine *e)
{
	return e->policy;
}

const struct policy *
engine_policy(const struct engine *e)
{
	return e->policy;
}

const char *
engine_store(const struct engine *e)
{
	return e->store;
}

bool
engine_store_works(const struct engine *e)
{
	return e->store_works;
}

bool
engine_must_ask(const struct engine *e)
{
	return e->must_ask;
}

void
engine_allow_probes(struct engine *e)
{
	e->must_ask = false;
}

struct look *
engine_look_relay(struct engine *e, const struct relay *relay, struct fault *why)
{
	static struct look nothing = {.refs = 1};

	nothing.target = relay->name;
	if (e->asked_count < sizeof e->asked / sizeof *e->asked)
		e->asked[e->asked_count++] = relay->name;
	if (strchr(relay->name, '\033')) {
		fault_set(why, FAULT_USAGE, 0, "this is no host name");
		return NULL;
	}
	return (struct look *)engine_look_of(e, relay) ? (struct look *)engine_look_of(e, relay) : &nothing;
}

const struct look *
engine_look_of(const struct engine *e, const struct relay *relay)
{
	for (size_t i = 0; i < e->look_count; i++) {
		if (relay->direction == DIRECTION_CLIENT && strcmp(e->looks[i]->target, relay->name) == 0)
			return e->looks[i];
	}
	return NULL;
}

/* By name: of a held table the relay is a copy. */
const struct findings *
engine_findings(struct engine *e, const struct relay *relay)
{
	static const struct findings none = {NULL, 0};
	const struct relay *r = history_find(&e->history, relay->direction, relay->name);

	return r ? &e->found[r - e->history.relays] : &none;
}

uint64_t
engine_findings_version(const struct engine *e, const struct relay *relay)
{
	const struct relay *r = relay ? history_find(&e->history, relay->direction, relay->name) : NULL;
	uint64_t all = 1;

	for (size_t i = 0; i < MODEL_RELAYS; i++)
		all += e->found_anew[i];
	return r ? 1 + e->found_anew[r - e->history.relays] : all;
}

const struct findings *
engine_host_findings(struct engine *e)
{
	return &e->host_found;
}

struct trial
engine_try(struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	e->tried = finding;
	e->tried_remedy = remedy;
	return engine_trial(e, relay, finding, remedy);
}

struct trial
engine_trial(const struct engine *e, const struct relay *relay, const struct finding *finding, size_t remedy)
{
	(void)relay;
	return e->tried == finding && e->tried_remedy == remedy ? e->trial
								: (struct trial){.state = TRIAL_NONE};
}

void
engine_cancel(struct engine *e, const struct look *look)
{
	(void)look;
	e->cancelled++;
}

struct engine_activity
engine_activity(const struct engine *e)
{
	return e->activity;
}

const struct dig *
engine_dig(struct engine *e, const char *name)
{
	(void)name;
	e->dug = true;
	return &e->dig;
}

const struct dig *
engine_dig_of(const struct engine *e, const char *name)
{
	(void)name;
	return e->dug ? &e->dig : NULL;
}

char *
engine_pem(const struct certificate *c)
{
	(void)c;
	return mem_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
}
