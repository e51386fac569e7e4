/* From an examined chain to findings: each kept change of the peeling is one, named by the code that it
 * answered. */
#include "diagnosis/rules.h"

#include "base/mem.h"
#include "base/when.h"
#include "diagnosis/texts.h"
#include "model/codes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the chain, and how a step of peeling is told ---- */

const struct certificate *
chain_at(const struct examined_chain *c, int depth)
{
	const struct chain *path = c->x->path ? c->x->path : c->o->chain;

	if (!path || path->count == 0)
		return NULL;
	return path->certificates[depth < 0                     ? 0
				  : (size_t)depth < path->count ? (size_t)depth
								: path->count - 1];
}

static const char *
name_of(const char *cn, const char *dn)
{
	return cn[0] ? cn : dn;
}

void
chain_vars(struct draft *d, const struct examined_chain *c, int depth)
{
	const struct certificate *leaf = chain_at(c, 0), *at = chain_at(c, depth);
	struct template_vars *p = &d->vars;

	if (!c->run->e->look->saved)
		vars_set(p, "ip", c->ip);
	if (!leaf)
		return;
	vars_set(p, "serial", leaf->serial);
	vars_set(p, "subject", name_of(at->subject_cn, at->subject));
	vars_set(p, "subject_dn", at->subject);
	vars_set(p, "issuer", name_of(at->issuer_cn, at->issuer));
	vars_set(p, "issuer_dn", at->issuer);
	vars_set(p, "sha256", at->sha256);
	vars_set(p, "key", at->key);
	vars_set(p, "signature", at->signature);
	vars_set(p, "usage", at->extended_key_usage ? at->extended_key_usage : at->key_usage);
}

/* What a step changed, "once …". */
static char *
change_words(const struct examined_chain *c, const struct peel_step *s)
{
	static const char *const words[EXPERIMENTS] = {
		[EXPERIMENT_PARTIAL_CHAIN] = "any certificate of the store may be the anchor",
		[EXPERIMENT_NO_TIME] = "dates do not count",
		[EXPERIMENT_ANY_PURPOSE] = "the purpose does not count",
		[EXPERIMENT_IGNORE_CRITICAL] = "unknown critical extensions do not count",
		[EXPERIMENT_WITHOUT_CRL] = "CRLs do not count",
		[EXPERIMENT_DROP_SENT] = "nothing but the server's own certificate counts of what it sent",
		[EXPERIMENT_ADD_ISSUERS] = "its issuer is added",
	};
	const struct certificate *top = chain_at(c, 100);

	if (s->id == EXPERIMENT_SYSTEM_STORE)
		return text_new("the system's CA bundle is used%s%s", c->run->e->system_bundle ? ": " : "",
			c->run->e->system_bundle ? c->run->e->system_bundle : "");
	if (s->id == EXPERIMENT_ADD_ISSUERS && c->x->used)
		return text_new("%.250s is added (from %.200s)", c->x->used->certificate->subject,
			c->x->used->from);
	if (s->id == EXPERIMENT_TRUST_TOP)
		return text_new("%.250s is trusted", top ? top->subject : "the topmost certificate");
	if (s->id == EXPERIMENT_LEVEL)
		return text_new("the security level is %d (ours is %d)", s->level, c->o->tls.level);
	return mem_text(words[s->id] ? words[s->id] : experiment_word(s->id));
}

static void
prove(struct draft *d, const struct examined_chain *c, const struct verdict *v, const struct peel_step *s)
{
	size_t next = s ? (size_t)(s - c->x->peel.steps) + 1 : 0;
	const struct verdict *then = !s                             ? NULL
				     : next < c->x->peel.step_count ? &c->x->peel.steps[next].answered
								    : &c->x->peel.last;
	char *words = s ? change_words(c, s) : NULL;

	if (!s)
		draft_prove(d, "%s: FAIL %d at depth %d (%s)", c->ip, v->code, v->depth, v->message);
	else if (then->code == 0)
		draft_prove(d, "%s: FAIL %d at depth %d (%s); OK once %s", c->ip, v->code, v->depth,
			v->message, words);
	else
		draft_prove(d, "%s: FAIL %d at depth %d (%s); once %s, %d at depth %d is left", c->ip,
			v->code, v->depth, v->message, words, then->code, then->depth);
	free(words);
}

