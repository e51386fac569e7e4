#include "report/json_findings.h"

#include "report/json_parts.h"

#include <stdio.h>
#include <stdlib.h>

/* The shell commands of a remedy, or all its other lines. */
static void
put_lines(json_t *list, const struct remedy *r, bool commands)
{
	for (size_t i = 0; i < r->line_count; i++) {
		if ((r->lines[i].kind == LINE_SHELL) == commands)
			json_array_append_new(list, json_words(r->lines[i].text));
	}
}

static json_t *
lines_of(const struct remedy *r, bool commands)
{
	json_t *list = json_array();

	put_lines(list, r, commands);
	return list;
}

static json_t *
evidence_of(const struct finding *f, bool full)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->evidence_count; i++)
		json_array_append_new(list, json_words_of_mail(f->evidence[i].text, full));
	return list;
}

/* In "fix" all remedies are one list: what weakens must be seen to begin there, and what it gives up. */
static json_t *
fix_of(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];
		char *weaker = NULL;

		if (r->kind == REMEDY_WEAKER)
			weaker = text_new("%s (weaker)%s%s", r->title, r->cost ? ": " : "",
				r->cost ? r->cost : "");
		if (weaker)
			json_array_append_new(list, json_words(weaker));
		put_lines(list, r, false);
		free(weaker);
	}
	return list;
}

static json_t *
commands_of(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->remedy_count; i++)
		put_lines(list, &f->remedies[i], true);
	return list;
}

static json_t *
remedies_of(const struct finding *f)
{
	static const char *const kinds[] = {
		[REMEDY_CURE] = "cure", [REMEDY_HERE] = "here", [REMEDY_WEAKER] = "weaker"};
	json_t *list = json_array();

	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];

		json_array_append_new(list,
			json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind", kinds[r->kind], "title",
				json_words(r->title), "cost", json_words(r->cost), "lines",
				lines_of(r, false), "commands", lines_of(r, true)));
	}
	return list;
}

static json_t *
finding_of(const struct finding *f, bool full)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", f->id,
		"severity", severity_word(f->severity), "blame", blame_word(f->blame), "kind",
		finding_kind_word(f->kind), "proof", proof_word(f->proof), "certain", f->certain, "title",
		json_words_of_mail(f->title, full), "evidence", evidence_of(f, full), "fix", fix_of(f),
		"commands", commands_of(f), "remedies", remedies_of(f), "remote_message",
		json_words(f->remote_message), "cost", json_words(f->cost));
}

json_t *
json_findings(const struct findings *list, bool full)
{
	json_t *all = json_array();

	for (size_t i = 0; list && i < list->count; i++)
		json_array_append_new(all, finding_of(list->items[i], full));
	return all;
}

static json_t *
ids_of(const struct experiment *e)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < e->id_count; i++) {
		char level[32];

		snprintf(level, sizeof level, "level-%d", e->level);
		json_array_append_new(ids,
			json_string(e->ids[i] == EXPERIMENT_LEVEL ? level : experiment_word(e->ids[i])));
	}
	return ids;
}

json_t *
json_experiments(const struct look_address *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->experiment_count; i++) {
		const struct verdict *v = &a->experiments[i].verdict;

		json_array_append_new(list,
			json_pack("{s:o, s:o, s:i, s:o}", "ids", ids_of(&a->experiments[i]), "verify",
				json_verify(v->verify), "code", v->code, "depth",
				v->code ? json_integer(v->depth) : json_null()));
	}
	return list;
}

json_t *
json_path(const struct path *p)
{
	json_t *list = json_array();

	for (size_t i = 0; p && i < p->chain->count; i++) {
		const struct path_item *item = &p->items[i];
		json_t *j = json_certificate(p->chain->certificates[i]);

		json_object_set_new(j, "code", json_integer(item->code));
		json_object_set_new(j, "sent", json_boolean(item->sent));
		json_object_set_new(j, "in_store", json_boolean(item->in_store));
		json_object_set_new(j, "from", json_words(item->from));
		json_array_append_new(list, j);
	}
	return list;
}

json_t *
json_paths(struct path *const *paths, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_path(paths[i]));
	return list;
}
