#include "diagnosis/connection_rules.h"

#include "diagnosis/handshake_rules.h"
#include "diagnosis/texts.h"

#include <ctype.h>
#include <string.h>

#define MASKED_LEAST 6 /* a firewall writes X over STARTTLS and leaves its length: "250-XXXXXXXA" */

struct ended { /* a connection that ended in some stage */
	const struct observation *o;
	char ip[ADDRESS_ROOM];
	struct span keyword; /* of a masked EHLO answer; empty: none */
};

struct row {
	enum stage reached;
	enum fault_kind kind; /* FAULT_NONE: any other */
	const char *id;
};

/* What ended a connection, by the last stage that it passed. */
static const struct row rows[] = {
	{STAGE_NONE, FAULT_TIMEOUT, "connect-timeout"},
	{STAGE_NONE, FAULT_REFUSED, "connect-refused"},
	{STAGE_NONE, FAULT_RESET, "connect-refused"},
	{STAGE_NONE, FAULT_UNREACHABLE, "unreachable"},
	{STAGE_NONE, FAULT_NONE, "unreachable"},
	{STAGE_CONNECT, FAULT_TIMEOUT, "greeting-slow"},
	{STAGE_CONNECT, FAULT_NONE, "greeting-refused"},
	{STAGE_GREETING, FAULT_TIMEOUT, "greeting-busy"},
	{STAGE_GREETING, FAULT_NONE, "greeting-refused"},
};

static const char *
id_of(const struct observation *o)
{
	if (o->fault.kind == FAULT_REPLY && o->reply_code / 100 == 4)
		return "greeting-busy";
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].reached == o->reached &&
			(rows[i].kind == o->fault.kind || rows[i].kind == FAULT_NONE))
			return rows[i].id;
	}
	return NULL;
}

static struct span
first_line(const char *text)
{
	struct span rest = span_of(text), line;

	span_cut(&rest, "\n", &line);
	return line;
}

static void
put_reply(struct draft *d, const struct observation *o)
{
	struct span line = first_line(o->reply ? o->reply : o->fault.text);

	places_print(&d->places, "reply", "%.*s", line.len > 200 ? 200 : (int)line.len,
		line.at ? line.at : "");
}

static void
begin(struct draft *d, struct casework *w, const struct ended *x, const char *id)
{
	const struct observation *o = x->o;

	draft_begin(d, w, id, PROOF_PROBE, true);
	places_set(&d->places, "ip", x->ip);
	places_print(&d->places, "port", "%u", o->port);
	put_reply(d, o);
	draft_prove(d, "%s port %u, after %s: %s%.250s", x->ip, o->port,
		o->reached == STAGE_NONE ? "no connection" : stage_word(o->reached),
		o->fault.kind ? "" : "answered ",
		o->fault.kind                     ? o->fault.text
		: places_get(&d->places, "reply") ? places_get(&d->places, "reply")
						  : "");
}

static void
tell_unreached(struct casework *w, const struct ended *x, bool others_answer)
{
	const char *id = id_of(x->o);
	bool no_route = id && strcmp(id, "unreachable") == 0;
	struct draft d;

	/* A host without IPv6 has no route to half of the world: that is no news while the other half
	 * answers. */
	if (!id || (no_route && others_answer))
		return;
	begin(&d, w, x, id);
	handshake_put_seconds(&d, &x->o->fault);
	if (others_answer && d.finding->severity == SEVERITY_ERROR)
		d.finding->severity = SEVERITY_WARNING;
	draft_end(&d);
}

/* A keyword of EHLO's answer that somebody wrote over: a run of X, a last letter perhaps left. */
static struct span
masked_keyword(const char *capabilities)
{
	struct span rest = span_of(capabilities), line;

	while (rest.len) {
		size_t run = 0;

		span_cut(&rest, "\n", &line);
		while (run < line.len && (line.at[run] == 'X' || line.at[run] == '*'))
			run++;
		if (run >= MASKED_LEAST && line.len <= run + 2)
			return line;
	}
	return (struct span){NULL, 0};
}

static void
tell_not_offered(struct casework *w, const struct ended *x)
{
	struct draft d;

	draft_begin(&d, w, x->keyword.len ? "starttls-stripped" : "starttls-not-offered", PROOF_PROBE, true);
	places_set(&d.places, "ip", x->ip);
	places_print(&d.places, "keyword", "%.*s", (int)x->keyword.len, x->keyword.at ? x->keyword.at : "");
	places_set(&d.places, "refused", x->o->helo ? "; EHLO refused" : NULL);
	if (x->keyword.len)
		draft_prove(&d, "%s: EHLO is answered with %.*s where STARTTLS would stand", x->ip,
			(int)x->keyword.len, x->keyword.at);
	else
		draft_prove(&d, "%s: %s", x->ip,
			x->o->helo ? "EHLO is refused, HELO accepted: no extensions"
				   : "EHLO's answer has no STARTTLS");
	draft_end(&d);
}

static void
tell_starttls(struct casework *w, const struct ended *x)
{
	struct draft d;

	if (!x->o->starttls_offered && !x->o->starttls_sent) {
		tell_not_offered(w, x);
		return;
	}
	begin(&d, w, x, x->o->reply_code ? "starttls-refused" : "starttls-dropped");
	draft_end(&d);
}

static void
tell_injected(struct casework *w, const struct ended *x)
{
	struct draft d;

	draft_begin(&d, w, "injected-after-starttls", PROOF_PROBE, true);
	draft_prove(&d, "%s: bytes came with the 220 to STARTTLS, before any handshake; they were dropped",
		x->ip);
	draft_end(&d);
}

static void
tell_no_certificate(struct casework *w, const struct ended *x)
{
	struct draft d;

	draft_begin(&d, w, "no-certificate", PROOF_PROBE, true);
	places_set(&d.places, "cipher", x->o->tls.cipher);
	draft_prove(&d, "%s: %s with %s, and no certificate", x->ip, x->o->tls.version, x->o->tls.cipher);
	draft_end(&d);
}

void
connection_rules(struct casework *w, const struct observation *o, bool others_answer)
{
	struct ended x = {.o = o, .keyword = masked_keyword(o->capabilities)};

	address_print(&o->address, x.ip);
	if (o->fault.kind == FAULT_CANCELLED)
		return;
	if (o->reached < STAGE_EHLO)
		tell_unreached(w, &x, others_answer);
	else if (o->reached < STAGE_STARTTLS)
		tell_starttls(w, &x);
	else if (o->reached < STAGE_HANDSHAKE)
		handshake_rules_look(w, o, x.ip);
	else if (o->cut_short)
		handshake_rules_after(w, o, x.ip);
	if (o->reached >= STAGE_HANDSHAKE && o->sent_count == 0 && !o->chain)
		tell_no_certificate(w, &x);
	if (o->injected)
		tell_injected(w, &x);
}

void
connection_rules_dns(struct casework *w)
{
	const struct look *look = w->e->look;
	struct draft d;

	draft_begin(&d, w, look->dns == DNS_NXDOMAIN ? "dns-no-name" : "dns-failed", PROOF_PROBE, true);
	places_set(&d.places, "reason",
		look->dns == DNS_NODATA ? "no address record"
		: look->dns_why         ? look->dns_why
					: look->fault.text);
	if (look->fault.text[0]) /* it begins with the name */
		draft_prove(&d, "%s", look->fault.text);
	else
		draft_prove(&d, "%s: no address (%s)", look->host ? look->host : look->target,
			dns_status_word(look->dns));
	draft_end(&d);
}
