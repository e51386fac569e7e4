#include "diagnosis/chain_rules.h"

#include "base/mem.h"
#include "base/when.h"
#include "diagnosis/asked.h"
#include "diagnosis/chain_time.h"
#include "diagnosis/here.h"
#include "diagnosis/store_rules.h"
#include "diagnosis/texts.h"
#include "model/codes.h"

#include <stdlib.h>
#include <string.h>

/* The CA/Browser Forum's policies, and timestamps of public logs: only public CAs issue with them. Their
 * holder can write them himself, too: what is concluded from them is never certain. */
static bool
is_public(const struct certificate *leaf)
{
	return leaf->scts || (leaf->policies && strstr(leaf->policies, "2.23.140.1."));
}

static const struct certificate *
top_of(const struct chain_case *c)
{
	return chain_at(c, (int)(c->x->path ? c->x->path->count : 1));
}

static void
put_root(struct draft *d, const struct certificate *root)
{
	places_set(&d->places, "root", root->subject_cn[0] ? root->subject_cn : root->subject);
	places_set(&d->places, "root_dn", root->subject);
	places_set(&d->places, "sha256", root->sha256);
	places_set(&d->places, "root_file", "root.pem"); /* as it can be written out: it is at hand */
}

/* A self-signed certificate on top, or the name of what would be there. */
static void
put_top(struct draft *d, const struct chain_case *c)
{
	const struct certificate *top = top_of(c);

	if (top->self_signed) {
		put_root(d, top);
	} else {
		places_set(&d->places, "root", top->issuer_cn[0] ? top->issuer_cn : top->issuer);
		places_set(&d->places, "root_dn", top->issuer);
	}
	places_set(&d->places, "issuer", top->issuer_cn[0] ? top->issuer_cn : top->issuer);
	places_set(&d->places, "issuer_dn", top->issuer);
}

static void
tell(const struct chain_case *c, const char *id, const struct peel_step *s)
{
	struct draft d;

	chain_draft(&d, c, id, s);
	draft_end(&d);
}

static void
tell_anchor_not_root(const struct chain_case *c, const struct peel_step *s)
{
	struct draft d;

	chain_draft(&d, c, "anchor-not-root", s);
	if (s && s->id == EXPERIMENT_PARTIAL_CHAIN) { /* the path ends at what the store has */
		places_set(&d.places, "subject", top_of(c)->subject_cn);
		places_set(&d.places, "subject_dn", top_of(c)->subject);
	}
	put_top(&d, c);
	draft_end(&d);
}

/* A file that OpenSSL does not find in CACertPath for want of its hash name. */
static bool
is_unhashed(const struct chain_case *c, const struct issuer *issuer)
{
	const struct policy *policy = c->work->e->policy;
	struct span folders = span_of(policy ? policy->ca_path : NULL), folder;
	bool more = issuer && folders.len;

	while (more) {
		more = span_cut(&folders, ":", &folder);
		if (folder.len && folder.at[folder.len - 1] == '/')
			folder.len--;
		if (folder.len && strncmp(issuer->from, folder.at, folder.len) == 0 &&
			issuer->from[folder.len] == '/')
			return true;
	}
	return false;
}

/* CACertPath may be a list, and the packages' own. */
static void
put_folder(struct draft *d, const char *file)
{
	char *folder = mem_text(file), *slash = strrchr(folder, '/');

	if (slash)
		*slash = '\0';
	places_path(&d->places, "ca_path", folder);
	free(folder);
}

static void
tell_unhashed(const struct chain_case *c, const struct peel_step *s, const struct issuer *issuer)
{
	struct draft d;

	chain_draft(&d, c, "ca-path-unhashed", s);
	put_root(&d, issuer->certificate);
	put_folder(&d, issuer->from);
	draft_prove(&d, "%s holds it, without a hash link", issuer->from);
	draft_end(&d);
}

