/* The keys of the view that help was asked in, from the action table. */
#include "tui/app.h"
#include "tui/view_text.h"
#include "tui/views.h"

struct help_view {
	struct view_text text;
	enum scope scope; /* whose keys */
};

static void
build(struct view *v, struct page *out, const struct frame *f)
{
	enum scope scope = ((struct help_view *)v)->scope;

	(void)f;
	page_printf(out, PAINT_BOLD, "keys of this view");
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		const struct action_entry *entry = action_entry((enum action)a);
		struct text keys = {NULL, 0, 0};

		if (!(entry->scopes & scope))
			continue;
		action_keys_put(&keys, entry, " ");
		page_printf(out, PAINT_PLAIN, " %-12s %s", keys.at, entry->help);
		text_free(&keys);
	}
}

static const struct view_kind help = {
	.scope = SCOPE_HELP,
	.size = sizeof(struct help_view),
	.draw = view_text_draw,
	.source = view_text_source,
	.close = view_text_close,
};

struct view *
view_help_new(struct app *app, const struct view *about)
{
	struct view *v = view_new(&help, app, about);

	view_text_init(v, build);
	((struct help_view *)v)->scope = about->kind->scope;
	return v;
}
