/* Connections that ended before a certificate was judged, odd ones, and what takes more than one. */
#include "base/mem.h"
#include "cases.h"
#include "scene.h"

#include <stdlib.h>
#include <errno.h>
#include <string.h>

static const struct connection_row {
	const char *label;
	enum stage reached;
	enum fault_kind kind;
	const char *text, *reply, *capabilities;
	int reply_code;
	bool offered, sent, helo;
	const char *expected;
} rows[] = {
	{"no answer", STAGE_NONE, FAULT_TIMEOUT, "no answer in 15 s", NULL, NULL, 0, false, false, false,
		"connect-timeout"},
	{"refused", STAGE_NONE, FAULT_REFUSED, "connection refused", NULL, NULL, 0, false, false, false,
		"connect-refused"},
	{"no route", STAGE_NONE, FAULT_UNREACHABLE, "no route to host", NULL, NULL, 0, false, false, false,
		"unreachable"},
	{"no greeting", STAGE_CONNECT, FAULT_TIMEOUT, "no answer in 45 s", NULL, NULL, 0, false, false, false,
		"greeting-slow"},
	{"554", STAGE_CONNECT, FAULT_REPLY, "554 5.7.1 blocked", "554 5.7.1 blocked", NULL, 554, false, false,
		false, "greeting-refused"},
	{"421", STAGE_CONNECT, FAULT_REPLY, "421 busy", "421 busy", NULL, 421, false, false, false,
		"greeting-busy"},
	{"closed at once", STAGE_CONNECT, FAULT_CLOSED, "connection closed", NULL, NULL, 0, false, false,
		false, "greeting-refused"},
	{"EHLO and HELO refused", STAGE_GREETING, FAULT_REPLY, "550 no", "550 no", NULL, 550, false, false,
		true, "greeting-refused"},
	{"no STARTTLS", STAGE_EHLO, FAULT_NONE, "", NULL, "mx\nPIPELINING", 0, false, false, false,
		"starttls-not-offered"},
	{"HELO only", STAGE_EHLO, FAULT_NONE, "", NULL, NULL, 0, false, false, true, "starttls-not-offered"},
	{"firewall", STAGE_EHLO, FAULT_NONE, "", NULL, "mx\nPIPELINING\nXXXXXXXA", 0, false, false, false,
		"starttls-stripped"},
	{"an extension of its own is no mask", STAGE_EHLO, FAULT_NONE, "", NULL, "mx\nXXXXXXXEXTENSION", 0,
		false, false, false, "starttls-not-offered"},
	{"454 to STARTTLS", STAGE_EHLO, FAULT_REPLY, "454 4.3.0 no", "454 4.3.0 no", "mx\nSTARTTLS", 454,
		true, true, false, "starttls-refused"},
	{"250 to STARTTLS", STAGE_EHLO, FAULT_REPLY, "250 ok", "250 ok", "mx\nSTARTTLS", 250, true, true,
		false, "starttls-refused"},
	{"dropped at STARTTLS", STAGE_EHLO, FAULT_CLOSED, "connection closed", NULL, "mx\nSTARTTLS", 0, true,
		true, false, "starttls-dropped"},
	{"not TLS", STAGE_STARTTLS, FAULT_PROTOCOL, "wrong version number", NULL, NULL, 220, true, true,
		false, "not-tls"},
	{"closed in the handshake", STAGE_STARTTLS, FAULT_CLOSED, "unexpected eof while reading", NULL, NULL,
		220, true, true, false, "handshake-closed"},
	{"reset in the handshake", STAGE_STARTTLS, FAULT_RESET, "connection reset by peer", NULL, NULL, 220,
		true, true, false, "handshake-closed"},
	{"silence in the handshake", STAGE_STARTTLS, FAULT_TIMEOUT, "no answer in 20 s", NULL, NULL, 220,
		true, true, false, "handshake-timeout"},
	{"small DH", STAGE_STARTTLS, FAULT_TLS, "dh key too small", NULL, NULL, 220, true, true, false,
		"weak-dh"},
	{"TLS 1.0 only", STAGE_STARTTLS, FAULT_TLS, "legacy sigalg disallowed or unsupported", NULL, NULL,
		220, true, true, false, "protocol-too-old"},
	{"old renegotiation", STAGE_STARTTLS, FAULT_TLS, "unsafe legacy renegotiation disabled", NULL, NULL,
		220, true, true, false, "legacy-renegotiation"},
	{"our list is empty", STAGE_STARTTLS, FAULT_TLS, "no ciphers available", NULL, NULL, 220, true, true,
		false, "cipherlist-narrow"},
	{"words nobody knows", STAGE_STARTTLS, FAULT_TLS, "bad thing", NULL, NULL, 220, true, true, false,
		"handshake-failed"},
};

