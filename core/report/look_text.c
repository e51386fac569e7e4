/* A look, or a saved chain, as text for people. */
#include "report/report.h"

#include "base/safe.h"
#include "base/when.h"
#include "report/findings_text.h"
#include "wording/words.h"

#include <stdio.h>
#include <string.h>

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

/* One line a certificate: depth, name, key, days left; the one that the verdict blames is marked. NULL chain:
 * nothing. Times are relative to now_ms. */
static void
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

/* "FAIL 20 at depth 0: unable to get local issuer certificate (/CN=…)", its first line behind `first`. */
static void
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

/* The chain as it would verify, a line a certificate with where it comes from. NULL: nothing. */
static void
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

static void
put_fault(struct text *out, const char *indent, const struct fault *f, const char *todo)
{
	if (f->kind == FAULT_NONE)
		return;
	text_printf(out, "%s%s: ", indent, fault_word(f->kind));
	safe_put(out, f->text);
	text_put(out, "\n");
	if (todo)
		text_printf(out, "%s%*s%s\n", indent, (int)strlen(fault_word(f->kind)) + 2, "", todo);
}

/* Lines joined by \n, each on a line of its own behind a mark. */
static void
put_replies(struct text *out, const char *mark, const char *text)
{
	struct span rest = span_of(text), line;

	while (rest.len) {
		char room[1024];

		span_cut(&rest, "\n", &line);
		span_put(line, room, sizeof room);
		text_put(out, mark);
		safe_put(out, room);
		text_put(out, "\n");
	}
}

static void
put_stages(struct text *out, const struct observation *o)
{
	static const char *const names[] = {[STAGE_CONNECT] = "connect",
		[STAGE_GREETING] = "220",
		[STAGE_EHLO] = "EHLO",
		[STAGE_STARTTLS] = "STARTTLS",
		[STAGE_HANDSHAKE] = "TLS",
		[STAGE_EHLO2] = "EHLO"};

	text_put(out, "    ");
	for (int stage = STAGE_CONNECT; stage < STAGES; stage++) {
		text_printf(out, "%s ", names[stage]);
		if (o->stage_ms[stage] >= 0)
			text_printf(out, "%lldms", (long long)o->stage_ms[stage]);
		else
			text_put(out, "-");
		text_put(out, stage + 1 < STAGES ? "  " : "\n");
	}
}

static void
put_tls(struct text *out, const struct observation_tls *t)
{
	if (t->version[0] == '\0')
		return;
	text_printf(out, "    %s %s, %d bits, %s", t->version, t->cipher, t->bits,
		words_client_cert(t->client_cert));
	if (t->sni) {
		text_put(out, ", SNI ");
		safe_put(out, t->sni);
	}
	text_put(out, "\n");
}

/* advise: nothing was found that says better what to do. */
static void
put_observation(struct text *out, const struct look_address *a, bool advise, int64_t now)
{
	const struct observation *o = a->observation;
	const char *then = words_consequence(a->verdict.verify, o);

	put_stages(out, o);
	put_replies(out, "    < ", o->greeting);
	if (o->reply_code && o->reply_code != 220)
		put_replies(out, "    < ", o->reply);
	put_tls(out, &o->tls);
	if (o->injected)
		text_put(out,
			"    bytes came with the 220 to STARTTLS: dropped; somebody on the path sent them?\n");
	if (then)
		safe_wrap(out, "    ", then);
	put_fault(out, "    ", &o->fault, advise ? words_advice_for(o) : NULL);
	chain_text(out, o->chain, &a->verdict, now);
	repaired_text(out, a->repaired, now);
}

static void
put_address(struct text *out, const struct look_address *a, bool advise, int64_t now)
{
	char room[ADDRESS_ROOM], margin[ADDRESS_ROOM + 2];

	address_print(&a->address, room);
	snprintf(margin, sizeof margin, "%s  ", room);
	verdict_text(out, margin, &a->verdict);
	if (a->observation)
		put_observation(out, a, advise, now);
	else if (a->held_back)
		safe_wrap(out, "    ", a->held_back);
}

static void
put_dns(struct text *out, const struct look *l)
{
	if (l->dns_ms < 0)
		return;
	text_printf(out, "DNS    %s, %lld ms", dns_status_word(l->dns), (long long)l->dns_ms);
	if (l->dns_why) {
		text_put(out, ": ");
		safe_put(out, l->dns_why);
	}
	text_put(out, "\n");
}

static void
put_notes(struct text *out, const struct look *l)
{
	if (l->store)
		safe_wrap(out, "STORE  ", l->store);
	if (l->not_this_host)
		text_put(out, "NOTE   not-this-host: the log was written on another host\n");
	for (size_t i = 0; l->policy && i < l->policy->note_count; i++)
		safe_wrap(out, "NOTE   ", l->policy->notes[i]);
}

void
report_look_text(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o)
{
	bool advise = !found || found->count == 0;

	safe_put(out, l->target);
	if (l->port != 25)
		text_printf(out, " port %u", l->port);
	text_printf(out, "  %s\n", l->verify == VERIFY_UNKNOWN ? "not judged" : verify_word(l->verify));
	findings_text(out, found, o->full);
	put_dns(out, l);
	put_notes(out, l);
	put_fault(out, "", &l->fault, advise ? words_advice(l->fault.kind) : NULL);
	for (size_t i = 0; i < l->address_count; i++)
		put_address(out, &l->addresses[i], advise, o->now_ms);
	findings_letter(out, found);
}
