/* look_table: the newest look at each target, with all that was found out about it. */
#ifndef ENGINE_LOOK_TABLE_H
#define ENGINE_LOOK_TABLE_H

#include "engine/look_run.h"

#define LOOK_TABLE_MOST 4096 /* targets; then the one that was not looked at longest goes */

struct look_table;

/* No look yet. */
struct look_table *look_table_new(void);

/* The key that a target is kept under: the caller frees it. */
char *look_table_key(const struct target *target);

/* The newest run of a target, or NULL. Borrowed until a newer one takes its place. */
struct look_run *look_table_find(const struct look_table *t, const struct target *target);

/* Puts a run in the place of the one that its target had, which must have ended, and is freed. The run goes
 * over. */
void look_table_put(struct look_table *t, struct look_run *run);

/* Something of a run of the table has changed that findings are made of. */
void look_table_changed(struct look_table *t, struct look_run *run);

/* Another number after every such change: of the newest look at the target of that key, 0: there is none; and
 * of all together. */
uint64_t look_table_version_of(const struct look_table *t, const char *key);
uint64_t look_table_version(const struct look_table *t);

/* A look becomes part of an evidence; while it is the newest of its target, with what was found out about it
 * and the look before it. Borrowed. */
void look_table_put_evidence(const struct look_table *t, const struct look *look, struct evidence *e);

/* The newest look of each target: calls each(arg, look). */
void look_table_each(const struct look_table *t, void (*each)(void *arg, const struct look *look), void *arg);

/* Frees it with all runs, which must have ended. */
void look_table_free(struct look_table *t);

#endif
