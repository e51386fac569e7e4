#include "diagnosis/key_rules.h"

#include "diagnosis/facts.h"

#include <stdio.h>
#include <string.h>

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

static bool
is_loaded(const char *option, const struct policy_file *file, const char *named)
{
	return option && file->bytes && strcmp(option, named) == 0;
}

/* The file is safe by now, and no restart is needed: each new process reads it again. */
static bool
is_mended(const struct casework *w, const struct history_fact *f)
{
	const struct policy *p = w->log_policy;

	return p && (is_loaded(p->client_key, &p->client_key_bytes, f->file) ||
			    is_loaded(p->client_cert, &p->client_cert_bytes, f->file));
}

static bool
hear_unsafe(struct casework *w, const struct history_fact *f)
{
	struct draft d;

	if (!strstr(f->text, " unsafe: ") || !is_key(w, f) || is_mended(w, f))
		return false;
	draft_begin(&d, w, "key-unsafe", PROOF_LOG, true);
	places_set(&d.places, "reason", f->message);
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
hear_mismatch(struct casework *w, const struct history_fact *f)
{
	struct draft d;

	if (strcmp(f->option, "SSL_CTX_check_private_key") != 0 || !was_loaded(w->e->history, f))
		return false;
	draft_begin(&d, w, "key-mismatch", PROOF_LOG, true);
	places_path(&d.places, "file", f->file);
	if (f->direction == DIRECTION_CLIENT && w->e->policy)
		places_path(&d.places, "certificate", w->e->policy->client_cert);
	facts_prove(&d, f);
	draft_end(&d);
	return true;
}

bool
key_rules(struct casework *w)
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
