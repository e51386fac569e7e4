#include "diagnosis/handshake_rules.h"

#include "base/when.h"
#include "diagnosis/key_rules.h"
#include "diagnosis/texts.h"
#include "model/codes.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

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
		places_print(&d->places, "bits", "%d", tls->dh_bits);
	if (is_old(tls->version)) {
		places_set(&d->places, "version", tls->version);
		/* Of a server that stops at TLS 1.1 it is not known that it speaks nothing older. */
		places_set(&d->places, "old_version",
			strcmp(tls->version, "TLSv1") == 0   ? "TLS 1.0"
			: strcmp(tls->version, "SSLv3") == 0 ? "SSL 3"
							     : NULL);
	}
	places_set(&d->places, "signature", tls->signature);
}

static bool
tell_seconds(struct casework *w, const struct failed *f)
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
		places_set(&d.places, "option",
			policy && policy->cipher_list ? "CipherList" : "ClientSSLOptions");
		places_set(&d.places, "feature",
			passing[i].kind == SECOND_UP_TO_TLS12 ? "TLS 1.3" : "a large ClientHello");
		places_set(&d.places, "alert", f->reason);
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
begin(struct draft *d, struct casework *w, const char *id, enum proof proof, bool certain)
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

	places_set(&d->places, "closed", f->kind == FAULT_RESET ? "reset" : "closed");
	if (f->fault)
		handshake_put_seconds(d, f->fault);
	places_set(&d->places, "alert", name ? name : f->reason);
	if (f->tls)
		put_tls(d, f->tls);
	if (text && text->place && !places_get(&d->places, text->place))
		places_set(&d->places, text->place, text->value);
	draft_prove(d, "%s: %s%s%s%s", f->where,
		f->reason && f->reason[0] ? f->reason : "the handshake failed", name ? " (TLS alert " : "",
		name ? name : "", name ? ")" : "");
}

static void
tell_failed(struct casework *w, const struct failed *f)
{
	const struct handshake_text *text = texts_handshake(f->reason);
	const char *id = text && text->id ? text->id
			 : f->alert >= 0  ? texts_alert_finding(f->alert, f->we_have, f->asked)
					  : id_by_kind(f->kind);
	bool certain = text ? text->certain : true;
	struct draft d;

	begin(&d, w, id, f->proof, certain);
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

void
handshake_put_seconds(struct draft *d, const struct fault *fault)
{
	if (fault->waited_ms)
		places_print(&d->places, "seconds", "%g", (double)fault->waited_ms / 1000);
}

void
handshake_rules_look(struct casework *w, const struct observation *o, const char *ip)
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

void
handshake_rules_after(struct casework *w, const struct observation *o, const char *ip)
{
	bool required = o->tls.client_cert == CLIENT_CERT_REQUIRED, have = have_client_cert(w->e);
	const char *name = texts_alert_name(o->tls.alert);
	struct draft d;

	begin(&d, w,
		o->tls.alert > 0 ? texts_alert_finding(o->tls.alert, have, true)
		: required       ? (have ? "client-cert-rejected" : "client-cert-required")
				 : "handshake-closed",
		PROOF_PROBE, o->tls.alert > 0 || required);
	places_set(&d.places, "alert", name ? name : o->fault.text);
	places_set(&d.places, "closed", o->fault.kind == FAULT_RESET ? "reset" : "closed");
	draft_prove(&d, "%s: the session was lost right after the handshake: %s", ip,
		name ? name : o->fault.text);
	if (second_passed(w->e, SECOND_NO_CLIENT_CERT))
		draft_prove(&d, "Without our client certificate the session goes on");
	draft_end(&d);
}

/* What SSL_error= and errno= say when reason= says nothing (SENDMAIL.md A.4). */
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
handshake_rules_log(struct casework *w)
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
