/* chain_page: the chain of one address as lines: as it was sent and judged, as it was repaired, what was sent
 * besides, and other ways to an anchor. Pure: values in, lines out. */
#ifndef TUI_CHAIN_PAGE_H
#define TUI_CHAIN_PAGE_H

#include "tui/page.h"

struct chain_case { /* all borrowed */
	const struct verdict *verdict;
	const struct chain *sent;    /* NULL: nothing */
	const struct path *path;     /* as judged; NULL: none could be built */
	const struct path *repaired; /* NULL: nothing was repaired */
	struct path *const *others;
	size_t other_count;
	const struct experiment *experiments; /* for what OpenSSL calls its errors */
	size_t experiment_count;
	const char *ca_file;    /* where issuers were looked for; NULL: the store has no name */
	const char *in_the_way; /* title of the finding on an expired cross-sign; NULL: none */
	int64_t now_ms;
};

#define CHAIN_KEY_ROOM 96

struct chain_item {
	struct certificate *certificate; /* a reference: the look may go on */
	char key[CHAIN_KEY_ROOM]; /* names it for good: its part of the page, its depth, its fingerprint */
};

struct chain_page {
	struct pane pane; /* an item is a certificate */
	struct chain_item *items;
	size_t count;
};

/* Fills it anew. */
void chain_page_build(struct chain_page *p, const struct chain_case *c, int width, bool ascii);

/* Frees what it holds. */
void chain_page_free(struct chain_page *p);

#endif
