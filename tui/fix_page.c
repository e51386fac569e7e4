#include "tui/fix_page.h"

#include "base/mem.h"
#include "base/safe.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

#define LABEL 8 /* " WAIT?  " */
#define TITLE_WIDE 22
#define KEYS_WIDE 11 /* "[t] [w] [y]" */
#define TELL_THEM "TELL THEM"

struct building {
	struct fix_page *page;
	const struct fix_case *c;
	const struct finding *finding;
	size_t choice; /* the lines that follow belong to it */
};

/* Begins a piece: the lines that follow belong to it. */
static size_t
piece(struct building *b, const char *copied)
{
	struct fix_page *p = b->page;

	p->pieces = mem_resize(p->pieces, p->piece_count + 1, sizeof *p->pieces);
	p->pieces[p->piece_count] = (struct fix_piece){b->choice, copied ? mem_text(copied) : NULL};
	return p->piece_count++;
}

static void
put_labelled(struct building *b, const char *label, unsigned attr, const char *text, const char *copied)
{
	pane_printf(&b->page->pane, piece(b, copied), attr, LABEL, " %-*s%s", LABEL - 1, label, text);
}

static void
put_indented(struct building *b, unsigned attr, const char *mark, const char *text, const char *copied)
{
	pane_printf(&b->page->pane, piece(b, copied), attr, 5, "   %s%s", mark, text);
}

/* ---- what it is -------------------------------------------------------------------------------------------
 */

static void
put_cause(struct building *b)
{
	static const char *const kinds[] = {
		[FINDING_CAUSE] = "CAUSE", [FINDING_EFFECT] = "EFFECT", [FINDING_NOTE] = "NOTE"};
	const struct finding *f = b->finding;
	struct text out = {NULL, 0, 0};

	finding_list_put(b->c->all, b->c->at, &out);
	if (words_is_open(f, b->c->look))
		text_put(&out, f->certain ? "   ? (from the log, not yet tried)" : "   ? (not certain)");
	put_labelled(b, kinds[f->kind], ATTR_BOLD, out.at, f->title);
	text_free(&out);
	if (f->cost)
		put_labelled(b, "WAIT?", ATTR_PLAIN, f->cost, f->cost);
}

/* ---- choices ----------------------------------------------------------------------------------------------
 */

const struct certificate *
fix_certificate(const struct remedy *r, const struct look *look)
{
	const struct look_address *a = look ? look_deciding(look) : NULL;
	const struct path *p = a && a->repaired ? a->repaired : a ? a->path : NULL;

	if (!p || p->chain->count == 0)
		return NULL;
	if (r->change == CHANGE_ADD_ROOT) /* a root that was sent is known without a repaired path */
		return p->chain->certificates[p->chain->count - 1];
	for (size_t i = 0; r->change == CHANGE_ADD_ISSUER && i < p->chain->count; i++) {
		if (p->items[i].from && !p->items[i].in_store)
			return p->chain->certificates[i];
	}
	return NULL;
}

/* "1 TELL THEM              the cure                      [w] [y]" */
static void
put_heading(struct building *b, const char *title, const char *note, const char *keys, const char *copied)
{
	struct pane *p = &b->page->pane;
	int note_wide = p->width - 4 - TITLE_WIDE - KEYS_WIDE - 1;
	struct text out = {NULL, 0, 0};

	text_printf(&out, " %zu ", b->choice + 1);
	safe_cell(&out, title, TITLE_WIDE, p->ascii);
	if (note_wide > 0) {
		text_put(&out, " ");
		safe_cell(&out, note, note_wide, p->ascii);
	}
	text_put(&out, keys);
	pane_put(p, piece(b, copied), ATTR_BOLD, LABEL, out.at);
	text_free(&out);
}

static bool
begin_choice(struct building *b, size_t remedy)
{
	struct fix_page *p = b->page;

	if (p->choice_count == FIX_CHOICES)
		return false;
	p->choices[p->choice_count] = (struct fix_choice){remedy};
	b->choice = p->choice_count++;
	return true;
}

static void
put_letter(struct building *b)
{
	const char *letter = b->finding->remote_message;
	struct span rest = span_of(letter), line;

	if (!letter || !begin_choice(b, FIX_NONE))
		return;
	put_heading(b, TELL_THEM, "the cure", "[w] [y]", letter);
	if (b->c->relay && b->c->relay->deliveries.waiting && !b->finding->says_held)
		put_indented(b, ATTR_WARN, "", "Mail to them is held here too: send it another way.", letter);
	piece(b, letter);
	while (rest.len > 0) {
		span_cut(&rest, "\n", &line);
		pane_printf(&b->page->pane, b->page->piece_count - 1, ATTR_PLAIN, 3, "   %.*s", (int)line.len,
			line.at);
	}
}

static void
put_trial(struct building *b, const struct trial *t)
{
	struct text out = {NULL, 0, 0};
	unsigned attr = view_attr(words_trial(&out, t));

	if (out.len)
		put_indented(b, attr, "", out.at, NULL);
	text_free(&out);
}

