/* What would decide more: one thing at a time, so that a relay is not bothered for nothing. */
#include "diagnosis/look_rules.h"

#include "base/mem.h"
#include "diagnosis/handshake_rules.h"
#include "diagnosis/looked.h"
#include "diagnosis/sni_rules.h"

#include <stdlib.h>

static void
add_want(struct diagnosis *out, struct want want)
{
	out->wants = mem_resize(out->wants, out->want_count + 1, sizeof *out->wants);
	out->wants[out->want_count++] = want;
}

static bool
want_for(struct casework *w, size_t i)
{
	const struct evidence *e = w->e;
	const struct observation *o = e->look->addresses[i].observation;
	const struct examination *x = e->examinations && o && o->chain ? &e->examinations[i] : NULL;
	enum second_look_kind kind = SECOND_LOOKS;

	if (!o)
		return false;
	if (x && x->want_issuer && !e->offline) {
		add_want(w->out, (struct want){.kind = WANT_ISSUER,
					 .address = i,
					 .second = SECOND_LOOKS,
					 .url = mem_text(x->want_issuer)});
		return true;
	}
	/* Second looks are of the first address that answers: what they prove is true of its neighbours. */
	if (i == look_first(e))
		kind = x && !o->cut_short ? sni_next_look(e, o, x) : handshake_next_look(e, o);
	if (kind != SECOND_LOOKS)
		add_want(w->out, (struct want){.kind = WANT_SECOND_LOOK, .address = i, .second = kind});
	return kind != SECOND_LOOKS;
}

void
look_rules_wants(struct casework *w)
{
	if (w->e->look->saved) /* nobody is there to be asked, and no URL is */
		return;
	for (size_t i = 0; i < w->e->look->address_count; i++) {
		if (want_for(w, i))
			return;
	}
}