static struct observation *
observation_of(const struct connection_row *row)
{
	struct observation *o = scene_observation(NULL, 2);

	o->reached = row->reached;
	o->fault.kind = row->kind;
	o->fault.waited_ms = row->kind == FAULT_TIMEOUT ? 20000 : 0;
	snprintf(o->fault.text, sizeof o->fault.text, "%s", row->text);
	o->reply = mem_text(row->reply);
	o->reply_code = row->reply_code;
	free(o->capabilities);
	o->capabilities = mem_text(row->capabilities);
	o->starttls_offered = row->offered;
	o->starttls_sent = row->sent;
	o->helo = row->helo;
	o->tls.version[0] = o->tls.cipher[0] = '\0';
	return o;
}

static struct observation *
failed_handshake(int alert, const char *text)
{
	struct connection_row row = {.reached = STAGE_STARTTLS,
		.kind = FAULT_TLS,
		.text = text,
		.reply_code = 220,
		.offered = true,
		.sent = true};
	struct observation *o = observation_of(&row);

	o->tls.alert = alert;
	return o;
}

/* Each fills a scene beyond what a row can say. */

static void
demands_certificate(struct scene *s)
{
	struct observation *o = failed_handshake(40, "sslv3 alert handshake failure");

	o->tls.client_cert = CLIENT_CERT_REQUESTED;
	scene_address(s, o);
}

static void
refuses_certificate(struct scene *s)
{
	s->policy->client_cert = mem_text("/etc/mail/client.pem");
	fill_file(&s->policy->client_cert_bytes, "/etc/mail/client.pem", mem_text("x"));
	s->policy->client_key = mem_text("/etc/mail/client.key");
	s->policy->client_key_bytes.code = -EACCES; /* root's alone */
	scene_address(s, failed_handshake(48, "tlsv1 alert unknown ca"));
}

static void
demands_after(struct scene *s)
{
	struct observation *o = scene_observation("ec int", 2);

	o->reached = STAGE_HANDSHAKE;
	o->cut_short = true;
	o->tls.alert = 116;
	o->tls.client_cert = CLIENT_CERT_REQUESTED;
	scene_address(s, o);
}

static void
old_version_alert(struct scene *s)
{
	scene_address(s, failed_handshake(70, "tlsv1 alert protocol version"));
}

static void
weak_ciphers_alert(struct scene *s)
{
	scene_address(s, failed_handshake(71, "tlsv1 alert insufficient security"));
}

static void
passes_with(struct scene *s, enum second_look_kind kind, const char *version, const char *signature,
	int dh_bits)
{
	struct observation *o = scene_observation("ec int", 0);

	snprintf(o->tls.version, sizeof o->tls.version, "%s", version);
	snprintf(o->tls.signature, sizeof o->tls.signature, "%s", signature);
	o->tls.dh_bits = dh_bits;
	scene_address(s, failed_handshake(40, "sslv3 alert handshake failure"));
	scene_second(s, kind, o);
}

static void
passes_old(struct scene *s)
{
	passes_with(s, SECOND_LEVEL_0_TLS10, "TLSv1", "", 0);
}

static void
passes_sha1(struct scene *s)
{
	passes_with(s, SECOND_LEVEL_1, "TLSv1.2", "RSA-SHA1", 0);
}

static void
passes_small_dh(struct scene *s)
{
	passes_with(s, SECOND_LEVEL_1, "TLSv1.2", "RSA-SHA256", 1024);
}

static void
passes_weak_cipher(struct scene *s)
{
	passes_with(s, SECOND_LEVEL_1, "TLSv1.2", "RSA-SHA256", 0);
}

static void
passes_old_renegotiation(struct scene *s)
{
	passes_with(s, SECOND_LEGACY_RENEGOTIATION, "TLSv1.2", "", 0);
}

static void
passes_without_certificate(struct scene *s)
{
	passes_with(s, SECOND_NO_CLIENT_CERT, "TLSv1.2", "", 0);
}

static void
passes_with_defaults(struct scene *s)
{
	s->policy->cipher_list = mem_text("HIGH");
	passes_with(s, SECOND_OPENSSL_DEFAULTS, "TLSv1.2", "", 0);
}

static void
passes_small_hello(struct scene *s)
{
	passes_with(s, SECOND_CLASSIC_GROUPS, "TLSv1.3", "", 0);
}

static void
anonymous(struct scene *s)
{
	scene_address(s, scene_observation(NULL, 2));
}

static void
injected(struct scene *s)
{
	struct observation *o = scene_observation("ec int", 2);

	o->injected = true;
	scene_address(s, o);
}

static void
sni_dependent(struct scene *s)
{
	scene_address(s, scene_observation("self", 2));
	scene_second(s, SECOND_SNI, scene_observation("ec int", 2));
	scene_second(s, SECOND_REPEAT, scene_observation("self", 2));
}

static void
sni_unproven(struct scene *s)
{
	scene_address(s, scene_observation("self", 2));
	scene_second(s, SECOND_SNI, scene_observation("ec int", 2));
	scene_second(s, SECOND_REPEAT, scene_observation("ec int", 2));
}

static void
one_bad_of_two(struct scene *s)
{
	scene_address(s, scene_observation("ec int", 2));
	scene_address(s, scene_observation("expired int", 2));
}

