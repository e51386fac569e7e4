#include "diagnosis/peel.h"

#include "base/mem.h"
#include "model/codes.h"

#include <stdlib.h>

#define MOST_CODES 5

/* Which change is tried for which of OpenSSL's codes (X509_V_ERR_…), in this order. An expired CA may have
 * been replaced: by another of the same name and key, in the other store or among the issuers. */
static const struct row {
	enum experiment_id id;
	unsigned change; /* enum judge_change; 0: the store, the issuers or the level */
	int codes[MOST_CODES];
} rows[] = {
	{EXPERIMENT_SYSTEM_STORE, 0,
		{CHAIN_NO_ISSUER, CHAIN_SELF_SIGNED, CHAIN_SELF_SIGNED_ROOT, CHAIN_NO_LOCAL_ISSUER,
			CHAIN_EXPIRED}},
	{EXPERIMENT_ADD_ISSUERS, 0, {CHAIN_NO_ISSUER, CHAIN_NO_LOCAL_ISSUER, CHAIN_EXPIRED}},
	{EXPERIMENT_PARTIAL_CHAIN, JUDGE_PARTIAL_CHAIN, {CHAIN_NO_ISSUER, CHAIN_NO_LOCAL_ISSUER}},
	{EXPERIMENT_DROP_SENT, JUDGE_DROP_SENT, {CHAIN_EXPIRED, CHAIN_SELF_SIGNED_ROOT}},
	{EXPERIMENT_TRUST_TOP, JUDGE_TRUST_TOP,
		{CHAIN_NO_ISSUER, CHAIN_SELF_SIGNED, CHAIN_SELF_SIGNED_ROOT, CHAIN_NO_LOCAL_ISSUER}},
	{EXPERIMENT_NO_TIME, JUDGE_NO_TIME, {CHAIN_NOT_YET_VALID, CHAIN_EXPIRED}},
	{EXPERIMENT_LEVEL, 0, {CHAIN_WEAK_LEAF_KEY, CHAIN_WEAK_CA_KEY, CHAIN_WEAK_DIGEST}},
	{EXPERIMENT_ANY_PURPOSE, JUDGE_ANY_PURPOSE, {CHAIN_WRONG_PURPOSE}},
	{EXPERIMENT_IGNORE_CRITICAL, JUDGE_IGNORE_CRITICAL, {CHAIN_UNKNOWN_CRITICAL}},
	{EXPERIMENT_WITHOUT_CRL, JUDGE_WITHOUT_CRL,
		{CHAIN_NO_CRL, CHAIN_CRL_NOT_YET_VALID, CHAIN_CRL_EXPIRED, CHAIN_REVOKED}},
};

#define ROWS (sizeof rows / sizeof *rows)

struct kept { /* what is changed at once */
	bool row[ROWS];
	int level; /* where the row of EXPERIMENT_LEVEL is kept */
};

/* What OpenSSL checks, in its order (verify_chain() in crypto/x509/x509_vfy.c): what one error hides stands
 * behind it. A code that is in no group counts with signatures and time. */
enum check {
	CHECK_KEY,
	CHECK_BUILDING,
	CHECK_PURPOSE,
	CHECK_LEVEL,
	CHECK_CRL,
	CHECK_TIME,
	CHECK_NAMES,
	CHECK_OK
};

