#include "report/report.h"

#include "base/when.h"
#include "report/chain_text.h"
#include "report/findings_text.h"
#include "report/harmless.h"
#include "report/wrap.h"

#include <stdio.h>
#include <string.h>

/* What to do about a connection that ended before its time. */
static const char *
advice(enum fault_kind kind)
{
	static const char *const words[] = {
		[FAULT_DNS] = "check the name with dig; Sendmail defers mail to a name that does not resolve",
		[FAULT_UNREACHABLE] = "no route from this host: check the address family and the route",
		[FAULT_REFUSED] =
			"nothing listens on that port: check the port, or ask the remote's postmaster",
		[FAULT_TIMEOUT] = "a firewall drops it, or the server is slow: try a longer --timeout",
		[FAULT_CLOSED] = "the server hangs up: see what was said before it, or ask its postmaster",
		[FAULT_RESET] =
			"the server or something on the path resets the connection: ask its postmaster",
		[FAULT_REPLY] = "the server refuses: its reply says why",
		[FAULT_PROTOCOL] =
			"what answers is no mail server with STARTTLS: check the port and the path",
		[FAULT_TLS] =
			"the handshake cannot be agreed: compare TLS versions and ciphers of both sides",
		[FAULT_LIMIT] = "the server sends more than Sendmail takes: ask the remote's postmaster",
		[FAULT_CANCELLED] = NULL,
	};

	return (size_t)kind < sizeof words / sizeof *words ? words[kind] : NULL;
}

static void
put_fault(struct text *out, const char *indent, const struct fault *f, const char *todo)
{
	if (f->kind == FAULT_NONE)
		return;
	text_printf(out, "%s%s: ", indent, fault_word(f->kind));
	harmless_text(out, f->text);
	text_put(out, "\n");
	if (todo)
		text_printf(out, "%s%*s%s\n", indent, (int)strlen(fault_word(f->kind)) + 2, "", todo);
}

/* Lines joined by \n, each on a line of its own behind a mark. */
static void
put_lines(struct text *out, const char *mark, const char *text)
{
	struct span rest = span_of(text), line;

	while (rest.len) {
		char room[1024];

		span_cut(&rest, "\n", &line);
		span_put(line, room, sizeof room);
		text_put(out, mark);
		harmless_text(out, room);
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
	static const char *const client_cert[] = {"no client certificate asked for",
		"client certificate requested", "client certificate required"};

	if (t->version[0] == '\0')
		return;
	text_printf(out, "    %s %s, %d bits, %s", t->version, t->cipher, t->bits,
		client_cert[t->client_cert]);
	if (t->sni) {
		text_put(out, ", SNI ");
		harmless_text(out, t->sni);
	}
	text_put(out, "\n");
}

/* What Sendmail does when a connection comes to this word without a certificate to judge; NULL
 * where the verdict or the fault says it. */
static const char *
consequence(enum verify verify, const struct observation *o)
{
	if (verify == VERIFY_NONE)
		return o->starttls_offered ? "STARTTLS is refused: Sendmail sends mail in clear"
					   : "STARTTLS is not offered: Sendmail sends mail in clear";
	if (verify == VERIFY_TEMP)
		return "STARTTLS is refused for now: Sendmail sends mail in clear";
	if (verify == VERIFY_PROTOCOL)
		return "neither yes nor no to STARTTLS: Sendmail defers the mail";
	return o->cut_short
		       ? "the certificate is judged, but the server ends the session: Sendmail defers the mail"
		       : NULL;
}

/* A server that demands a client certificate fails as if versions or ciphers did not fit. */
static const char *
advice_for(const struct observation *o)
{
	if (o->fault.kind == FAULT_TLS && o->tls.client_cert == CLIENT_CERT_REQUIRED)
		return "it demands a client certificate: ClientCertFile and ClientKeyFile name ours";
	return advice(o->fault.kind);
}

/* advise: nothing was found that says better what to do. */
static void
put_observation(struct text *out, const struct look_address *a, bool advise, int64_t now)
{
	const struct observation *o = a->observation;
	const char *then = consequence(a->verdict.verify, o);

	put_stages(out, o);
	put_lines(out, "    < ", o->greeting);
	if (o->reply_code && o->reply_code != 220)
		put_lines(out, "    < ", o->reply);
	put_tls(out, &o->tls);
	if (o->injected)
		text_put(out,
			"    bytes came with the 220 to STARTTLS: dropped; somebody on the path sent them?\n");
	if (then)
		wrap_text(out, "    ", then);
	put_fault(out, "    ", &o->fault, advise ? advice_for(o) : NULL);
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
		wrap_text(out, "    ", a->held_back);
}

static void
put_dns(struct text *out, const struct look *l)
{
	if (l->dns_ms < 0)
		return;
	text_printf(out, "DNS    %s, %lld ms", dns_status_word(l->dns), (long long)l->dns_ms);
	if (l->dns_why) {
		text_put(out, ": ");
		harmless_text(out, l->dns_why);
	}
	text_put(out, "\n");
}

static void
put_notes(struct text *out, const struct look *l)
{
	if (l->store)
		wrap_text(out, "STORE  ", l->store);
	if (l->not_this_host)
		text_put(out, "NOTE   not-this-host: the log was written on another host\n");
	for (size_t i = 0; l->policy && i < l->policy->note_count; i++)
		wrap_text(out, "NOTE   ", l->policy->notes[i]);
}

void
report_look_text(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o)
{
	bool advise = !found || found->count == 0;

	harmless_text(out, l->target);
	if (l->port != 25)
		text_printf(out, " port %u", l->port);
	text_printf(out, "  %s\n", l->verify == VERIFY_UNKNOWN ? "not judged" : verify_word(l->verify));
	findings_text(out, found, o->full);
	put_dns(out, l);
	put_notes(out, l);
	put_fault(out, "", &l->fault, advise ? advice(l->fault.kind) : NULL);
	for (size_t i = 0; i < l->address_count; i++)
		put_address(out, &l->addresses[i], advise, o->now_ms);
	findings_letter(out, found);
}
