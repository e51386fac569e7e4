/* experiment: one thing changed, in the judgement or in a second look, and what the verdict was then. A
 * value. */
#ifndef MODEL_EXPERIMENT_H
#define MODEL_EXPERIMENT_H

#include "model/verdict.h"

enum experiment_id {                /* what is changed when the chain is judged again */
	EXPERIMENT_SYSTEM_STORE,    /* the anchors of the system's CA bundle instead of Sendmail's */
	EXPERIMENT_ADD_ISSUERS,     /* issuers that the server did not send, from elsewhere */
	EXPERIMENT_PARTIAL_CHAIN,   /* any certificate of the store is an anchor, not roots alone */
	EXPERIMENT_TRUST_TOP,       /* the last certificate of the chain is an anchor */
	EXPERIMENT_NO_TIME,         /* no date counts */
	EXPERIMENT_LEVEL,           /* a lower security level */
	EXPERIMENT_ANY_PURPOSE,     /* the certificate's purpose does not count */
	EXPERIMENT_IGNORE_CRITICAL, /* critical extensions that OpenSSL does not know do not count */
	EXPERIMENT_WITHOUT_CRL,     /* no CRL counts */
	EXPERIMENT_DROP_SENT,       /* of what was sent only the server's own certificate counts */
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
