#include "tui/view.h"

#include "base/mem.h"
#include "tui/write_file.h"

#include <assert.h>
#include <stdlib.h>

unsigned
view_attr(enum tone tone)
{
	static const unsigned attrs[] = {
		[TONE_PLAIN] = ATTR_PLAIN,
		[TONE_GOOD] = ATTR_GOOD,
		[TONE_WARN] = ATTR_WARN,
		[TONE_BAD] = ATTR_BAD,
		[TONE_ALARM] = ATTR_BAD | ATTR_BOLD,
		[TONE_BUSY] = ATTR_MARK,
	};
	static_assert(sizeof attrs / sizeof *attrs == TONE_BUSY + 1, "each tone has its attributes");

	return attrs[tone];
}

struct view *
view_new(const struct view_kind *kind, struct app *app, const struct view *about)
{
	struct view *v = mem_new(1, kind->size);

	v->kind = kind;
	v->app = app;
	if (about) {
		view_about(v, about->direction, about->relay);
		v->address = about->address;
	}
	return v;
}

void
view_free(struct view *v)
{
	if (!v)
		return;
	if (v->kind->close)
		v->kind->close(v);
	list_free(&v->list);
	free(v->relay);
	free(v->find);
	free(v->filter);
	free(v);
}

void
view_about(struct view *v, enum direction direction, const char *name)
{
	char *copy = mem_text(name); /* name may be v->relay itself */

	free(v->relay);
	v->relay = copy;
	v->direction = direction;
}

char *
view_write(struct view *v, const char *path)
{
	struct text out = {NULL, 0, 0};
	struct fault why;
	char *said;

	if (v->kind->write)
		v->kind->write(v, &out);
	else if (v->kind->command)
		v->kind->command(v, &out);
	if (out.len == 0)
		said = mem_text("there is nothing to write yet");
	else if (write_file(path, &out, &why))
		said = text_new("written: %s", path);
	else
		said = mem_text(why.text);
	text_free(&out);
	return said;
}

const struct relay *
view_relay_of(const struct view *v)
{
	if (!v->relay)
		return NULL;
	return history_find(engine_history(v->engine), v->direction, v->relay);
}

const struct look *
view_look_of(const struct view *v)
{
	const struct relay *r = view_relay_of(v);

	return r ? engine_look_of(v->engine, r) : NULL;
}

const struct look_address *
view_address_of(const struct view *v)
{
	const struct look *l = view_look_of(v);

	return l && v->address < l->address_count ? &l->addresses[v->address] : NULL;
}
