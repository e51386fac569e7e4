/* What would decide more about a look: one thing at a time, so that a relay is not bothered for nothing. */
#include "diagnosis/diagnosis.h"

#include "diagnosis/look_outcome.h"
#include "diagnosis/rules.h"

static bool
want_of_address(const struct evidence *e, size_t i, struct want *out)
{
	const struct observation *o = e->look->addresses[i].observation;
	const struct examination *x = e->examinations && o && o->chain ? &e->examinations[i] : NULL;
	enum second_look_kind kind = SECOND_LOOKS;

	if (!o)
		return false;
	*out = (struct want){.kind = WANT_ISSUER, .address = i, .second = SECOND_LOOKS};
	if (x && x->want_issuer && !e->offline) {
		out->url = x->want_issuer;
		return true;
	}
	/* Second looks are of the first address that answers: what they prove is true of its neighbours. */
	if (i == look_first(e))
		kind = x && !o->cut_short ? sni_next_look(e, o, x) : handshake_next_look(e, o);
	out->kind = WANT_SECOND_LOOK;
	out->second = kind;
	return kind != SECOND_LOOKS;
}

bool
diagnosis_want(const struct evidence *e, struct want *out)
{
	if (e->look->saved) /* nobody is there to be asked, and no URL is */
		return false;
	for (size_t i = 0; i < e->look->address_count; i++) {
		if (want_of_address(e, i, out))
			return true;
	}
	return false;
}
