/* One relay: what is stuck, the cause and its proof, and its addresses, as far as the log and a look can
 * tell. */
#include "tui/app.h"
#include "tui/log_brief.h"
#include "tui/relay_facts.h"
#include "tui/relay_matrix.h"
#include "tui/shell_command.h"
#include "tui/views.h"

#include "base/when.h"
#include "report/report.h"
#include "wording/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_ROWS 5 /* that facts leave to the addresses at least */
#define LOG_ROWS 3     /* and to the log, on a screen of at least */
#define ROOMY 20       /* rows */

struct relay_view {
	struct view base;
	size_t count; /* addresses as last drawn */
	char key[32]; /* of the item that was asked for last */
	struct text text;
};

static const char *
item_key(void *arg, size_t i)
{
	struct relay_view *self = arg;

	snprintf(self->key, sizeof self->key, "%zu", i);
	return self->key;
}

static const char *
item_text(void *arg, size_t i)
{
	struct relay_view *self = arg;
	struct matrix m = matrix_of(view_relay_of(&self->base), view_look_of(&self->base));
	char room[ADDRESS_ROOM] = "";

	if (i < m.count)
		address_print(matrix_address(&m, i), room);
	text_drop(&self->text, self->text.len);
	text_put(&self->text, room);
	return self->text.at;
}

static void
source(struct view *v, struct list_source *s)
{
	struct relay_view *self = (struct relay_view *)v;

	*s = (struct list_source){.count = self->count, .key = item_key, .text = item_text, .arg = self};
}

/* ---- drawing ----------------------------------------------------------------------------------------------
 */

struct drawing { /* what is known, and the row that comes next */
	const struct relay *relay;
	const struct look *look;
	const struct frame *f;
	struct relay_facts facts;
	int row;
};

static void
draw_title(struct view *v, struct drawing *x)
{
	const struct relay *r = x->relay;
	struct canvas *c = x->f->canvas;
	char mail[WORDS_ROOM], since[WORDS_ROOM];
	struct relay_minute day = history_day(engine_history(app_engine(v->app)), r);
	char *right;

	words_mail(r, WORDS_ROOM, mail);
	words_since(r->since_ms, x->f->now_ms, since);
	right = text_new("  %s   %s %u/%u in 24h   since %s", mail, words_log(r), day.bad, day.good + day.bad,
		since);
	canvas_right(c, (struct area){0, 0, x->f->cols}, view_attr(words_tone(r->last.verify)) | ATTR_BOLD,
		right);
	canvas_printf(c, (struct area){0, 0, x->f->cols - (int)strlen(right)}, ATTR_BOLD,
		r->direction == DIRECTION_SERVER ? "%s connects to us" : "%s:%u", r->name, app_port(v->app));
	free(right);
	x->row = 1;
}

static void
draw_facts(struct drawing *x, size_t from, size_t end)
{
	struct pane p = {.width = x->f->cols, .ascii = canvas_is_ascii(x->f->canvas)};

	relay_facts_put(&x->facts, from, end, &p);
	for (size_t i = 0; i < p.count && x->row < x->f->rows; i++)
		canvas_text(x->f->canvas, (struct area){x->row++, 0, x->f->cols}, p.at[i].attr, p.at[i].text);
	pane_free(&p);
}

/* The facts get the rows that the title, the addresses, the line on the look and a few log lines leave. */
static void
share_rows(struct drawing *x)
{
	size_t addresses = matrix_of(x->relay, x->look).count;
	int rows = x->f->rows - 3 - (int)(addresses < ADDRESS_ROWS ? addresses : ADDRESS_ROWS) -
		   (x->f->rows >= ROOMY ? LOG_ROWS : 0);

	relay_facts_share(&x->facts, rows, x->f->cols, canvas_is_ascii(x->f->canvas));
}

static void
draw_matrix(struct view *v, struct drawing *x)
{
	struct matrix m = matrix_of(x->relay, x->look);
	const struct look_address *deciding;
	struct list_source s;
	int room = (x->f->rows - x->row) / 2;

	((struct relay_view *)v)->count = m.count;
	source(v, &s);
	list_update(&v->list, &s);
	/* Until the user selects another one, the address that the verdict comes from is selected. */
	if (!v->list.key && m.look && (deciding = look_deciding(m.look)))
		v->list.at = (size_t)(deciding - m.look->addresses);
	list_fit(&v->list, &s, (size_t)(room > 1 ? room - 1 : 1));
	v->address = v->list.at;
	if (m.count == 0) {
		canvas_text(x->f->canvas, (struct area){x->row++, 0, x->f->cols}, ATTR_PLAIN,
			"        no address is known yet");
		return;
	}
	matrix_head(x->f, x->row++);
	for (size_t i = v->list.top; i < m.count && i < v->list.top + v->list.page; i++) {
		if (matrix_draw(&m, i, x->f, x->row++, i == v->list.at))
			app_tick(v->app, 1000);
	}
}

