#include "tui/finding_list.h"

#include "wording/words.h"

#include <string.h>

static bool
has(const struct finding_list *list, const char *id)
{
	return list->count && strcmp(list->items[finding_list_find(list, id)]->id, id) == 0;
}

static void
add(struct finding_list *list, struct finding *f)
{
	if (list->count < FINDINGS_MOST && !has(list, f->id))
		list->items[list->count++] = f;
}

void
finding_list_join(struct finding_list *list, const struct findings *of_relay, const struct findings *of_host)
{
	list->count = 0;
	for (size_t i = 0; of_relay && i < of_relay->count; i++)
		add(list, of_relay->items[i]);
	list->hosts = list->count;
	for (size_t i = 0; i < of_host->count; i++)
		add(list, of_host->items[i]);
	list->hosts = list->count - list->hosts;
}

void
finding_list_read(struct finding_list *list, struct engine *e, const struct relay *r)
{
	finding_list_join(list, r ? engine_findings(e, r) : NULL, engine_host_findings(e));
}

size_t
finding_list_find(const struct finding_list *list, const char *id)
{
	for (size_t i = 0; id && i < list->count; i++) {
		if (strcmp(list->items[i]->id, id) == 0)
			return i;
	}
	return 0;
}

bool
finding_list_is_hosts(const struct finding_list *list, size_t i)
{
	return i + list->hosts >= list->count;
}

void
finding_list_put(const struct finding_list *list, size_t i, struct text *out)
{
	const struct finding *f = list->items[i];

	text_printf(out, "%s: %s", severity_word(f->severity),
		finding_list_is_hosts(list, i) ? "this host: " : "");
	words_title(out, f->title);
}
