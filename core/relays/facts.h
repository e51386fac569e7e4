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
	uint64_t seq;
};

struct facts {
	struct fact *facts; /* utlist: the latest last */
	size_t count;
	char *version;
	int64_t start_ms;
	uint64_t start_seq;
};

/* Takes an EVENT_FILE or EVENT_DAEMON_START line. */
void facts_take(struct facts *f, const struct event *e, uint64_t seq);

/* Takes those of a newer stretch, which is left empty. */
void facts_join(struct facts *f, struct facts *newer, uint64_t shift);

/* Frees what it holds and leaves it empty. */
void facts_free(struct facts *f);

#endif
