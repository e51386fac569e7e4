#include "model/experiment.h"

const char *
experiment_word(enum experiment_id id)
{
	static const char *const words[EXPERIMENTS] = {
		[EXPERIMENT_SYSTEM_STORE] = "system-store",
		[EXPERIMENT_ADD_ISSUERS] = "add-issuers",
		[EXPERIMENT_PARTIAL_CHAIN] = "partial-chain",
		[EXPERIMENT_TRUST_TOP] = "trust-top",
		[EXPERIMENT_NO_TIME] = "no-time",
		[EXPERIMENT_LEVEL] = "level",
		[EXPERIMENT_ANY_PURPOSE] = "any-purpose",
		[EXPERIMENT_IGNORE_CRITICAL] = "ignore-critical",
		[EXPERIMENT_WITHOUT_CRL] = "without-crl",
		[EXPERIMENT_DROP_SENT] = "drop-sent",
	};

	return words[id];
}
