#include "diagnosis/look_outcome.h"

/* Sendmail itself changed its word since: a fix was made after the look, say. */
static bool
is_overtaken(const struct evidence *e)
{
	const struct relay *r = e->relay;

	return r && r->since_ms > e->look->begun_ms && r->last.verify != VERIFY_UNKNOWN &&
	       verify_is_good(r->last.verify) != verify_is_good(e->look->verify);
}

bool
look_counts(const struct evidence *e)
{
	/* Verdicts alone name no cause: until the first chain was taken apart the log's stands. */
	bool is_examined = e->look && e->look->state == LOOK_EXAMINING && e->examinations;

	return e->look && (is_examined || e->look->state == LOOK_DONE) && !is_overtaken(e);
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
	const struct look_address *deciding = look_deciding(e->look);

	return deciding ? (size_t)(deciding - e->look->addresses) : 0;
}