void
chain_draft(struct draft *d, const struct examined_chain *c, const char *id, const struct peel_step *step)
{
	const struct verdict *v = step ? &step->answered : &c->x->peel.last;

	draft_begin(d, c->run, id, PROOF_PROBE, true);
	chain_vars(d, c, v->depth);
	vars_print(&d->vars, "code", "%d", v->code);
	vars_print(&d->vars, "depth", "%d", v->depth);
	vars_set(&d->vars, "text", v->message);
	prove(d, c, v, step);
}

/* ---- asking for the issuer (AIA): "not reachable" is not "none" ---- */

#define TOLD_MOST 4 /* URLs of one certificate that evidence names */

static const struct aia_outcome *
find_asked(const struct evidence *e, const char *url)
{
	for (size_t i = 0; i < e->asked_count; i++) {
		if (strcmp(e->asked[i].url, url) == 0)
			return &e->asked[i];
	}
	return NULL;
}

/* What is known of a URL; the further down, the more it says. */
enum answer_kind { NONE_NAMED, NOT_HTTP, NOT_ASKED, OFFLINE, NOT_REACHABLE, NO_ISSUER, ANSWERED };

static enum answer_kind
answer_kind_of(const struct evidence *e, const char *url)
{
	const struct aia_outcome *asked = find_asked(e, url);

	if (asked)
		return !asked->why ? ANSWERED : asked->reachable ? NO_ISSUER : NOT_REACHABLE;
	if (strncasecmp(url, "http://", 7) != 0)
		return NOT_HTTP;
	return e->offline ? OFFLINE : NOT_ASKED;
}

static void
prove_asked(struct draft *d, const char *url)
{
	const struct aia_outcome *asked = find_asked(d->run->e, url);
	const char *why = asked && asked->why ? asked->why : "";

	switch (answer_kind_of(d->run->e, url)) {
	case ANSWERED:
		draft_add(d, EVIDENCE_ASKED,
			"%.300s was asked for the issuer: what it answered leads to no anchor here", url);
		break;
	case NO_ISSUER:
		draft_add(d, EVIDENCE_ASKED, "%.300s was asked for the issuer, and has none: %.200s", url,
			why);
		break;
	case NOT_REACHABLE:
		draft_add(d, EVIDENCE_ASKED,
			"%.300s was asked for the issuer: %.200s; whether it has one is not known", url,
			why[0] ? why : "not reachable");
		break;
	case OFFLINE:
		draft_add(d, EVIDENCE_LEFT_OUT, "%.300s would be asked for the issuer, but for --offline",
			url);
		break;
	case NOT_HTTP:
		draft_add(d, EVIDENCE_LEFT_OUT, "%.300s is not asked for the issuer: only http:// is", url);
		break;
	default:
		draft_add(d, EVIDENCE_LEFT_OUT, "%.300s was not asked for the issuer", url);
	}
}

static const char *
answer_words(enum answer_kind kind, const struct aia_outcome *asked)
{
	static const char *const words[] = {
		[NONE_NAMED] = "none named",
		[NOT_HTTP] = "none over http",
		[NOT_ASKED] = "not asked",
		[OFFLINE] = "not asked: --offline",
		[NOT_REACHABLE] = "not reachable",
		[ANSWERED] = "leads no further",
	};

	return kind == NO_ISSUER && asked ? asked->why : words[kind];
}

static void
tell_aia_outcome(struct draft *d, const struct certificate *of)
{
	const struct evidence *e = d->run->e;
	const char *best = NULL;
	enum answer_kind kind = NONE_NAMED;

	for (size_t i = 0; i < of->aia_issuer_count; i++) {
		enum answer_kind this = answer_kind_of(e, of->aia_issuers[i]);

		if (i < TOLD_MOST)
			prove_asked(d, of->aia_issuers[i]);
		if (this > kind) {
			kind = this;
			best = of->aia_issuers[i];
		}
	}
	if (of->aia_issuer_count == 0)
		draft_add(d, EVIDENCE_ASKED, "%.250s names no URL for its issuer (AIA)", of->subject);
	vars_set(&d->vars, "aia", answer_words(kind, best ? find_asked(e, best) : NULL));
}

/* ---- whom the certificate is for: Sendmail does not ask unless an entry with +CN does ---- */

#define NAMES_SHOWN 4

/* RFC 6125 section 6.4.3: a wildcard is the whole first label and stands for one. */
static bool
fits(const char *pattern, const char *host)
{
	const char *dot = strchr(host, '.');

	if (pattern[0] == '*' && pattern[1] == '.')
		return dot && dot != host && strcasecmp(pattern + 1, dot) == 0;
	return strcasecmp(pattern, host) == 0;
}

