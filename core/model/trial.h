/* trial: what came of a remedy that was applied in memory. A value: copy it, nothing to free. */
#ifndef MODEL_TRIAL_H
#define MODEL_TRIAL_H

#include "model/verdict.h"

#include <stddef.h>

enum trial_state { TRIAL_NONE, TRIAL_RUNNING, TRIAL_DONE, TRIAL_NOT_POSSIBLE };

struct trial {
	enum trial_state state;
	struct verdict before, after; /* of the relay's deciding address */
	size_t relays, better, worse; /* looked at in this run: all, become good, are good no more */
	const char *words; /* what no verdict shows ("454 → accepted, encrypted"), or why it cannot be
			    * tried; NULL; borrowed from the engine until the loop runs again */
};

#endif
