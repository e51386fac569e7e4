/* peel: takes a failing judgement apart: judge, take the first error, apply the change that answers that
 * error, keep it, judge again; then drop the kept changes that turn out not to be needed. So two faults of a
 * chain are told as two, in the order in which OpenSSL would meet them. Pure. */
#ifndef DIAGNOSIS_PEEL_H
#define DIAGNOSIS_PEEL_H

#include "model/experiment.h"
#include "trust/judge.h"

#define PEEL_ROUNDS 8

struct peel_material { /* borrowed */
	const struct chain *sent;
	const struct store *store;  /* Sendmail's */
	const struct store *system; /* the system's bundle; NULL: there is none, or it is Sendmail's own */
	const struct chain
		*issuers; /* that were not sent: from AIA, local stores, other relays; NULL: none */
	const struct verdict *first; /* Sendmail's, where it was given already; NULL: it is given here */
	int level;
	int64_t now_ms;
};

struct peel_step { /* a kept change, and the error that it answered */
	enum experiment_id id;
	int level; /* of EXPERIMENT_LEVEL: what passes */
	struct verdict answered;
};

struct peel {
	struct verdict first; /* Sendmail's */
	struct verdict last;  /* with all kept changes: OK, or the error that no change answers */
	struct peel_step steps[PEEL_ROUNDS]; /* in the order of peeling */
	size_t step_count;
	struct experiment *experiments; /* every judgement that was made, in order */
	size_t experiment_count;
};

/* Takes a chain apart; freed with peel_clear(). A good chain has no step and no experiment. */
void peel_chain(const struct peel_material *material, struct peel *out);

struct peel_judgement { /* what a judgement with changes is made of */
	const struct store *store;
	struct judge_options options;
};

/* The judgement with all kept changes; `building`: only with those that change how the chain is built, so
 * that each certificate's own faults still show. Borrows from the material. */
struct peel_judgement peel_judgement(const struct peel_material *m, const struct peel *p, bool building);

/* Whether an experiment was tried, kept or not. */
bool peel_tried(const struct peel *p, enum experiment_id id);

/* Frees what it holds. */
void peel_clear(struct peel *p);

#endif