static bool
is_for(const struct certificate *c, const char *host)
{
	bool has_names = false;

	for (size_t i = 0; i < c->san_count; i++) {
		if (strncmp(c->sans[i], "DNS:", 4) == 0) {
			has_names = true;
			if (fits(c->sans[i] + 4, host))
				return true;
		} else if (strncmp(c->sans[i], "IP:", 3) == 0 && strcasecmp(c->sans[i] + 3, host) == 0) {
			return true;
		}
	}
	return !has_names && fits(c->subject_cn, host);
}

static char *
names_of(const struct certificate *c)
{
	struct text t = {NULL, 0, 0};

	for (size_t i = 0; i < c->san_count && i < NAMES_SHOWN; i++)
		text_printf(&t, "%s%s", i ? ", " : "",
			strncmp(c->sans[i], "DNS:", 4) == 0 ? c->sans[i] + 4 : c->sans[i]);
	if (c->san_count > NAMES_SHOWN)
		text_put(&t, ", …");
	if (c->san_count == 0)
		text_put(&t, c->subject_cn[0] ? c->subject_cn : "nobody");
	return text_take(&t);
}

/* An address has no name: what the server calls itself is asked instead, the first word of its EHLO answer.
 */
static char *
name_to_ask(const struct look *look, const struct observation *o)
{
	const char *host = look->host ? look->host : look->target;
	struct span answer = span_of(o->capabilities), first, word;
	struct address a;

	if (look->saved)
		return NULL;
	if (!address_parse(span_of(host), &a))
		return mem_text(host);
	span_cut(&answer, "\n", &first);
	span_cut(&first, " ", &word);
	return word.len && span_find(word, ".") > 0 ? span_copy(word) : NULL;
}

void
chain_rules_name(const struct examined_chain *c)
{
	const struct certificate *leaf = chain_at(c, 0);
	char *host = leaf && c->run->e->look ? name_to_ask(c->run->e->look, c->o) : NULL, *names;
	struct draft d;

	if (host && !is_for(leaf, host)) {
		names = names_of(leaf);
		draft_begin(&d, c->run, "name-mismatch", PROOF_PROBE, true);
		vars_set(&d.vars, "names", names);
		vars_set(&d.vars, "host", host);
		draft_prove(&d, "%s: the certificate names %s", c->ip, names);
		draft_end(&d);
		free(names);
	}
	free(host);
}

/* ---- what is wrong with the chain ---- */

/* The CA/Browser Forum's policies, and timestamps of public logs: only public CAs issue with them. Their
 * holder can write them himself, too: what is concluded from them is never certain. */
static bool
is_public(const struct certificate *leaf)
{
	return leaf->scts || (leaf->policies && strstr(leaf->policies, "2.23.140.1."));
}

static const struct certificate *
top_of(const struct examined_chain *c)
{
	return chain_at(c, (int)(c->x->path ? c->x->path->count : 1));
}

static void
put_root(struct draft *d, const struct certificate *root)
{
	vars_set(&d->vars, "root", root->subject_cn[0] ? root->subject_cn : root->subject);
	vars_set(&d->vars, "root_dn", root->subject);
	vars_set(&d->vars, "sha256", root->sha256);
	vars_set(&d->vars, "root_file", "root.pem"); /* as it can be written out: it is at hand */
}

/* A self-signed certificate on top, or the name of what would be there. */
static void
put_top(struct draft *d, const struct examined_chain *c)
{
	const struct certificate *top = top_of(c);

	if (top->self_signed) {
		put_root(d, top);
	} else {
		vars_set(&d->vars, "root", top->issuer_cn[0] ? top->issuer_cn : top->issuer);
		vars_set(&d->vars, "root_dn", top->issuer);
	}
	vars_set(&d->vars, "issuer", top->issuer_cn[0] ? top->issuer_cn : top->issuer);
	vars_set(&d->vars, "issuer_dn", top->issuer);
}

static void
tell(const struct examined_chain *c, const char *id, const struct peel_step *s)
{
	struct draft d;

	chain_draft(&d, c, id, s);
	draft_end(&d);
}

