/* facts: what the log says of the host itself: files that are missing, unsafe or unusable, and the daemon's
 * version and start. Each fact once, with who said it last. */
#ifndef RELAYS_FACTS_H
#define RELAYS_FACTS_H

#include "base/hash.h"
#include "relays/relays.h"

#define FACTS_MOST 128 /* those not seen longest go */

struct fact {
	struct fact *prev, *next;
	struct history_fact told;
};

struct facts {
	struct fact *facts; /* utlist: the latest last */
	size_t count;
	uint64_t lines, new; /* as in history_totals */
	char *version;
	int64_t start_ms;
};

/* Takes an EVENT_FILE or EVENT_DAEMON_START line. */
void facts_take(struct facts *f, const struct event *e);

/* Frees what it holds and leaves it empty. */
void facts_free(struct facts *f);

#endif
