#include "diagnosis/host_rules.h"

#include "diagnosis/facts.h"
#include "diagnosis/key_rules.h"
#include "diagnosis/store_rules.h"

#define RELAYS_LEAST 3

static void
tell_nobody(struct casework *w, const struct host_scan *s)
{
	struct draft d;

	draft_begin(&d, w, "store-verifies-nobody", PROOF_LOG, false);
	places_print(&d.places, "n", "%zu", s->failing);
	places_time(&d.places, "since", s->since_ms);
	draft_prove(&d, "verify=FAIL for all %zu relays, none with an error that a good store would give",
		s->failing);
	draft_end(&d);
}

static void
tell_quiet(struct casework *w, const struct host_scan *s)
{
	const struct policy *policy = w->e->policy;
	struct draft d;

	draft_begin(&d, w, "log-too-quiet", PROOF_LOG, policy && policy->log_level < 9);
	draft_prove(&d, "Mail went to %zu relay%s, and there is no STARTTLS line at all", s->quiet,
		PLURAL(s->quiet));
	draft_end(&d);
}

static void
tell_clock(struct casework *w)
{
	struct draft d;

	draft_begin(&d, w, "clock-wrong", PROOF_LOG, false);
	places_set(&d.places, "word", "expired, or not yet valid");
	draft_prove(&d, "Most relays fail for the dates of their certificates: look at one (v) and compare "
			"the clocks");
	draft_end(&d);
}

void
host_rules(struct casework *w)
{
	const struct history *h = w->e->history;
	struct host_scan s = {.failing = 0};

	if (w->e->scan)
		s = *w->e->scan;
	else if (h)
		host_scan(h, &s);
	if (store_is_broken(w->e))
		store_rules_broken(w, PROOF_AUDIT, true, NULL);
	else if (h && !store_rules_log(w) && s.failing >= RELAYS_LEAST && s.others == 0)
		tell_nobody(w, &s);
	if (!h)
		return;
	if (host_scan_suspects_clock(&s))
		tell_clock(w);
	key_rules(w);
	if (s.quiet && !s.starttls && !facts_are_detailed(h))
		tell_quiet(w, &s);
}
