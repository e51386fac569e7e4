/* What a relay's row says as its cause: a finding in short or whole, else Sendmail's own words. */
#include "tui/words.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The messages of X509_verify_cert_error_string() that are met every day, in 15 columns: OpenSSL 3 and
 * before. */
static const char *
message_brief(const char *message)
{
	static const struct {
		const char *starts, *brief;
	} known[] = {
		{"unable to get local issuer", "no local issuer"},
		{"unable to get issuer", "no issuer"},
		{"self-signed certificate in", "self-signed CA"},
		{"self signed certificate in", "self-signed CA"},
		{"self-signed certificate", "self-signed"},
		{"self signed certificate", "self-signed"},
		{"certificate has expired", "expired"},
		{"certificate is not yet valid", "not yet valid"},
		{"unsuitable certificate purpose", "wrong purpose"},
		{"unsupported certificate purpose", "wrong purpose"},
		{"EE certificate key too weak", "key too weak"},
		{"CA certificate key too weak", "CA key weak"},
		{"CA signature digest algorithm too weak", "CA digest weak"},
		{"unable to get certificate CRL", "no CRL"},
		{"CRL has expired", "CRL expired"},
		{"certificate revoked", "revoked"},
		{"invalid CA certificate", "invalid CA"},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (span_starts(span_of(message), known[i].starts))
			return known[i].brief;
	}
	return message;
}

static char *
with_depth(const char *message, int depth, bool brief)
{
	if (brief)
		return mem_text(message_brief(message));
	if (depth < 0)
		return mem_text(message);
	return text_new("%s at depth %d", message, depth);
}

static char *
cause_of_look(const struct look *l, bool brief)
{
	const struct look_address *a = words_deciding(l);
	const struct observation *o = a ? a->observation : NULL;

	if (verify_is_good(l->verify))
		return mem_text("");
	if (a && a->verdict.code != 0)
		return with_depth(a->verdict.message, a->verdict.depth, brief);
	if (o && o->reached < STAGE_STARTTLS && o->reply && o->reply_code >= 400)
		return mem_text(o->reply);
	if (o && o->fault.kind != FAULT_NONE)
		return mem_text(o->fault.text);
	if (l->fault.kind != FAULT_NONE)
		return mem_text(l->fault.text);
	if (o && o->reached >= STAGE_EHLO && !o->starttls_offered)
		return mem_text("no STARTTLS offered");
	return mem_text("");
}

/* What the word alone says. */
static const char *
meaning(enum verify verify)
{
	static const char *const words[VERIFY_WORDS] = {
		[VERIFY_FAIL] = "not logged: v",
		[VERIFY_NO] = "no certificate sent",
		[VERIFY_NOT] = "no certificate asked for",
		[VERIFY_DANE_FAIL] = "DANE: TLSA does not match",
		[VERIFY_NONE] = "no STARTTLS",
		[VERIFY_CLEAR] = "in clear after a failed handshake",
		[VERIFY_TEMP] = "STARTTLS refused for now",
		[VERIFY_PROTOCOL] = "SMTP error at STARTTLS",
		[VERIFY_SOFTWARE] = "TLS handshake failed",
		[VERIFY_CONFIG] = "our TLS features are invalid",
		[VERIFY_FAILURE] = "connection lost",
		[VERIFY_DANE_NOTLS] = "DANE demands TLS",
		[VERIFY_DANE_TEMP] = "DANE: TLSA lookup failed",
	};

	return words[verify] ? words[verify] : "";
}

/* MAIL has said that it is deferred. */
static char *
why_deferred(const char *stat)
{
	struct span s = span_of(stat);

	return span_copy(span_starts(s, "Deferred: ") ? span_skip(s, strlen("Deferred: ")) : s);
}

static char *
cause_of_log(const struct relay *r, bool brief)
{
	const struct relay_last *last = &r->last;

	if (verify_is_good(last->verify) && !last->reject)
		return r->deliveries.waiting && last->stat ? why_deferred(last->stat) : mem_text("");
	if (verify_is_good(last->verify))
		return mem_text(last->reject);
	if (last->verify == VERIFY_FAIL && last->verifymsg)
		return with_depth(last->verifymsg, last->depth, brief);
	if (last->verify == VERIFY_SOFTWARE && last->reason && strcmp(last->reason, "unknown") != 0)
		return mem_text(last->reason);
	if (last->verify == VERIFY_UNKNOWN && last->reject)
		return mem_text(last->reject);
	if (last->verify == VERIFY_UNKNOWN && r->deliveries.clear)
		return mem_text("sent in clear");
	if (last->verify == VERIFY_UNKNOWN && r->deliveries.waiting && last->stat)
		return why_deferred(last->stat);
	return mem_text(meaning(last->verify));
}

char *
words_cause(const struct relay *r, const struct look *l, bool brief)
{
	return l && l->state == LOOK_DONE ? cause_of_look(l, brief) : cause_of_log(r, brief);
}

/* ---- findings ---------------------------------------------------------------------------------------------
 */

static bool
tells(const struct finding *f, const struct relay *r)
{
	return f->kind != FINDING_NOTE || words_is_failing(r) || strcmp(f->id, "no-longer-failing") == 0;
}

const struct finding *
words_told(const struct findings *list, const struct relay *r)
{
	const struct finding *local = findings_find(list, "local-submission");

	for (size_t i = 0; i < list->count; i++) {
		const struct finding *f = list->items[i];

		if (!tells(f, r))
			continue;
		/* What the log does not say of mail that never leaves this host is no riddle. */
		return local && strcmp(f->id, "cause-not-logged") == 0 ? local : f;
	}
	return NULL;
}

/* Of "TLSv1.1 at most" it is not known which. */
static const char *
version_only(const char *title)
{
	static const struct {
		const char *part, *words;
	} versions[] = {{"TLSv1.0 ", "TLS 1.0 only"}, {"TLSv1 ", "TLS 1.0 only"}, {"SSLv3 ", "SSL 3 only"}};

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		if (strstr(title, versions[i].part))
			return versions[i].words;
	}
	return NULL;
}

char *
words_found(const struct finding *f, const struct relay *r, bool brief)
{
	const char *words = words_short(f->id), *better = NULL;

	if (!brief)
		return mem_text(f->title);
	if (strcmp(f->id, "mail-held") == 0 && r->last.stat && strncmp(r->last.stat, "Deferred: ", 10) == 0)
		return why_deferred(r->last.stat); /* MAIL has said that it is held */
	if (strcmp(f->id, "protocol-too-old") == 0)
		better = version_only(f->title);
	return mem_text(better ? better : words ? words : f->title);
}

const char *
words_who(const struct finding *f, const struct relay *r)
{
	return f && (f->kind == FINDING_CAUSE || words_is_failing(r)) ? blame_who(f->blame) : "";
}

bool
words_is_untried(const struct finding *f, const struct look *l)
{
	bool looked = l && (l->state == LOOK_EXAMINING || l->state == LOOK_DONE);

	return f && f->kind == FINDING_CAUSE && f->proof == PROOF_LOG && (!f->certain || !looked);
}
