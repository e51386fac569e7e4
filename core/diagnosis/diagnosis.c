#include "diagnosis/diagnosis.h"

#include "base/mem.h"
#include "diagnosis/catalogue.h"
#include "diagnosis/draft.h"
#include "diagnosis/look_outcome.h"
#include "diagnosis/rules.h"

#include <stdlib.h>
#include <string.h>

/* Causes, then effects, then notes; among themselves as they were told. */
static void
sort(struct findings *list)
{
	struct finding **sorted = mem_new(list->count + 1, sizeof(struct finding *));
	size_t count = 0;

	for (int kind = FINDING_CAUSE; kind <= FINDING_NOTE; kind++) {
		for (size_t i = 0; i < list->count; i++) {
			if ((int)list->items[i]->kind == kind)
				sorted[count++] = list->items[i];
		}
	}
	free(list->items);
	list->items = sorted;
}

/* A store that verifies nobody or a clock that is wrong is no fault of the relay's. What a look has proved
 * needs no guess about all relays together. */
static void
put_explanation_first(struct findings *list, const struct findings *of_host)
{
	const struct finding *first = list->count ? list->items[0] : NULL;
	const char *id = first ? catalogue_find(first->id)->explained_by : NULL;
	struct finding *f = id && of_host ? findings_find(of_host, id) : NULL;

	if (!f || (first->proof == PROOF_PROBE && first->certain))
		return;
	findings_add(list, NULL);
	memmove(list->items + 1, list->items, (list->count - 1) * sizeof(struct finding *));
	list->items[0] = finding_ref(f);
}

static void
diagnose_outbound(struct diagnosis_run *w)
{
	bool looked = look_counts(w->e);

	if (looked)
		look_rules(w);
	if (w->e->relay && (!looked || !look_reached(w->e)))
		log_rules(w);
	if (w->e->relay && !looked)
		log_rules_addresses(w);
	if (looked)
		look_rules_notes(w);
	if (w->e->relay) {
		effect_rules(w);
		log_rules_notes(w);
	}
}

void
diagnose_relay(const struct evidence *evidence, struct diagnosis *out)
{
	struct diagnosis_run w;

	*out = (struct diagnosis){.findings = {NULL, 0}};
	diagnosis_run_begin(&w, evidence, out);
	if (evidence->relay && evidence->relay->direction == DIRECTION_SERVER)
		log_rules_inbound(&w);
	else
		diagnose_outbound(&w);
	diagnosis_run_end(&w);
	sort(&out->findings);
	put_explanation_first(&out->findings, evidence->of_host);
}

void
diagnose_host(const struct evidence *evidence, struct diagnosis *out)
{
	struct diagnosis_run w;

	*out = (struct diagnosis){.findings = {NULL, 0}};
	diagnosis_run_begin(&w, evidence, out);
	host_rules(&w);
	diagnosis_run_end(&w);
	sort(&out->findings);
}

void
diagnosis_clear(struct diagnosis *d)
{
	findings_clear(&d->findings);
}
