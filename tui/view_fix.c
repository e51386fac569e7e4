/* What can be done about a finding: the message to them, what helps here, what weakens, and what came of
 * trying it in memory. */
#include "tui/app.h"
#include "tui/fix_page.h"
#include "tui/shell_command.h"
#include "tui/views.h"

#include "base/mem.h"
#include "base/safe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fix_view {
	struct view base;
	char *id;             /* of the finding chosen; NULL: the first, whatever it is */
	struct fix_page page; /* as last drawn */
	char key[24];         /* of the line that was asked for last */
};

struct now { /* one drawing, or one key: what is found at that moment */
	const struct relay *relay;
	struct finding_list all;
	size_t at;
	struct finding *finding; /* NULL: nothing is found (any more) */
};

static struct fix_view *
self_of(struct view *v)
{
	return (struct fix_view *)v;
}

static struct now
read_now(struct view *v)
{
	struct now n = {.relay = view_relay_of(v)};

	if (n.relay || !v->relay)
		finding_list_read(&n.all, app_engine(v->app), n.relay);
	n.at = finding_list_find(&n.all, self_of(v)->id);
	n.finding = n.all.count ? n.all.items[n.at] : NULL;
	return n;
}

static const char *
line_key(void *arg, size_t i)
{
	struct fix_view *self = arg;

	snprintf(self->key, sizeof self->key, "%zu", i);
	return self->key;
}

static const char *
line_text(void *arg, size_t i)
{
	return ((struct fix_view *)arg)->page.pane.at[i].text;
}

static void
source(struct view *v, struct list_source *s)
{
	*s = (struct list_source){
		.count = self_of(v)->page.pane.count, .key = line_key, .text = line_text, .arg = v};
}

/* ---- drawing ----------------------------------------------------------------------------------------------
 */

static void
draw_title(struct view *v, const struct now *n, const struct frame *f)
{
	struct text right = {NULL, 0, 0};

	if (n->finding && n->all.count > 1)
		text_printf(&right, "  %zu of %zu: Tab", n->at + 1, n->all.count);
	if (n->finding)
		text_printf(&right, "  (%s)", words_whose(n->finding->blame));
	if (right.len)
		canvas_right(f->canvas, (struct area){0, 0, f->cols}, ATTR_BOLD, right.at);
	canvas_printf(f->canvas, (struct area){0, 0, f->cols - (int)right.len}, ATTR_BOLD, "fix  %s",
		v->relay ? v->relay : "this host");
	text_free(&right);
}

static void
build(struct view *v, const struct now *n, const struct frame *f)
{
	const struct finding *finding = n->finding;
	struct trial *trials = mem_new(finding->remedy_count + 1, sizeof *trials);
	const struct fix_case c = {
		.all = &n->all, .at = n->at, .relay = n->relay, .look = view_look_of(v), .trials = trials};

	for (size_t i = 0; i < finding->remedy_count; i++)
		trials[i] = engine_trial(app_engine(v->app), n->relay, finding, i);
	fix_page_build(&self_of(v)->page, &c, f->cols, canvas_is_ascii(f->canvas));
	free(trials);
}

/* If the first line of a choice is selected, all its lines should be seen. */
static size_t
end_of(const struct fix_page *p, size_t line)
{
	size_t choice = fix_page_piece(p, line)->choice, end = line + 1;

	if (choice == FIX_NONE || fix_page_line_of(p, choice) != line)
		return end;
	while (end < p->pane.count && fix_page_piece(p, end)->choice == choice)
		end++;
	return end;
}

