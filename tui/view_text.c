/* The views that show text: a heading, and lines that scroll, are wrapped, found and filtered. */
#include "base/safe.h"
#include "base/when.h"
#include "tui/app.h"
#include "tui/page.h"
#include "tui/shell_command.h"
#include "tui/views.h"
#include "wording/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct view_text { /* the head of each such view's own struct */
	struct view base;
	void (*build)(struct view *v, struct page *out,
		const struct frame *f);                    /* the first line is the heading */
	struct page lines;                                 /* as last drawn */
	struct frame drawn;                                /* by that drawing */
	void (*clean)(struct text *out, const char *line); /* a line for a file; NULL: safe_put() */
};

static struct view_text *
text_of(struct view *v)
{
	return (struct view_text *)v;
}

/* Makes v->list a pager. */
static void
view_text_init(struct view *v, void (*build)(struct view *, struct page *, const struct frame *))
{
	v->list.pager = true;
	text_of(v)->build = build;
}

static const char *
line_text(void *arg, size_t i)
{
	struct view_text *t = arg;

	return t->lines.at[i + 1].text;
}

static void
view_text_source(struct view *v, struct list_source *s)
{
	struct view_text *t = text_of(v);

	*s = (struct list_source){
		.count = t->lines.count ? t->lines.count - 1 : 0, .text = line_text, .arg = t};
}

static void
draw_heading(struct view *v, const struct frame *f)
{
	struct view_text *t = text_of(v);
	struct canvas *c = f->canvas;
	struct text where = {NULL, 0, 0};
	size_t shown = t->lines.count - 1;

	if (v->filter && *v->filter)
		text_printf(&where, " & %s ", v->filter);
	if (shown > v->list.page)
		text_printf(&where, " %zu-%zu of %zu", v->list.top + 1, v->list.top + v->list.page, shown);
	if (where.len)
		canvas_right(c, (struct area){0, f->cols / 2, f->cols - f->cols / 2}, ATTR_DIM, where.at);
	canvas_text(c, (struct area){0, 0, f->cols - (int)where.len}, ATTR_BOLD | t->lines.at[0].attr,
		t->lines.at[0].text);
	text_free(&where);
}

/* For struct view_kind: draw, source, close, and write: the lines, neither wrapped nor with what a terminal
 * obeys. */
static void
view_text_draw(struct view *v, const struct frame *f)
{
	struct view_text *t = text_of(v);
	struct list_source s;

	page_free(&t->lines);
	t->drawn = *f;
	t->build(v, &t->lines, f);
	page_filter(&t->lines, 1, v->filter);
	page_wrap(&t->lines, 1, f->cols, canvas_is_ascii(f->canvas));
	view_text_source(v, &s);
	list_update(&v->list, &s);
	list_fit(&v->list, &s, f->rows > 1 ? (size_t)f->rows - 1 : 1);
	draw_heading(v, f);
	for (size_t i = v->list.top; i < s.count && i < v->list.top + v->list.page; i++)
		canvas_text(f->canvas, (struct area){1 + (int)(i - v->list.top), 0, f->cols},
			t->lines.at[i + 1].attr, t->lines.at[i + 1].text);
}

static void
view_text_close(struct view *v)
{
	page_free(&text_of(v)->lines);
}

static void
view_text_write(struct view *v, struct text *out)
{
	struct view_text *t = text_of(v);

	struct page lines = {.at = NULL};

	if (!t->drawn.canvas)
		return;
	t->build(v, &lines, &t->drawn);
	page_filter(&lines, 1, v->filter);
	for (size_t i = 0; i < lines.count; i++) {
		(t->clean ? t->clean : safe_put)(out, lines.at[i].text);
		text_put(out, "\n");
	}
	page_free(&lines);
}

/* ---- help ---- */

struct help_view {
	struct view_text text;
	enum scope scope; /* whose keys */
};

static void
build_help(struct view *v, struct page *out, const struct frame *f)
{
	enum scope scope = ((struct help_view *)v)->scope;

	(void)f;
	page_printf(out, ATTR_BOLD, "keys of this view");
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		const struct action_entry *entry = action_entry((enum action)a);
		struct text keys = {NULL, 0, 0};

		if (!(entry->scopes & scope))
			continue;
		action_keys_put(&keys, entry, " ");
		page_printf(out, ATTR_PLAIN, " %-12s %s", keys.at, entry->help);
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

	view_text_init(v, build_help);
	((struct help_view *)v)->scope = about->kind->scope;
	return v;
}

