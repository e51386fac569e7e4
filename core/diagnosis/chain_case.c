#include "diagnosis/chain_case.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

const struct certificate *
chain_at(const struct chain_case *c, int depth)
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
chain_places(struct draft *d, const struct chain_case *c, int depth)
{
	const struct certificate *leaf = chain_at(c, 0), *at = chain_at(c, depth);
	struct places *p = &d->places;

	if (!c->work->e->look->saved)
		places_set(p, "ip", c->ip);
	if (!leaf)
		return;
	places_set(p, "serial", leaf->serial);
	places_set(p, "subject", name_of(at->subject_cn, at->subject));
	places_set(p, "subject_dn", at->subject);
	places_set(p, "issuer", name_of(at->issuer_cn, at->issuer));
	places_set(p, "issuer_dn", at->issuer);
	places_set(p, "sha256", at->sha256);
	places_set(p, "key", at->key);
	places_set(p, "signature", at->signature);
	places_set(p, "usage", at->extended_key_usage ? at->extended_key_usage : at->key_usage);
}

/* What a step changed, "once …". */
static char *
change_words(const struct chain_case *c, const struct peel_step *s)
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
		return text_new("the system's CA bundle is used%s%s", c->work->e->system_bundle ? ": " : "",
			c->work->e->system_bundle ? c->work->e->system_bundle : "");
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
prove(struct draft *d, const struct chain_case *c, const struct verdict *v, const struct peel_step *s)
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
chain_draft(struct draft *d, const struct chain_case *c, const char *id, const struct peel_step *step)
{
	const struct verdict *v = step ? &step->answered : &c->x->peel.last;

	draft_begin(d, c->work, id, PROOF_PROBE, true);
	chain_places(d, c, v->depth);
	places_print(&d->places, "code", "%d", v->code);
	places_print(&d->places, "depth", "%d", v->depth);
	places_set(&d->places, "text", v->message);
	prove(d, c, v, step);
}
