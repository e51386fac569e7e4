#include "diagnosis/host_rules.h"

#include "diagnosis/facts.h"
#include "diagnosis/store_rules.h"

#include <stdio.h>
#include <string.h>

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
	draft_prove(&d, "Mail went to %zu relays, and there is no STARTTLS line at all", s->quiet);
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
	places_lines(&d->places, "key_fix", key_fixes[i].fix);
	places_path(&d->places, "file", f->file);
	snprintf(folder, sizeof folder, "%s", f->file);
	slash = strrchr(folder, '/');
	if (slash && slash != folder) {
		*slash = '\0';
		places_path(&d->places, "folder", folder);
	}
}

/* The line does not say what the file is for: only keys must not be readable, and names tell the rest. */
static bool
is_key(const struct casework *w, const struct history_fact *f)
{
	const struct policy *p = w->e->policy;

	return strstr(f->message, "readable file") || strstr(f->file, "key") ||
		(p && p->client_key && strcmp(p->client_key, f->file) == 0);
}

static void
hear_unsafe(struct casework *w, const struct history_fact *f)
{
	struct draft d;

	if (!strstr(f->text, " unsafe: ") || !is_key(w, f))
		return;
	draft_begin(&d, w, "key-unsafe", PROOF_LOG, true);
	places_set(&d.places, "reason", f->message);
	put_key_fix(&d, f);
	facts_prove(&d, f);
	draft_end(&d);
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

static void
hear_mismatch(struct casework *w, const struct history_fact *f)
{
	struct draft d;

	if (strcmp(f->option, "SSL_CTX_check_private_key") != 0 || !was_loaded(w->e->history, f))
		return;
	draft_begin(&d, w, "key-mismatch", PROOF_LOG, true);
	places_path(&d.places, "file", f->file);
	if (f->direction == DIRECTION_CLIENT && w->e->policy)
		places_path(&d.places, "certificate", w->e->policy->client_cert);
	facts_prove(&d, f);
	draft_end(&d);
}

static void
hear_facts(struct casework *w)
{
	const struct history *h = w->e->history;

	for (size_t i = 0; i < history_fact_count(h); i++) {
		hear_unsafe(w, history_fact(h, i));
		hear_mismatch(w, history_fact(h, i));
	}
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
	hear_facts(w);
	if (s.quiet && !s.logs_starttls && !facts_are_detailed(h))
		tell_quiet(w, &s);
}
