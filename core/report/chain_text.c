#include "report/chain_text.h"

#include "report/findings_text.h"
#include "base/safe.h"
#include "report/report.h"
#include "wording/words.h"

static const char *
name_of(const struct certificate *c)
{
	if (c->subject_cn && c->subject_cn[0])
		return c->subject_cn;
	return c->subject && c->subject[0] ? c->subject : "(no name)";
}

static void
put_validity(struct text *out, const struct certificate *c, int64_t now)
{
	char left[WORDS_ROOM];

	words_left(c, now, false, left);
	text_put(out, left);
}

void
chain_text(struct text *out, const struct chain *c, const struct verdict *v, int64_t now_ms)
{
	for (size_t i = 0; c && i < c->count; i++) {
		const struct certificate *cert = c->certificates[i];
		bool blamed = v->code && v->depth == (int)i;

		text_printf(out, "  %s %zu ", blamed ? "x" : " ", i);
		safe_put(out, name_of(cert));
		text_put(out, "   ");
		safe_put(out, cert->key);
		text_put(out, "   ");
		put_validity(out, cert, now_ms);
		if (cert->self_signed)
			text_put(out, "   self-signed");
		text_put(out, "\n");
		safe_wrap(out, "        issuer ", cert->issuer);
	}
}

void
verdict_text(struct text *out, const char *first, const struct verdict *v)
{
	struct text line = {NULL, 0, 0};

	text_put(&line, v->verify == VERIFY_UNKNOWN ? "not judged" : verify_word(v->verify));
	if (v->code)
		text_printf(&line, " %d at depth %d: %s", v->code, v->depth, v->message);
	if (v->code && v->subject[0])
		text_printf(&line, " (%s)", v->subject);
	safe_wrap(out, first, line.at);
	text_free(&line);
}

static void
put_origin(struct text *out, const struct path_item *item)
{
	if (item->sent)
		text_put(out, "sent");
	else if (item->in_store)
		text_put(out, "in the store");
	else if (item->from) {
		text_put(out, "from ");
		safe_put(out, item->from);
	} else {
		text_put(out, "not in the store");
	}
}

void
repaired_text(struct text *out, const struct path *p, int64_t now_ms)
{
	if (p)
		text_put(out, "    with what the experiments changed:\n");
	for (size_t i = 0; p && i < p->chain->count; i++) {
		const struct path_item *item = &p->items[i];
		const struct certificate *cert = p->chain->certificates[i];

		text_printf(out, "  %s %zu ", item->sent ? " " : "+", i);
		safe_put(out, name_of(cert));
		text_put(out, "   ");
		put_validity(out, cert, now_ms);
		text_put(out, "   ");
		put_origin(out, item);
		text_put(out, "\n");
	}
}

void
report_chain_text(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o)
{
	const struct look_address *a = &l->addresses[0];

	verdict_text(out, "", &a->verdict);
	findings_text(out, found, o->full);
	chain_text(out, a->observation->chain, &a->verdict, o->now_ms);
	repaired_text(out, a->repaired, o->now_ms);
	findings_letter(out, found);
}
