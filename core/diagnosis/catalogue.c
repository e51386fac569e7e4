#include "diagnosis/catalogue.h"

#include <string.h>

static const struct catalogue_row *const tables[] = {
	catalogue_local, catalogue_chain, catalogue_handshake, catalogue_effects};

const struct catalogue_row *
catalogue_row(size_t i)
{
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
		for (const struct catalogue_row *row = tables[t]; row->id; row++) {
			if (i-- == 0)
				return row;
		}
	}
	return NULL;
}

const struct catalogue_row *
catalogue_find(const char *id)
{
	const struct catalogue_row *row;

	for (size_t i = 0; (row = catalogue_row(i)); i++) {
		if (strcmp(row->id, id) == 0)
			return row;
	}
	return NULL;
}