static enum check
check_of(const struct verdict *v)
{
	static const struct {
		enum check check;
		int codes[6];
	} groups[] = {
		{CHECK_KEY, {CHAIN_WEAK_LEAF_KEY}},
		{CHECK_BUILDING,
			{CHAIN_NO_ISSUER, CHAIN_SELF_SIGNED, CHAIN_SELF_SIGNED_ROOT, CHAIN_NO_LOCAL_ISSUER}},
		{CHECK_PURPOSE, {CHAIN_NO_PUBLIC_KEY, CHAIN_PATH_LENGTH, CHAIN_WRONG_PURPOSE,
					CHAIN_UNKNOWN_CRITICAL, CHAIN_NO_CA}},
		{CHECK_LEVEL, {CHAIN_WEAK_CA_KEY, CHAIN_WEAK_DIGEST}},
		{CHECK_CRL, {CHAIN_NO_CRL, CHAIN_CRL_NOT_YET_VALID, CHAIN_CRL_EXPIRED, CHAIN_REVOKED}},
		{CHECK_NAMES,
			{CHAIN_NAME_NOT_PERMITTED, CHAIN_NAME_EXCLUDED, CHAIN_NAME_MINIMUM,
				CHAIN_NAME_CONSTRAINT_TYPE, CHAIN_NAME_CONSTRAINT_SYNTAX, CHAIN_NAME_SYNTAX}},
	};

	if (v->code == 0)
		return CHECK_OK;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		for (size_t j = 0; j < 6; j++) {
			if (groups[i].codes[j] == v->code)
				return groups[i].check;
		}
	}
	return CHECK_TIME;
}

/* A change answers an error when the next one is further on, or the same sort of the next certificate: they
 * are looked at from the leaf up, but signatures and times from the root down. */
static bool
is_further(const struct verdict *next, const struct verdict *before)
{
	enum check a = check_of(next), b = check_of(before);

	if (a != b)
		return a > b;
	return a == CHECK_TIME ? next->depth < before->depth : next->depth > before->depth;
}

static void
apply(const struct peel_material *m, const struct row *row, int level, struct peel_judgement *j)
{
	j->options.changes |= row->change;
	if (row->id == EXPERIMENT_SYSTEM_STORE)
		j->store = m->system;
	else if (row->id == EXPERIMENT_ADD_ISSUERS)
		j->options.add = m->issuers;
	else if (row->id == EXPERIMENT_LEVEL)
		j->options.level = level;
}

static struct peel_judgement
unchanged(const struct peel_material *m)
{
	return (struct peel_judgement){
		.store = m->store, .options = {.level = m->level, .now_ms = m->now_ms}};
}

static struct verdict
judge_with(const struct peel_material *m, const struct kept *kept)
{
	struct peel_judgement j = unchanged(m);

	for (size_t i = 0; i < ROWS; i++) {
		if (kept->row[i])
			apply(m, &rows[i], kept->level, &j);
	}
	return judge_chain(m->sent, j.store, &j.options);
}

static void
record(struct peel *p, const struct kept *kept, const struct verdict *v)
{
	struct experiment *e;

	p->experiments = mem_resize(p->experiments, p->experiment_count + 1, sizeof *p->experiments);
	e = &p->experiments[p->experiment_count++];
	*e = (struct experiment){.level = kept->level, .verdict = *v};
	for (size_t i = 0; i < ROWS; i++) {
		if (kept->row[i])
			e->ids[e->id_count++] = rows[i].id;
	}
}

static bool
is_possible(const struct peel_material *m, const struct row *row)
{
	if (row->id == EXPERIMENT_SYSTEM_STORE)
		return m->system != NULL;
	return row->id != EXPERIMENT_ADD_ISSUERS || (m->issuers && m->issuers->count);
}

/* Adds one change, for a level the highest one that answers; true when it answers `before`. */
static bool
try_row(const struct peel_material *m, size_t i, struct kept *kept, struct verdict *v, struct peel *out)
{
	bool is_level = rows[i].id == EXPERIMENT_LEVEL;
	int highest = is_level ? (kept->row[i] ? kept->level : m->level) - 1 : 0;

	for (int level = highest; level >= 0; level--) {
		struct kept trial = *kept;
		struct verdict next;

		trial.row[i] = true;
		trial.level = is_level ? level : kept->level;
		next = judge_with(m, &trial);
		record(out, &trial, &next);
		if (is_further(&next, v)) {
			*kept = trial;
			*v = next;
			return true;
		}
	}
	return false;
}

