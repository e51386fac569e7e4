/* The dialogue with each address of a relay, as it happens, with times. */
#include "tui/app.h"
#include "tui/typed.h"
#include "tui/view_text.h"
#include "tui/views.h"
#include "wording/words.h"

#include <stdlib.h>

static const struct transcript_line *
transcript_of(const struct look_address *a, size_t *count)
{
	*count = a->observation ? a->observation->transcript_count : a->transcript_count;
	return a->observation ? a->observation->transcript : a->transcript;
}

static unsigned
paint_of(char mark)
{
	return mark == '>' ? PAINT_MARK : mark == '*' ? PAINT_BOLD : PAINT_PLAIN;
}

static void
put_verdict(struct page *out, const struct look_address *a)
{
	const struct verdict *x = &a->verdict;

	if (a->observation && a->observation->fault.kind != FAULT_NONE)
		page_printf(out, PAINT_BAD, "          * %s", a->observation->fault.text);
	if (x->verify == VERIFY_UNKNOWN)
		return;
	if (x->code)
		page_printf(out, PAINT_BAD | PAINT_BOLD, "          = verify=%s: %s (%d) at depth %d %s",
			verify_word(x->verify), x->message, x->code, x->depth, x->subject);
	else
		page_printf(out, view_paint(words_tone(x->verify)) | PAINT_BOLD, "          = verify=%s",
			verify_word(x->verify));
}

static void
put_address(struct view *v, struct page *out, const struct look_address *a, const struct frame *f)
{
	const struct transcript_line *t;
	struct text waits = {NULL, 0, 0};
	char room[ADDRESS_ROOM];
	size_t count;

	address_print(&a->address, room);
	page_printf(out, PAINT_BOLD, "[%s]", room);
	t = transcript_of(a, &count);
	for (size_t i = 0; i < count; i++)
		page_printf(out, paint_of(t[i].mark), "%6lld ms %c %s", (long long)t[i].at_ms, t[i].mark,
			t[i].text);
	if (a->state == LOOK_PROBING) {
		words_wait(&waits, a, f->wall_ms);
		page_printf(out, PAINT_WARN, "          … waits, %s (x stops it)", waits.at);
		text_free(&waits);
		app_tick(v->app, 1000);
	} else if (a->held_back) {
		page_printf(out, PAINT_WARN, "          … %s", a->held_back);
	}
	put_verdict(out, a);
}

static void
put_command(struct view *v, struct text *out)
{
	const struct look_address *a = view_address_of(v);
	char room[ADDRESS_ROOM], *host;

	if (a)
		address_print(&a->address, room);
	host = a ? text_new("%s", room) : typed_host(v->relay);
	typed_s_client(out, host, app_port(v->app), engine_policy(app_engine(v->app)));
	free(host);
}

static void
build(struct view *v, struct page *out, const struct frame *f)
{
	const struct look *l = view_look_of(v);
	struct text head = {NULL, 0, 0};

	page_printf(out, PAINT_BOLD, "connect %s:%u", v->relay, app_port(v->app));
	text_put(&head, "$ ");
	put_command(v, &head);
	page_printf(out, PAINT_DIM, "%s", head.at);
	text_drop(&head, head.len);
	if (!l) {
		page_printf(out, PAINT_PLAIN, "not looked at yet: press v");
	} else if (!look_has_ended(l) && l->address_count == 0) {
		if (words_waiting(&head, l, f->wall_ms))
			app_tick(v->app, 1000);
		page_printf(out, PAINT_WARN, "%s", head.at);
	} else if (l->fault.kind != FAULT_NONE) {
		page_printf(out, PAINT_BAD, "%s", l->fault.text);
	}
	for (size_t i = 0; l && i < l->address_count; i++)
		put_address(v, out, &l->addresses[i], f);
	text_free(&head);
}

static const struct view_kind connection = {
	.scope = SCOPE_CONNECT,
	.size = sizeof(struct view_text),
	.draw = view_text_draw,
	.source = view_text_source,
	.command = put_command,
	.write = view_text_write,
	.close = view_text_close,
};

struct view *
view_connect_new(struct app *app, const struct view *about)
{
	struct view *v = view_new(&connection, app, about);

	view_text_init(v, build);
	v->list.tail = true; /* what was said last is what counts */
	return v;
}
