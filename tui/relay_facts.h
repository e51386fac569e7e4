/* relay_facts: what the relay view says of a relay besides its addresses: what became of the mail, which rule
 * demands it, the cause and its proof, what changed. Pure: values in, texts out. */
#ifndef TUI_RELAY_FACTS_H
#define TUI_RELAY_FACTS_H

#include "tui/finding_list.h"
#include "tui/page.h"

#define RELAY_FACTS 12

struct relay_case { /* all borrowed */
	const struct relay *relay;
	const struct look *look;     /* NULL: none */
	const struct policy *policy; /* as engine_log_policy() has it: NULL: none, or of another host */
	const struct finding_list *found;
	int64_t now_ms;
};

struct relay_fact {
	const char *label; /* "MAIL", "CAUSE", …: static */
	unsigned attr;     /* of enum attr */
	char *text;        /* of one or more lines */
	size_t rows;       /* that it may take: relay_facts_share() */
};

struct relay_facts {
	struct relay_fact at[RELAY_FACTS];
	size_t count;
	size_t also; /* the facts from this one on stand below the addresses */
};

/* Fills it anew; freed with relay_facts_free(). */
void relay_facts_read(struct relay_facts *facts, const struct relay_case *c);

/* Shares `rows` rows of a screen between the facts: one each, then one more in turn to those that are longer.
 */
void relay_facts_share(struct relay_facts *facts, int rows, int width, bool ascii);

/* Puts the facts [from, end) into a pane, each in its rows: the last line is too long for its row when there
 * is more. */
void relay_facts_put(const struct relay_facts *facts, size_t from, size_t end, struct pane *p);

/* Frees what it holds. */
void relay_facts_free(struct relay_facts *facts);

#endif
