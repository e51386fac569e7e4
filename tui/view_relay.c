/* One relay, as far as the log and a look can tell. */
#include "tui/app.h"
#include "tui/log_brief.h"
#include "tui/relay_matrix.h"
#include "tui/typed.h"
#include "tui/views.h"
#include "tui/words.h"

#include "base/when.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETURN_AFTER (5 * WHEN_DAY) /* Timeout.queuereturn when the cf does not say */

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

struct facts { /* one drawing: what is known, and the row that comes next */
	const struct relay *relay;
	const struct look *look;
	const struct frame *f;
	int row;
};

static void
put_fact(struct facts *x, const char *name, unsigned paint, const char *text)
{
	canvas_printf(x->f->canvas, (struct spot){x->row, 0, 8}, PAINT_DIM, " %s", name);
	canvas_text(x->f->canvas, (struct spot){x->row, 8, x->f->cols - 8}, paint, text);
	x->row++;
}

static void
draw_title(struct view *v, struct facts *x)
{
	const struct relay *r = x->relay;
	struct canvas *c = x->f->canvas;
	char mail[WORDS_ROOM], since[WORDS_ROOM];
	struct relay_minute day = history_day(engine_history(app_engine(v->app)), r);
	char *right;

	words_mail(r, mail);
	words_since(r->since_ms, x->f->now_ms, since);
	right = text_new(
		"  %s   %s %u/%u in 24h   since %s", mail, words_log(r), day.bad, day.good + day.bad, since);
	canvas_right(c, (struct spot){0, 0, x->f->cols}, words_paint(r->last.verify) | PAINT_BOLD, right);
	canvas_printf(c, (struct spot){0, 0, x->f->cols - (int)strlen(right)}, PAINT_BOLD,
		r->direction == DIRECTION_SERVER ? "%s connects to us" : "%s:%u", r->name, app_port(v->app));
	free(right);
	x->row = 1;
}

static void
draw_mail(struct facts *x)
{
	const struct relay *r = x->relay;
	const struct relay_deliveries *d = &r->deliveries;
	struct text out = {NULL, 0, 0};
	char length[WHEN_ROOM], end[WHEN_ROOM];

	if (d->waiting) {
		text_printf(&out, "%llu held", (unsigned long long)d->waiting);
		if (r->held.oldest_ms) {
			when_length(x->f->now_ms - r->held.oldest_ms, length);
			when_print(r->held.oldest_ms + RETURN_AFTER, "%e %b %H:%M", end);
			text_printf(&out,
				", oldest %s: Sendmail returns it %s unless Timeout.queuereturn is set",
				length, end + strspn(end, " "));
		}
	} else {
		text_printf(&out, "%llu sent", (unsigned long long)d->sent);
		if (d->unverified)
			text_printf(&out, ", %llu of them unverified", (unsigned long long)d->unverified);
		if (d->clear)
			text_printf(&out, ", %llu in clear", (unsigned long long)d->clear);
		if (d->bounced)
			text_printf(&out, ", %llu returned", (unsigned long long)d->bounced);
	}
	put_fact(x, "MAIL", d->waiting ? PAINT_BAD : PAINT_PLAIN, out.at);
	text_free(&out);
}

static void
draw_rule(struct facts *x)
{
	const struct relay *r = x->relay;
	char *text;

	if (r->last.try_tls)
		put_fact(x, "RULE", PAINT_WARN, r->last.try_tls);
	if (r->last.warning)
		put_fact(x, "WARN", PAINT_WARN, r->last.warning);
	if (!r->last.reject)
		return;
	text = text_new("%llu refused by our rulesets: %s",
		(unsigned long long)(r->rejects_temp + r->rejects_perm), r->last.reject);
	put_fact(x, "RULE", PAINT_WARN, text);
	free(text);
}

static void
draw_cause(struct facts *x)
{
	char *cause = words_cause(x->relay, x->look, false);
	bool tried = x->look && x->look->state == LOOK_DONE;
	char *text = text_new("%s%s", cause, tried ? "" : "   (from the log, not yet tried: v)");
	unsigned paint = *cause ? PAINT_BOLD : PAINT_PLAIN;

	if (*cause)
		put_fact(x, "CAUSE", paint, text);
	else if (tried)
		put_fact(x, "CAUSE", PAINT_GOOD, "none: it verifies now");
	free(text);
	free(cause);
}

static void
draw_change(struct facts *x)
{
	const struct relay *r = x->relay;
	struct text out = {NULL, 0, 0};
	char time[WHEN_ROOM];

	if (r->since_ms && r->before != VERIFY_UNKNOWN) {
		when_print(r->since_ms, "%e %b %H:%M:%S", time);
		text_printf(&out, "%s %s → %s;  ", time + strspn(time, " "), verify_word(r->before),
			words_log(r));
	}
	if (!verify_is_good(r->last.verify)) {
		when_print(r->last_ok_ms, "%e %b %H:%M:%S", time);
		text_printf(
			&out, "last OK %s", r->last_ok_ms ? time + strspn(time, " ") : "never in this log");
	}
	if (out.len)
		put_fact(x, "CHANGE", PAINT_PLAIN, out.at);
	text_free(&out);
}

