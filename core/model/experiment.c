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
		[EXPERIMENT_WITH_SNI] = "with-sni",
		[EXPERIMENT_WEAK_HANDSHAKE] = "weak-handshake",
		[EXPERIMENT_OTHER_ADDRESS] = "other-address",
		[EXPERIMENT_REPEAT] = "repeat",
		[EXPERIMENT_WITH_NAME] = "with-name",
	};

	return words[id];
}
