/* Why a connection did not come to a certificate, or not beyond it: names, TCP, SMTP, STARTTLS, the handshake
 * by OpenSSL's words, the alert, and what second looks show. */
#include "diagnosis/rules.h"

#include "base/when.h"
#include "diagnosis/texts.h"
#include "model/codes.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ---- the handshake ---- */

#define DH_GOOD 2048 /* bits; less is refused at security level 2 */

struct failed { /* a failed handshake, from a look or from the log */
	enum proof proof;
	const char *reason; /* OpenSSL's words, "unknown", or NULL */
	enum fault_kind kind;
	int alert;                         /* -1: none */
	bool asked, we_have;               /* a client certificate */
	const struct observation_tls *tls; /* NULL: not known */
	const char *where;                 /* "192.0.2.1", "the log" */
	const struct fault *fault;         /* of a look; NULL: from the log */
};

/* Sets {seconds}: how long was waited in vain. */
static void
put_seconds(struct draft *d, const struct fault *fault)
{
	if (fault->waited_ms)
		vars_print(&d->vars, "seconds", "%g", (double)fault->waited_ms / 1000);
}

const struct second_look *
second_find(const struct evidence *e, enum second_look_kind kind)
{
	for (size_t i = 0; i < e->second_count; i++) {
		if (e->seconds[i].kind == kind)
			return &e->seconds[i];
	}
	return NULL;
}

static const struct second_look *
second_passed(const struct evidence *e, enum second_look_kind kind)
{
	const struct second_look *s = second_find(e, kind);
	const struct observation *o = s ? s->observation : NULL;

	return o && o->reached >= STAGE_HANDSHAKE && !o->cut_short ? s : NULL;
}

/* A file that only root may read is Sendmail's all the same. */
static bool
is_loaded(const struct policy_file *file)
{
	return file->bytes || file->code == -EACCES;
}

/* Without its key Sendmail sends no certificate. */
static bool
have_client_cert(const struct evidence *e)
{
	const struct policy *p = e->policy;

	return p && p->client_cert && p->client_key && is_loaded(&p->client_cert_bytes) &&
	       is_loaded(&p->client_key_bytes);
}

static bool
is_old(const char *version)
{
	return strcmp(version, "TLSv1") == 0 || strcmp(version, "TLSv1.1") == 0 ||
	       strcmp(version, "SSLv3") == 0;
}

/* What is weak about a handshake that passes at a lower security level only. */
static const char *
weakness(const struct observation_tls *tls)
{
	if (is_old(tls->version))
		return "protocol-too-old";
	if (tls->dh_bits && tls->dh_bits < DH_GOOD)
		return "weak-dh";
	if (strstr(tls->signature, "SHA1") || strstr(tls->signature, "sha1") || strstr(tls->signature, "MD5"))
		return "legacy-signature";
	return "no-shared-cipher";
}

/* What a second look that passed proves. NULL: by what is weak in it. */
static const struct passing {
	enum second_look_kind kind;
	const char *id;
	const char *words;
} passing[] = {
	{SECOND_NO_CLIENT_CERT, "client-cert-rejected", "without our client certificate"},
	{SECOND_LEVEL_1, NULL, "at security level 1"},
	{SECOND_LEVEL_0_TLS10, NULL, "at security level 0 with TLS 1.0"},
	{SECOND_LEGACY_RENEGOTIATION, "legacy-renegotiation", "when secure renegotiation is not asked for"},
	{SECOND_OPENSSL_DEFAULTS, "cipherlist-narrow", "with OpenSSL's own ciphers and options"},
	{SECOND_CLASSIC_GROUPS, "hello-intolerant", "with a small ClientHello"},
	{SECOND_UP_TO_TLS12, "hello-intolerant", "when TLS 1.3 is not offered"},
	{SECOND_ALL_CIPHERS, NULL, "with every cipher that OpenSSL has"},
};

static void
put_tls(struct draft *d, const struct observation_tls *tls)
{
	if (tls->dh_bits)
		vars_print(&d->vars, "bits", "%d", tls->dh_bits);
	if (is_old(tls->version)) {
		vars_set(&d->vars, "version", tls->version);
		/* Of a server that stops at TLS 1.1 it is not known that it speaks nothing older. */
		vars_set(&d->vars, "old_version",
			strcmp(tls->version, "TLSv1") == 0   ? "TLS 1.0"
			: strcmp(tls->version, "SSLv3") == 0 ? "SSL 3"
							     : NULL);
	}
	vars_set(&d->vars, "signature", tls->signature);
}

