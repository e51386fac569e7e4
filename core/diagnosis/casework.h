/* casework: one diagnosis under way, and the finding that is being made. */
#ifndef DIAGNOSIS_CASEWORK_H
#define DIAGNOSIS_CASEWORK_H

#include "diagnosis/catalogue.h"
#include "diagnosis/evidence.h"
#include "diagnosis/places.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")

struct casework { /* one diagnosis under way */
	const struct evidence *e;
	const struct policy *log_policy; /* policy_of_log(): NULL where the log is another host's */
	struct diagnosis *out;
	struct places places; /* of the host and the relay: for every finding */
	bool by_policy; /* mail was held or returned because a rule demands what this relay does not give */
	bool verify_demanded; /* and what it demands is VERIFY */
};

struct draft {
	struct casework *work;
	const struct catalogue_row *row;
	struct finding *finding;
	struct places places; /* of this finding; the casework's stand behind them */
	int level;            /* the security level that its remedy sets, {level_needed}; -1: not known */
};

#endif
