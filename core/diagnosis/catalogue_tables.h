/* catalogue_tables: the rows of catalogue.h, in files of related findings. */
#ifndef DIAGNOSIS_CATALOGUE_TABLES_H
#define DIAGNOSIS_CATALOGUE_TABLES_H

#include "diagnosis/catalogue.h"

/* Each ends with a row without an id. */
extern const struct catalogue_row catalogue_local[];
extern const struct catalogue_row catalogue_chain[];
extern const struct catalogue_row catalogue_handshake[];
extern const struct catalogue_row catalogue_effects[];

#endif
