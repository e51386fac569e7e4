/* From a look to findings: address by address, first the one that Sendmail would use. */
#include "diagnosis/rules.h"

#include "base/when.h"
#include "diagnosis/look_outcome.h"

#include <stdio.h>
#include <string.h>

static const struct observation *
seen(const struct evidence *e, size_t i)
{
	return e->look->addresses[i].observation;
}

static bool
is_judged(const struct evidence *e, size_t i)
{
	return seen(e, i) && seen(e, i)->reached >= STAGE_HANDSHAKE;
}

static void
tell_address(struct diagnosis_run *w, size_t i)
{
	const struct evidence *e = w->e;
	const struct observation *o = seen(e, i);
	bool others = look_reached(e) && o && o->reached < STAGE_EHLO;
	char ip[ADDRESS_ROOM];
	struct examined_chain c = {.run = w, .o = o, .ip = ip, .now_ms = e->now_ms};

	if (!o)
		return;
	if (e->look->saved) {
		snprintf(ip, sizeof ip, "The chain");
	} else {
		address_print(&o->address, ip);
		connection_rules(w, o, others);
	}
	if (!e->examinations || !o->chain)
		return;
	c.x = &e->examinations[i];
	if (c.x->peel.first.code && !(i == look_first(e) && sni_rules(&c)))
		chain_rules(&c);
	chain_rules_name(&c);
}

/* Some addresses verify and some do not: that is the first thing to know. */
static void
tell_one_of_many(struct diagnosis_run *w)
{
	const struct evidence *e = w->e;
	size_t bad = 0, all = 0;
	struct text which = {NULL, 0, 0};
	struct draft d;

	for (size_t i = 0; i < e->look->address_count; i++) {
		char ip[ADDRESS_ROOM];

		if (!is_judged(e, i))
			continue;
		all++;
		if (verify_is_good(e->look->addresses[i].verdict.verify))
			continue;
		address_print(&e->look->addresses[i].address, ip);
		text_printf(&which, "%s%s", bad++ ? ", " : "", ip);
	}
	if (bad && bad < all) {
		draft_begin(&d, w, "one-of-many", PROOF_PROBE, true);
		vars_print(&d.vars, "k", "%zu", bad);
		vars_print(&d.vars, "n", "%zu", all);
		vars_set(&d.vars, "ip", which.at);
		draft_prove(&d, "%zu of %zu addresses do not verify: %s", bad, all, which.at);
		draft_end(&d);
	}
	text_free(&which);
}

void
look_rules(struct diagnosis_run *w)
{
	const struct evidence *e = w->e;
	size_t first = look_first(e);

	if (e->look->address_count == 0) {
		connection_rules_dns(w);
		return;
	}
	tell_one_of_many(w);
	tell_address(w, first);
	for (size_t i = 0; i < e->look->address_count; i++) {
		if (i != first)
			tell_address(w, i);
	}
}

/* Log against now: the row shows both. */
static void
compare_with_log(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	enum verify now = w->e->look->verify, then = r->last.verify;
	struct draft d;

	/* A line that is newer than the look says how it is now, not how it was. */
	if (r->last.time_ms > w->e->look->begun_ms || then == VERIFY_UNKNOWN || now == VERIFY_UNKNOWN ||
		now == VERIFY_UNREACHABLE || verify_is_good(then) == verify_is_good(now))
		return;
	draft_begin(&d, w, verify_is_good(now) ? "no-longer-failing" : "now-failing", PROOF_PROBE, true);
	vars_time(&d.vars, "time", r->last.time_ms);
	draft_prove(&d, "The log's last word is %s, the look says %s", verify_word(then), verify_word(now));
	draft_end(&d);
}

static const struct certificate *
leaf_at(const struct look *look, const struct address *at)
{
	for (size_t i = 0; look && i < look->address_count; i++) {
		const struct observation *o = look->addresses[i].observation;

		if (address_same(&look->addresses[i].address, at) && o && o->chain && o->chain->count)
			return o->chain->certificates[0];
	}
	return NULL;
}

static void
prove_change(struct finding *f, const struct certificate *was, const struct certificate *is, int64_t then_ms)
{
	char when[WHEN_ROOM], from[WHEN_ROOM], to[WHEN_ROOM];

	when_print(then_ms, "%Y-%m-%d %H:%M", when);
	when_print(was->not_after_ms, "%Y-%m-%d", from);
	when_print(is->not_after_ms, "%Y-%m-%d", to);
	finding_prove(f, EVIDENCE_CHANGED,
		text_new("Another certificate than at %s: serial %.60s, now %.60s; issuer %s; valid "
			 "to %s, now %s",
			when, was->serial, is->serial,
			strcmp(was->issuer, is->issuer) ? is->issuer : "the same", from, to));
}

/* A certificate that changed since the look before says when the trouble began, or ended. */
static void
compare_with_before(struct diagnosis_run *w)
{
	const struct look *look = w->e->look, *before = w->e->before;

	for (size_t i = 0; w->out->findings.count && i < look->address_count; i++) {
		const struct certificate *is = leaf_at(look, &look->addresses[i].address);
		const struct certificate *was = leaf_at(before, &look->addresses[i].address);

		if (is && was && strcmp(is->sha256, was->sha256) != 0)
			prove_change(w->out->findings.items[0], was, is, before->begun_ms);
	}
}

void
look_rules_notes(struct diagnosis_run *w)
{
	if (w->e->relay)
		compare_with_log(w);
	compare_with_before(w);
	if (w->e->look->not_this_host)
		draft_simple(w, "not-this-host", PROOF_PROBE, true,
			"Addresses, trust store and way are those of the host that looked");
}
