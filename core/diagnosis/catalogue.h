/* catalogue: every finding as data: who is to blame, how bad it is, its title, and the remedies as text with
 * {places} that evidence fills. One row a finding; no other file has such text. */
#ifndef DIAGNOSIS_CATALOGUE_H
#define DIAGNOSIS_CATALOGUE_H

#include "diagnosis/catalogue_tables.h"

/* The row of an id, or NULL. */
const struct catalogue_row *catalogue_find(const char *id);

/* All rows, one after the other: the i-th, or NULL behind the last. */
const struct catalogue_row *catalogue_row(size_t i);

#endif
