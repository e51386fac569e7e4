#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "cases.h"

#include <stdlib.h>
#include <string.h>

char *
cases_ids(const struct findings *list)
{
	struct text t = {NULL, 0, 0};

	text_put(&t, "");
	for (size_t i = 0; i < list->count; i++)
		text_printf(&t, "%s%s%s", i ? " " : "", list->items[i]->id,
			list->items[i]->certain ? "" : "?");
	return text_take(&t);
}

void
cases_check(struct tried *t)
{
	char *ids = cases_ids(&t->diagnosis.findings);

	if (strcmp(ids, t->expected) != 0)
		fail_msg("%s: \"%s\", expected \"%s\"", t->label, ids, t->expected);
	free(ids);
	diagnosis_clear(&t->diagnosis);
}
