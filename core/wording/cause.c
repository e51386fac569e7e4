/* CAUSE: what is found of a relay, in short or whole; where nothing is found, Sendmail's own words. */
#include "wording/words.h"

#include "base/mem.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
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

/* ---- of a look ---- */

/* The address that decides; where nothing could be connected to, the first that was tried. */
static const struct look_address *
telling_address(const struct look *l)
{
	const struct look_address *a = look_deciding(l);

	for (size_t i = 0; !a && i < l->address_count; i++) {
		if (l->addresses[i].observation)
			a = &l->addresses[i];
	}
	return a;
}

static char *
cause_of_look(const struct look *l, bool brief)
{
	const struct look_address *a = telling_address(l);
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

/* ---- of the log ---- */

/* What the word alone says; NULL: it says nothing. */
static const char *
meaning(enum verify verify)
{
	static const char *const words[VERIFY_WORDS] = {
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

	return words[verify];
}

/* Why a handshake failed. "unknown" is all that OpenSSL has to say of a peer that hangs or hangs up. */
static const char *
reason_of(const struct relay_last *l)
{
	if (!l->reason || strcmp(l->reason, "unknown") != 0)
		return l->reason;
	if (l->retry == 0)
		return "the handshake timed out";
	return l->ssl_error == 5 /* SSL_ERROR_SYSCALL */ ? "the connection was lost in the handshake" : NULL;
}

/* The reason of "error:0A00045C:SSL routines::tlsv13 alert certificate required:FILE:LINE:…", its fifth part;
 * any other text is its own. */
static struct span
reason_part(const char *text)
{
	struct span rest = span_of(text), part = rest;

	if (!span_starts(rest, "error:"))
		return rest;
	for (int i = 0; i < 5 && rest.len; i++)
		span_cut(&rest, ":", &part);
	return part;
}

/* Why mail is deferred. MAIL has said that it is. */
static struct span
why_deferred(const char *stat, bool brief)
{
	struct span s = span_of(stat);

	if (span_starts(s, "Deferred: "))
		return span_skip(s, strlen("Deferred: "));
	return span_is(s, "Deferred") && !brief ? span_of("Deferred; why is not logged") : s;
}

/* What to say where the log has no words, and which LogLevel would have some. */
static const char *
unlogged(const struct relay *r, bool brief)
{
	if (words_rank(r) == RANK_CLEAR)
		return brief ? "sent in clear" : "sent in clear; why is not logged";
	if (r->last.verify == VERIFY_FAIL)
		return brief ? "not logged: v" : "not logged; LogLevel 12 logs it";
	return words_is_failing(r) && r->last.verify == VERIFY_UNKNOWN ? "not logged" : "";
}

/* The nearest to what is wrong comes first. What was said of an earlier attempt is no cause of how things
 * stand now: of a handshake once there was a session, of a refusal once mail went out. */
static char *
cause_of_log(const struct relay *r, bool brief)
{
	const struct relay_last *l = &r->last;
	bool failing = words_is_failing(r), stuck = words_rank(r) <= RANK_HELD || r->deliveries.sent == 0;
	const char *meant = meaning(l->verify);

	if ((l->verify == VERIFY_FAIL || l->verify == VERIFY_DANE_FAIL) && l->verifymsg)
		return with_depth(l->verifymsg, l->depth, brief);
	if ((l->verify == VERIFY_SOFTWARE || (l->verify == VERIFY_UNKNOWN && failing)) && reason_of(l))
		return span_copy(reason_part(reason_of(l)));
	if (stuck && l->reject)
		return mem_text(l->reject);
	if (stuck && failing && l->alert)
		return span_copy(reason_part(l->alert));
	if (failing && l->warning)
		return mem_text(l->warning);
	if (failing && l->try_tls)
		return mem_text(l->try_tls);
	if (!meant && l->stat && words_rank(r) <= RANK_HELD && !span_starts(span_of(l->stat), "Sent"))
		return span_copy(why_deferred(l->stat, brief));
	return mem_text(meant ? meant : unlogged(r, brief));
}

char *
words_cause(const struct relay *r, const struct look *l, bool brief)
{
	return l && l->state == LOOK_DONE ? cause_of_look(l, brief) : cause_of_log(r, brief);
}

/* ---- findings ---- */

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

char *
words_found(const struct finding *f, bool brief)
{
	return mem_text(brief && f->brief ? f->brief : f->title);
}

const char *
words_who(const struct finding *f, const struct relay *r)
{
	return f && (f->kind == FINDING_CAUSE || words_is_failing(r)) ? blame_who(f->blame) : "";
}

bool
words_is_open(const struct finding *f, const struct look *l)
{
	bool looked = l && (l->state == LOOK_DONE || l->state == LOOK_EXAMINING);

	return !f->certain || (f->proof == PROOF_LOG && !looked);
}

bool
words_is_untried(const struct finding *f, const struct look *l)
{
	return f && f->kind == FINDING_CAUSE && f->proof == PROOF_LOG && words_is_open(f, l);
}

/* "No CA store", but neither "STARTTLS is …" nor "OpenSSL error", and Sendmail is a name. */
static bool
is_plain_word(struct span word)
{
	if (word.len == 0 || !isupper((unsigned char)word.at[0]) || span_starts(word, "Sendmail"))
		return false;
	for (size_t i = 1; i < word.len; i++) {
		if (isupper((unsigned char)word.at[i]))
			return false;
	}
	return true;
}

void
words_title(struct text *out, const char *title)
{
	struct span rest = span_of(title), word;

	span_cut(&rest, " ", &word);
	if (is_plain_word(word))
		text_printf(out, "%c%s", tolower((unsigned char)*title), title + 1);
	else
		text_put(out, title);
}

const char *
words_whose(enum blame blame)
{
	static const char *const words[] = {
		[BLAME_UNKNOWN] = "not known whose",
		[BLAME_REMOTE] = "theirs",
		[BLAME_LOCAL] = "ours",
		[BLAME_NETWORK] = "the network's",
		[BLAME_POLICY] = "our own rule",
	};
	static_assert(sizeof words / sizeof *words == BLAME_POLICY + 1, "each blame has its words");

	return words[blame];
}

/* ---- this host ---- */

/* What is wrong with the trust store, as the header says it; NULL: the finding is of something else. */
static const char *
words_of_store(const struct finding *f)
{
	static const struct {
		const char *id, *words; /* NULL: those of the table */
	} all[] = {{"ca-options-unset", "our CA options"}, {"ca-option-missing", "our CA options"},
		{"ca-file-unusable", NULL}, {"ca-path-unhashed", NULL}, {"ca-bundle-stale", NULL},
		{"system-bundle-old", NULL}, {"store-verifies-nobody", NULL}, {"anchor-not-root", NULL}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (strcmp(all[i].id, f->id) == 0)
			return all[i].words ? all[i].words : f->brief;
	}
	return NULL;
}

struct words_host
words_host(const struct findings *found)
{
	struct words_host host = {.others = 0};

	for (size_t i = 0; i < found->count; i++) {
		const struct finding *f = found->items[i];
		const char *store = words_of_store(f);

		if (store && !host.store[0])
			snprintf(host.store, sizeof host.store, "%s", store);
		else if (host.others++ == 0)
			snprintf(host.other, sizeof host.other, "%s", f->brief ? f->brief : f->title);
	}
	return host;
}
