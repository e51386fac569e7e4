/* table: the rows by name, in the order they were first seen. When there are too many the quietest go,
 * several at once, so that a flood of names costs little. */
#ifndef RELAYS_TABLE_H
#define RELAYS_TABLE_H

#include "relays/row.h"

struct table {
	struct row *rows;   /* uthash, by key */
	struct row **shown; /* those that a counted line named, in the order of first_seq */
	size_t shown_count, shown_room;
	size_t most; /* max_relays; 0: no bound */
	uint64_t evicted;
	void (*gone)(void *arg, struct row *r); /* called before a row is evicted */
	void *arg;
};

/* The row of a name, made when there is none; it stays while it is referred to or in the table. */
struct row *table_row(struct table *t, enum direction direction, const char *name, size_t len);

/* The row of a name, or NULL. */
struct row *table_find(const struct table *t, enum direction direction, const char *name, size_t len);

/* A row has its first counted line: it is shown from now on. */
void table_show(struct table *t, struct row *r);

/* Sets the bound, and evicts at once what is too many. */
void table_bound(struct table *t, size_t most);

/* Takes the rows of a newer stretch, whose heirs are in this table from then on; *newer is left empty.
 * Neither table may have a bound meanwhile: an heir must not be evicted. */
void table_join(struct table *t, struct table *newer, uint64_t shift, const unsigned *daemons);

/* Frees the rows and leaves it empty. */
void table_free(struct table *t);

#endif
