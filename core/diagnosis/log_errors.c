#include "diagnosis/rules.h"

#include "base/when.h"
#include "diagnosis/texts.h"
#include "model/codes.h"

#include <ctype.h>
#include <string.h>

/* What a code at a depth means. certain: nothing else can be the cause. */
static const struct error_meaning {
	int code;
	int depth; /* -1: any, also one that was not logged */
	const char *id;
	bool certain;
	const char *open; /* what else it may be, and what decides */
} meanings[] = {
	{CHAIN_NO_LOCAL_ISSUER, 0, "missing-intermediate", false,
		"Error 20 at depth 0: the intermediate is not sent, or the certificate stands alone under a "
		"CA that we do not "
		"know, or our own store is at fault: press v to look, a for our store"},
	{CHAIN_NO_LOCAL_ISSUER, -1, "unknown-root", false,
		"Error 20 above depth 0: a CA that we do not know, a second intermediate that is not sent, "
		"or our own store: "
		"press v to look, a for our store"},
	{CHAIN_SELF_SIGNED_ROOT, -1, "unknown-root", false,
		"Error 19: the root that is sent is not in our store: private, or public and our store is "
		"old: press v"},
	{CHAIN_EXPIRED, 0, "leaf-expired", true, NULL},
	{CHAIN_EXPIRED, -1, "intermediate-expired", false,
		"Expired above depth 0: an intermediate that the server sends, or a root in our own store: "
		"press v"},
	{CHAIN_WEAK_CA_KEY, -1, "weak-key", true, NULL},
};

/* The same where the depth is not logged. */
static const struct error_meaning without_depth[] = {
	{CHAIN_NO_LOCAL_ISSUER, -1, "issuer-unknown", false,
		"The depth is not logged (LogLevel 14 would): it tells a missing intermediate from an "
		"unknown CA. Press v to look"},
	{CHAIN_EXPIRED, -1, "leaf-expired", false,
		"The depth is not logged (LogLevel 14 would): it may be an intermediate or a root. "
		"Press v to look"},
};

static const struct error_meaning *
find_meaning(const struct error_meaning *from, size_t count, int code, int depth)
{
	for (size_t i = 0; i < count; i++) {
		if (from[i].code == code && (from[i].depth == -1 || from[i].depth == depth))
			return &from[i];
	}
	return NULL;
}

static const struct error_meaning *
meaning_of(int code, int depth)
{
	const struct error_meaning *r = NULL;

	if (depth < 0)
		r = find_meaning(without_depth, sizeof without_depth / sizeof *without_depth, code, depth);
	return r ? r : find_meaning(meanings, sizeof meanings / sizeof *meanings, code, depth);
}

/* The last CN of a one-line name, or all of it. */
static void
put_name(struct template_vars *p, const char *name, const char *dn)
{
	const char *cn = NULL, *next = dn;
	size_t len;

	while (next && (next = strstr(next, "/CN=")))
		cn = next += 4;
	if (!dn)
		return;
	len = cn ? strcspn(cn, "/") : 0;
	if (len)
		vars_print(p, name, "%.*s", (int)len, cn);
	else
		vars_set(p, name, dn);
}

/* Errors that are the leaf's own, or that OpenSSL finds at depth 0 alone. */
static bool
is_of_leaf(const struct relay_last *last, int code)
{
	return last->depth == 0 || code == CHAIN_SELF_SIGNED || code == CHAIN_WEAK_LEAF_KEY;
}

