/* look: the engine's door to looking again. */
#include "engine/state.h"

#include "engine/logs.h"
#include "engine/names.h"
#include "engine/schedule.h"
#include "engine/settings.h"

#include <string.h>

const struct policy *
engine_policy(const struct engine *e)
{
	return settings_policy(e->settings);
}

const struct policy *
engine_log_policy(const struct engine *e)
{
	return policy_of_log(engine_policy(e), history_totals(logs_history(e->logs)).host, e->own_host);
}

const char *
engine_store(const struct engine *e)
{
	return settings_store_words(e->settings);
}

bool
engine_store_works(const struct engine *e)
{
	const struct store *store = settings_store(e->settings);

	return store && store_state(store) == STORE_LOADED && store_count(store) > 0;
}

static bool
log_is_of_this_host(const struct engine *e)
{
	return policy_same_host(history_totals(logs_history(e->logs)).host, e->own_host);
}

bool
engine_must_ask(const struct engine *e)
{
	return !e->probes_allowed && !log_is_of_this_host(e);
}

void
engine_allow_probes(struct engine *e)
{
	e->probes_allowed = true;
	e->generation++;
}

/* How the log shows that a name was cut: at 100 bytes in a STARTTLS line, in its middle in a to= line
 * (shortenstring() in Sendmail's deliver.c). */
static bool
name_was_cut(const char *name)
{
	return strlen(name) >= 100 || strstr(name, "...");
}

bool
engine_relay_target(const struct engine *e, const struct relay *relay, struct target *target,
	struct fault *why)
{
	if (!name_was_cut(relay->name))
		return target_parse(relay->name, e->options.port, target, why);
	if (relay->address_count == 0) {
		fault_set(why, FAULT_USAGE, 0, "the log cut this relay's name and shows no address of it");
		return false;
	}
	*target = (struct target){.port = e->options.port, .address = relay->addresses[0]};
	address_print(&target->address, target->host);
	return true;
}

struct look *
engine_look(struct engine *e, const char *target, struct fault *why)
{
	struct target parsed;

	if (!target_parse(target, e->options.port, &parsed, why))
		return NULL;
	return schedule_look(e->schedule, &parsed, true);
}

struct look *
engine_begin_look(struct engine *e, const struct relay *relay, bool asked, struct fault *why)
{
	struct target target;
	struct look *look;

	if (relay->direction == DIRECTION_SERVER) {
		fault_set(why, FAULT_USAGE, 0, "%s connects to us: there is nothing to look at from here",
			relay->name);
		return NULL;
	}
	if (!engine_relay_target(e, relay, &target, why))
		return NULL;
	look = schedule_look(e->schedule, &target, asked);
	look->not_this_host = !log_is_of_this_host(e);
	return look;
}

struct look *
engine_look_relay(struct engine *e, const struct relay *relay, struct fault *why)
{
	return engine_begin_look(e, relay, true, why);
}

const struct look *
engine_look_of(const struct engine *e, const struct relay *relay)
{
	const struct look_run *run;
	struct target target;

	if (relay->direction == DIRECTION_SERVER || !engine_relay_target(e, relay, &target, NULL))
		return NULL;
	run = look_table_find(e->looks, &target);
	return run ? run->look : NULL;
}

void
engine_cancel(struct engine *e, const struct look *look)
{
	schedule_cancel(e->schedule, look);
}

struct engine_activity
engine_activity(const struct engine *e)
{
	struct schedule_activity a = schedule_activity(e->schedule);

	return (struct engine_activity){
		.queued = a.queued, .running = a.running, .done = a.done, .first = a.first};
}

const struct dig *
engine_dig(struct engine *e, const char *name)
{
	struct target target;

	return target_parse(name, e->options.port, &target, NULL) ? names_ask(e->names, &target) : NULL;
}

const struct dig *
engine_dig_of(const struct engine *e, const char *name)
{
	struct target target;

	return target_parse(name, e->options.port, &target, NULL) ? names_find(e->names, &target) : NULL;
}
