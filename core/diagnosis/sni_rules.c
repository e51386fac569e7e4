#include "diagnosis/sni_rules.h"

#include "diagnosis/handshake_rules.h"
#include "diagnosis/store_rules.h"
#include "model/codes.h"

#include <string.h>

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
sni_rules(const struct chain_case *c)
{
	const struct evidence *e = c->work->e;
	const struct second_look *s = better_with_sni(e, c->o), *repeat = second_find(e, SECOND_REPEAT);
	struct chain_case with = *c;
	struct draft d;

	/* A farm may have answered from another server: the same look again tells. */
	if (!s || !repeat || !has_leaf(repeat->observation, leaf_of(c->o)))
		return false;
	draft_begin(&d, c->work, "sni-required", PROOF_PROBE, true);
	chain_places(&d, c, 0);
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
