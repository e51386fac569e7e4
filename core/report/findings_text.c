#include "report/findings_text.h"

#include "base/safe.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN "         "
#define MARGIN_COPY MARGIN "  "

static const char *
label_of(const struct finding *f)
{
	static const char *const labels[] = {
		[FINDING_CAUSE] = "  CAUSE  ", [FINDING_EFFECT] = "  EFFECT ", [FINDING_NOTE] = "  NOTE   "};

	return labels[f->kind];
}

/* Evidence and titles quote the log, which has mail addresses in it. */
static void
put_quoting(struct text *out, const char *label, const char *text, bool full)
{
	char *clean = full ? NULL : safe_without_addresses(text);

	safe_wrap(out, label, clean ? clean : text);
	free(clean);
}

/* "them: title ?"; an unknown blame is left out. */
static void
put_title(struct text *out, const char *label, const struct finding *f, const char *behind, bool full)
{
	bool known = f->blame != BLAME_UNKNOWN;
	char *title = text_new("%s%s%s%s%s", known ? blame_who(f->blame) : "", known ? ": " : "", f->title,
		f->certain ? "" : " ?", behind);

	put_quoting(out, label, title, full);
	free(title);
}

static void
put_proof(struct text *out, const struct finding *f, bool full)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		put_quoting(out, i ? MARGIN : "  PROOF  ", f->evidence[i].text, full);
}

static void
put_line(struct text *out, const struct remedy_line *line)
{
	if (line->kind == LINE_SENTENCE)
		safe_wrap(out, MARGIN, line->text);
	else /* to be copied, so never broken */
		safe_line(out, line->kind == LINE_SHELL ? MARGIN_COPY "$ " : MARGIN_COPY, line->text);
}

/* brief: only what is to be written into files. */
static void
put_lines(struct text *out, const struct remedy *r, size_t from, bool brief)
{
	for (size_t i = from; i < r->line_count; i++) {
		enum remedy_line_kind kind = r->lines[i].kind;

		if (!brief || kind == LINE_MC || kind == LINE_ACCESS)
			put_line(out, &r->lines[i]);
	}
}

/* The title, and behind it what it gives up, else its first sentence; true when that was told. Below FIX a
 * "CURE" needs no title. */
static bool
put_remedy_title(struct text *out, const char *label, const struct remedy *r)
{
	bool weaker = r->kind == REMEDY_WEAKER;
	const char *sentence = r->line_count && r->lines[0].kind == LINE_SENTENCE ? r->lines[0].text : NULL;
	const char *first = weaker && r->cost ? r->cost : sentence;
	bool bare = first && strcmp(r->title, "CURE") == 0;
	char *title = text_new("%s%s%s%s", bare ? "" : r->title, weaker ? " (weaker)" : "",
		first && !bare ? ": " : "", first ? first : "");

	safe_wrap(out, label, title);
	free(title);
	return first && first == sentence;
}

static void
put_remedies(struct text *out, const struct finding *f, bool brief)
{
	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];
		bool told = put_remedy_title(out, i ? "  OR     " : "  FIX    ", r);

		put_lines(out, r, told ? 1 : 0, brief && i > 0);
	}
}

static bool
touches_mail(const struct findings *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i]->kind == FINDING_EFFECT)
			return true;
	}
	return false;
}

static bool
is_any(const struct findings *list)
{
	return list && list->count > 0;
}

void
findings_text(struct text *out, const struct findings *list, bool full)
{
	for (size_t i = 0; is_any(list) && i < list->count; i++) {
		const struct finding *f = list->items[i];

		put_title(out, label_of(f), f, "", full);
		put_proof(out, f, full);
		if (f->cost)
			safe_wrap(out, "  WAIT   ", f->cost);
		put_remedies(out, f, false);
	}
}

void
findings_letter(struct text *out, const struct findings *list)
{
	const char *letter = is_any(list) ? list->items[0]->remote_message : NULL;
	struct span rest = span_of(letter), line;

	if (letter)
		text_put(out, "\n");
	while (rest.len) {
		char *copy;

		span_cut(&rest, "\n", &line);
		copy = span_copy(line);
		/* A header field must stay on one line. */
		(span_starts(line, "Subject: ") ? safe_line : safe_wrap)(out, "", copy);
		free(copy);
	}
}

void
findings_brief(struct text *out, const struct findings *list, bool full)
{
	const struct finding *first = is_any(list) ? list->items[0] : NULL;

	if (!first)
		return;
	put_title(out, label_of(first), first, "", full);
	put_proof(out, first, full);
	for (size_t i = 1; i < list->count; i++)
		put_title(out, list->items[i]->kind == FINDING_CAUSE ? "  ALSO   " : label_of(list->items[i]),
			list->items[i], "", full);
	if (first->cost && touches_mail(list))
		safe_wrap(out, "  WAIT   ", first->cost);
}

void
findings_remedies(struct text *out, const struct finding *f)
{
	put_remedies(out, f, true);
}

void
findings_titles(struct text *out, const struct findings *list, const char *where, bool full)
{
	for (size_t i = 0; is_any(list) && i < list->count; i++)
		put_title(out, label_of(list->items[i]), list->items[i], i ? "" : where, full);
}

void
findings_host(struct text *out, const struct findings *list, bool full)
{
	for (size_t i = 0; is_any(list) && i < list->count; i++) {
		const struct finding *f = list->items[i];

		put_title(out, "HOST     ", f, "", full);
		put_proof(out, f, full);
		put_remedies(out, f, false);
	}
}

bool
findings_are_trouble(const struct findings *list)
{
	for (size_t i = 0; is_any(list) && i < list->count; i++) {
		if (list->items[i]->severity != SEVERITY_NOTICE)
			return true;
	}
	return false;
}
