#include "diagnosis/draft.h"

#include "base/mem.h"
#include "base/safe.h"
#include "base/when.h"
#include "diagnosis/distro_paths.h"
#include "diagnosis/look_outcome.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

static void
read_policy(struct diagnosis_run *w)
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
		vars_print(&w->vars, "entry", "access %s %s",
			r->direction == DIRECTION_SERVER ? "TLS_Clt" : "TLS_Srv", refusals[i].entry);
		if (refusals[i].verify && vars_get(&w->vars, "host_key"))
			vars_print(&w->vars, "entry_key", "TLS_Srv:%s", vars_get(&w->vars, "host_key"));
		return;
	}
}

#define SENTENCE_MOST 700

/* ---- remedies and the letter ---- */

#define NAME_WHOLE 100 /* a name of that many bytes was cut by Sendmail's log: it names nobody */

#define EXEMPTION "access TLS_Srv:{host_key}\tENCR:112"
#define EXEMPTION_COST "Whoever is on the path can pose as this relay and read its mail; it stays encrypted."
#define MAKEMAP "makemap hash /etc/mail/access < /etc/mail/access"

/* How Sendmail writes an address that is a key of the access map: IPv6 in full (IPV6_FULL). */
static void
put_literal(struct template_vars *p, const struct address *a)
{
	char room[ADDRESS_ROOM];
	const unsigned char *b = a->bytes;

	address_print(a, room);
	vars_set(p, "ip", room);
	if (a->family == AF_INET)
		vars_set(p, "host_key", room);
	else
		vars_print(p, "host_key", "IPv6:%x:%x:%x:%x:%x:%x:%x:%x", b[0] << 8 | b[1], b[2] << 8 | b[3],
			b[4] << 8 | b[5], b[6] << 8 | b[7], b[8] << 8 | b[9], b[10] << 8 | b[11],
			b[12] << 8 | b[13], b[14] << 8 | b[15]);
}

/* The domain of a mail host: its name without the first label, when two are left. */
static const char *
domain_of(const char *host)
{
	const char *dot = strchr(host, '.');

	return dot && strchr(dot + 1, '.') ? dot + 1 : host;
}

/* {host}, {host_key}, {domain}, {ip}, … of a relay or a look's target. */
static void
put_name(struct template_vars *p, const char *host)
{
	struct address a;

	vars_set(p, "host", host);
	vars_set(p, "name", host);
	if (address_parse(span_of(host), &a)) {
		put_literal(p, &a);
	} else if (strlen(host) < NAME_WHOLE && safe_in_command(host)) {
		/* Of a name that is no name nothing is taken, the harmless end of it neither. */
		vars_set(p, "host_key", host);
		vars_set(p, "domain", domain_of(host));
	}
}

/* Takes the text over. makemap refuses a map with two entries of one key, and leaves the old one. */
static void
put_typed(struct remedy *r, enum remedy_line_kind kind, char *text)
{
	if (kind == LINE_ACCESS)
		remedy_add(r, LINE_SENTENCE,
			mem_text("In place of an entry with the same key, where there is one:"));
	remedy_add(r, kind, text);
	if (kind == LINE_ACCESS)
		remedy_add(r, LINE_SHELL, mem_text(MAKEMAP));
}

/* What a line of the catalogue begins with says what it is. */
static void
put_line(struct remedy *r, const struct template_vars *p, struct span line)
{
	static const struct {
		const char *text;
		enum remedy_line_kind kind;
	} prefixes[] = {{"$ ", LINE_SHELL}, {"mc ", LINE_MC}, {"access ", LINE_ACCESS}};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		char *text;

		if (!span_starts(line, prefixes[i].text))
			continue;
		text = vars_command(p, span_skip(line, strlen(prefixes[i].text)));
		if (text)
			put_typed(r, prefixes[i].kind, text);
		return;
	}
	if (line.len) {
		char *text = vars_sentence(p, line);

		if (text)
			remedy_add(r, LINE_SENTENCE, text);
	}
}

/* Puts our own lines in where a line is nothing but their name; they may name further ones. */
static char *
unfold(const struct template_vars *p, const char *lines)
{
	struct span rest = span_of(lines), line;
	struct text all = {NULL, 0, 0};

	text_put(&all, "");
	while (rest.len) {
		const char *own;

		span_cut(&rest, "\n", &line);
		own = vars_own_lines(p, line);
		text_add(&all, own ? own : line.at, own ? strlen(own) : line.len);
		text_put(&all, "\n");
	}
	return text_take(&all);
}

