/* This host: its store, its keys, its clock, its LogLevel, by its settings and by what the log says of them.
 */
#include "diagnosis/rules.h"

#include "base/mem.h"
#include "diagnosis/facts.h"
#include "model/codes.h"

#include <stdio.h>
#include <string.h>

/* ---- the trust store: what Sendmail's CA options come to ---- */

#define FACTS_LOOKED_AT 8

bool
store_is_broken(const struct evidence *e)
{
	return e->policy && e->policy->source == POLICY_CF && e->store != STORE_LOADED;
}

bool
store_explains(int code)
{
	return code == 0 || code == CHAIN_NO_ISSUER || code == CHAIN_SELF_SIGNED_ROOT ||
	       code == CHAIN_NO_LOCAL_ISSUER;
}

static const char *
id_of(enum store_state state)
{
	static const char *const ids[] = {[STORE_LOADED] = NULL,
		[STORE_UNSET] = "ca-options-unset",
		[STORE_HALF] = "ca-option-missing",
		[STORE_FILE_UNUSABLE] = "ca-file-unusable"};

	return ids[state];
}

static bool
is_absolute(const char *path)
{
	return path && path[0] == '/';
}

void
store_rules_broken(struct diagnosis_run *w, enum proof proof, bool certain, const char *words)
{
	const struct policy *policy = w->e->policy;
	struct draft d;

	draft_begin(&d, w, id_of(w->e->store), proof, certain);
	vars_set(&d.vars, "set_option", is_absolute(policy->ca_file) ? "CACertFile" : "CACertPath");
	vars_set(&d.vars, "reason",
		policy->ca_file_bytes.code ? strerror(-policy->ca_file_bytes.code) : "no certificate in it");
	draft_prove(&d,
		"%s: CACertFile is %s, CACertPath is %s; Sendmail then loads no certificate at all%s%s",
		policy->cf ? policy->cf : "sendmail.cf", policy->ca_file ? policy->ca_file : "unset",
		policy->ca_path ? policy->ca_path : "unset", words ? "; " : "", words ? words : "");
	draft_end(&d);
}

/* What the lines of a process, or of a program, say of the options. */
struct said {
	const struct history_fact *no_file, *no_path, *unusable;
	bool tied; /* the process is the relay's */
};

static bool
is_unusable(const struct history_fact *f)
{
	return strcmp(f->option, "load verify locs") == 0;
}

static void
hear(struct said *said, const struct history_fact *f, bool tied)
{
	if (tied && !said->tied)
		*said = (struct said){.tied = true};
	if (said->tied && !tied)
		return;
	if (strcmp(f->message, "missing") == 0 && strcmp(f->option, "CACertFile") == 0)
		said->no_file = f;
	else if (strcmp(f->message, "missing") == 0 && strcmp(f->option, "CACertPath") == 0)
		said->no_path = f;
	else if (is_unusable(f))
		said->unusable = f;
}

/* Is it about the CA options of a client: "STARTTLS: CACertPath missing" says no side. */
static bool
is_ca_fact(const struct history_fact *f)
{
	bool missing = strcmp(f->message, "missing") == 0 &&
		       (strcmp(f->option, "CACertFile") == 0 || strcmp(f->option, "CACertPath") == 0);

	return missing || (is_unusable(f) && f->direction == DIRECTION_CLIENT);
}

static void
tell(struct diagnosis_run *w, const struct said *said)
{
	const struct history_fact *f = said->no_file   ? said->no_file
				       : said->no_path ? said->no_path
						       : said->unusable;
	const char *id = said->no_file && said->no_path   ? "ca-options-unset"
			 : said->no_file || said->no_path ? "ca-option-missing"
							  : "ca-file-unusable";
	struct draft d;

	draft_begin(&d, w, id, PROOF_LOG, said->tied || !w->e->relay);
	vars_set(&d.vars, "set_option", said->no_file ? "CACertPath" : "CACertFile");
	facts_prove(&d, f);
	if (said->no_file && said->no_path)
		facts_prove(&d, said->no_path);
	if (said->unusable && f == said->unusable)
		vars_set(&d.vars, "reason", facts_reason(w->e->history, f));
	if (w->e->relay && !said->tied)
		draft_prove(&d, "The process that said so is not the one that talked to this relay: press a");
	draft_end(&d);
}

/* Where the newest facts begin that are looked at: each costs a search through the relay's lines. */
static size_t
first_ca_fact(const struct history *h)
{
	size_t at = history_fact_count(h), count = 0;

	while (at > 0 && count < FACTS_LOOKED_AT)
		count += is_ca_fact(history_fact(h, --at));
	return at;
}

bool
store_rules_log(struct diagnosis_run *w)
{
	const struct history *h = w->e->history;
	struct said said = {NULL, NULL, NULL, false};

	for (size_t i = h ? first_ca_fact(h) : 0; h && i < history_fact_count(h); i++) {
		const struct history_fact *f = history_fact(h, i);
		bool tied;

		if (!is_ca_fact(f))
			continue;
		tied = w->e->relay && facts_is_of(h, f, w->e->relay);
		if (tied || facts_may_be_of(h, f, w->e->relay))
			hear(&said, f, tied);
	}
	if (!said.no_file && !said.no_path && !said.unusable)
		return false;
	tell(w, &said);
	return true;
}

/* ---- our own keys ---- */