static bool
tell_seconds(struct diagnosis_run *w, const struct failed *f)
{
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
		const struct second_look *s = second_passed(w->e, passing[i].kind);
		const struct policy *policy = w->e->policy;
		struct draft d;

		if (!s)
			continue;
		draft_begin(&d, w, passing[i].id ? passing[i].id : weakness(&s->observation->tls),
			PROOF_PROBE, true);
		put_tls(&d, &s->observation->tls);
		vars_set(&d.vars, "option",
			policy && policy->cipher_list ? "CipherList" : "ClientSSLOptions");
		vars_set(&d.vars, "feature",
			passing[i].kind == SECOND_UP_TO_TLS12 ? "TLS 1.3" : "a large ClientHello");
		vars_set(&d.vars, "alert", f->reason);
		draft_prove(&d, "%s: %s; the handshake passes %s (%s, %s)", f->where, f->reason,
			passing[i].words, s->observation->tls.version, s->observation->tls.cipher);
		draft_end(&d);
		return true;
	}
	return false;
}

static const char *
id_by_kind(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_CLOSED:
	case FAULT_RESET:
		return "handshake-closed";
	case FAULT_TIMEOUT:
		return "handshake-timeout";
	case FAULT_PROTOCOL:
		return "not-tls";
	default:
		return "handshake-failed";
	}
}

/* A certificate that is demanded, and not sent for our own key's sake: then the key is what is to be mended.
 */
static void
begin_failed(struct draft *d, struct diagnosis_run *w, const char *id, enum proof proof, bool certain)
{
	bool ours = strcmp(id, "client-cert-required") == 0 && key_rules(w);

	draft_begin(d, w, id, proof, certain);
	if (ours)
		d->finding->blame = BLAME_LOCAL;
}

static void
put_failed(struct draft *d, const struct failed *f, const struct handshake_text *text)
{
	const char *name = texts_alert_name(f->alert);

	vars_set(&d->vars, "closed", f->kind == FAULT_RESET ? "reset" : "closed");
	if (f->fault)
		put_seconds(d, f->fault);
	vars_set(&d->vars, "alert", name ? name : f->reason);
	if (f->tls)
		put_tls(d, f->tls);
	if (text && text->name && !vars_get(&d->vars, text->name))
		vars_set(&d->vars, text->name, text->value);
	draft_prove(d, "%s: %s%s%s%s", f->where,
		f->reason && f->reason[0] ? f->reason : "the handshake failed", name ? " (TLS alert " : "",
		name ? name : "", name ? ")" : "");
}

static void
tell_failed(struct diagnosis_run *w, const struct failed *f)
{
	const struct handshake_text *text = texts_handshake(f->reason);
	const char *id = text && text->id ? text->id
			 : f->alert >= 0  ? texts_alert_finding(f->alert, f->we_have, f->asked)
					  : id_by_kind(f->kind);
	bool certain = text ? text->certain : true;
	struct draft d;

	begin_failed(&d, w, id, f->proof, certain);
	put_failed(&d, f, text);
	if (f->proof == PROOF_PROBE && w->e->left_out)
		draft_add(&d, EVIDENCE_LEFT_OUT, "Not every second look that may tell more was made: %s",
			w->e->left_out);
	if (f->proof == PROOF_LOG && f->alert == ALERT_HANDSHAKE_FAILURE) {
		d.finding->certain = false;
		draft_prove(&d, "Alert 40 is what servers send that want a client certificate, that have no "
				"cipher in common "
				"with us, or no certificate: press v to look");
	}
	draft_end(&d);
}

static void
tell_handshake(struct diagnosis_run *w, const struct observation *o, const char *ip)
{
	struct failed f = {.proof = PROOF_PROBE,
		.reason = o->fault.text,
		.kind = o->fault.kind,
		.alert = o->tls.alert > 0 ? o->tls.alert : -1,
		.asked = o->tls.client_cert != CLIENT_CERT_NONE,
		.we_have = have_client_cert(w->e),
		.tls = &o->tls,
		.where = ip,
		.fault = &o->fault};

	if (!tell_seconds(w, &f))
		tell_failed(w, &f);
}

