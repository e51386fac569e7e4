#include "diagnosis/rules.h"

#include "base/when.h"
#include "diagnosis/facts.h"
#include "diagnosis/texts.h"
#include "model/codes.h"

#include <string.h>

static void
prove_last(struct draft *d, const struct relay *r)
{
	char time[WHEN_ROOM] = "";

	if (r->last.time_ms)
		when_print(r->last.time_ms, "%Y-%m-%d %H:%M:%S ", time);
	draft_prove(d, "%sverify=%s%s%s", time,
		r->last.verify_text[0] ? r->last.verify_text : verify_word(r->last.verify),
		r->last.reject ? ", reject=" : "", r->last.reject ? r->last.reject : "");
}

static void
tell(struct diagnosis_run *w, const char *id, bool certain, const char *more)
{
	struct draft d;

	draft_begin(&d, w, id, PROOF_LOG, certain);
	vars_set(&d.vars, "cipher", w->e->relay->last.cipher);
	prove_last(&d, w->e->relay);
	if (more)
		draft_prove(&d, "%s", more);
	draft_end(&d);
}

/* The log has the word, never the reply: a look would show it. */
static void
tell_refused(struct diagnosis_run *w, const char *reply)
{
	struct draft d;

	draft_begin(&d, w, "starttls-refused", PROOF_LOG, false);
	vars_set(&d.vars, "reply", reply);
	prove_last(&d, w->e->relay);
	draft_prove(&d, "The log does not have the server's answer to STARTTLS: press v to look");
	draft_end(&d);
}

static void
word_ok(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	int alert = texts_alert_number(r->last.alert);
	struct draft d;

	/* TLS 1.3 refuses a client after the handshake: verify=OK is logged, then the connection is gone. */
	if (alert < ALERT_NO_CERTIFICATE ||
		(alert > ALERT_ACCESS_DENIED && alert != ALERT_CERTIFICATE_REQUIRED) || !r->last.stat ||
		strncmp(r->last.stat, "Deferred", 8) != 0)
		return;
	draft_begin(&d, w, texts_alert_finding(alert, true, true), PROOF_LOG, true);
	vars_set(&d.vars, "alert", texts_alert_name(alert));
	draft_prove(&d, "%.300s", r->last.alert);
	draft_prove(&d, "stat=%.300s", r->last.stat);
	draft_end(&d);
}

static void
word_no(struct diagnosis_run *w)
{
	tell(w, "no-certificate", true, NULL);
}

static void
word_none(struct diagnosis_run *w)
{
	if (!w->e->relay->last.try_tls)
		tell(w, "starttls-not-offered", false,
			"It is not offered, overwritten on the way, or refused with 5xx: press v to look");
}

static void
word_temp(struct diagnosis_run *w)
{
	tell_refused(w, "4xx");
}

static void
word_protocol(struct diagnosis_run *w)
{
	tell_refused(w, "something else than 220");
}

static void
word_failure(struct diagnosis_run *w)
{
	tell(w, "starttls-dropped", false,
		"The connection was lost before STARTTLS was answered, as far as the log shows");
}

static void
word_config(struct diagnosis_run *w)
{
	tell(w, "tls-features-invalid", true, NULL);
}

/* No word at all: mail that went out in clear leaves no STARTTLS line. */
static void
word_unknown(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	bool shows = r->deliveries.clear || (w->e->history && facts_are_detailed(w->e->history));
	struct draft d;

	if (r->last.try_tls || r->deliveries.sent == 0)
		return;
	draft_begin(&d, w, shows ? "starttls-not-offered" : "log-too-quiet", PROOF_LOG, false);
	draft_prove(&d, "%llu message%s sent, and no STARTTLS line with %s",
		(unsigned long long)r->deliveries.sent, PLURAL(r->deliveries.sent),
		r->deliveries.sent == 1 ? "it" : "them");
	draft_prove(&d, shows ? "STARTTLS is not offered, overwritten on the way, or answered with 4xx or "
				"5xx: press v to look"
			      : "Sent in clear, or LogLevel is below 9: the log does not show which");
	draft_end(&d);
}

/* Which rule hears which word. */
static void (*const words[VERIFY_WORDS])(struct diagnosis_run *w) = {
	[VERIFY_UNKNOWN] = word_unknown,
	[VERIFY_OK] = word_ok,
	[VERIFY_TRUSTED] = word_ok,
	[VERIFY_FAIL] = log_errors,
	[VERIFY_NO] = word_no,
	[VERIFY_NONE] = word_none,
	[VERIFY_TEMP] = word_temp,
	[VERIFY_PROTOCOL] = word_protocol,
	[VERIFY_SOFTWARE] = handshake_rules_log,
	[VERIFY_CONFIG] = word_config,
	[VERIFY_FAILURE] = word_failure,
};

/* What stat= says of connections that were never made (deliver.c, logdelivery). */
static const struct stat_text {
	const char *part, *id;
} stats[] = {
	{"Connection timed out", "connect-timeout"},
	{"Operation timed out", "connect-timeout"}, /* FreeBSD's words */
	{"Connection refused", "connect-refused"},
	{"No route to host", "unreachable"},
	{"Network is unreachable", "unreachable"},
	{"Host unknown", "dns-no-name"},
	{"host not found", "dns-no-name"},
	{"host name lookup failure", "dns-failed"},
};

