#include "diagnosis/policies.h"

#include <string.h>

/* What proto.m4's rulesets say when an entry is not met. Their other texts ("TLS handshake failed.",
 * "STARTTLS failed.") need no entry. */
static const struct refusal {
	const char *text;
	const char *entry;
	bool verify; /* an entry without VERIFY would let this relay pass */
} refusals[] = {
	{"authentication failed", "VERIFY", true},
	{"not authenticated", "VERIFY", true},
	{"authentication required", "VERIFY", true},
	{"encryption too weak", "ENCR", false},
	{"other side does not support STARTTLS", "VERIFY or ENCR", false},
	{" does not match ", "CN, CS or CI", false},
	{"not acceptable", "CI", false},
};

void
policies_read(struct casework *w)
{
	const struct relay *r = w->e->relay;
	const char *reject = r ? r->last.reject : NULL;

	if (!reject || r->rejects_temp + r->rejects_perm == 0)
		return;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (!strstr(reject, refusals[i].text))
			continue;
		w->by_policy = true;
		w->verify_demanded = refusals[i].verify;
		places_print(&w->places, "entry", "access %s %s",
			r->direction == DIRECTION_SERVER ? "TLS_Clt" : "TLS_Srv", refusals[i].entry);
		if (refusals[i].verify && places_get(&w->places, "host_key"))
			places_print(&w->places, "entry_key", "TLS_Srv:%s",
				places_get(&w->places, "host_key"));
		return;
	}
}