/* ---- dig ---- */

static void
put_answer(struct page *out, const struct dig *d, size_t i)
{
	const struct answer *a = d->answers[i];

	if (!a) {
		page_printf(out, ATTR_MARK, "%s: asked, no answer yet", dns_type_word(d->types[i]));
		return;
	}
	page_printf(out, a->status == DNS_BOGUS || a->status == DNS_FAILED ? ATTR_BAD : ATTR_BOLD,
		"%s: %s in %lld ms%s%s", dns_type_word(d->types[i]), dns_status_word(a->status),
		(long long)a->ms, a->why ? ": " : "", a->why ? a->why : "");
	page_block(out, ATTR_PLAIN, d->texts[i]);
	page_add(out, ATTR_PLAIN, span_of(""));
}

static void
put_dig_command(struct view *v, struct text *out)
{
	shell_command_dig(out, v->relay);
}

static void
build_dig(struct view *v, struct page *out, const struct frame *f)
{
	const struct dig *d = engine_dig_of(app_engine(v->app), v->relay);
	struct text typed = {NULL, 0, 0};

	(void)f;
	put_dig_command(v, &typed);
	page_printf(out, ATTR_BOLD, "dig %s", v->relay);
	page_printf(out, ATTR_DIM, "$ %s", typed.at);
	for (size_t i = 0; d && i < d->count; i++)
		put_answer(out, d, i);
	text_free(&typed);
}

static const struct view_kind dig = {
	.scope = SCOPE_DIG,
	.size = sizeof(struct view_text),
	.draw = view_text_draw,
	.source = view_text_source,
	.command = put_dig_command,
	.write = view_text_write,
	.close = view_text_close,
};

struct view *
view_dig_new(struct app *app, const struct view *about)
{
	struct view *v = view_new(&dig, app, about);

	view_text_init(v, build_dig);
	return v;
}

/* ---- connect ---- */

static const struct transcript_line *
transcript_of(const struct look_address *a, size_t *count)
{
	*count = a->observation ? a->observation->transcript_count : a->transcript_count;
	return a->observation ? a->observation->transcript : a->transcript;
}

static unsigned
attr_of_mark(char mark)
{
	return mark == '>' ? ATTR_MARK : mark == '*' ? ATTR_BOLD : ATTR_PLAIN;
}

