#include "tui/chain_page.h"

#include "base/mem.h"
#include "base/safe.h"
#include "base/text.h"
#include "model/codes.h"
#include "wording/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_WIDE 11  /* "RSA 2048" */
#define LEFT_WIDE 16 /* "expired 12 d ago" */
#define HANG 7       /* " │     ", what is said of a certificate */

struct building {
	struct chain_page *page;
	const struct chain_case *c;
	int name_wide;
	char part; /* of the page, in keys */
};

static const char *
name_of(const struct certificate *c)
{
	return c->subject_cn && *c->subject_cn ? c->subject_cn : c->subject;
}

static const char *
store_of(const struct chain_case *c)
{
	return c->ca_file ? c->ca_file : "the store";
}

static bool
holds(const struct chain *chain, const struct certificate *c)
{
	for (size_t i = 0; chain && i < chain->count; i++) {
		if (strcmp(chain->certificates[i]->sha256, c->sha256) == 0)
			return true;
	}
	return false;
}

static void
add_item(struct building *b, struct certificate *c, size_t depth)
{
	struct chain_page *p = b->page;
	struct chain_item *item;

	p->items = mem_resize(p->items, p->count + 1, sizeof *p->items);
	item = &p->items[p->count];
	item->certificate = certificate_ref(c);
	snprintf(item->key, sizeof item->key, "%c%zu %s", b->part, depth, c->sha256);
	p->count++;
}

/* ---- one certificate --------------------------------------------------------------------------------------
 */

static bool
was_added(const struct path_item *item)
{
	return !item->sent && !item->in_store;
}

static const char *
mark_of(const struct path_item *item)
{
	return was_added(item) ? "+" : item->code ? "✗" : "✓";
}

static const char *
whence(const struct path_item *item)
{
	return item->in_store && item->sent ? "sent, in store"
	       : item->in_store             ? "in the store"
	       : item->sent                 ? "sent"
					    : "(not sent)";
}

static void
put_row(struct building *b, const struct certificate *c, const struct path_item *item, const char *mark,
	const char *where)
{
	struct pane *p = &b->page->pane;
	struct text out = {NULL, 0, 0};
	char left[WORDS_ROOM];
	bool dated;

	dated = words_left(c, b->c->now_ms, false, left) == TONE_GOOD;
	text_printf(&out, " %s ", mark);
	safe_cell(&out, name_of(c), b->name_wide, p->ascii);
	text_put(&out, " ");
	safe_cell(&out, c->key ? c->key : "?", KEY_WIDE, p->ascii);
	text_put(&out, " ");
	safe_cell(&out, left, LEFT_WIDE, p->ascii);
	text_printf(&out, " %s", where);
	pane_add(p, b->page->count - 1,
		!item                  ? ATTR_DIM
		: item->code || !dated ? ATTR_BAD
				       : ATTR_PLAIN,
		text_take(&out));
}

/* Its words, as far as a verdict was given with that code. */
static const char *
message_of(const struct chain_case *c, int code)
{
	if (c->verdict->code == code)
		return c->verdict->message;
	for (size_t i = 0; i < c->experiment_count; i++) {
		if (c->experiments[i].verdict.code == code)
			return c->experiments[i].verdict.message;
	}
	return "see `man verify`";
}

static bool
lacks_issuer(int code)
{
	return code == CHAIN_NO_ISSUER || code == CHAIN_NO_LOCAL_ISSUER;
}

static void
put_remark(struct building *b, unsigned attr, const char *text)
{
	pane_printf(&b->page->pane, b->page->count - 1, attr, HANG, " │     %s", text);
}

/* What is wrong with it by itself, and where it came from when nobody sent it. */
static void
put_remarks(struct building *b, const struct path_item *item)
{
	struct text out = {NULL, 0, 0};

	if (item->from && was_added(item)) {
		text_printf(&out, "from %s", item->from);
		put_remark(b, ATTR_MARK, out.at);
	}
	text_drop(&out, out.len);
	if (item->code && !lacks_issuer(item->code)) {
		text_printf(&out, "error %d: %s", item->code, message_of(b->c, item->code));
		put_remark(b, ATTR_BAD, out.at);
	}
	text_free(&out);
}

/* ---- a path -----------------------------------------------------------------------------------------------
 */