static void
draw_certificate(struct facts *x)
{
	const struct relay_last *last = &x->relay->last;
	char *text;

	if (!last->subject)
		return;
	text = text_new("%s, issued by %s", last->subject, last->issuer ? last->issuer : "?");
	put_fact(x, "CERT", PAINT_PLAIN, text);
	free(text);
}

static void
draw_matrix(struct view *v, struct facts *x)
{
	struct matrix m = matrix_of(x->relay, x->look);
	const struct look_address *deciding;
	struct list_source s;
	int room = (x->f->rows - x->row) / 2;

	((struct relay_view *)v)->count = m.count;
	source(v, &s);
	list_update(&v->list, &s);
	/* Until the user chooses: the address that the verdict comes from. */
	if (!v->list.key && m.look && (deciding = words_deciding(m.look)))
		v->list.at = (size_t)(deciding - m.look->addresses);
	list_fit(&v->list, &s, (size_t)(room > 1 ? room - 1 : 1));
	v->address = v->list.at;
	if (m.count == 0) {
		put_fact(x, "", PAINT_PLAIN, "no address is known yet");
		return;
	}
	matrix_head(x->f, x->row++);
	for (size_t i = v->list.top; i < m.count && i < v->list.top + v->list.page; i++) {
		if (matrix_draw(&m, i, x->f, x->row++, i == v->list.at))
			app_tick(v->app, 1000);
	}
}

/* "Sendmail's order is 1 2 3. DNS 2 ms, insecure. Probed 8 s ago." */
static void
draw_look(struct view *v, struct facts *x)
{
	const struct look *l = x->look;
	struct text out = {NULL, 0, 0};
	char length[WHEN_ROOM];

	if (!l) {
		canvas_text(x->f->canvas, (struct spot){x->row++, 0, x->f->cols}, PAINT_PLAIN,
			x->relay->direction == DIRECTION_SERVER ? "" : " Not looked at yet: press v.");
		return;
	}
	if (l->dns_ms >= 0)
		text_printf(&out, " DNS %s, %lld ms. ", dns_status_word(l->dns), (long long)l->dns_ms);
	if (l->dns_why)
		text_printf(&out, " %s. ", l->dns_why);
	if (look_has_ended(l)) {
		int64_t age = x->f->wall_ms - l->begun_ms;

		when_length(age, length);
		text_printf(&out, " Looked at %s ago.", length);
		app_tick(v->app, age < WHEN_MINUTE ? 1000 : WHEN_MINUTE);
	} else {
		text_put(&out, " ");
		if (words_waiting(&out, l, x->f->wall_ms))
			app_tick(v->app, 1000);
	}
	if (l->not_this_host)
		text_put(&out, "  NOT from the host that wrote the log.");
	if (l->fault.kind != FAULT_NONE)
		text_printf(&out, "  %s", l->fault.text);
	canvas_text(x->f->canvas, (struct spot){x->row++, 0, x->f->cols}, PAINT_PLAIN, out.at);
	text_free(&out);
}

static void
draw_log(struct view *v, struct facts *x)
{
	int rows = x->f->rows - x->row;
	struct page lines = {.at = NULL};

	if (rows < 1)
		return;
	log_brief(engine_history(app_engine(v->app)), x->relay, (size_t)rows, &lines);
	for (size_t i = 0; i < lines.count; i++)
		canvas_printf(x->f->canvas, (struct spot){x->f->rows - (int)(lines.count - i), 0, x->f->cols},
			PAINT_DIM, " %s", lines.at[i].text);
	page_free(&lines);
}

static void
draw(struct view *v, const struct frame *f)
{
	struct facts x = {.relay = view_relay_of(v), .look = view_look_of(v), .f = f};

	if (!x.relay) {
		canvas_printf(f->canvas, (struct spot){0, 0, f->cols}, PAINT_PLAIN,
			"%s is no longer in the table: it was full (--max-relays)", v->relay);
		return;
	}
	draw_title(v, &x);
	draw_mail(&x);
	draw_rule(&x);
	draw_cause(&x);
	draw_change(&x);
	draw_certificate(&x);
	draw_matrix(v, &x);
	draw_look(v, &x);
	draw_log(v, &x);
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

/* To the selected address when a look knows it: that is what was judged. */
static void
put_command(struct view *v, struct text *out)
{
	const struct look_address *at = view_address_of(v);
	char room[ADDRESS_ROOM], *host;

	if (!v->relay || v->direction == DIRECTION_SERVER)
		return;
	if (at)
		address_print(&at->address, room);
	host = at ? text_new("%s", room) : typed_host(v->relay);
	typed_s_client(out, host, app_port(v->app), engine_policy(app_engine(v->app)));
	free(host);
}

static void
put_report(struct view *v, struct text *out)
{
	struct report_options o = {.now_ms = engine_now(app_engine(v->app)),
		.full = app_options(v->app)->full};
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