static void
put_verdict(struct page *out, const struct look_address *a)
{
	const struct verdict *x = &a->verdict;

	if (a->observation && a->observation->fault.kind != FAULT_NONE)
		page_printf(out, ATTR_BAD, "          * %s", a->observation->fault.text);
	if (x->verify == VERIFY_UNKNOWN)
		return;
	if (x->code)
		page_printf(out, ATTR_BAD | ATTR_BOLD, "          = verify=%s: %s (%d) at depth %d %s",
			verify_word(x->verify), x->message, x->code, x->depth, x->subject);
	else
		page_printf(out, view_attr(words_tone(x->verify)) | ATTR_BOLD, "          = verify=%s",
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
	page_printf(out, ATTR_BOLD, "[%s]", room);
	t = transcript_of(a, &count);
	for (size_t i = 0; i < count; i++)
		page_printf(out, attr_of_mark(t[i].mark), "%6lld ms %c %s", (long long)t[i].at_ms, t[i].mark,
			t[i].text);
	if (a->state == LOOK_PROBING) {
		words_wait(&waits, a, f->wall_ms);
		page_printf(out, ATTR_WARN, "          … waits, %s (x stops it)", waits.at);
		text_free(&waits);
		app_tick(v->app, 1000);
	} else if (a->held_back) {
		page_printf(out, ATTR_WARN, "          … %s", a->held_back);
	}
	put_verdict(out, a);
}

static void
put_connect_command(struct view *v, struct text *out)
{
	const struct look_address *a = view_address_of(v);
	char room[ADDRESS_ROOM], *host;

	if (a)
		address_print(&a->address, room);
	host = a ? text_new("%s", room) : shell_command_host(v->relay);
	shell_command_s_client(out, host, app_port(v->app), engine_policy(app_engine(v->app)));
	free(host);
}

static void
build_dialogue(struct view *v, struct page *out, const struct frame *f)
{
	const struct look *l = view_look_of(v);
	struct text head = {NULL, 0, 0};

	page_printf(out, ATTR_BOLD, "connect %s:%u", v->relay, app_port(v->app));
	text_put(&head, "$ ");
	put_connect_command(v, &head);
	page_printf(out, ATTR_DIM, "%s", head.at);
	text_drop(&head, head.len);
	if (!l) {
		page_printf(out, ATTR_PLAIN, "not looked at yet: press v");
	} else if (!look_has_ended(l) && l->address_count == 0) {
		if (words_waiting(&head, l, f->wall_ms))
			app_tick(v->app, 1000);
		page_printf(out, ATTR_WARN, "%s", head.at);
	} else if (l->fault.kind != FAULT_NONE) {
		page_printf(out, ATTR_BAD, "%s", l->fault.text);
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
	.command = put_connect_command,
	.write = view_text_write,
	.close = view_text_close,
};

struct view *
view_connect_new(struct app *app, const struct view *about)
{
	struct view *v = view_new(&connection, app, about);

	view_text_init(v, build_dialogue);
	v->list.tail = true; /* show the end of the dialogue */
	return v;
}

/* ---- log ---- */

#define MOST 1000   /* lines; the history keeps fewer */
#define QUEUE_ID 12 /* letters and digits at least: 14 today */
#define JOURNAL "journalctl -t sendmail -t sm-mta -t sm-msp-queue"

static unsigned
attr_of_line(struct span line)
{
	static const char *const bad[] = {"verify=FAIL", "reject=", "stat=Deferred", "failed=", "reason="};

	if (span_find(line, "verify=OK") >= 0 || span_find(line, "verify=TRUSTED") >= 0)
		return ATTR_GOOD;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (span_find(line, bad[i]) >= 0)
			return ATTR_BAD;
	}
	return ATTR_PLAIN;
}

static void
take_line(void *arg, struct span line)
{
	page_add(arg, attr_of_line(line), line);
}

static void
build_log(struct view *v, struct page *out, const struct frame *f)
{
	const struct relay *r = view_relay_of(v);

	(void)f;
	page_printf(out, ATTR_BOLD, "log lines of %s, the newest last", v->relay);
	if (r)
		engine_lines(app_engine(v->app), r, MOST, take_line, out);
	if (out->count == 1)
		page_printf(out, ATTR_PLAIN, "none is kept");
}

/* Where no log was named the engine says which one it found: a file, or the journal. */
static void
put_grep_command(struct view *v, struct text *out)
{
	const struct app_options *o = app_options(v->app);
	struct engine_log log = engine_log(app_engine(v->app));
	struct shell_command_logs logs = {o->logs, o->log_count, o->source};
	const char *const found[] = {log.name};

	if (logs.count == 0 && !logs.source && log.name && *log.name == '/')
		logs = (struct shell_command_logs){.paths = found, .count = 1};
	else if (logs.count == 0 && !logs.source)
		logs.source = JOURNAL;
	shell_command_grep(out, v->relay, &logs);
}

/* The queue id in "sm-mta[812]: 6AM7k1Bx000812: to=…": letters and digits, so many of them. */
static size_t
queue_id_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && isalnum((unsigned char)s.at[n]))
		n++;
	return n >= QUEUE_ID && n < s.len && s.at[n] == ':' ? n : 0;
}

/* What is written may be sent to somebody else: addresses and queue ids are left out, unless --full. */
static void
put_private(struct text *out, const char *line)
{
	struct span all = span_of(line), rest;
	ptrdiff_t at = span_find(all, "]: ");
	char *text, *clean;
	size_t id;

	rest = span_skip(all, at < 0 ? all.len : (size_t)at + 3);
	id = queue_id_length(rest);
	text = text_new("%.*s%s%s", (int)(all.len - rest.len), all.at, id ? "[id]" : "", rest.at + id);
	clean = safe_without_addresses(text);
	safe_put(out, clean);
	free(clean);
	free(text);
}

static const struct view_kind lines_of_log = {
	.scope = SCOPE_LOG,
	.size = sizeof(struct view_text),
	.draw = view_text_draw,
	.source = view_text_source,
	.command = put_grep_command,
	.write = view_text_write,
	.close = view_text_close,
};

struct view *
view_log_new(struct app *app, const struct view *about)
{
	struct view *v = view_new(&lines_of_log, app, about);

	view_text_init(v, build_log);
	v->list.tail = true;
	if (!app_options(app)->full)
		((struct view_text *)v)->clean = put_private;
	return v;
}

/* ---- certificate ---- */

#define NAMES_WIDE 14 /* the column of names */

struct certificate_view {
	struct view_text text;
	struct certificate *certificate;
};

