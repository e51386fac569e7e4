#include "diagnosis/peel.h"

#include "base/mem.h"

#include <stdlib.h>

#define MOST_CODES 4

/* Which change is tried for which of OpenSSL's codes (X509_V_ERR_…), in this order. */
static const struct row {
	enum experiment_id id;
	unsigned change; /* enum judge_change; 0: the store, the issuers or the level */
	int codes[MOST_CODES];
} rows[] = {
	{EXPERIMENT_SYSTEM_STORE, 0, {2, 18, 19, 20}},
	{EXPERIMENT_ADD_ISSUERS, 0, {2, 20}},
	{EXPERIMENT_PARTIAL_CHAIN, JUDGE_PARTIAL_CHAIN, {2, 20}},
	{EXPERIMENT_DROP_SENT, JUDGE_DROP_SENT, {10, 19}},
	{EXPERIMENT_TRUST_TOP, JUDGE_TRUST_TOP, {2, 18, 19, 20}},
	{EXPERIMENT_NO_TIME, JUDGE_NO_TIME, {9, 10}},
	{EXPERIMENT_LEVEL, 0, {66, 67, 68}},
	{EXPERIMENT_ANY_PURPOSE, JUDGE_ANY_PURPOSE, {26}},
	{EXPERIMENT_IGNORE_CRITICAL, JUDGE_IGNORE_CRITICAL, {34}},
	{EXPERIMENT_WITHOUT_CRL, JUDGE_WITHOUT_CRL, {3, 11, 12, 23}},
};

#define ROWS (sizeof rows / sizeof *rows)

struct kept { /* what is changed at once */
	bool row[ROWS];
	int level; /* where the row of EXPERIMENT_LEVEL is kept */
};

/* OpenSSL's order of finding errors (DESIGN.md section 5): what an error hides stands behind it. A code that is in
 * no group counts with signatures and time. */
static int
rank(const struct verdict *v)
{
	static const struct {
		int rank, codes[6];
	} groups[] = {
		{0, {66}}, {1, {2, 18, 19, 20}}, {2, {24, 25, 26, 34, 79}}, {3, {67, 68}}, {4, {3, 11, 12, 23}},
		{6, {47, 48, 49, 50, 51, 52}},
	};

	if (v->code == 0)
		return 7;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		for (size_t j = 0; j < 6; j++) {
			if (groups[i].codes[j] == v->code)
				return groups[i].rank;
		}
	}
	return 5;
}

/* A change answers an error when the next one is further on, or the same sort higher up in the chain. */
static bool
is_further(const struct verdict *next, const struct verdict *before)
{
	int a = rank(next), b = rank(before);

	return a > b || (a == b && next->depth > before->depth);
}

static struct verdict
judge_with(const struct peel_material *m, const struct kept *kept)
{
	struct judge_options options = {.level = m->level, .now_ms = m->now_ms};
	const struct store *store = m->store;

	for (size_t i = 0; i < ROWS; i++) {
		if (!kept->row[i])
			continue;
		options.changes |= rows[i].change;
		if (rows[i].id == EXPERIMENT_SYSTEM_STORE)
			store = m->system;
		else if (rows[i].id == EXPERIMENT_ADD_ISSUERS)
			options.add = m->issuers;
		else if (rows[i].id == EXPERIMENT_LEVEL)
			options.level = kept->level;
	}
	return judge_chain(m->sent, store, &options);
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

/* A later change can make an earlier one needless: the issuer that was added may come with the other store. */
static void
drop_needless(const struct peel_material *m, struct kept *kept, struct peel *out)
{
	for (size_t s = 0; s < out->step_count && out->step_count > 1;) {
		struct kept trial = *kept;
		struct verdict v;

		trial.row[row_of(out->steps[s].id)] = false;
		v = judge_with(m, &trial);
		record(out, &trial, &v);
		if (v.code != 0) {
			s++;
			continue;
		}
		*kept = trial;
		out->step_count--;
		for (size_t i = s; i < out->step_count; i++)
			out->steps[i] = out->steps[i + 1];
	}
}

void
peel_chain(const struct peel_material *material, struct peel *out)
{
	struct kept kept = {.level = material->level};

	*out = (struct peel){.first = judge_with(material, &kept)};
	out->last = out->first;
	while (out->last.code != 0 && out->step_count < PEEL_ROUNDS && peel_one(material, &kept, out))
		continue;
	if (out->last.code == 0)
		drop_needless(material, &kept, out);
}

void
peel_clear(struct peel *p)
{
	free(p->experiments);
	*p = (struct peel){.step_count = 0};
}