static void
put_lines(struct building *b, const struct remedy *r)
{
	for (size_t i = 0; i < r->line_count; i++) {
		const struct remedy_line *line = &r->lines[i];

		put_indented(b, ATTR_PLAIN, line->kind == LINE_SHELL ? "$ " : "", line->text, line->text);
	}
}

static void
put_remedy(struct building *b, size_t i)
{
	static const char *const notes[] = {
		[REMEDY_CURE] = "the cure", [REMEDY_HERE] = "helps on this host", [REMEDY_WEAKER] = "WEAKER"};
	const struct remedy *r = &b->finding->remedies[i];
	const char *first = remedy_first(r);
	struct text keys = {NULL, 0, 0};

	if (!begin_choice(b, i))
		return;
	text_printf(&keys, "%s%s%s", r->change != CHANGE_NOTHING ? "[t] " : "",
		fix_certificate(r, b->c->look) ? "[w] " : "", first ? "[y]" : "");
	put_heading(b, r->title, notes[r->kind], keys.at, first);
	text_free(&keys);
	if (r->cost)
		put_indented(b, ATTR_WARN, r->kind == REMEDY_WEAKER ? "WEAKER: " : "", r->cost, r->cost);
	put_lines(b, r);
	put_trial(b, &b->c->trials[i]);
}

/* The letter to the postmaster asks for the same. */
static bool
is_in_letter(const struct finding *f, const struct remedy *r)
{
	return f->remote_message && r->theirs;
}

static void
put_choices(struct building *b)
{
	const struct finding *f = b->finding;

	put_letter(b);
	for (int kind = REMEDY_CURE; kind <= REMEDY_WEAKER; kind++) {
		for (size_t i = 0; i < f->remedy_count; i++) {
			const struct remedy *r = &f->remedies[i];

			if ((int)r->kind == kind && !is_in_letter(f, r))
				put_remedy(b, i);
		}
	}
	b->choice = FIX_NONE;
}

/* ---- what comes behind ------------------------------------------------------------------------------------
 */

/* Effects that end with a queue run, once the cause is gone. */
static bool
is_held(const struct finding *f)
{
	return strcmp(f->id, "policy-deferred") == 0 || strcmp(f->id, "mail-held") == 0;
}

static void
put_after(struct building *b)
{
	const struct finding_list *all = b->c->all;

	if (b->finding->kind != FINDING_CAUSE || !b->c->relay || finding_list_is_hosts(all, b->c->at))
		return;
	for (size_t i = 0; i < all->count; i++) {
		const struct finding *f = all->items[i];

		for (size_t j = 0; is_held(f) && j < f->remedy_count; j++) {
			const struct remedy *r = &f->remedies[j];

			if (r->kind == REMEDY_CURE && r->line_count &&
				r->lines[r->line_count - 1].kind == LINE_SHELL)
				put_labelled(b, "AFTER", ATTR_PLAIN, remedy_first(r), remedy_first(r));
		}
	}
	put_labelled(b, "SEE", ATTR_PLAIN, "this relay's next line in the log (L), or look again (v)", NULL);
}

static void
put_proof(struct building *b)
{
	const struct finding *f = b->finding;

	for (size_t i = 0; i < f->evidence_count; i++)
		put_labelled(b, i ? "" : "PROOF", ATTR_DIM, f->evidence[i].text, f->evidence[i].text);
}

static void
put_others(struct building *b)
{
	const struct finding_list *all = b->c->all;
	const char *label = "ALSO";

	for (size_t i = 0; i < all->count; i++) {
		struct text out = {NULL, 0, 0};

		if (i == b->c->at)
			continue;
		finding_list_put(all, i, &out);
		put_labelled(b, label, ATTR_DIM, out.at, NULL);
		text_free(&out);
		label = "";
	}
}

static void
drop_pieces(struct fix_page *p)
{
	for (size_t i = 0; i < p->piece_count; i++)
		free(p->pieces[i].copied);
	p->piece_count = 0;
	p->choice_count = 0;
}

void
fix_page_build(struct fix_page *p, const struct fix_case *c, int width, bool ascii)
{
	struct building b = {p, c, c->all->items[c->at], FIX_NONE};

	pane_begin(&p->pane, width, ascii);
	drop_pieces(p);
	put_cause(&b);
	put_choices(&b);
	put_after(&b);
	put_proof(&b);
	put_others(&b);
}

size_t
fix_page_line_of(const struct fix_page *p, size_t choice)
{
	for (size_t i = 0; i < p->pane.count; i++) {
		if (p->pieces[p->pane.at[i].item].choice == choice)
			return i;
	}
	return 0;
}

const struct fix_piece *
fix_page_piece(const struct fix_page *p, size_t line)
{
	return line < p->pane.count ? &p->pieces[p->pane.at[line].item] : NULL;
}

void
fix_page_free(struct fix_page *p)
{
	pane_free(&p->pane);
	drop_pieces(p);
	free(p->pieces);
	p->pieces = NULL;
}
