/* trial_judge: judges chains with a remedy's change applied. For a worker. */
#ifndef ENGINE_TRIAL_JUDGE_H
#define ENGINE_TRIAL_JUDGE_H

#include "model/finding.h"
#include "model/observation.h"
#include "model/policy.h"
#include "model/verdict.h"
#include "trust/store.h"

struct trial_chain {
	const struct observation *observation;
	bool own; /* of the relay that the remedy is for */
	struct verdict before, after;
};

struct trial_change { /* borrowed */
	enum remedy_change change;
	int level;
	const struct store *store;            /* in force */
	const struct policy *policy, *system; /* Sendmail's; of the system's bundle, NULL: none */
	const struct chain *more;             /* certificates that the remedy adds; NULL: none */
	int64_t now_ms;
};

/* Sets `after` of each chain. */
void trial_judge(const struct trial_change *change, struct trial_chain *chains, size_t count);

#endif