/* What Sendmail's file checks say (libsm/errstring.c), and what makes them pass. */
static const struct {
	const char *reason, *fix;
} key_fixes[] = {
	{"readable file", "$ chmod 600 {file}"},
	{"writable file", "$ chmod go-w {file}"},
	{"writable directory", "$ chmod go-w {folder}"},
	{"Permission denied",
		"It must belong to root, or to Sendmail's RunAsUser or TrustedUser:\n$ chown root {file}"},
	{"No such file", "Put the key there, or take the option out of sendmail.mc."},
	{"", "Give it to root, mode 0600, in a folder that only root writes."},
};

static void
put_key_fix(struct draft *d, const struct history_fact *f)
{
	size_t i = 0;
	char folder[512];
	char *slash;

	while (!strstr(f->message, key_fixes[i].reason))
		i++;
	vars_lines(&d->vars, "key_fix", key_fixes[i].fix);
	vars_path(&d->vars, "file", f->file);
	snprintf(folder, sizeof folder, "%s", f->file);
	slash = strrchr(folder, '/');
	if (slash && slash != folder) {
		*slash = '\0';
		vars_path(&d->vars, "folder", folder);
	}
}

/* The line does not say what the file is for: only keys must not be readable, and names tell the rest. */
static bool
is_key(const struct diagnosis_run *w, const struct history_fact *f)
{
	const struct policy *p = w->e->policy;

	return strstr(f->message, "readable file") || strstr(f->file, "key") ||
	       (p && p->client_key && strcmp(p->client_key, f->file) == 0);
}

static bool
is_loaded(const char *option, const struct policy_file *file, const char *named)
{
	return option && file->bytes && strcmp(option, named) == 0;
}

/* The file is safe by now, and no restart is needed: each new process reads it again. */
static bool
is_mended(const struct diagnosis_run *w, const struct history_fact *f)
{
	const struct policy *p = w->log_policy;

	return p && (is_loaded(p->client_key, &p->client_key_bytes, f->file) ||
			    is_loaded(p->client_cert, &p->client_cert_bytes, f->file));
}

static bool
hear_unsafe(struct diagnosis_run *w, const struct history_fact *f)
{
	struct draft d;

	if (!strstr(f->text, " unsafe: ") || !is_key(w, f) || is_mended(w, f))
		return false;
	draft_begin(&d, w, "key-unsafe", PROOF_LOG, true);
	vars_set(&d.vars, "reason", f->message);
	put_key_fix(&d, f);
	facts_prove(&d, f);
	draft_end(&d);
	return true;
}

/* SSL_CTX_check_private_key() also fails when one of the two could not be loaded at all. */
static bool
was_loaded(const struct history *h, const struct history_fact *check)
{
	for (size_t i = 0; i < history_fact_count(h); i++) {
		const struct history_fact *f = history_fact(h, i);

		if (f->pid == check->pid &&
			(strstr(f->option, "SSL_CTX_use_") || strstr(f->text, " unsafe: ")))
			return false;
	}
	return true;
}

static bool
hear_mismatch(struct diagnosis_run *w, const struct history_fact *f)
{
	struct draft d;

	if (strcmp(f->option, "SSL_CTX_check_private_key") != 0 || !was_loaded(w->e->history, f))
		return false;
	draft_begin(&d, w, "key-mismatch", PROOF_LOG, true);
	vars_path(&d.vars, "file", f->file);
	if (f->direction == DIRECTION_CLIENT && w->e->policy)
		vars_path(&d.vars, "certificate", w->e->policy->client_cert);
	facts_prove(&d, f);
	draft_end(&d);
	return true;
}

bool
key_rules(struct diagnosis_run *w)
{
	const struct history *h = w->e->history;
	bool told = false;

	for (size_t i = 0; h && i < history_fact_count(h); i++) {
		const struct history_fact *f = history_fact(h, i);

		if (w->e->relay && !facts_may_be_of(h, f, w->e->relay))
			continue;
		told |= hear_unsafe(w, f);
		told |= hear_mismatch(w, f);
	}
	return told;
}

/* ---- all relays together ---- */

#define RELAYS_LEAST 3

static void
tell_nobody(struct diagnosis_run *w, const struct host_scan *s)
{
	struct draft d;

	draft_begin(&d, w, "store-verifies-nobody", PROOF_LOG, false);
	vars_print(&d.vars, "n", "%zu", s->failing);
	vars_time(&d.vars, "since", s->since_ms);
	draft_prove(&d, "verify=FAIL for all %zu relays, none with an error that a good store would give",
		s->failing);
	draft_end(&d);
}

static void
tell_quiet(struct diagnosis_run *w, const struct host_scan *s)
{
	const struct policy *policy = w->e->policy;
	struct draft d;

	draft_begin(&d, w, "log-too-quiet", PROOF_LOG, policy && policy->log_level < 9);
	draft_prove(&d, "Mail went to %zu relay%s, and there is no STARTTLS line at all", s->quiet,
		PLURAL(s->quiet));
	draft_end(&d);
}

static void
tell_clock(struct diagnosis_run *w)
{
	struct draft d;

	draft_begin(&d, w, "clock-wrong", PROOF_LOG, false);
	vars_set(&d.vars, "word", "expired, or not yet valid");
	draft_prove(&d, "Most relays fail for the dates of their certificates: look at one (v) and compare "
			"the clocks");
	draft_end(&d);
}

void
host_rules(struct diagnosis_run *w)
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
