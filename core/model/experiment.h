/* experiment: one thing changed, in the judgement or in a second look, and what the verdict was then. A
 * value. */
#ifndef MODEL_EXPERIMENT_H
#define MODEL_EXPERIMENT_H

#include "model/verdict.h"

enum experiment_id { /* DESIGN.md section 6 */
	EXPERIMENT_SYSTEM_STORE,
	EXPERIMENT_ADD_ISSUERS,
	EXPERIMENT_PARTIAL_CHAIN,
	EXPERIMENT_TRUST_TOP,
	EXPERIMENT_NO_TIME,
	EXPERIMENT_LEVEL,
	EXPERIMENT_ANY_PURPOSE,
	EXPERIMENT_IGNORE_CRITICAL,
	EXPERIMENT_WITHOUT_CRL,
	EXPERIMENT_DROP_SENT,
	EXPERIMENT_WITH_SNI,
	EXPERIMENT_WEAK_HANDSHAKE,
	EXPERIMENT_OTHER_ADDRESS,
	EXPERIMENT_REPEAT,
	EXPERIMENT_WITH_NAME,
	EXPERIMENTS
};

#define EXPERIMENT_MOST 16 /* changes that one experiment combines */

struct experiment {
	enum experiment_id ids[EXPERIMENT_MOST]; /* all that was changed at once */
	size_t id_count;
	int level; /* of EXPERIMENT_LEVEL */
	struct verdict verdict;
};

/* "system-store", "add-issuers", …, "level" (its number is behind it in JSON: "level-1"). Static. */
const char *experiment_word(enum experiment_id id);

#endif