static void
put_lines(struct remedy *r, const struct template_vars *p, const char *lines)
{
	char *once = unfold(p, lines), *twice = unfold(p, once);
	struct span rest = span_of(twice), line;

	while (rest.len) {
		span_cut(&rest, "\n", &line);
		put_line(r, p, line);
	}
	free(once);
	free(twice);
}

/* What has to be at hand for a change to be tried; where the text lacks it, it cannot be done either. */
static bool
may_be_tried(enum remedy_change change, const struct template_vars *p)
{
	static const char *const needed[] = {
		[CHANGE_ADD_ISSUER] = "issuer_file",
		[CHANGE_ADD_ROOT] = "root_file",
		[CHANGE_SYSTEM_STORE] = "system_file",
		[CHANGE_HASH_PATH] = "ca_path",
		[CHANGE_EXEMPT] = "host_key",
		[CHANGE_WITHOUT_CLIENT_CERT] = NULL,
	};

	return !needed[change] || vars_get(p, needed[change]);
}

/* Whether there is a line that sets something: what it needs to name may not be known. */
static bool
has_setting(const struct remedy *r)
{
	for (size_t i = 0; i < r->line_count; i++) {
		if (r->lines[i].kind == LINE_MC || r->lines[i].kind == LINE_ACCESS)
			return true;
	}
	return false;
}

/* "For this relay:" and nothing behind it, because a name is unknown. */
static void
drop_introduction(struct remedy *r)
{
	const char *last = r->line_count ? r->lines[r->line_count - 1].text : "";
	size_t len = strlen(last);

	if (len && r->lines[r->line_count - 1].kind == LINE_SENTENCE && last[len - 1] == ':')
		free(r->lines[--r->line_count].text);
}

struct advice { /* a remedy of the catalogue */
	enum remedy_kind kind;
	const char *title, *lines, *cost; /* lines NULL: there is none; cost NULL: nothing */
	enum remedy_change change;
	bool theirs;
};

static void
put_remedy(struct draft *d, const struct advice *a)
{
	struct remedy *r;

	if (!a->lines)
		return;
	r = finding_remedy(d->finding, a->kind, a->title);
	r->cost = a->cost ? vars_sentence(&d->vars, span_of(a->cost)) : NULL;
	r->change = may_be_tried(a->change, &d->vars) ? a->change : CHANGE_NOTHING;
	put_lines(r, &d->vars, a->lines);
	drop_introduction(r);
	if (r->change == CHANGE_LEVEL && !has_setting(r))
		r->change = CHANGE_NOTHING;
	if (r->change == CHANGE_LEVEL)
		r->level = d->level;
	r->theirs = a->theirs;
	if (r->line_count == 0) /* nothing of it could be said */
		finding_drop_remedy(d->finding);
}

static const char *
title_or(const char *title, const char *usual)
{
	return title ? title : usual;
}

/* What usually is theirs and turned out to be ours is nothing to write to them about. */
static bool
is_told(const struct draft *d)
{
	return d->row->says && (d->finding->blame == d->row->blame || d->finding->blame != BLAME_LOCAL);
}

