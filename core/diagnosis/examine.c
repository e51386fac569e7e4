#include "diagnosis/examine.h"

#include "base/mem.h"
#include "model/codes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define URL_MOST 1024

static bool
is_same(const struct certificate *a, const struct certificate *b)
{
	return strcmp(a->sha256, b->sha256) == 0;
}

static bool
was_sent(const struct chain *sent, const struct certificate *c)
{
	for (size_t i = 0; i < sent->count; i++) {
		if (is_same(sent->certificates[i], c))
			return true;
	}
	return false;
}

static const struct issuer *
issuer_of(const struct examine_material *m, const struct certificate *c)
{
	for (size_t i = 0; i < m->issuer_count; i++) {
		if (is_same(m->issuers[i].certificate, c))
			return &m->issuers[i];
	}
	return NULL;
}

/* Who of the path was neither sent nor in the store that judged. */
static void
find_issuers(const struct examine_material *m, struct examination *out)
{
	for (size_t i = 0; out->path && i < out->path->count; i++) {
		const struct certificate *c = out->path->certificates[i];
		const struct issuer *issuer = was_sent(m->observation->chain, c) ? NULL : issuer_of(m, c);

		if (!out->used)
			out->used = issuer;
		if (i + 1 == out->path->count)
			out->top = issuer;
	}
}

/* Each certificate of the path with its own faults; the first error of all stays where Sendmail saw it. */
static void
judge_path_certificates(const struct examine_material *m, const struct peel_material *pm,
	struct examination *out)
{
	struct peel_judgement j = peel_judgement(pm, &out->peel, true);
	const struct verdict *first = &out->peel.first;
	bool is_known = m->path && out->path == out->judged;
	size_t count = out->path->count;

	out->each = mem_new(count, sizeof *out->each);
	if (!is_known)
		judge_each(pm->sent, j.store, &j.options, out->each, count);
	for (size_t i = 0; i < count; i++) {
		const struct certificate *c = out->path->certificates[i];
		const struct certificate *anchor = pm->store ? store_find(pm->store, c->subject) : NULL;

		if (is_known)
			out->each[i].code = m->path->items[i].code;
		out->each[i].in_store = anchor && is_same(anchor, c);
		if (first->code && first->depth == (int)i && !out->each[i].code)
			out->each[i].code = first->code;
	}
}

/* Nothing but trusting the topmost certificate helped, or nothing at all: the chain ends at nobody whom we
 * know. */
static bool
lacks_anchor(const struct peel *p)
{
	const struct verdict *v = &p->last;

	for (size_t i = 0; i < p->step_count; i++) {
		if (p->steps[i].id == EXPERIMENT_TRUST_TOP)
			v = &p->steps[i].answered;
	}
	return v->code == CHAIN_NO_ISSUER || v->code == CHAIN_SELF_SIGNED_ROOT ||
	       v->code == CHAIN_NO_LOCAL_ISSUER;
}

static bool
was_asked(const struct examine_material *m, const char *url)
{
	for (size_t i = 0; i < m->issuer_count; i++) {
		if (strcmp(m->issuers[i].from, url) == 0)
			return true;
	}
	for (size_t i = 0; i < m->asked_count; i++) {
		if (strcmp(m->asked[i], url) == 0)
			return true;
	}
	return false;
}

/* A URL that is fit to be asked: probe/http checks the rest. */
static bool
is_http(const char *url)
{
	size_t len = strlen(url);

	if (strncasecmp(url, "http://", 7) != 0 || len > URL_MOST)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (url[i] <= ' ' || url[i] == 0x7f)
			return false;
	}
	return true;
}

/* Whether a better issuer of the i-th certificate may be where that names it: nobody knows one; the one that
 * we know is not the server's and leads to no anchor; or the one that was sent has expired, and may have been
 * renewed. */
static bool
may_have_another(const struct examine_material *m, const struct examination *x, size_t i)
{
	const struct certificate *c = x->path->certificates[i], *issuer;

	if (i + 1 == x->path->count)
		return lacks_anchor(&x->peel) && !c->self_issued;
	issuer = x->path->certificates[i + 1];
	if (was_sent(m->observation->chain, issuer))
		return x->peel.first.code == CHAIN_EXPIRED && issuer->not_after_ms < m->now_ms;
	return lacks_anchor(&x->peel) && issuer_of(m, issuer);
}

