/* path: a certificate chain as it was built and judged, from the leaf towards an anchor. Immutable, reference
 * counted, counts change on the loop only. */
#ifndef MODEL_PATH_H
#define MODEL_PATH_H

#include "model/certificate.h"

struct path_item {
	int code; /* the first error at this depth, judging on behind the first; 0: none */
	bool in_store;
	bool sent;  /* the server sent it */
	char *from; /* neither sent nor in the store: where it came from: "http://…", a file, "the chain of
		     * mx2.example.net"; NULL */
};

struct path {
	unsigned refs;
	struct chain *chain;
	struct path_item *items; /* one a certificate of the chain */
};

/* A path over a chain, which it takes over, with items to be filled by its maker; one reference. */
struct path *path_new(struct chain *chain);

/* One more reference; returns its argument. NULL gives NULL. */
struct path *path_ref(struct path *p);

/* One reference less; the last one frees it. NULL does nothing. */
void path_unref(struct path *p);

#endif
