#include "tui/relay_keep.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define TEXTS 12

/* Where a relay's texts are. */
static void
texts_of(struct relay *r, char **texts[TEXTS])
{
	struct relay_last *last = &r->last;
	char **const all[TEXTS] = {&r->name, &last->verifymsg, &last->depth_subject, &last->subject,
		&last->issuer, &last->tail, &last->reason, &last->reject, &last->stat, &last->try_tls,
		&last->warning, &last->alert};

	memcpy(texts, all, sizeof all);
}

struct relay *
relay_keep(const struct relay *r)
{
	struct relay *kept = mem_new(1, sizeof *kept);
	char **texts[TEXTS];

	*kept = *r;
	texts_of(kept, texts);
	for (size_t i = 0; i < TEXTS; i++)
		*texts[i] = mem_text(*texts[i]);
	kept->addresses = NULL;
	kept->seen = NULL;
	if (r->address_count == 0)
		return kept;
	kept->addresses = mem_new(r->address_count, sizeof *kept->addresses);
	memcpy(kept->addresses, r->addresses, r->address_count * sizeof *kept->addresses);
	if (r->seen) {
		kept->seen = mem_new(r->address_count, sizeof *kept->seen);
		memcpy(kept->seen, r->seen, r->address_count * sizeof *kept->seen);
	}
	return kept;
}

void
relay_keep_free(struct relay *kept)
{
	char **texts[TEXTS];

	if (!kept)
		return;
	texts_of(kept, texts);
	for (size_t i = 0; i < TEXTS; i++)
		free(*texts[i]);
	free(kept->addresses);
	free(kept->seen);
	free(kept);
}
