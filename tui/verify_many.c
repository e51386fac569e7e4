#include "tui/verify_many.h"
#include "wording/words.h"

static bool
is_wanted(const struct relay *r, const struct tags *tags)
{
	if (r->direction != DIRECTION_CLIENT)
		return false;
	return tags->count ? tags_has(tags, r->name) : words_is_failing(r);
}

static size_t
count_addresses(const struct history *h, const struct tags *tags)
{
	size_t addresses = 0;

	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (is_wanted(r, tags))
			addresses += r->address_count ? r->address_count : 1;
	}
	return addresses;
}

bool
verify_many(struct app *app, const struct tags *tags)
{
	struct engine *e = app_engine(app);
	const struct history *h = engine_history(e);
	size_t addresses = count_addresses(h, tags), begun = 0;
	struct fault why = {.kind = FAULT_NONE};

	if (addresses == 0) {
		app_say(app, "no outbound relay is failing or tagged");
		return false;
	}
	if (!app_may_probe(app, ACTION_VERIFY_ALL, addresses))
		return false;
	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (is_wanted(r, tags))
			begun += engine_look_relay(e, r, &why) != NULL;
	}
	if (begun)
		app_say(app, "looks at %zu relays", begun);
	else
		app_say(app, "%s", why.text);
	return true;
}
