#include "diagnosis/looked.h"

bool
look_counts(const struct evidence *e)
{
	return e->look && (e->look->state == LOOK_EXAMINING || e->look->state == LOOK_DONE);
}

static const struct observation *
seen(const struct evidence *e, size_t i)
{
	return e->look->addresses[i].observation;
}

bool
look_reached(const struct evidence *e)
{
	for (size_t i = 0; i < e->look->address_count; i++) {
		if (seen(e, i) && seen(e, i)->reached >= STAGE_EHLO)
			return true;
	}
	return false;
}

size_t
look_first(const struct evidence *e)
{
	for (size_t i = 0; i < e->look->address_count; i++) {
		if (seen(e, i) && seen(e, i)->reached >= STAGE_CONNECT)
			return i;
	}
	return 0;
}