static void
tell_lost_session(struct diagnosis_run *w, const struct observation *o, const char *ip)
{
	bool required = o->tls.client_cert == CLIENT_CERT_REQUIRED, have = have_client_cert(w->e);
	const char *name = texts_alert_name(o->tls.alert);
	struct draft d;

	begin_failed(&d, w,
		o->tls.alert > 0 ? texts_alert_finding(o->tls.alert, have, true)
		: required       ? (have ? "client-cert-rejected" : "client-cert-required")
				 : "handshake-closed",
		PROOF_PROBE, o->tls.alert > 0 || required);
	vars_set(&d.vars, "alert", name ? name : o->fault.text);
	vars_set(&d.vars, "closed", o->fault.kind == FAULT_RESET ? "reset" : "closed");
	draft_prove(&d, "%s: the session was lost right after the handshake: %s", ip,
		name ? name : o->fault.text);
	if (second_passed(w->e, SECOND_NO_CLIENT_CERT))
		draft_prove(&d, "Without our client certificate the session goes on");
	draft_end(&d);
}

/* What SSL_error= and errno= say when reason= says nothing: SSL_ERROR_WANT_READ (2) is a timeout,
 * SSL_ERROR_SYSCALL (5) a lost connection. */
static enum fault_kind
kind_of(const struct relay_last *last)
{
	if (last->retry == 0 || last->ssl_error == 2)
		return FAULT_TIMEOUT;
	if (last->ssl_error == 5)
		return last->err == ECONNRESET ? FAULT_RESET : FAULT_CLOSED;
	return FAULT_TLS;
}

void
handshake_rules_log(struct diagnosis_run *w)
{
	const struct relay_last *last = &w->e->relay->last;
	bool words = last->reason && strcmp(last->reason, "unknown") != 0;
	struct failed f = {.proof = PROOF_LOG,
		.reason = words ? last->reason : NULL,
		.kind = kind_of(last),
		.alert = texts_alert_number(last->alert ? last->alert : last->reason),
		.we_have = !w->e->policy || have_client_cert(w->e),
		.where = "The log says of the handshake"};
	char without[96];

	if (!words) {
		snprintf(without, sizeof without, "no reason, SSL_error=%d, errno=%d, retry=%d",
			last->ssl_error, last->err, last->retry);
		f.reason = last->ssl_error == INT_MIN ? "only that it failed" : without;
	}
	tell_failed(w, &f);
}

/* unexpected_message, illegal_parameter, decode_error, protocol_version, internal_error (RFC 8446 section 6):
 * from a server that cannot read what we offer. */
static bool
alert_is_of_parsing(int alert)
{
	return alert == ALERT_UNEXPECTED_MESSAGE || alert == ALERT_ILLEGAL_PARAMETER ||
	       alert == ALERT_DECODE_ERROR || alert == ALERT_PROTOCOL_VERSION ||
	       alert == ALERT_INTERNAL_ERROR;
}

/* Which second looks can tell something, in their order; each once, and none after one that passed. */
static bool
may_tell(const struct evidence *e, const struct observation *o, enum second_look_kind kind)
{
	const struct policy *p = e->policy;
	bool broken_off = o->fault.kind == FAULT_CLOSED || o->fault.kind == FAULT_RESET ||
			  o->fault.kind == FAULT_TIMEOUT;

	if (kind == SECOND_NO_CLIENT_CERT)
		return have_client_cert(e) && o->tls.client_cert != CLIENT_CERT_NONE;
	if (kind == SECOND_OPENSSL_DEFAULTS)
		return p && (p->cipher_list || p->cipher_suites || p->ssl_options);
	if (kind == SECOND_CLASSIC_GROUPS || kind == SECOND_UP_TO_TLS12)
		return broken_off || alert_is_of_parsing(o->tls.alert);
	if (kind == SECOND_ALL_CIPHERS)
		return o->tls.alert == ALERT_HANDSHAKE_FAILURE;
	return o->fault.kind == FAULT_TLS || broken_off;
}

enum second_look_kind
handshake_next_look(const struct evidence *e, const struct observation *o)
{
	bool proof = !second_find(e, SECOND_NO_CLIENT_CERT) && may_tell(e, o, SECOND_NO_CLIENT_CERT);

	if (o->reached >= STAGE_HANDSHAKE && o->cut_short)
		return proof ? SECOND_NO_CLIENT_CERT : SECOND_LOOKS;
	if (o->reached != STAGE_STARTTLS || o->fault.kind == FAULT_PROTOCOL ||
		o->fault.kind == FAULT_CANCELLED)
		return SECOND_LOOKS;
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
		if (second_passed(e, passing[i].kind))
			return SECOND_LOOKS;
		if (!second_find(e, passing[i].kind) && may_tell(e, o, passing[i].kind))
			return passing[i].kind;
	}
	return SECOND_LOOKS;
}

/* ---- before the handshake: names, TCP, SMTP, STARTTLS ---- */