/* Why the chain's end is not known: from what it looks like (DESIGN.md section 6). */
static void
tell_unknown_top(const struct chain_case *c, const struct peel_step *s)
{
	const struct certificate *top = top_of(c), *leaf = chain_at(c, 0);
	bool public = is_public(leaf), alone = top == leaf || !c->x->path || c->x->path->count == 1;
	const char *id = top->self_signed && !public ? "unknown-root"
			 : public && alone           ? "missing-intermediate"
			 : public                    ? "system-bundle-old"
						     : "issuer-unknown";
	struct draft d;

	chain_draft(&d, c, id, s);
	put_top(&d, c);
	d.finding->certain = !public;
	if (public)
		draft_prove(&d, "%.250s is marked as a public CA's: %s%s", leaf->subject,
			leaf->scts ? "embedded SCTs" : "policy ", leaf->scts ? "" : leaf->policies);
	if (!top->self_issued)
		asked_tell(&d, top);
	if (c->work->e->policy)
		places_day(&d.places, "date", c->work->e->policy->ca_changed_ms);
	draft_end(&d);
}

static void
rule_top(const struct chain_case *c, const struct peel_step *s)
{
	int code = s ? s->answered.code : c->x->peel.last.code;

	if (code == CHAIN_SELF_SIGNED)
		tell(c, "self-signed", s);
	else if (store_is_broken(c->work->e) && !peel_tried(&c->x->peel, EXPERIMENT_SYSTEM_STORE))
		return;
	else if (is_unhashed(c, c->x->top))
		tell_unhashed(c, s, c->x->top);
	else if (code == CHAIN_NO_ISSUER)
		tell_anchor_not_root(c, s);
	else
		tell_unknown_top(c, s);
}

static void
rule_system(const struct chain_case *c, const struct peel_step *s)
{
	struct draft d;

	if (store_is_broken(c->work->e) && store_explains(s->answered.code))
		return;
	if (s->answered.code == CHAIN_EXPIRED) {
		chain_time_renewed(c, s);
		return;
	}
	if (is_unhashed(c, c->x->top)) {
		tell_unhashed(c, s, c->x->top);
		return;
	}
	chain_draft(&d, c, s->answered.code == CHAIN_NO_ISSUER ? "anchor-not-root" : "ca-bundle-stale", s);
	put_top(&d, c);
	draft_end(&d);
}

/* A root among the issuers need not be sent: it only tells who is on top. */
static void
rule_issuers(const struct chain_case *c, const struct peel_step *s)
{
	const struct issuer *used = c->x->used;
	struct draft d;

	if (s->answered.code == CHAIN_EXPIRED || chain_time_has_renewed(c)) {
		chain_time_renewed(c, s);
		return;
	}
	if (is_unhashed(c, used) &&
		used != c->x->top) { /* the intermediate is here; a root comes by itself */
		tell_unhashed(c, s, used);
		return;
	}
	if (used && used->certificate->self_signed)
		return;
	if (s->answered.code == CHAIN_NO_ISSUER) {
		tell_anchor_not_root(c, s);
		return;
	}
	chain_draft(&d, c, "missing-intermediate", s);
	places_set(&d.places, "issuer_file", used ? "intermediate.pem" : NULL);
	if (used) { /* not always the issuer of the certificate at that depth: one may take the place of what
		       was sent */
		places_set(&d.places, "issuer",
			used->certificate->subject_cn[0] ? used->certificate->subject_cn
							 : used->certificate->subject);
		places_set(&d.places, "issuer_dn", used->certificate->subject);
	}
	draft_end(&d);
}

static void
rule_level(const struct chain_case *c, const struct peel_step *s)
{
	bool strict = c->o->tls.level > 2 && s->level >= 2;
	struct draft d;

	chain_draft(&d, c,
		strict                                  ? "seclevel-strict"
		: s->answered.code == CHAIN_WEAK_DIGEST ? "weak-signature"
							: "weak-key",
		s);
	places_print(&d.places, "level", "%d", c->o->tls.level);
	/* Our own level that is too strict goes back to the default, not only as far as this relay needs. */
	d.level = strict ? 2 : s->level;
	if (s->answered.depth > 0 && chain_at(c, s->answered.depth))
		draft_prove(&d, "Depth %d, %.250s", s->answered.depth,
			chain_at(c, s->answered.depth)->subject);
	draft_end(&d);
}