static void
tell_anchor_not_root(const struct examined_chain *c, const struct peel_step *s)
{
	struct draft d;

	chain_draft(&d, c, "anchor-not-root", s);
	if (s && s->id == EXPERIMENT_PARTIAL_CHAIN) { /* the path ends at what the store has */
		vars_set(&d.vars, "subject", top_of(c)->subject_cn);
		vars_set(&d.vars, "subject_dn", top_of(c)->subject);
	}
	put_top(&d, c);
	draft_end(&d);
}

/* A file that OpenSSL does not find in CACertPath for want of its hash name. */
static bool
is_unhashed(const struct examined_chain *c, const struct issuer *issuer)
{
	const struct policy *policy = c->run->e->policy;
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
	vars_path(&d->vars, "ca_path", folder);
	free(folder);
}

static void
tell_unhashed(const struct examined_chain *c, const struct peel_step *s, const struct issuer *issuer)
{
	struct draft d;

	chain_draft(&d, c, "ca-path-unhashed", s);
	put_root(&d, issuer->certificate);
	put_folder(&d, issuer->from);
	draft_prove(&d, "%s holds it, without a hash link", issuer->from);
	draft_end(&d);
}

/* Nobody knows the chain's end. What it looks like tells what is most likely missing: of a public CA's
 * certificate an intermediate or the root in our bundle, else a CA that we never heard of. */
static void
tell_unknown_top(const struct examined_chain *c, const struct peel_step *s)
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
		tell_aia_outcome(&d, top);
	if (c->run->e->policy)
		vars_day(&d.vars, "date", c->run->e->policy->ca_changed_ms);
	draft_end(&d);
}

static void
rule_top(const struct examined_chain *c, const struct peel_step *s)
{
	int code = s ? s->answered.code : c->x->peel.last.code;

	if (code == CHAIN_SELF_SIGNED)
		tell(c, "self-signed", s);
	else if (store_is_broken(c->run->e) && !peel_tried(&c->x->peel, EXPERIMENT_SYSTEM_STORE))
		return;
	else if (is_unhashed(c, c->x->top))
		tell_unhashed(c, s, c->x->top);
	else if (code == CHAIN_NO_ISSUER)
		tell_anchor_not_root(c, s);
	else
		tell_unknown_top(c, s);
}

static void
rule_system(const struct examined_chain *c, const struct peel_step *s)
{
	struct draft d;

	if (store_is_broken(c->run->e) && store_explains(s->answered.code))
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
rule_issuers(const struct examined_chain *c, const struct peel_step *s)
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
	vars_set(&d.vars, "issuer_file", used ? "intermediate.pem" : NULL);
	if (used) { /* not always the issuer of the certificate at that depth: one may take the place of what
		       was sent */
		vars_set(&d.vars, "issuer",
			used->certificate->subject_cn[0] ? used->certificate->subject_cn
							 : used->certificate->subject);
		vars_set(&d.vars, "issuer_dn", used->certificate->subject);
	}
	draft_end(&d);
}

static void
rule_level(const struct examined_chain *c, const struct peel_step *s)
{
	bool strict = c->o->tls.level > 2 && s->level >= 2;
	struct draft d;

	chain_draft(&d, c,
		strict                                  ? "seclevel-strict"
		: s->answered.code == CHAIN_WEAK_DIGEST ? "weak-signature"
							: "weak-key",
		s);
	vars_print(&d.vars, "level", "%d", c->o->tls.level);
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
rule_crl(const struct examined_chain *c, const struct peel_step *s)
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
	vars_day(&d.vars, "date",
		s->answered.code == CHAIN_REVOKED ? c->x->crl.revoked_ms : c->x->crl.due_ms);
	prove_crl(&d, &c->x->crl);
	draft_end(&d);
}

static void
rule_purpose(const struct examined_chain *c, const struct peel_step *s)
{
	tell(c, s->answered.depth > 0 ? "verify-error" : "wrong-purpose", s);
}

static void
rule_critical(const struct examined_chain *c, const struct peel_step *s)
{
	struct draft d;

	chain_draft(&d, c, "critical-extension", s);
	vars_set(&d.vars, "oid", chain_at(c, s->answered.depth)->unknown_critical);
	draft_end(&d);
}

static void (*const rules[EXPERIMENTS])(const struct examined_chain *c, const struct peel_step *s) = {
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
tell_left(const struct examined_chain *c)
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

		vars_set(&d.vars, "name", leaf->san_count ? leaf->sans[0] : leaf->subject_cn);
		vars_set(&d.vars, "subject", leaf->issuer_cn);
		vars_set(&d.vars, "subject_dn", leaf->issuer);
	}
	draft_end(&d);
}