/* Between a certificate and its issuer: was the issuer there? above NULL: the path ends here. */
static void
put_link(struct building *b, const struct certificate *c, const struct path_item *item,
	const struct path_item *above)
{
	struct text out = {NULL, 0, 0};

	if (above ? !was_added(above) : item->in_store)
		return;
	if (!above && c->self_issued)
		text_printf(&out, "is its own issuer, and not in %s", store_of(b->c));
	else if (above)
		text_printf(&out, "issuer not sent, not in %s", store_of(b->c));
	else
		text_printf(&out, "issuer not sent, not in %s: %s", store_of(b->c), c->issuer);
	put_remark(b, ATTR_BAD, out.at);
	text_free(&out);
}

static void
put_path(struct building *b, const struct path *path)
{
	char mark[32];

	for (size_t i = 0; i < path->chain->count; i++) {
		struct certificate *c = path->chain->certificates[i];
		const struct path_item *item = &path->items[i];
		bool last = i + 1 == path->chain->count;

		add_item(b, c, i);
		snprintf(mark, sizeof mark, "%s %zu", mark_of(item), i);
		put_row(b, c, item, mark, whence(item));
		put_remarks(b, item);
		put_link(b, c, item, last ? NULL : item + 1);
	}
}

/* Nothing could be built from it: as it was sent. */
static void
put_sent(struct building *b)
{
	static const struct path_item as_sent = {.sent = true};
	char mark[32];

	for (size_t i = 0; i < b->c->sent->count; i++) {
		add_item(b, b->c->sent->certificates[i], i);
		snprintf(mark, sizeof mark, "  %zu", i);
		put_row(b, b->c->sent->certificates[i], &as_sent, mark, "sent");
	}
}

static void
put_heading(struct building *b, const char *text)
{
	pane_printf(&b->page->pane, PANE_NOBODY, ATTR_DIM, HANG, " %s", text);
}

/* The repaired path may leave out what the verdict went through. */
static bool
is_part_of(const struct path *path, const struct path *whole)
{
	for (size_t i = 0; i < path->chain->count; i++) {
		if (!holds(whole->chain, path->chain->certificates[i]))
			return false;
	}
	return true;
}

static void
put_judged(struct building *b)
{
	const struct chain_case *c = b->c;
	bool both = c->path && c->repaired && !is_part_of(c->path, c->repaired);

	b->part = 'j';
	if (both)
		put_heading(b, "as judged:");
	else if (c->other_count && !c->repaired)
		put_heading(b, "the path that the verdict used:");
	if (c->path && (both || !c->repaired))
		put_path(b, c->path);
	else if (!c->repaired)
		put_sent(b);
	if (!c->repaired)
		return;
	b->part = 'r';
	if (both)
		put_heading(b, "as repaired:");
	put_path(b, c->repaired);
}

static bool
is_shown(const struct chain_case *c, const struct certificate *cert)
{
	if (c->path && holds(c->path->chain, cert))
		return true;
	return c->repaired && holds(c->repaired->chain, cert);
}

static void
put_unused(struct building *b)
{
	const struct chain_case *c = b->c;

	b->part = 'u';
	for (size_t i = 0; c->sent && (c->path || c->repaired) && i < c->sent->count; i++) {
		if (is_shown(c, c->sent->certificates[i]))
			continue;
		add_item(b, c->sent->certificates[i], i);
		put_row(b, c->sent->certificates[i], NULL, "-  ", "sent, not used");
	}
}

static void
put_others(struct building *b)
{
	const struct chain_case *c = b->c;

	for (size_t i = 0; i < c->other_count; i++) {
		b->part = (char)('A' + i % 26);
		put_heading(b, "another path to a trust anchor, not used by the verdict:");
		put_path(b, c->others[i]);
	}
}

static void
drop_items(struct chain_page *p)
{
	for (size_t i = 0; i < p->count; i++)
		certificate_unref(p->items[i].certificate);
	p->count = 0;
}

void
chain_page_build(struct chain_page *p, const struct chain_case *c, int width, bool ascii)
{
	struct building b = {.page = p, .c = c, .name_wide = width > 100 ? 48 : width > 70 ? 30 : width / 3};

	pane_begin(&p->pane, width, ascii);
	drop_items(p);
	if (c->verdict->code)
		pane_printf(&p->pane, PANE_NOBODY, ATTR_BAD, 3, " %s: %s", c->verdict->message,
			c->verdict->subject);
	if (c->in_the_way)
		pane_printf(&p->pane, PANE_NOBODY, ATTR_WARN, 3, " %s", c->in_the_way);
	put_judged(&b);
	put_unused(&b);
	put_others(&b);
}

void
chain_page_free(struct chain_page *p)
{
	pane_free(&p->pane);
	drop_items(p);
	free(p->items);
	p->items = NULL;
}