static void
prove_crl(struct draft *d, const struct crl_facts *crl)
{
	char issued[WHEN_ROOM], due[WHEN_ROOM] = "not said", revoked[WHEN_ROOM];

	if (!crl->found)
		return;
	when_print(crl->issued_ms, "%Y-%m-%d %H:%M", issued);
	if (crl->due_ms)
		when_print(crl->due_ms, "%Y-%m-%d %H:%M", due);
	draft_prove(d, "The CRL is of %s; the next one was due: %s", issued, due);
	if (!crl->revoked_ms)
		return;
	when_print(crl->revoked_ms, "%Y-%m-%d %H:%M", revoked);
	draft_prove(d, "It lists the certificate as revoked on %s", revoked);
}

static void
rule_crl(const struct chain_case *c, const struct peel_step *s)
{
	static const struct {
		int code;
		const char *id;
	} ids[] = {
		{CHAIN_NO_CRL, "crl-missing"}, {CHAIN_CRL_EXPIRED, "crl-stale"}, {CHAIN_REVOKED, "revoked"}};
	const char *id = "verify-error";
	struct draft d;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		if (ids[i].code == s->answered.code)
			id = ids[i].id;
	}
	chain_draft(&d, c, id, s);
	places_day(&d.places, "date",
		s->answered.code == CHAIN_REVOKED ? c->x->crl.revoked_ms : c->x->crl.due_ms);
	prove_crl(&d, &c->x->crl);
	draft_end(&d);
}

static void
rule_purpose(const struct chain_case *c, const struct peel_step *s)
{
	tell(c, s->answered.depth > 0 ? "verify-error" : "wrong-purpose", s);
}

static void
rule_critical(const struct chain_case *c, const struct peel_step *s)
{
	struct draft d;

	chain_draft(&d, c, "critical-extension", s);
	places_set(&d.places, "oid", chain_at(c, s->answered.depth)->unknown_critical);
	draft_end(&d);
}

static void (*const rules[EXPERIMENTS])(const struct chain_case *c, const struct peel_step *s) = {
	[EXPERIMENT_SYSTEM_STORE] = rule_system,
	[EXPERIMENT_ADD_ISSUERS] = rule_issuers,
	[EXPERIMENT_PARTIAL_CHAIN] = tell_anchor_not_root,
	[EXPERIMENT_DROP_SENT] = chain_time_renewed,
	[EXPERIMENT_TRUST_TOP] = rule_top,
	[EXPERIMENT_NO_TIME] = chain_time_expired,
	[EXPERIMENT_LEVEL] = rule_level,
	[EXPERIMENT_ANY_PURPOSE] = rule_purpose,
	[EXPERIMENT_IGNORE_CRITICAL] = rule_critical,
	[EXPERIMENT_WITHOUT_CRL] = rule_crl,
};

/* What no change answers names its finding directly. */
static void
tell_left(const struct chain_case *c)
{
	const struct verdict *v = &c->x->peel.last;
	const char *id = texts_finding(v->code);
	struct draft d;

	if (v->code == CHAIN_SELF_SIGNED || v->code == CHAIN_SELF_SIGNED_ROOT ||
		v->code == CHAIN_NO_LOCAL_ISSUER || v->code == CHAIN_NO_ISSUER) {
		rule_top(c, NULL);
		return;
	}
	chain_draft(&d, c, id ? id : "verify-error", NULL);
	if (v->code == CHAIN_NAME_NOT_PERMITTED || v->code == CHAIN_NAME_EXCLUDED) {
		const struct certificate *leaf = chain_at(c, 0);

		places_set(&d.places, "name", leaf->san_count ? leaf->sans[0] : leaf->subject_cn);
		places_set(&d.places, "subject", leaf->issuer_cn);
		places_set(&d.places, "subject_dn", leaf->issuer);
	}
	draft_end(&d);
}

void
chain_rules(const struct chain_case *c)
{
	const struct peel *p = &c->x->peel;

	if (p->first.code == 0 || !chain_at(c, 0))
		return;
	if (store_is_broken(c->work->e) && p->first.code != 0)
		for (size_t i = 0; i < p->step_count; i++) {
			if (p->steps[i].answered.code != CHAIN_SELF_SIGNED &&
				store_explains(p->steps[i].answered.code)) {
				store_rules_broken(c->work, PROOF_PROBE, true,
					"no chain can end at an anchor");
				break;
			}
		}
	for (size_t i = 0; i < p->step_count; i++)
		rules[p->steps[i].id](c, &p->steps[i]);
	if (p->last.code)
		tell_left(c);
}