void
chain_rules(const struct examined_chain *c)
{
	const struct peel *p = &c->x->peel;

	if (p->first.code == 0 || !chain_at(c, 0))
		return;
	if (store_is_broken(c->run->e) && p->first.code != 0)
		for (size_t i = 0; i < p->step_count; i++) {
			if (p->steps[i].answered.code != CHAIN_SELF_SIGNED &&
				store_explains(p->steps[i].answered.code)) {
				store_rules_broken(c->run, PROOF_PROBE, true,
					"no chain can end at an anchor");
				break;
			}
		}
	for (size_t i = 0; i < p->step_count; i++)
		rules[p->steps[i].id](c, &p->steps[i]);
	if (p->last.code)
		tell_left(c);
}

/* ---- another certificate with SNI ---- */

static const struct certificate *
leaf_of(const struct observation *o)
{
	return o && o->chain && o->chain->count ? o->chain->certificates[0] : NULL;
}

static bool
has_leaf(const struct observation *o, const struct certificate *leaf)
{
	const struct certificate *other = leaf_of(o);

	return other && strcmp(other->sha256, leaf->sha256) == 0;
}

/* Errors that come after the chain was built mean that it has an anchor. */
static bool
reaches_anchor(int code)
{
	return code != CHAIN_NO_ISSUER && code != CHAIN_SELF_SIGNED && code != CHAIN_SELF_SIGNED_ROOT &&
	       code != CHAIN_NO_LOCAL_ISSUER && code != CHAIN_WEAK_LEAF_KEY;
}

/* The look with SNI, when it shows another certificate that has an anchor. */
static const struct second_look *
better_with_sni(const struct evidence *e, const struct observation *o)
{
	const struct second_look *s = second_find(e, SECOND_SNI);
	const struct certificate *leaf = leaf_of(o);

	if (!s || !leaf || !leaf_of(s->observation) || has_leaf(s->observation, leaf))
		return NULL;
	return reaches_anchor(s->verdict.code) ? s : NULL;
}

bool
sni_rules(const struct examined_chain *c)
{
	const struct evidence *e = c->run->e;
	const struct second_look *s = better_with_sni(e, c->o), *repeat = second_find(e, SECOND_REPEAT);
	struct examined_chain with = *c;
	struct draft d;

	/* A farm may have answered from another server: the same look again tells. */
	if (!s || !repeat || !has_leaf(repeat->observation, leaf_of(c->o)))
		return false;
	draft_begin(&d, c->run, "sni-required", PROOF_PROBE, true);
	chain_vars(&d, c, 0);
	draft_prove(&d, "%s: without SNI %.250s: FAIL %d (%s)", c->ip, leaf_of(c->o)->subject,
		c->x->peel.first.code, c->x->peel.first.message);
	draft_prove(&d, "With SNI %.250s: %s; a repeat without SNI shows the first one again",
		leaf_of(s->observation)->subject, s->verdict.message);
	draft_end(&d);
	with.o = s->observation;
	with.x = s->examination;
	if (with.x)
		chain_rules(&with);
	return true;
}

static bool
is_named(const struct evidence *e)
{
	struct address a;

	return !address_parse(span_of(e->look->host ? e->look->host : e->look->target), &a);
}

/* With the intermediate added all is well: nothing is left for SNI to explain. */
static bool
is_explained(const struct evidence *e, const struct examination *x)
{
	const struct peel *p = &x->peel;
	int code = p->first.code;

	if (store_is_broken(e) || code == CHAIN_NO_CRL || code == CHAIN_CRL_NOT_YET_VALID ||
		code == CHAIN_CRL_EXPIRED)
		return true;
	return p->last.code == 0 && p->step_count == 1 && p->steps[0].id == EXPERIMENT_ADD_ISSUERS;
}

enum second_look_kind
sni_next_look(const struct evidence *e, const struct observation *o, const struct examination *x)
{
	if (!leaf_of(o) || x->peel.first.code == 0 || !is_named(e) || is_explained(e, x))
		return SECOND_LOOKS;
	if (!second_find(e, SECOND_SNI))
		return SECOND_SNI;
	return better_with_sni(e, o) && !second_find(e, SECOND_REPEAT) ? SECOND_REPEAT : SECOND_LOOKS;
}