static char *
wanted_url(const struct examine_material *m, const struct examination *x)
{
	for (size_t i = x->path->count; i-- > 0;) {
		const struct certificate *c = x->path->certificates[i];

		for (size_t k = 0; may_have_another(m, x, i) && k < c->aia_issuer_count; k++) {
			if (is_http(c->aia_issuers[k]) && !was_asked(m, c->aia_issuers[k]))
				return mem_text(c->aia_issuers[k]);
		}
	}
	return NULL;
}

static bool
is_same_path(const struct chain *a, const struct chain *b)
{
	bool same = a && b && a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = is_same(a->certificates[i], b->certificates[i]);
	return same;
}

/* Further ways to an anchor of Sendmail's own store. */
static void
find_others(const struct peel_material *pm, struct examination *out)
{
	struct chain *found[PATHS_MOST];
	size_t count = judge_paths(pm->sent, pm->store, pm->issuers, found);

	out->others = mem_new(count + 1, sizeof(struct chain *));
	for (size_t i = 0; i < count; i++) {
		if (is_same_path(found[i], out->path) || is_same_path(found[i], out->judged))
			chain_unref(found[i]);
		else
			out->others[out->other_count++] = found[i];
	}
}

static bool
is_of_crl(const struct verdict *v)
{
	return v->code == CHAIN_NO_CRL || v->code == CHAIN_CRL_NOT_YET_VALID ||
	       v->code == CHAIN_CRL_EXPIRED || v->code == CHAIN_REVOKED;
}

static void
look_into_crl(const struct examine_material *m, struct examination *out)
{
	const struct verdict *v = is_of_crl(&out->peel.last) ? &out->peel.last : NULL;

	for (size_t i = 0; !v && i < out->peel.step_count; i++) {
		if (is_of_crl(&out->peel.steps[i].answered))
			v = &out->peel.steps[i].answered;
	}
	if (v && v->depth >= 0 && (size_t)v->depth < out->path->count)
		out->crl = crl_find(m->store, out->path->certificates[v->depth]);
}

static void
examine_with(const struct examine_material *m, const struct peel_material *pm, struct examination *out)
{
	struct judge_options unchanged = {.level = pm->level, .now_ms = pm->now_ms};
	struct peel_judgement j;

	peel_chain(pm, &out->peel);
	j = peel_judgement(pm, &out->peel, false);
	/* When dates do not count, OpenSSL takes the first issuer that fits; when they do, one that is
	 * current. */
	j.options.changes &= ~(unsigned)JUDGE_NO_TIME;
	out->owns_judged = !m->verdict;
	if (m->verdict)
		out->judged = m->path ? m->path->chain : NULL;
	else
		out->judged = judge_path(pm->sent, pm->store, &unchanged);
	out->path = out->peel.step_count ? judge_path(pm->sent, j.store, &j.options) : out->judged;
	if (!out->path)
		return;
	judge_path_certificates(m, pm, out);
	find_issuers(m, out);
	find_others(pm, out);
	look_into_crl(m, out);
	out->want_issuer = wanted_url(m, out);
}

void
examine(const struct examine_material *m, struct examination *out)
{
	struct certificate **list = mem_new(m->issuer_count + 1, sizeof(struct certificate *));
	/* On a worker no reference may change: this chain borrows its certificates. */
	struct chain issuers = {.count = 0, .certificates = list};
	struct peel_material pm = {.sent = m->observation->chain,
		.store = m->store,
		.system = m->system,
		.issuers = &issuers,
		.first = m->verdict,
		.level = m->observation->tls.level,
		.now_ms = m->now_ms};

	*out = (struct examination){.path = NULL};
	for (size_t i = 0; i < m->issuer_count; i++) {
		/* What expired elsewhere helps nobody here, and is nobody's fault here. */
		if (m->issuers[i].certificate->not_after_ms >= m->now_ms)
			list[issuers.count++] = m->issuers[i].certificate;
	}
	if (m->observation->chain)
		examine_with(m, &pm, out);
	free(list);
}

void
examination_clear(struct examination *e)
{
	peel_clear(&e->peel);
	if (e->path != e->judged)
		chain_unref(e->path);
	if (e->owns_judged)
		chain_unref(e->judged);
	for (size_t i = 0; i < e->other_count; i++)
		chain_unref(e->others[i]);
	free(e->others);
	free(e->each);
	free(e->want_issuer);
	*e = (struct examination){.path = NULL};
}