static void
draw(struct view *v, const struct frame *f)
{
	struct fix_page *page = &self_of(v)->page;
	struct now n = read_now(v);
	struct list_source s;

	draw_title(v, &n, f);
	if (!n.finding) {
		fix_page_free(page);
		canvas_text(f->canvas, (struct area){1, 0, f->cols}, ATTR_PLAIN,
			" nothing is found here (any more)");
		return;
	}
	build(v, &n, f);
	source(v, &s);
	list_update(&v->list, &s);
	if (!v->list.key)
		v->list.at = fix_page_line_of(page, 0);
	pane_draw(&page->pane, &v->list, f, 1, v->list.at, end_of(page, v->list.at));
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

static const struct fix_piece *
selected(struct view *v)
{
	return fix_page_piece(&self_of(v)->page, v->list.at);
}

static void
choose(struct view *v, size_t choice)
{
	struct fix_page *page = &self_of(v)->page;
	struct list_source s;

	if (choice >= page->choice_count) {
		app_say(v->app, page->choice_count ? "there is no choice %zu" : "there is nothing to choose",
			choice + 1);
		return;
	}
	source(v, &s);
	list_select(&v->list, &s, fix_page_line_of(page, choice));
}

static void
next_finding(struct view *v, bool back)
{
	struct fix_view *self = self_of(v);
	struct now n = read_now(v);
	size_t count = n.all.count;

	if (count < 2) {
		app_say(v->app, "nothing else is found");
		return;
	}
	free(self->id);
	self->id = mem_text(n.all.items[(n.at + (back ? count - 1 : 1)) % count]->id);
	list_free(&v->list);
	v->list.top = 0;
}

static bool
can_be_tried(const struct now *n, const struct fix_page *page, size_t choice)
{
	size_t remedy = page->choices[choice].remedy;

	return remedy < n->finding->remedy_count && n->finding->remedies[remedy].change != CHANGE_NOTHING;
}

/* Tries the chosen remedy, or the next one that can be tried in memory. */
static void
try_chosen(struct view *v)
{
	struct fix_page *page = &self_of(v)->page;
	const struct fix_piece *at = selected(v);
	size_t first = at && at->choice != FIX_NONE ? at->choice : 0;
	struct now n = read_now(v);

	for (size_t i = 0; n.finding && i < page->choice_count; i++) {
		size_t choice = (first + i) % page->choice_count;

		if (!can_be_tried(&n, page, choice))
			continue;
		choose(v, choice);
		engine_try(app_engine(v->app), n.relay, n.finding, page->choices[choice].remedy);
		return;
	}
	app_say(v->app, "nothing to try in memory: no remedy here changes a judgement");
}

static bool
act(struct view *v, enum action a)
{
	switch (a) {
	case ACTION_CHOOSE:
		choose(v, (size_t)(app_key(v->app) - '1'));
		return true;
	case ACTION_TRY:
		try_chosen(v);
		return true;
	case ACTION_NEXT_FINDING:
	case ACTION_LAST_FINDING:
		next_finding(v, a == ACTION_LAST_FINDING);
		return true;
	default:
		return false;
	}
}

/* Only the letter keeps its line ends: pasted into a shell, a line end would start a command. */
static void
put_copied(struct view *v, struct text *out)
{
	const struct fix_page *page = &self_of(v)->page;
	const struct fix_piece *at = selected(v);
	bool letter = at && at->choice != FIX_NONE && page->choices[at->choice].remedy == FIX_NONE;

	if (at)
		safe_put_but(out, at->copied, letter ? "\n" : "\t");
}

/* ---- what is written --------------------------------------------------------------------------------------
 */

enum contents { CONTENTS_PAGE, CONTENTS_LETTER, CONTENTS_CERTIFICATE };

/* What `w` writes at the selected line; *remedy is that of a certificate. */
static enum contents
contents_of(struct view *v, const struct now *n, const struct remedy **remedy)
{
	struct fix_page *page = &self_of(v)->page;
	const struct fix_piece *at = selected(v);
	size_t i = at && at->choice != FIX_NONE ? page->choices[at->choice].remedy : 0;

	if (!n->finding || !at || at->choice == FIX_NONE)
		return CONTENTS_PAGE;
	if (i == FIX_NONE)
		return CONTENTS_LETTER;
	*remedy = i < n->finding->remedy_count ? &n->finding->remedies[i] : NULL;
	return *remedy && fix_certificate(*remedy, view_look_of(v)) ? CONTENTS_CERTIFICATE : CONTENTS_PAGE;
}

static void
put_page(struct view *v, struct text *out)
{
	const struct pane *p = &self_of(v)->page.pane;

	for (size_t i = 0; i < p->count; i++) {
		safe_put_but(out, p->at[i].text, "\t");
		text_put(out, "\n");
	}
}

static void
put_contents(struct view *v, struct text *out)
{
	struct now n = read_now(v);
	const struct remedy *remedy = NULL;
	char *pem;

	switch (contents_of(v, &n, &remedy)) {
	case CONTENTS_LETTER:
		safe_put_but(out, n.finding->remote_message, "\n");
		break;
	case CONTENTS_CERTIFICATE:
		pem = engine_pem(fix_certificate(remedy, view_look_of(v)));
		text_put(out, pem);
		free(pem);
		break;
	default:
		put_page(v, out);
	}
}

/* A certificate gets the file name that the commands beside it use. */
static char *
propose_file(struct view *v)
{
	struct now n = read_now(v);
	const struct remedy *remedy = NULL;
	const char *host = v->relay && safe_in_command(v->relay) ? v->relay : "host";

	switch (contents_of(v, &n, &remedy)) {
	case CONTENTS_LETTER:
		return text_new("postmaster-%s.txt", host);
	case CONTENTS_CERTIFICATE:
		return mem_text(remedy->change == CHANGE_ADD_ROOT ? "root.pem" : "intermediate.pem");
	default:
		return text_new("fix-%s.txt", host);
	}
}

static void
close_view(struct view *v)
{
	fix_page_free(&self_of(v)->page);
	free(self_of(v)->id);
}

static const struct view_kind fix = {
	.scope = SCOPE_FIX,
	.size = sizeof(struct fix_view),
	.draw = draw,
	.act = act,
	.source = source,
	.command = put_copied,
	.write = put_contents,
	.file = propose_file,
	.close = close_view,
};

struct view *
view_fix_new(struct app *app, const struct view *about)
{
	return view_new(&fix, app, about);
}
