/* fill: values made by hand for the reports' tests. */
#ifndef TEST_FILL_H
#define TEST_FILL_H

#include "base/mem.h"
#include "base/when.h"
#include "model/finding.h"
#include "model/look.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

static inline struct certificate *
fill_certificate(const char *cn, int64_t from_ms, int64_t to_ms)
{
	struct certificate *c = certificate_new();

	c->subject = mem_text(cn);
	c->subject_cn = mem_text(cn);
	c->issuer = mem_text("/C=US/CN=Example Issuing CA E1");
	c->issuer_cn = mem_text("Example Issuing CA E1");
	c->serial = mem_text("0a1b");
	c->sha256 = mem_text("00ff");
	c->key = mem_text("RSA 2048");
	c->signature = mem_text("sha256WithRSAEncryption");
	c->not_before_ms = from_ms;
	c->not_after_ms = to_ms;
	return c;
}

static inline struct chain *
fill_chain(const char *leaf)
{
	struct certificate **list = mem_new(2, sizeof *list);

	list[0] = fill_certificate(leaf, NOW - 30 * WHEN_DAY, NOW + 41 * WHEN_DAY);
	list[0]->sans = mem_new(1, sizeof(char *));
	list[0]->sans[list[0]->san_count++] = mem_text("DNS:mx.example.net");
	list[1] = fill_certificate("Example Issuing CA E1", NOW - 900 * WHEN_DAY, NOW - 3 * WHEN_DAY);
	list[1]->ca = true;
	return chain_new(list, 2);
}

static inline struct verdict
fill_fail(const char *subject)
{
	struct verdict v = {.verify = VERIFY_FAIL,
		.code = 20,
		.depth = 0,
		.message = "unable to get local issuer certificate"};

	strncpy(v.subject, subject, sizeof v.subject - 1);
	return v;
}

/* A look with two addresses: the first went through to TLS and failed to verify, the second never answered.
 */
static inline struct look *
fill_look(const char *greeting, const char *leaf)
{
	struct look *l = look_new("mx.example.net", 25);
	struct observation *seen = observation_new(), *silent = observation_new();

	l->host = mem_text("mx.example.net");
	l->state = LOOK_DONE;
	l->elapsed_ms = 45210;
	l->dns = DNS_INSECURE;
	l->dns_ms = 2;
	l->store = mem_text("144 roots");
	l->verify = VERIFY_FAIL;
	l->address_count = 2;
	l->addresses = mem_new(2, sizeof *l->addresses);
	seen->reached = STAGE_EHLO2;
	for (int stage = STAGE_CONNECT; stage < STAGES; stage++)
		seen->stage_ms[stage] = 10 + stage;
	seen->greeting = mem_text(greeting);
	seen->reply = mem_text("220 go ahead");
	seen->reply_code = 220;
	strcpy(seen->tls.version, "TLSv1.3");
	strcpy(seen->tls.cipher, "TLS_AES_256_GCM_SHA384");
	seen->tls.bits = 256;
	seen->tls.client_cert = CLIENT_CERT_REQUESTED;
	seen->chain = fill_chain(leaf);
	l->addresses[0].observation = seen;
	l->addresses[0].verdict = fill_fail(leaf);
	address_parse(span_of("2001:db8::10"), &l->addresses[0].address);
	silent->reached = STAGE_CONNECT;
	silent->stage_ms[STAGE_CONNECT] = 14;
	fault_set(&silent->fault, FAULT_TIMEOUT, 0, "no greeting in 45 s");
	l->addresses[1].observation = silent;
	l->addresses[1].verdict = (struct verdict){.verify = VERIFY_UNREACHABLE, .depth = -1};
	address_parse(span_of("192.0.2.10"), &l->addresses[1].address);
	return l;
}

/* A saved chain with its verdict; takes the chain over. */
static inline struct look *
fill_saved(struct chain *c, const struct verdict *v)
{
	struct look *l = look_new("chain.pem", 25);

	l->saved = true;
	l->address_count = 1;
	l->addresses = mem_new(1, sizeof *l->addresses);
	l->addresses[0].observation = observation_new();
	l->addresses[0].observation->chain = c;
	l->addresses[0].verdict = *v;
	return l;
}

/* A finding of that kind with one sentence of evidence, added to a list; borrowed. */
static inline struct finding *
fill_finding(struct findings *list, const char *id, enum finding_kind kind, const char *title)
{
	struct finding *f = finding_new(id);

	f->kind = kind;
	f->severity = kind == FINDING_NOTE ? SEVERITY_NOTICE : SEVERITY_WARNING;
	f->blame = BLAME_REMOTE;
	f->certain = true;
	f->title = mem_text(title);
	finding_prove(f, EVIDENCE_PROVES, mem_text("It was seen."));
	findings_add(list, f);
	return f;
}

static inline json_t *
fill_parse(const char *text)
{
	json_error_t error;
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!j)
		fail_msg("no JSON: %s in %s", error.text, text);
	return j;
}

/* The value at "a.0.b" as compact JSON, compared with expected. */
static inline void
fill_check(const json_t *root, const char *path, const char *expected)
{
	const json_t *at = root;
	char room[256], *part, *rest = room, *got;

	strncpy(room, path, sizeof room - 1);
	room[sizeof room - 1] = '\0';
	while (at && (part = strsep(&rest, ".")) != NULL)
		at = json_is_array(at) ? json_array_get(at, (size_t)atoi(part)) : json_object_get(at, part);
	got = at ? json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;
	if (!got || strcmp(got, expected) != 0)
		fail_msg("%s is %s, not %s", path, got ? got : "absent", expected);
	free(got);
}

#endif