/* The remedies of the draft's row: the cure first, what weakens last. */
static void
put_remedies(struct draft *d)
{
	const struct catalogue_row *row = d->row;
	bool exempt = row->exempt && d->run->verify_demanded;
	const struct advice all[] = {
		{REMEDY_CURE, "TELL THEM", is_told(d) ? row->asks : NULL, NULL, CHANGE_NOTHING, true},
		{REMEDY_CURE, title_or(row->cure_title, "CURE"), row->cure, NULL, row->cure_change, false},
		{REMEDY_HERE, title_or(row->here_title, "HELP IT HERE"), row->here, NULL, row->here_change,
			false},
		{REMEDY_WEAKER, "EXEMPT THIS RELAY", exempt ? EXEMPTION : NULL, EXEMPTION_COST, CHANGE_EXEMPT,
			false},
		{REMEDY_WEAKER, title_or(row->weaker_title, "ACCEPT LESS"), row->weaker, row->cost,
			row->weaker_change, false},
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		put_remedy(d, &all[i]);
}

/* The message to the relay's postmaster, where there is something to tell him. */
static void
put_letter(struct draft *d)
{
	static const char pattern[] =
		"[To: {to}\n]Subject: {host}: {title}\n\n[Since {since}: ]{says}\n{asks}\n\n"
		"[Address: {ip}\n][Seen: {seen}\n][From: {sender}\n]";
	struct template_vars p = {.behind = &d->vars};
	char *says, *asks = NULL;
	const char *domain;

	if (!is_told(d))
		return;
	says = vars_sentence(&d->vars, span_of(d->row->says));
	if (d->row->asks)
		asks = vars_sentence(&d->vars, span_of(d->row->asks));
	vars_set(&p, "title", d->finding->title);
	vars_set(&p, "says", says ? says : d->finding->title);
	vars_set(&p, "asks", asks ? asks : "Please look into it.");
	domain = vars_get(&d->vars, "domain");
	d->finding->says_held = domain && safe_in_command(domain) && d->run->by_policy;
	if (domain && safe_in_command(domain))
		vars_print(&p, "to", "postmaster@%s%s", domain,
			d->finding->says_held ? " (held here too: send it another way)" : "");
	d->finding->remote_message = vars_sentence(&p, span_of(pattern));
	free(says);
	free(asks);
	vars_clear(&p);
}

/* ---- what waiting costs ---- */

#define FAIL_ALONE \
	"Mail is still delivered: verify=FAIL alone never stops it. It is encrypted, but nobody knows for whom."

/* With one of these words Sendmail ends the attempt to deliver; with the others it goes on (deliver.c). */
static bool
stops_mail(enum verify verify)
{
	return verify == VERIFY_SOFTWARE || verify == VERIFY_CONFIG || verify == VERIFY_PROTOCOL ||
	       verify == VERIFY_FAILURE || verify == VERIFY_UNREACHABLE || verify == VERIFY_DANE_FAIL ||
	       verify == VERIFY_DANE_NOTLS || verify == VERIFY_DANE_TEMP;
}

static void
put_length(int64_t ms, char room[WHEN_ROOM])
{
	if (ms >= WHEN_DAY && ms % WHEN_DAY == 0)
		snprintf(room, WHEN_ROOM, ms == WHEN_DAY ? "%lld day" : "%lld days",
			(long long)(ms / WHEN_DAY));
	else if (ms >= WHEN_HOUR && ms % WHEN_HOUR == 0)
		snprintf(room, WHEN_ROOM, "%lld h", (long long)(ms / WHEN_HOUR));
	else
		when_length(ms, room);
}

/* "Senders are warned after 4 h." */
static void
put_warning(struct text *t, const struct policy *policy)
{
	int64_t after = policy_warns_after(policy);
	char length[WHEN_ROOM];

	put_length(after, length);
	if (after > 0 && after < policy_returns_after(policy))
		text_printf(t, " Senders are warned after %s.", length);
}

static char *
held_until(const struct diagnosis_run *w)
{
	const struct evidence *e = w->e;
	int64_t after_ms = policy_returns_after(w->log_policy);
	unsigned long long waiting = (unsigned long long)e->relay->deliveries.waiting;
	int64_t oldest_ms = e->relay->held.oldest_ms, returns_ms = oldest_ms + after_ms;
	struct text t = {NULL, 0, 0};
	char after[WHEN_ROOM], day[WHEN_ROOM], what[64];

	if (waiting == 1)
		snprintf(what, sizeof what, "the message that waits");
	else
		snprintf(what, sizeof what, "the oldest of %llu messages", waiting);
	put_length(after_ms, after);
	when_print(returns_ms, "%Y-%m-%d %H:%M", day);
	if (oldest_ms == 0)
		text_printf(&t, "%llu message%s wait%s; Sendmail returns %s after %s.", waiting,
			PLURAL(waiting), waiting == 1 ? "s" : "", waiting == 1 ? "it" : "them", after);
	else if (e->now_ms && returns_ms <= e->now_ms)
		text_printf(&t, "Sendmail returns %s with its next attempt: it waits %s.", what, after);
	else
		text_printf(&t, "Nothing is lost before %s, when Sendmail returns %s (%s).", day, what,
			after);
	put_warning(&t, w->log_policy);
	return text_take(&t);
}

static char *
new_mail_waits(const struct diagnosis_run *w)
{
	struct text t = {NULL, 0, 0};
	char after[WHEN_ROOM];

	put_length(policy_returns_after(w->log_policy), after);
	text_printf(&t, "Mail for this relay waits; Sendmail returns it after %s.", after);
	put_warning(&t, w->log_policy);
	return text_take(&t);
}

/* The log shows that mail goes on in clear: for want of STARTTLS, by our own Try_TLS, or after a failed
 * handshake.
 */
static bool
went_in_clear(const struct relay *r, enum verify verify)
{
	bool sent = r && r->last.stat && strncmp(r->last.stat, "Sent", 4) == 0;

	if (verify == VERIFY_UNKNOWN)
		return sent || (r && r->last.try_tls);
	return verify == VERIFY_SOFTWARE && sent;
}

/* TLS 1.3 refuses a client after its handshake: the word is good, and the mail does not go. */
static bool
is_cut_short(const struct evidence *e)
{
	const struct look *look = look_counts(e) ? e->look : NULL;
	const struct observation *o =
		look && look->address_count ? look->addresses[look_first(e)].observation : NULL;

	if (look)
		return o && o->cut_short;
	return e->relay && e->relay->last.stat && strncmp(e->relay->last.stat, "Deferred", 8) == 0;
}

/* By the relay's last word, or the look's. */
static char *
by_word(const struct diagnosis_run *w, enum verify verify)
{
	const struct evidence *e = w->e;

	if (verify == VERIFY_SOFTWARE && policy_falls_back(w->log_policy))
		verify = VERIFY_CLEAR;
	if (!look_counts(e) && went_in_clear(e->relay, verify))
		verify = VERIFY_CLEAR;
	if (stops_mail(verify) || is_cut_short(e) || (verify == VERIFY_UNKNOWN && look_counts(e)))
		return new_mail_waits(w);
	if (verify == VERIFY_NONE || verify == VERIFY_TEMP || verify == VERIFY_CLEAR)
		return mem_text("Mail is still delivered, unencrypted: whoever is on the path reads it.");
	if (verify == VERIFY_FAIL || verify == VERIFY_NO || verify == VERIFY_NOT)
		return mem_text(FAIL_ALONE);
	return mem_text(verify_is_good(verify) ? "Mail is still delivered." : "The log does not show it.");
}

/* One or two sentences; NULL for a note, and for a chain from a file, where nobody waits. The caller frees
 * it. */
static char *
waiting_costs(const struct draft *d)
{
	const struct evidence *e = d->run->e;
	const struct relay *r = e->relay;
	enum verify verify = look_counts(e) ? e->look->verify : r ? r->last.verify : VERIFY_UNKNOWN;

	if (d->row->kind == FINDING_NOTE || (e->look && e->look->saved))
		return NULL;
	if (!r && !look_counts(e))
		return mem_text(d->row->waiting_host ? d->row->waiting_host : FAIL_ALONE);
	if (d->row->waiting)
		return mem_text(d->row->waiting);
	if (r && r->rejects_perm && d->run->by_policy)
		return mem_text("Mail for this relay is returned to its senders at once.");
	return r && r->deliveries.waiting ? held_until(d->run) : by_word(d->run, verify);
}

/* ---- drafts ---- */

static void
put_relay(struct template_vars *p, const struct relay *r)
{
	char room[ADDRESS_ROOM];

	put_name(p, r->name);
	vars_time(p, "since", r->first_fail_ms ? r->first_fail_ms : r->since_ms);
	if (r->address_count && !vars_get(p, "ip")) {
		address_print(&r->addresses[0], room);
		vars_set(p, "ip", room);
	}
}

/* A chain from a file: the only host that it knows is the one that it was issued for. No access entry and no
 * command is made of that. */
static void
put_saved(struct template_vars *p, const struct look *look)
{
	const struct observation *o = look->address_count ? look->addresses[0].observation : NULL;
	const struct certificate *leaf = o && o->chain && o->chain->count ? o->chain->certificates[0] : NULL;

	if (!leaf)
		return;
	vars_set(p, "host", leaf->subject_cn);
	for (size_t i = leaf->san_count; i-- > 0;) {
		if (strncmp(leaf->sans[i], "DNS:", 4) == 0)
			vars_set(p, "host", leaf->sans[i] + 4);
	}
}

static void
put_look(struct template_vars *p, const struct look *look)
{
	if (look->saved) {
		put_saved(p, look);
		return;
	}
	put_name(p, look->host ? look->host : look->target);
	vars_print(p, "port", "%u", look->port);
	vars_time(p, "seen", look->begun_ms);
	vars_time(p, "time", look->begun_ms);
}

void
diagnosis_run_begin(struct diagnosis_run *w, const struct evidence *e, struct diagnosis *out)
{
	*w = (struct diagnosis_run){
		.e = e, .log_policy = policy_of_log(e->policy, e->log_host, e->own_host), .out = out};
	distro_paths_set(&w->vars, e->system_bundle, e->policy);
	if (e->relay)
		put_relay(&w->vars, e->relay);
	if (e->look)
		put_look(&w->vars, e->look);
	vars_set(&w->vars, "own_host", e->own_host);
	vars_set(&w->vars, "sender", e->policy && e->policy->helo_name ? e->policy->helo_name : e->own_host);
	vars_set(&w->vars, "log_host", e->log_host);
	if (e->policy)
		vars_print(&w->vars, "log_level", "%d", e->policy->log_level);
	read_policy(w);
}

void
diagnosis_run_end(struct diagnosis_run *w)
{
	vars_clear(&w->vars);
}

void
draft_begin(struct draft *d, struct diagnosis_run *w, const char *id, enum proof proof, bool certain)
{
	*d = (struct draft){.run = w, .row = catalogue_find(id), .vars = {.behind = &w->vars}};
	assert(d->row);
	d->finding = finding_new(d->row->id);
	d->finding->proof = proof;
	d->finding->certain = certain;
	d->finding->kind = d->row->kind;
	d->finding->blame = d->row->blame;
	d->level = d->row->sets_level ? d->row->level : -1;
	d->finding->severity = d->row->rises && w->by_policy ? SEVERITY_ERROR : d->row->severity;
}

static void
add(struct draft *d, enum evidence_kind kind, const char *format, va_list arguments)
{
	char room[SENTENCE_MOST];

	vsnprintf(room, sizeof room, format, arguments);
	finding_prove(d->finding, kind, mem_text(room));
}

void
draft_prove(struct draft *d, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(d, EVIDENCE_PROVES, format, arguments);
	va_end(arguments);
}

void
draft_add(struct draft *d, enum evidence_kind kind, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(d, kind, format, arguments);
	va_end(arguments);
}

static bool
has_evidence(const struct finding *f, const char *sentence)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		if (strcmp(f->evidence[i].text, sentence) == 0)
			return true;
	}
	return false;
}