static bool
answers(const struct row *row, int code)
{
	for (size_t i = 0; i < MOST_CODES; i++) {
		if (row->codes[i] == code)
			return true;
	}
	return false;
}

/* One round: the first row that answers the error is kept as a step. */
static bool
peel_one(const struct peel_material *m, struct kept *kept, struct peel *out)
{
	struct verdict before = out->last;

	for (size_t i = 0; i < ROWS; i++) {
		bool again = kept->row[i] && rows[i].id != EXPERIMENT_LEVEL;

		if (again || !answers(&rows[i], before.code) || !is_possible(m, &rows[i]))
			continue;
		if (!try_row(m, i, kept, &out->last, out))
			continue;
		out->steps[out->step_count++] =
			(struct peel_step){.id = rows[i].id, .level = kept->level, .answered = before};
		return true;
	}
	return false;
}

static size_t
row_of(enum experiment_id id)
{
	size_t i = 0;

	while (rows[i].id != id)
		i++;
	return i;
}

static bool
has_step(const struct peel *p, enum experiment_id id)
{
	for (size_t i = 0; i < p->step_count; i++) {
		if (p->steps[i].id == id)
			return true;
	}
	return false;
}

/* Whoever is topmost is trusted by trust-top, the leaf itself if need be: so it makes every repair of the
 * chain look needless. Those that led further up stay. */
static bool
may_go(const struct peel *p, enum experiment_id id)
{
	return !has_step(p, EXPERIMENT_TRUST_TOP) ||
	       (id != EXPERIMENT_SYSTEM_STORE && id != EXPERIMENT_ADD_ISSUERS);
}

/* The step behind a needless one answers what that one did. */
static void
drop_step(struct peel *p, size_t s)
{
	if (s + 1 < p->step_count)
		p->steps[s + 1].answered = p->steps[s].answered;
	p->step_count--;
	for (size_t i = s; i < p->step_count; i++)
		p->steps[i] = p->steps[i + 1];
}

/* A later change can make an earlier one needless: the issuer that was added may come with the other store.
 */
static void
drop_needless(const struct peel_material *m, struct kept *kept, struct peel *out)
{
	for (size_t s = 0; s < out->step_count && out->step_count > 1;) {
		struct kept trial = *kept;
		struct verdict v;

		trial.row[row_of(out->steps[s].id)] = false;
		v = judge_with(m, &trial);
		record(out, &trial, &v);
		if (v.code != 0 || !may_go(out, out->steps[s].id)) {
			s++;
			continue;
		}
		*kept = trial;
		drop_step(out, s);
	}
}

void
peel_chain(const struct peel_material *material, struct peel *out)
{
	struct kept kept = {.level = material->level};

	*out = (struct peel){.first = material->first ? *material->first : judge_with(material, &kept)};
	out->last = out->first;
	while (out->last.code != 0 && out->step_count < PEEL_ROUNDS && peel_one(material, &kept, out))
		continue;
	if (out->last.code == 0)
		drop_needless(material, &kept, out);
}

struct peel_judgement
peel_judgement(const struct peel_material *m, const struct peel *p, bool building)
{
	struct peel_judgement j = unchanged(m);

	for (size_t i = 0; i < p->step_count; i++) {
		const struct row *row = &rows[row_of(p->steps[i].id)];

		if (!building || check_of(&p->steps[i].answered) == CHECK_BUILDING || row->change == 0)
			apply(m, row, p->steps[i].level, &j);
	}
	if (building)
		j.options.level = m->level;
	return j;
}

bool
peel_tried(const struct peel *p, enum experiment_id id)
{
	for (size_t i = 0; i < p->experiment_count; i++) {
		for (size_t j = 0; j < p->experiments[i].id_count; j++) {
			if (p->experiments[i].ids[j] == id)
				return true;
		}
	}
	return false;
}

void
peel_clear(struct peel *p)
{
	free(p->experiments);
	*p = (struct peel){.step_count = 0};
}
