#include "model/finding.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct finding *
finding_new(const char *id)
{
	struct finding *f = mem_new(1, sizeof *f);

	f->refs = 1;
	f->id = id;
	return f;
}

struct finding *
finding_ref(struct finding *f)
{
	if (f)
		f->refs++;
	return f;
}

static void
free_remedy(struct remedy *r)
{
	for (size_t i = 0; i < r->line_count; i++)
		free(r->lines[i].text);
	free(r->lines);
	free(r->title);
	free(r->cost);
}

void
finding_unref(struct finding *f)
{
	if (!f || --f->refs)
		return;
	for (size_t i = 0; i < f->remedy_count; i++)
		free_remedy(&f->remedies[i]);
	for (size_t i = 0; i < f->evidence_count; i++)
		free(f->evidence[i].text);
	free(f->remedies);
	free(f->evidence);
	free(f->title);
	free(f->brief);
	free(f->remote_message);
	free(f->rule);
	free(f->cost);
	free(f);
}

void
finding_prove(struct finding *f, enum evidence_kind kind, char *sentence)
{
	f->evidence = mem_resize(f->evidence, f->evidence_count + 1, sizeof *f->evidence);
	f->evidence[f->evidence_count++] = (struct evidence_item){kind, sentence};
}

struct remedy *
finding_remedy(struct finding *f, enum remedy_kind kind, const char *title)
{
	f->remedies = mem_resize(f->remedies, f->remedy_count + 1, sizeof *f->remedies);
	f->remedies[f->remedy_count] = (struct remedy){.kind = kind, .title = mem_text(title)};
	return &f->remedies[f->remedy_count++];
}

void
finding_drop_remedy(struct finding *f)
{
	free_remedy(&f->remedies[--f->remedy_count]);
}

void
remedy_add(struct remedy *r, enum remedy_line_kind kind, char *text)
{
	size_t at = r->line_count;

	r->lines = mem_resize(r->lines, r->line_count + 1, sizeof *r->lines);
	for (; kind != LINE_SHELL && at > 0 && r->lines[at - 1].kind == LINE_SHELL; at--)
		r->lines[at] = r->lines[at - 1];
	r->lines[at] = (struct remedy_line){kind, text};
	r->line_count++;
}

const char *
remedy_first(const struct remedy *r)
{
	for (size_t i = 0; i < r->line_count; i++) {
		if (r->lines[i].kind == LINE_SHELL)
			return r->lines[i].text;
	}
	return r->line_count ? r->lines[0].text : NULL;
}

void
findings_add(struct findings *list, struct finding *f)
{
	list->items = mem_resize(list->items, list->count + 1, sizeof(struct finding *));
	list->items[list->count++] = f;
}

void
findings_clear(struct findings *list)
{
	for (size_t i = 0; i < list->count; i++)
		finding_unref(list->items[i]);
	free(list->items);
	*list = (struct findings){NULL, 0};
}

struct finding *
findings_find(const struct findings *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i]->id, id) == 0)
			return list->items[i];
	}
	return NULL;
}

const char *
severity_word(enum severity severity)
{
	static const char *const words[] = {
		[SEVERITY_NOTICE] = "notice", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

	return words[severity];
}

const char *
blame_word(enum blame blame)
{
	static const char *const words[] = {
		[BLAME_UNKNOWN] = "unknown",
		[BLAME_REMOTE] = "remote",
		[BLAME_LOCAL] = "local",
		[BLAME_NETWORK] = "network",
		[BLAME_POLICY] = "policy",
	};

	return words[blame];
}

const char *
blame_who(enum blame blame)
{
	static const char *const words[] = {
		[BLAME_UNKNOWN] = "?",
		[BLAME_REMOTE] = "them",
		[BLAME_LOCAL] = "us",
		[BLAME_NETWORK] = "net",
		[BLAME_POLICY] = "us",
	};

	return words[blame];
}

const char *
finding_kind_word(enum finding_kind kind)
{
	static const char *const words[] = {
		[FINDING_CAUSE] = "cause", [FINDING_EFFECT] = "effect", [FINDING_NOTE] = "note"};

	return words[kind];
}

const char *
proof_word(enum proof proof)
{
	static const char *const words[] = {
		[PROOF_LOG] = "log", [PROOF_PROBE] = "probe", [PROOF_AUDIT] = "audit"};

	return words[proof];
}