#define MASKED_LEAST 6 /* a firewall writes X over STARTTLS and leaves its length: "250-XXXXXXXA" */

struct ended { /* a connection that ended in some stage */
	const struct observation *o;
	char ip[ADDRESS_ROOM];
	struct span keyword; /* of a masked EHLO answer; empty: none */
};

struct ended_row {
	enum stage reached;
	enum fault_kind kind; /* FAULT_NONE: any other */
	const char *id;
};

/* What ended a connection, by the last stage that it passed. */
static const struct ended_row ended_rows[] = {
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
	for (size_t i = 0; i < sizeof ended_rows / sizeof *ended_rows; i++) {
		if (ended_rows[i].reached == o->reached &&
			(ended_rows[i].kind == o->fault.kind || ended_rows[i].kind == FAULT_NONE))
			return ended_rows[i].id;
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

	vars_print(&d->vars, "reply", "%.*s", line.len > 200 ? 200 : (int)line.len, line.at ? line.at : "");
}

static void
begin_ended(struct draft *d, struct diagnosis_run *w, const struct ended *x, const char *id)
{
	const struct observation *o = x->o;

	draft_begin(d, w, id, PROOF_PROBE, true);
	vars_set(&d->vars, "ip", x->ip);
	vars_print(&d->vars, "port", "%u", o->port);
	put_reply(d, o);
	draft_prove(d, "%s port %u, after %s: %s%.250s", x->ip, o->port,
		o->reached == STAGE_NONE ? "no connection" : stage_word(o->reached),
		o->fault.kind ? "" : "answered ",
		o->fault.kind                 ? o->fault.text
		: vars_get(&d->vars, "reply") ? vars_get(&d->vars, "reply")
					      : "");
}

static void
tell_unreached(struct diagnosis_run *w, const struct ended *x, bool others_answer)
{
	const char *id = id_of(x->o);
	bool no_route = id && strcmp(id, "unreachable") == 0;
	struct draft d;

	/* A host without IPv6 has no route to half of the world: that is no news while the other half
	 * answers. */
	if (!id || (no_route && others_answer))
		return;
	begin_ended(&d, w, x, id);
	put_seconds(&d, &x->o->fault);
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
tell_not_offered(struct diagnosis_run *w, const struct ended *x)
{
	struct draft d;

	draft_begin(&d, w, x->keyword.len ? "starttls-stripped" : "starttls-not-offered", PROOF_PROBE, true);
	vars_set(&d.vars, "ip", x->ip);
	vars_print(&d.vars, "keyword", "%.*s", (int)x->keyword.len, x->keyword.at ? x->keyword.at : "");
	vars_set(&d.vars, "refused", x->o->helo ? "; EHLO refused" : NULL);
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
tell_starttls(struct diagnosis_run *w, const struct ended *x)
{
	struct draft d;

	if (!x->o->starttls_offered && !x->o->starttls_sent) {
		tell_not_offered(w, x);
		return;
	}
	begin_ended(&d, w, x, x->o->reply_code ? "starttls-refused" : "starttls-dropped");
	draft_end(&d);
}

static void
tell_injected(struct diagnosis_run *w, const struct ended *x)
{
	struct draft d;

	draft_begin(&d, w, "injected-after-starttls", PROOF_PROBE, true);
	draft_prove(&d, "%s: bytes came with the 220 to STARTTLS, before any handshake; they were dropped",
		x->ip);
	draft_end(&d);
}

static void
tell_no_certificate(struct diagnosis_run *w, const struct ended *x)
{
	struct draft d;

	draft_begin(&d, w, "no-certificate", PROOF_PROBE, true);
	vars_set(&d.vars, "cipher", x->o->tls.cipher);
	draft_prove(&d, "%s: %s with %s, and no certificate", x->ip, x->o->tls.version, x->o->tls.cipher);
	draft_end(&d);
}

void
connection_rules(struct diagnosis_run *w, const struct observation *o, bool others_answer)
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
		tell_handshake(w, o, x.ip);
	else if (o->cut_short)
		tell_lost_session(w, o, x.ip);
	if (o->reached >= STAGE_HANDSHAKE && o->sent_count == 0 && !o->chain)
		tell_no_certificate(w, &x);
	if (o->injected)
		tell_injected(w, &x);
}

void
connection_rules_dns(struct diagnosis_run *w)
{
	const struct look *look = w->e->look;
	struct draft d;

	draft_begin(&d, w, look->dns == DNS_NXDOMAIN ? "dns-no-name" : "dns-failed", PROOF_PROBE, true);
	vars_set(&d.vars, "reason",
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