/* At depth 0 the certificate is the leaf, whose names LogLevel 12 logs; higher up LogLevel 14 names it. */
static void
put_names(struct draft *d, const struct relay_last *last, int code)
{
	const char *subject = last->depth_subject      ? last->depth_subject
			      : is_of_leaf(last, code) ? last->subject
						       : NULL;

	if (code == CHAIN_NAME_NOT_PERMITTED || code == CHAIN_NAME_EXCLUDED) {
		/* it is the issuer that may not */
		put_name(&d->vars, "name", last->subject);
		subject = last->issuer;
	}
	put_name(&d->vars, "subject", subject);
	vars_set(&d->vars, "subject_dn", subject);
	if (last->depth == 0 || (last->depth < 0 && code == CHAIN_NO_LOCAL_ISSUER)) {
		put_name(&d->vars, "issuer", last->issuer);
		vars_set(&d->vars, "issuer_dn", last->issuer);
	}
	if (code == CHAIN_SELF_SIGNED_ROOT) { /* the one that failed is on top */
		put_name(&d->vars, "root", subject);
		vars_set(&d->vars, "root_dn", subject);
	}
	vars_set(&d->vars, "text", last->verifymsg);
	if (code > 0)
		vars_print(&d->vars, "code", "%d", code);
	if (last->depth >= 0)
		vars_print(&d->vars, "depth", "%d", last->depth);
}

static void
prove(struct draft *d, const struct relay *r)
{
	const struct relay_last *last = &r->last;
	char time[WHEN_ROOM] = "";

	if (last->time_ms)
		when_print(last->time_ms, "%Y-%m-%d %H:%M:%S ", time);
	draft_prove(d, "%sverify=FAIL, verifymsg=%.120s", time, last->verifymsg);
	if (last->depth >= 0)
		draft_prove(d, "At depth %d: %.300s", last->depth,
			last->depth_subject ? last->depth_subject : "");
	else if (last->issuer)
		draft_prove(d, "The certificate of %.250s was issued by %.250s",
			last->subject ? last->subject : "the server", last->issuer);
	if (r->last_ok_ms && r->last_ok_ms < last->time_ms) {
		when_print(r->last_ok_ms, "%Y-%m-%d %H:%M:%S", time);
		draft_prove(d, "It verified until %s", time);
	}
}

/* A server that wants SNI says so in the certificate that it sends without. */
static bool
asks_for_sni(const struct relay_last *last)
{
	return last->subject && strstr(last->subject, "SNI");
}

/* "Example Expired Root", "ISRG Root X1", but not "Rootbeer CA". */
static bool
is_called_root(const char *dn)
{
	const char *cn = dn ? strstr(dn, "/CN=") : NULL, *at = cn;

	while (at && (at = strcasestr(at, "root"))) {
		if (!isalnum((unsigned char)at[-1]) && !isalpha((unsigned char)at[4]))
			return true;
		at += 4;
	}
	return false;
}

static const char *
id_of(const struct relay_last *last, const struct error_meaning *r, int code)
{
	if (r && code == CHAIN_EXPIRED && last->depth > 0 && is_called_root(last->depth_subject))
		return "root-expired";
	return r ? r->id : texts_finding(code);
}

static void
tell(struct diagnosis_run *w, int code)
{
	const struct relay_last *last = &w->e->relay->last;
	const struct error_meaning *r = meaning_of(code, last->depth);
	const char *id = id_of(last, r, code);
	struct draft d;

	draft_begin(&d, w, id ? id : "verify-error", PROOF_LOG, r ? r->certain : true);
	put_names(&d, last, code);
	prove(&d, w->e->relay);
	if (r && r->open)
		draft_prove(&d, "%s", r->open);
	if (code == CHAIN_SELF_SIGNED && asks_for_sni(last)) {
		d.finding->certain = false;
		draft_prove(&d,
			"Its name says that it is sent to clients without SNI: press v to look with it");
	}
	draft_end(&d);
}

static bool
tell_store(struct diagnosis_run *w, int code)
{
	if (!store_explains(code))
		return false;
	if (store_rules_log(w))
		return true;
	if (!store_is_broken(w->e) || !w->log_policy)
		return false;
	store_rules_broken(w, PROOF_AUDIT, code != 0, "no chain can end at an anchor");
	return true;
}

void
log_errors(struct diagnosis_run *w)
{
	const struct relay_last *last = &w->e->relay->last;
	int code = last->verifymsg ? texts_code(last->verifymsg) : 0;

	if (tell_store(w, code))
		return;
	if (last->verifymsg)
		tell(w, code);
	else
		draft_simple(w, "cause-not-logged", PROOF_LOG, true,
			"verify=FAIL without verifymsg=: LogLevel 12 logs the message, 14 the depth");
}