static bool
tell_stat(struct diagnosis_run *w)
{
	const char *stat = w->e->relay->last.stat;
	struct draft d;

	/* The address did resolve: it is DANE's records that did not. */
	if (stat && strstr(stat, " for TLSA RR"))
		return false;
	for (size_t i = 0; stat && i < sizeof stats / sizeof *stats; i++) {
		if (!strstr(stat, stats[i].part))
			continue;
		draft_begin(&d, w, stats[i].id, PROOF_LOG, true);
		vars_set(&d.vars, "reason", "host name lookup failure");
		if (!vars_get(&w->vars, "port"))
			vars_set(&d.vars, "port", "25");
		draft_prove(&d, "stat=%.300s", stat);
		draft_end(&d);
		return true;
	}
	return false;
}

void
log_rules(struct diagnosis_run *w)
{
	const struct relay_last *last = &w->e->relay->last;

	/* Where we have switched TLS off since, the last word is of an older session. */
	if (!tell_stat(w) && !last->try_tls && words[last->verify])
		words[last->verify](w);
}

void
log_rules_inbound(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	struct draft d;

	if (r->last.verify != VERIFY_FAIL && r->last.verify != VERIFY_SOFTWARE)
		return;
	/* An alert is about our certificate: that client does speak TLS. */
	if (r->last.verify == VERIFY_SOFTWARE && (!r->last.reason || strstr(r->last.reason, "alert")))
		return;
	draft_begin(&d, w, r->last.verify == VERIFY_FAIL ? "inbound-unverified" : "inbound-noise", PROOF_LOG,
		true);
	vars_set(&d.vars, "text",
		r->last.verify == VERIFY_SOFTWARE ? r->last.reason
		: r->last.verifymsg               ? r->last.verifymsg
						  : "LogLevel 12 would log why");
	prove_last(&d, r);
	draft_end(&d);
}

void
log_rules_addresses(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	size_t bad = 0, good = 0;
	char first[ADDRESS_ROOM] = "", room[ADDRESS_ROOM];
	struct draft d;

	for (size_t i = 0; i < r->address_count; i++) {
		if (r->seen[i].verify == VERIFY_UNKNOWN)
			continue;
		good += verify_is_good(r->seen[i].verify);
		address_print(&r->addresses[i], room);
		if (!verify_is_good(r->seen[i].verify) && bad++ == 0)
			memcpy(first, room, sizeof first);
	}
	if (!good || !bad)
		return;
	draft_begin(&d, w, "one-of-many", PROOF_LOG, false);
	vars_print(&d.vars, "k", "%zu", bad);
	vars_print(&d.vars, "n", "%zu", bad + good);
	vars_set(&d.vars, "ip", first);
	draft_prove(&d, "By the last delivery to each address: %zu of %zu did not verify, among them %s", bad,
		bad + good, first);
	draft_end(&d);
}

/* "454 4.7.0 CN other.example.net does not match mx.example.org" */
static void
note_name(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	const char *at = r->last.reject ? strstr(r->last.reject, "CN ") : NULL;
	struct span host = span_of(at ? at + 3 : NULL), name;
	struct draft d;

	if (!span_cut(&host, " does not match ", &name))
		return;
	draft_begin(&d, w, "name-mismatch", PROOF_LOG, true);
	vars_print(&d.vars, "names", "%.*s", (int)name.len, name.at);
	vars_print(&d.vars, "host", "%.*s", (int)host.len, host.at);
	draft_prove(&d, "reject=%.300s", r->last.reject);
	draft_end(&d);
}

static bool
is_loopback(const struct relay *r)
{
	struct address a;

	if (address_parse(span_of(r->name), &a))
		return address_is_loopback(&a);
	return r->address_count > 0 && address_is_loopback(&r->addresses[0]);
}

static void
note_submission(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	bool submits = r->last.stat && strstr(r->last.stat, "Message accepted for delivery");

	if (!is_loopback(r))
		return;
	submits |= w->e->history && history_logged_by(w->e->history, r, "sm-msp-queue", -1);
	if (submits)
		draft_simple(w, "local-submission", PROOF_LOG, true,
			"The relay is this host, and the mail is Sendmail's own submission (sm-msp-queue, or "
			"accepted by our "
			"own daemon)");
}

static void
note_recovery(struct diagnosis_run *w)
{
	const struct relay *r = w->e->relay;
	struct draft d;

	if (!verify_is_good(r->last.verify) || r->before == VERIFY_UNKNOWN || verify_is_good(r->before))
		return;
	draft_begin(&d, w, "no-longer-failing", PROOF_LOG, true);
	vars_time(&d.vars, "time", r->since_ms);
	draft_prove(&d, "The log said %s before, and says %s now", verify_word(r->before),
		verify_word(r->last.verify));
	draft_end(&d);
}

void
log_rules_notes(struct diagnosis_run *w)
{
	if (w->e->relay->last.try_tls)
		draft_simple(w, "clear-by-us", PROOF_LOG, true, w->e->relay->last.try_tls);
	note_name(w);
	note_submission(w);
	note_recovery(w);
}