static void
put_progress(struct view *v, struct drawing *x, struct text *out)
{
	const struct look *l = x->look;
	char length[WHEN_ROOM];
	int64_t age = x->f->wall_ms - l->begun_ms;

	when_length(age, length);
	if (look_has_ended(l)) {
		text_printf(out, "  Looked at %s ago", length);
		text_printf(out, l->connections > 1 ? ", %u connections." : ".", l->connections);
		app_tick(v->app, age < WHEN_MINUTE ? 1000 : WHEN_MINUTE);
	} else if (l->state == LOOK_EXAMINING) {
		text_printf(out, "  The verdict stands; its cause is searched, %s", length);
		app_tick(v->app, 1000);
	} else {
		text_put(out, "  ");
		if (words_waiting(out, l, x->f->wall_ms))
			app_tick(v->app, 1000);
	}
}

/* "In Sendmail's order. DNS insecure, 2 ms. Looked at 8 s ago." */
static void
draw_look(struct view *v, struct drawing *x)
{
	const struct look *l = x->look;
	struct text out = {NULL, 0, 0};

	if (!l) {
		canvas_text(x->f->canvas, (struct area){x->row++, 0, x->f->cols}, ATTR_PLAIN,
			x->relay->direction == DIRECTION_SERVER ? "" : " Not looked at yet: press v.");
		return;
	}
	if (l->address_count > 1)
		text_put(&out, " In Sendmail's order.");
	if (l->dns_ms >= 0)
		text_printf(&out, " DNS %s, %lld ms.", dns_status_word(l->dns), (long long)l->dns_ms);
	if (l->dns_why)
		text_printf(&out, " %s.", l->dns_why);
	put_progress(v, x, &out);
	if (l->not_this_host)
		text_put(&out, "  NOT from the host that wrote the log.");
	if (l->fault.kind != FAULT_NONE)
		text_printf(&out, "  %s", l->fault.text);
	canvas_text(x->f->canvas, (struct area){x->row++, 0, x->f->cols}, ATTR_PLAIN, out.at);
	text_free(&out);
}

static void
draw_log(struct view *v, struct drawing *x)
{
	int rows = x->f->rows - x->row;
	struct page lines = {.at = NULL};

	if (rows < 1)
		return;
	log_brief(app_engine(v->app), x->relay, (size_t)rows, &lines);
	for (size_t i = 0; i < lines.count; i++)
		canvas_printf(x->f->canvas, (struct area){x->f->rows - (int)(lines.count - i), 0, x->f->cols},
			ATTR_DIM, " %s", lines.at[i].text);
	page_free(&lines);
}

static void
read_facts(struct view *v, struct drawing *x)
{
	struct finding_list found;
	const struct relay_case c = {.relay = x->relay,
		.look = x->look,
		.policy = engine_log_policy(app_engine(v->app)),
		.found = &found,
		.now_ms = x->f->now_ms};

	finding_list_read(&found, app_engine(v->app), x->relay);
	relay_facts_read(&x->facts, &c);
}

static void
draw(struct view *v, const struct frame *f)
{
	struct drawing x = {.relay = view_relay_of(v), .look = view_look_of(v), .f = f};

	if (!x.relay) {
		canvas_printf(f->canvas, (struct area){0, 0, f->cols}, ATTR_PLAIN,
			"%s is no longer in the table: it was full (--max-relays)", v->relay);
		return;
	}
	read_facts(v, &x);
	share_rows(&x);
	draw_title(v, &x);
	draw_facts(&x, 0, x.facts.also);
	draw_matrix(v, &x);
	draw_look(v, &x);
	draw_facts(&x, x.facts.also, x.facts.count);
	draw_log(v, &x);
	relay_facts_free(&x.facts);
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

static bool
act(struct view *v, enum action a)
{
	const struct look_address *at;

	if (a != ACTION_OPEN)
		return false;
	at = view_address_of(v);
	if (at && at->observation && at->observation->chain)
		app_push(v->app, view_chain_new(v->app, v));
	else if (at && at->observation)
		app_push(v->app, view_connect_new(v->app, v));
	else
		app_say(v->app, "no chain is known yet: press v to look");
	return true;
}

/* The command connects to the selected address of the look, as that is what was judged. */
static void
put_command(struct view *v, struct text *out)
{
	const struct look_address *at = view_address_of(v);
	char room[ADDRESS_ROOM], *host;

	if (!v->relay || v->direction == DIRECTION_SERVER)
		return;
	if (at)
		address_print(&at->address, room);
	host = at ? text_new("%s", room) : shell_command_host(v->relay);
	shell_command_s_client(out, host, app_port(v->app), engine_policy(app_engine(v->app)));
	free(host);
}

static void
put_report(struct view *v, struct text *out)
{
	struct report_options o = {
		.now_ms = engine_now(app_engine(v->app)), .full = app_options(v->app)->full};
	const struct look *l = view_look_of(v);

	if (l)
		report_look_text(out, l, engine_findings(app_engine(v->app), view_relay_of(v)), &o);
}

static void
close_view(struct view *v)
{
	text_free(&((struct relay_view *)v)->text);
}

static const struct view_kind relay = {
	.scope = SCOPE_RELAY,
	.size = sizeof(struct relay_view),
	.draw = draw,
	.act = act,
	.source = source,
	.command = put_command,
	.write = put_report,
	.close = close_view,
};

struct view *
view_relay_new(struct app *app, const struct view *about)
{
	return view_new(&relay, app, about);
}
