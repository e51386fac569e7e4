#include "diagnosis/rules.h"

#include "base/mem.h"

#include <string.h>

static void
begin(struct draft *d, struct diagnosis_run *w, const char *id, uint64_t n)
{
	draft_begin(d, w, id, PROOF_LOG, true);
	vars_print(&d->vars, "messages", "%llu message%s", (unsigned long long)n, PLURAL(n));
}

/* A rule of ours that refuses the mail: which, and what it says. */
static void
prove_reject(struct draft *d, const struct relay *r)
{
	const char *entry = vars_get(&d->vars, "entry");

	d->finding->rule = entry ? mem_text(entry) : NULL;
	draft_prove(d, "reject=%.300s (%llu for now, %llu for good)", r->last.reject,
		(unsigned long long)r->rejects_temp, (unsigned long long)r->rejects_perm);
}

/* What stands behind "Deferred: " in the last stat=, or NULL. */
static const char *
deferred_text(const struct relay *r)
{
	static const char deferred[] = "Deferred: ";
	size_t len = sizeof deferred - 1;

	return r->last.stat && strncmp(r->last.stat, deferred, len) == 0 ? r->last.stat + len : NULL;
}

/* In the words of the title: "9 messages held by …". */
static const char *
cause_of(const struct relay *r)
{
	static const char *const words[VERIFY_WORDS] = {
		[VERIFY_SOFTWARE] = "the failed handshake",
		[VERIFY_CONFIG] = "our own TLS_Clt_Features",
		[VERIFY_PROTOCOL] = "the answer to STARTTLS",
		[VERIFY_FAILURE] = "the connection lost at STARTTLS",
		[VERIFY_DANE_FAIL] = "DANE",
		[VERIFY_DANE_NOTLS] = "DANE",
		[VERIFY_DANE_TEMP] = "DANE",
	};

	if (words[r->last.verify])
		return words[r->last.verify];
	return deferred_text(r) ? deferred_text(r) : "the relay";
}

/* 450, 451 and 452 to a session that verified: greylisting, a full mailbox (RFC 5321 section 4.2.3). The
 * recipient's affair, and nothing is wrong with the relay. */
static bool
is_asked_to_wait(const struct relay *r)
{
	const char *text = deferred_text(r);

	return verify_is_good(r->last.verify) && text && strncmp(text, "45", 2) == 0 && text[2] >= '0' &&
	       text[2] <= '2' && text[3] == ' ';
}

static void
tell_held(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	const char *cause = cause_of(r);
	size_t len;
	struct draft d;

	if (r->deliveries.waiting == 0)
		return;
	begin(&d, w, "mail-held", r->deliveries.waiting);
	if (is_asked_to_wait(r))
		d.finding->severity = SEVERITY_NOTICE;
	len = strlen(cause);
	vars_print(&d.vars, "cause", "%.*s", (int)(len && cause[len - 1] == '.' ? len - 1 : len), cause);
	vars_day(&d.vars, "date",
		r->held.oldest_ms ? r->held.oldest_ms + policy_returns_after(w->log_policy) : 0);
	vars_set(&d.vars, "deferred", deferred_text(r));
	draft_prove(&d, "stat=%.300s", r->last.stat ? r->last.stat : "Deferred");
	draft_end(&d);
}

/* The last attempt was deferred in other words than the rule's: it is no longer the rule that holds it. */
static bool
is_held_by_another(const struct relay *r)
{
	const char *text = deferred_text(r);

	return text && !strstr(text, r->last.reject);
}

static void
tell_policy(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	struct draft d;

	if (is_held_by_another(r)) {
		tell_held(w);
	} else if (r->deliveries.waiting) {
		begin(&d, w, "policy-deferred", r->deliveries.waiting);
		prove_reject(&d, r);
		draft_end(&d);
	}
	if (r->rejects_perm) {
		begin(&d, w, "policy-bounced",
			r->deliveries.bounced ? r->deliveries.bounced : r->rejects_perm);
		prove_reject(&d, r);
		draft_end(&d);
	}
}

static void
tell_clear(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	unsigned long long clear = (unsigned long long)r->deliveries.clear;
	bool fallback = r->handshake_failures && r->last.verify == VERIFY_SOFTWARE && !r->last.try_tls &&
			r->last.stat && strncmp(r->last.stat, "Sent", 4) == 0;
	struct draft d;

	if (clear == 0)
		return;
	if (fallback) {
		begin(&d, w, "clear-fallback", r->deliveries.clear);
		draft_prove(&d, "After %llu failed handshake%s stat=%.200s",
			(unsigned long long)r->handshake_failures, PLURAL(r->handshake_failures),
			r->last.stat);
		draft_end(&d);
	}
	begin(&d, w, "sent-in-clear", r->deliveries.clear);
	draft_prove(&d, "%llu message%s sent without a STARTTLS line, by a daemon that logs them", clear,
		PLURAL(clear));
	draft_end(&d);
}

void
effect_rules(struct diagnosis_run *w)
{
	if (w->by_policy)
		tell_policy(w);
	else
		tell_held(w);
	tell_clear(w);
}