static const struct certificate *
certificate_of(struct view *v)
{
	return ((struct certificate_view *)v)->certificate;
}

static void
put_value(struct page *out, const char *name, const char *value)
{
	page_printf(out, ATTR_PLAIN, " %-*s %s", NAMES_WIDE, name, value);
}

static void
put_optional(struct page *out, const char *name, const char *value)
{
	put_value(out, name, value ? value : "-");
}

static void
put_list(struct page *out, const char *name, char *const *values, size_t count)
{
	if (count == 0)
		put_value(out, name, "-");
	for (size_t i = 0; i < count; i++)
		put_value(out, i ? "" : name, values[i]);
}

static void
put_time(struct page *out, const char *name, int64_t ms)
{
	char time[WHEN_ROOM];

	when_format(ms, time);
	put_value(out, name, time);
}

/* Pairs of digits with colons between them, as openssl x509 -fingerprint prints them. */
static void
put_hex(struct page *out, const char *name, const char *hex)
{
	struct text t = {NULL, 0, 0};

	for (size_t i = 0; hex && hex[i]; i += 2) {
		text_printf(&t, "%s%.2s", i ? ":" : "", hex + i);
		if (!hex[i + 1])
			break;
	}
	put_optional(out, name, t.at);
	text_free(&t);
}

static void
put_names(struct page *out, const struct certificate *c)
{
	put_optional(out, "subject", c->subject);
	put_optional(out, "issuer", c->issuer);
	put_list(out, "names", c->sans, c->san_count);
}

static void
put_validity(struct page *out, const struct certificate *c, int64_t now_ms)
{
	char left[WORDS_ROOM];
	enum tone tone;

	tone = words_left(c, now_ms, false, left);
	put_time(out, "not before", c->not_before_ms);
	put_time(out, "not after", c->not_after_ms);
	page_printf(out, view_attr(tone), " %-*s %s", NAMES_WIDE, "", left);
}

static void
put_constraints(struct page *out, const struct certificate *c)
{
	char *ca = !c->ca               ? text_new("no")
		   : c->path_length < 0 ? text_new("yes")
					: text_new("yes, path length %d", c->path_length);

	put_value(out, "CA", ca);
	put_optional(out, "key usage", c->key_usage);
	put_optional(out, "extended usage", c->extended_key_usage);
	put_optional(out, "policies", c->policies);
	put_value(out, "self-signed",
		c->self_signed   ? "yes"
		: c->self_issued ? "no, but issued by its own name"
				 : "no");
	put_value(out, "CT", c->scts ? "embedded timestamps: a public CA" : "no embedded timestamps");
	free(ca);
}

static void
build_certificate(struct view *v, struct page *out, const struct frame *f)
{
	const struct certificate *c = certificate_of(v);

	out->hang = 1 + NAMES_WIDE + 1;
	page_printf(out, ATTR_BOLD, "certificate %s",
		c->subject_cn && *c->subject_cn ? c->subject_cn : c->subject);
	put_names(out, c);
	put_validity(out, c, f->now_ms);
	put_hex(out, "serial", c->serial);
	put_hex(out, "SHA-256", c->sha256);
	put_optional(out, "key", c->key);
	put_optional(out, "signature", c->signature);
	put_hex(out, "key id", c->subject_key_id);
	put_hex(out, "issuer key id", c->authority_key_id);
	put_constraints(out, c);
	put_list(out, "issuer at", c->aia_issuers, c->aia_issuer_count);
	put_list(out, "OCSP", c->ocsp, c->ocsp_count);
	put_list(out, "CRL", c->crls, c->crl_count);
}

static void
put_pem(struct view *v, struct text *out)
{
	char *pem = engine_pem(certificate_of(v));

	text_put(out, pem);
	free(pem);
}

static void
close_certificate(struct view *v)
{
	certificate_unref(((struct certificate_view *)v)->certificate);
	view_text_close(v);
}

static const struct view_kind certificate = {
	.scope = SCOPE_CERTIFICATE,
	.size = sizeof(struct certificate_view),
	.draw = view_text_draw,
	.source = view_text_source,
	.command = put_pem,
	.write = put_pem,
	.close = close_certificate,
};

struct view *
view_certificate_new(struct app *app, const struct view *about, struct certificate *c)
{
	struct view *v = view_new(&certificate, app, about);

	view_text_init(v, build_certificate);
	((struct certificate_view *)v)->certificate = certificate_ref(c);
	return v;
}
