#include "maillog/families.h"

#include "maillog/field.h"

enum { RULESET, ARG1, ARG2, RELAY, REJECT, STATUS, RULESET_KEYS };

/* tls_server, tls_rcpt and try_tls speak of the relay we talk to; all others of the client that talks to us.
 */
static enum direction
direction_of(struct span ruleset)
{
	if (span_is(ruleset, "tls_server") || span_is(ruleset, "tls_rcpt") || span_is(ruleset, "try_tls"))
		return DIRECTION_CLIENT;
	return DIRECTION_SERVER;
}

void
family_ruleset(struct event *e)
{
	static const struct field_key keys[RULESET_KEYS] = {FIELD("ruleset"), FIELD("arg1"), FIELD("arg2"),
		FIELD("relay"), FIELD_TO_END("reject"), FIELD_TO_END("status")};
	struct span found[RULESET_KEYS];

	field_find(e->text, keys, RULESET_KEYS, found);
	e->kind = EVENT_RULESET;
	e->ruleset = found[RULESET];
	e->arg1 = found[ARG1];
	e->arg2 = found[ARG2];
	e->rejects = found[REJECT].at != NULL;
	e->reject = e->rejects ? found[REJECT] : found[STATUS];
	e->direction = direction_of(e->ruleset);
	field_relay(found[RELAY], &e->relay, &e->address);
	if (span_is(e->ruleset, "tls_server") || span_is(e->ruleset, "tls_client")) {
		e->verify_text = e->arg1;
		e->verify = verify_from(e->arg1);
	}
}

/* The value is the access map's text and may hold separators: the relay is found from the right. */
void
family_features(struct event *e)
{
	struct span rest = e->text, relay = span_cut_last(&rest, ", relay="), name;

	if (!relay.at)
		return;
	e->kind = EVENT_FEATURES;
	span_cut(&rest, "=", &name);
	e->message = rest;
	e->direction = span_is(name, "tls_srv_features") ? DIRECTION_SERVER : DIRECTION_CLIENT;
	field_relay(relay, &e->relay, &e->address);
}