/* The same cause at a second address, or at a second depth, is one finding with more evidence. */
static bool
joins_another(struct draft *d)
{
	struct findings *list = &d->run->out->findings;

	for (size_t i = 0; i < list->count; i++) {
		struct finding *there = list->items[i];

		if (strcmp(there->id, d->finding->id) != 0)
			continue;
		for (size_t j = 0; j < d->finding->evidence_count; j++) {
			const struct evidence_item *item = &d->finding->evidence[j];

			if (!has_evidence(there, item->text))
				finding_prove(there, item->kind, mem_text(item->text));
		}
		there->certain |= d->finding->certain;
		return true;
	}
	return false;
}

/* A title always says something: what is not known there is a question mark. */
static char *
title_of(const struct draft *d)
{
	struct text without = {NULL, 0, 0};
	char *title = vars_sentence(&d->vars, span_of(d->row->title));

	if (title)
		return title;
	for (const char *at = d->row->title; *at; at++) {
		if (*at != '{') {
			if (*at != '[' && *at != ']')
				text_add(&without, at, 1);
			continue;
		}
		text_put(&without, "?");
		while (at[1] && *at != '}')
			at++;
	}
	return text_take(&without);
}

void
draft_end(struct draft *d)
{
	assert(d->finding->evidence_count > 0);
	if (d->level >= 0)
		vars_print(&d->vars, "level_needed", "%d", d->level);
	if (joins_another(d)) {
		finding_unref(d->finding);
	} else {
		d->finding->title = title_of(d);
		d->finding->brief = vars_sentence(&d->vars, span_of(d->row->brief));
		put_remedies(d);
		put_letter(d);
		d->finding->cost = waiting_costs(d);
		findings_add(&d->run->out->findings, d->finding);
	}
	vars_clear(&d->vars);
}

void
draft_simple(struct diagnosis_run *w, const char *id, enum proof proof, bool certain, const char *sentence)
{
	struct draft d;

	draft_begin(&d, w, id, proof, certain);
	draft_prove(&d, "%s", sentence);
	draft_end(&d);
}