static void
no_ipv6_here(struct scene *s)
{
	struct observation *o = observation_of(&rows[2]);

	address_parse(span_of("2001:db8::10"), &o->address);
	scene_address(s, o);
	scene_address(s, scene_observation("ec int", 2));
}

static void
no_name(struct scene *s)
{
	s->look->dns = DNS_NXDOMAIN;
	fault_set(&s->look->fault, FAULT_DNS, 3, "no such name");
}

static void
no_dns(struct scene *s)
{
	s->look->dns = DNS_FAILED;
	s->look->dns_why = mem_text("SERVFAIL");
	fault_set(&s->look->fault, FAULT_DNS, 2, "SERVFAIL");
}

static void
elsewhere(struct scene *s)
{
	s->look->not_this_host = true;
	s->evidence.log_host = "mx2";
	scene_address(s, scene_observation("ec int", 2));
}

static void
crl(struct scene *s, int from_days, int to_days)
{
	s->policy->crl_file = mem_text("/etc/mail/crl.pem");
	fill_file(&s->policy->crl_file_bytes, "/etc/mail/crl.pem",
		crl_pem("int", "revoked", from_days, to_days));
}

static void
is_revoked(struct scene *s)
{
	crl(s, -1, 30);
	scene_address(s, scene_observation("revoked int", 2));
}

static void
old_crl(struct scene *s)
{
	crl(s, -60, -30);
	scene_address(s, scene_observation("ec int", 2));
}

static const struct relay log_says_ok = {.direction = DIRECTION_CLIENT,
	.name = (char *)(uintptr_t)SCENE_HOST,
	.last = {.verify = VERIFY_OK, .time_ms = NOW_MS - 3600000}};
static const struct relay log_says_fail = {.direction = DIRECTION_CLIENT,
	.name = (char *)(uintptr_t)SCENE_HOST,
	.last = {.verify = VERIFY_FAIL, .time_ms = NOW_MS - 3600000}};

static void
fails_now(struct scene *s)
{
	s->evidence.relay = &log_says_ok;
	scene_address(s, scene_observation("expired int", 2));
}

static void
verifies_now(struct scene *s)
{
	s->evidence.relay = &log_says_fail;
	scene_address(s, scene_observation("ec int", 2));
}

static const struct special {
	const char *label;
	void (*fill)(struct scene *s);
	const char *expected;
} specials[] = {
	{"client certificate demanded", demands_certificate, "client-cert-required"},
	{"client certificate refused", refuses_certificate, "client-cert-rejected"},
	{"client certificate demanded after the handshake", demands_after,
		"client-cert-required "
		"name-mismatch"},
	{"alert 70", old_version_alert, "protocol-too-old"},
	{"alert 71", weak_ciphers_alert, "no-shared-cipher"},
	{"passes with TLS 1.0", passes_old, "protocol-too-old"},
	{"passes with SHA-1", passes_sha1, "legacy-signature"},
	{"passes with DH 1024", passes_small_dh, "weak-dh"},
	{"passes with a weak cipher", passes_weak_cipher, "no-shared-cipher"},
	{"passes with old renegotiation", passes_old_renegotiation, "legacy-renegotiation"},
	{"passes without our certificate", passes_without_certificate, "client-cert-rejected"},
	{"passes with OpenSSL's defaults", passes_with_defaults, "cipherlist-narrow"},
	{"passes with a small ClientHello", passes_small_hello, "hello-intolerant"},
	{"anonymous cipher", anonymous, "no-certificate"},
	{"bytes behind the 220", injected, "injected-after-starttls name-mismatch"},
	{"SNI brings the right one", sni_dependent, "sni-required name-mismatch"},
	{"a farm answers by turns", sni_unproven, "self-signed name-mismatch"},
	{"one of two", one_bad_of_two, "one-of-many leaf-expired name-mismatch"},
	{"no IPv6 here", no_ipv6_here, "name-mismatch"},
	{"no such name", no_name, "dns-no-name"},
	{"SERVFAIL", no_dns, "dns-failed"},
	{"another host's log", elsewhere, "name-mismatch not-this-host"},
	{"the log says OK", fails_now, "leaf-expired now-failing name-mismatch"},
	{"the log says FAIL", verifies_now, "name-mismatch no-longer-failing"},
	{"revoked", is_revoked, "revoked name-mismatch"},
	{"old CRL", old_crl, "crl-stale name-mismatch"},
};

#define ROWS (sizeof rows / sizeof *rows)

bool
cases_connection(size_t i, struct tried *t)
{
	struct scene s;

	if (i >= ROWS + sizeof specials / sizeof *specials)
		return false;
	scene_begin(&s, "root");
	if (i < ROWS)
		scene_address(&s, observation_of(&rows[i]));
	else
		specials[i - ROWS].fill(&s);
	scene_ready(&s);
	*t = (struct tried){.label = i < ROWS ? rows[i].label : specials[i - ROWS].label,
		.expected = i < ROWS ? rows[i].expected : specials[i - ROWS].expected};
	diagnose_relay(&s.evidence, &t->diagnosis);
	scene_end(&s);
	return true;
}
