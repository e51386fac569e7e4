#include "diagnosis/store_rules.h"

#include "base/mem.h"
#include "diagnosis/facts.h"
#include "model/codes.h"

#include <string.h>

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
store_rules_broken(struct casework *w, enum proof proof, bool certain, const char *words)
{
	const struct policy *policy = w->e->policy;
	struct draft d;

	draft_begin(&d, w, id_of(w->e->store), proof, certain);
	places_set(&d.places, "set_option", is_absolute(policy->ca_file) ? "CACertFile" : "CACertPath");
	places_set(&d.places, "reason",
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
tell(struct casework *w, const struct said *said)
{
	const struct history_fact *f = said->no_file   ? said->no_file
				       : said->no_path ? said->no_path
						       : said->unusable;
	const char *id = said->no_file && said->no_path   ? "ca-options-unset"
			 : said->no_file || said->no_path ? "ca-option-missing"
							  : "ca-file-unusable";
	struct draft d;

	draft_begin(&d, w, id, PROOF_LOG, said->tied || !w->e->relay);
	places_set(&d.places, "set_option", said->no_file ? "CACertPath" : "CACertFile");
	facts_prove(&d, f);
	if (said->no_file && said->no_path)
		facts_prove(&d, said->no_path);
	if (said->unusable && f == said->unusable)
		places_set(&d.places, "reason", facts_reason(w->e->history, f));
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
store_rules_log(struct casework *w)
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
