/* finding_list: the findings of one relay and of this host as one list: the first is the one to act on. */
#ifndef TUI_FINDING_LIST_H
#define TUI_FINDING_LIST_H

#include "base/text.h"
#include "engine/engine.h"

#define FINDINGS_MOST 64 /* on one list; the catalogue has not many more rows */

struct finding_list {
	struct finding *items[FINDINGS_MOST]; /* borrowed as engine_findings() lends them */
	size_t count;
	size_t hosts; /* how many of them, at the end, are of this host alone: they do not explain the relay
		       */
};

/* The findings of a relay, then those of the host that are not among them. r NULL: those of the host alone.
 */
void finding_list_read(struct finding_list *list, struct engine *e, const struct relay *r);

/* The same over lists at hand. of_relay NULL: none. */
void finding_list_join(struct finding_list *list, const struct findings *of_relay,
	const struct findings *of_host);

/* Whether the i-th is of this host alone. */
bool finding_list_is_hosts(const struct finding_list *list, size_t i);

/* Adds "error: server does not send …", or "error: this host: …", of the i-th. */
void finding_list_put(const struct finding_list *list, size_t i, struct text *out);

/* Where the finding of that id stands; 0 when there is none (any more). */
size_t finding_list_find(const struct finding_list *list, const char *id);

#endif
