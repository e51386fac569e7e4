#include "tui/finding_list.h"

#include <ctype.h>
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

bool
finding_is_open(const struct finding *f, const struct look *look)
{
	bool looked = look && (look->state == LOOK_DONE || look->state == LOOK_EXAMINING);

	return !f->certain || (f->proof == PROOF_LOG && !looked);
}

/* "No CA store", but neither "STARTTLS is …" nor "OpenSSL error", and Sendmail is a name. */
static bool
is_plain_word(struct span word)
{
	if (word.len == 0 || !isupper((unsigned char)word.at[0]) || span_starts(word, "Sendmail"))
		return false;
	for (size_t i = 1; i < word.len; i++) {
		if (isupper((unsigned char)word.at[i]))
			return false;
	}
	return true;
}

void
finding_put_title(struct text *out, const char *title)
{
	struct span rest = span_of(title), word;

	span_cut(&rest, " ", &word);
	if (is_plain_word(word))
		text_printf(out, "%c%s", tolower((unsigned char)*title), title + 1);
	else
		text_put(out, title);
}

void
finding_list_put(const struct finding_list *list, size_t i, struct text *out)
{
	const struct finding *f = list->items[i];

	text_printf(out, "%s: %s", severity_word(f->severity),
		finding_list_is_hosts(list, i) ? "this host: " : "");
	finding_put_title(out, f->title);
}

const char *
finding_whose(enum blame blame)
{
	static const char *const words[] = {
		[BLAME_UNKNOWN] = "not known whose",
		[BLAME_REMOTE] = "theirs",
		[BLAME_LOCAL] = "ours",
		[BLAME_NETWORK] = "the network's",
		[BLAME_POLICY] = "our own rule",
	};

	return words[blame];
}
