#include "model.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "diagnosis/catalogue.h"
#include "diagnosis/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const log_lines[] = {
	"2026-11-22T13:01:40.101010+00:00 mx1 sm-mta[801]: STARTTLS=client, relay=mx1.partner.example.net., "
	"version=TLSv1.3, "
	"verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
	"2026-11-22T14:22:04.222222+00:00 mx1 sm-mta[812]: STARTTLS=client, relay=mx1.partner.example.net., "
	"version=TLSv1.3, "
	"verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
	"2026-11-22T14:22:04.333333+00:00 mx1 sm-mta[812]: ruleset=tls_server, arg1=FAIL, "
	"relay=mx1.partner.example.net, "
	"reject=454 4.7.0 authentication failed",
	"2026-11-22T14:22:04.444444+00:00 mx1 sm-mta[812]: 6AM7k1Bx000812: to=<a\033[31m@example.net>, "
	"delay=00:00:02, "
	"stat=Deferred: 454 4.7.0 authentication failed",
	NULL,
};

struct relay *
model_relay(struct engine *e, const char *name, enum verify verify)
{
	struct relay *r = &e->history.relays[e->history.count++];

	r->name = (char *)name;
	r->last.verify = verify;
	r->last.depth = -1;
	r->deliveries.sent = 1;
	r->last_ms = MODEL_NOW - (int64_t)e->history.count * WHEN_MINUTE;
	return r;
}

static void
set_day(struct engine *e, const struct relay *r, uint32_t bad, uint32_t all)
{
	e->history.days[r - e->history.relays] = (struct relay_minute){.good = all - bad, .bad = bad};
}

static struct address
address(const char *text)
{
	struct address a = {0};

	address_parse(span_of(text), &a);
	return a;
}

static void
fill_partner(struct engine *e)
{
	struct relay *r = model_relay(e, "mx1.partner.example.net", VERIFY_FAIL);

	r->before = VERIFY_OK;
	r->since_ms = when_utc(2026, 11, 22, 13, 5, 12);
	r->last_ok_ms = when_utc(2026, 11, 22, 13, 1, 40);
	r->first_fail_ms = r->since_ms;
	r->deliveries.waiting = 9;
	r->held.oldest_ms = MODEL_NOW - 76 * WHEN_MINUTE;
	r->last.verifymsg = "unable to get local issuer certificate";
	r->last.reject = "454 4.7.0 authentication failed";
	r->last.subject = "/CN=mx1.partner.example.net";
	r->last.issuer = "/C=XX/O=Example/CN=Example Issuing CA E1";
	r->rejects_temp = 9;
	r->address_count = 2;
	r->addresses = mem_new(2, sizeof *r->addresses);
	r->seen = mem_new(2, sizeof *r->seen);
	r->addresses[0] = address("192.0.2.10");
	r->addresses[1] = address("192.0.2.11");
	r->seen[0].verify = VERIFY_FAIL;
	r->seen[1].verify = VERIFY_OK;
	set_day(e, r, 312, 340);
}

static void
fill_relays(struct engine *e)
{
	struct relay *r = model_relay(e, "mx.old.example.net", VERIFY_SOFTWARE);

	r->deliveries.waiting = 2;
	r->held.oldest_ms = MODEL_NOW - 162 * WHEN_MINUTE;
	r->since_ms = when_utc(2026, 11, 22, 11, 40, 0);
	r->last.reason = "unsupported protocol";
	set_day(e, r, 40, 42);
	r = model_relay(e, "mx.hidden.example.net", VERIFY_UNKNOWN);
	r->deliveries.clear = 12;
	r->since_ms = when_utc(2026, 11, 22, 8, 2, 0);
	r = model_relay(e, "mx.self.example.org", VERIFY_FAIL);
	r->since_ms = when_utc(2026, 11, 3, 1, 0, 0);
	r->last.verifymsg = "self-signed certificate";
	r->last.depth = 0;
	set_day(e, r, 18, 18);
	r = model_relay(e, "mx.quiet.example.org", VERIFY_FAIL);
	r->since_ms = when_utc(2025, 11, 14, 1, 0, 0);
	set_day(e, r, 3, 3);
	r = model_relay(e, "smtp.ok.example.org", VERIFY_OK);
	set_day(e, r, 0, 912);
	r = model_relay(e, "evil\033[2J\xE2\x80\xAE\xC2\x9B\xFFname.example", VERIFY_FAIL);
	r->last.verifymsg = "\033]0;title\a certificate has expired";
	set_day(e, r, 123456, 40000000);
	r = model_relay(e, "mx-with-a-very-long-name-that-goes-on.department.example.org", VERIFY_OK);
	r = model_relay(e, "mx.refused.example.org", VERIFY_FAIL);
	r->deliveries.bounced = 4;
	r->rejects_perm = 4;
	r->last.verifymsg = "certificate has expired";
	set_day(e, r, 4, 4);
	r = model_relay(e, "client.example.net", VERIFY_NO);
	r->direction = DIRECTION_SERVER;
}

struct finding *
model_known_finding(const char *id, const char *title)
{
	const struct catalogue_row *row = catalogue_find(id);
	struct template_vars none = {.items = NULL};
	struct finding *f = finding_new(id);

	f->title = mem_text(title);
	f->brief = row ? vars_sentence(&none, span_of(row->brief)) : NULL;
	return f;
}

struct finding *
model_finding(struct engine *e, const struct relay *r, const char *id, const char *title,
	const char *evidence)
{
	struct finding *f = model_known_finding(id, title);

	finding_prove(f, EVIDENCE_PROVES, mem_text(evidence));
	findings_add(r ? &e->found[r - e->history.relays] : &e->host_found, f);
	return f;
}

/* ---- looks ------------------------------------------------------------------------------------------------
 */

static void
say(struct observation *o, int64_t at_ms, char mark, const char *text)
{
	o->transcript = mem_resize(o->transcript, o->transcript_count + 1, sizeof *o->transcript);
	o->transcript[o->transcript_count++] = (struct transcript_line){at_ms, mark, mem_text(text)};
}

static struct observation *
observed(void)
{
	static const int64_t stages[STAGES] = {-1, 14, 31, 16, 15, 42, 17};
	struct observation *o = observation_new();

	memcpy(o->stage_ms, stages, sizeof stages);
	o->reached = STAGE_EHLO2;
	o->starttls_offered = true;
	o->chain = model_chain();
	snprintf(o->tls.version, sizeof o->tls.version, "TLSv1.3");
	say(o, 14, '*', "TCP connected");
	say(o, 45, '<', "220 mx1.partner.example.net ESMTP \033[2J ready");
	say(o, 45, '>', "EHLO mx1.example.org");
	say(o, 61, '<', "250-mx1.partner.example.net");
	say(o, 61, '<', "250 STARTTLS");
	say(o, 61, '>', "STARTTLS");
	say(o, 76, '<', "220 2.0.0 Ready to start TLS");
	say(o, 118, '*', "TLSv1.3, TLS_AES_256_GCM_SHA384");
	return o;
}

static struct observation *
failed(enum stage reached, enum fault_kind kind, const char *text)
{
	struct observation *o = observation_new();

	o->reached = reached;
	for (int i = STAGE_CONNECT; i <= (int)reached; i++)
		o->stage_ms[i] = 9 + i;
	fault_set(&o->fault, kind, 0, "%s", text);
	return o;
}

static struct look *
add_look(struct engine *e, const char *target, size_t addresses)
{
	struct look *l = look_new(target, 25);

	e->looks[e->look_count++] = l;
	l->host = mem_text(target);
	l->dns = DNS_INSECURE;
	l->dns_ms = 2;
	l->begun_ms = MODEL_NOW - 8 * WHEN_SECOND;
	l->addresses = mem_new(addresses, sizeof *l->addresses);
	l->address_count = addresses;
	return l;
}

static void
fill_looks(struct engine *e)
{
	struct look *l = add_look(e, "mx1.partner.example.net", 3);
	struct verdict fail = {.verify = VERIFY_FAIL,
		.code = 20,
		.depth = 0,
		.message = "unable to get local issuer certificate",
		.subject = "/C=XX/CN=mx1.partner.example.net"};

	l->state = LOOK_DONE;
	l->verify = VERIFY_FAIL;
	l->addresses[0] = (struct look_address){.address = address("2001:db8::10"),
		.state = LOOK_DONE,
		.observation = failed(STAGE_NONE, FAULT_UNREACHABLE, "no route to host"),
		.verdict = {.verify = VERIFY_UNREACHABLE, .depth = -1}};
	l->addresses[1] = (struct look_address){.address = address("192.0.2.10"),
		.state = LOOK_DONE,
		.observation = observed(),
		.verdict = fail};
	l->addresses[2] = (struct look_address){.address = address("192.0.2.11"),
		.state = LOOK_DONE,
		.observation = failed(STAGE_CONNECT, FAULT_TIMEOUT, "no greeting in 45 s"),
		.verdict = {.verify = VERIFY_UNREACHABLE, .depth = -1}};
	model_paths(&l->addresses[1]);
	l->policy = policy_ref(e->policy);
	l->connections = 3;
	l = add_look(e, "mx.old.example.net", 1);
	l->state = LOOK_PROBING;
	l->addresses[0] = (struct look_address){.address = address("192.0.2.77"),
		.state = LOOK_PROBING,
		.waits_for = STAGE_GREETING,
		.waits_since_ms = MODEL_NOW - 12 * WHEN_SECOND,
		.waits_most_ms = 45 * WHEN_SECOND};
	e->activity = (struct engine_activity){.queued = 1, .running = 1, .done = 1, .first = l};
}

static void
fill_dig(struct engine *e)
{
	struct answer *mx = answer_new("mx1.partner.example.net", DNS_MX);

	mx->status = DNS_NODATA;
	mx->ms = 3;
	e->dig = (struct dig){
		.name = "mx1.partner.example.net", .count = 3, .types = {DNS_MX, DNS_A, DNS_AAAA}};
	e->dig.answers[0] = mx;
	e->dig.texts[0] = ";; QUESTION SECTION:\n;mx1.partner.example.net.\tIN\tMX\n";
	e->dig.answers[1] = answer_new("mx1.partner.example.net", DNS_A);
	e->dig.answers[1]->status = DNS_SECURE;
	e->dig.answers[1]->ms = 2;
	e->dig.texts[1] = ";; ANSWER SECTION:\nmx1.partner.example.net.\t300\tIN\tA\t192.0.2.10\n";
}

void
model_fill(struct engine *e)
{
	*e = (struct engine){.generation = 1, .store = "144 roots", .store_works = true};
	e->policy = policy_new();
	e->policy->ca_file = mem_text("/etc/ssl/certs/ca-certificates.crt");
	e->policy->ca_path = mem_text("/etc/ssl/certs");
	e->log = (struct engine_log){.state = LOG_LIVE, .name = "/var/log/mail.log", .note = ""};
	e->history.totals = (struct history_totals){
		.lines = 5000, .last_ms = MODEL_NOW, .host = "mx1", .host_count = 1, .version = ""};
	e->history.lines = log_lines;
	e->history.generation = 1;
	for (int i = 40; i < RELAY_MINUTES; i++)
		e->history.minutes[i] = (struct relay_minute){.good = 1, .bad = (uint32_t)(i - 39)};
	fill_partner(e);
	fill_relays(e);
	fill_looks(e);
	fill_dig(e);
	model_found(e);
}

void
model_free(struct engine *e)
{
	for (size_t i = 0; i < e->look_count; i++)
		look_unref(e->looks[i]);
	for (size_t i = 0; i < MODEL_RELAYS; i++) {
		free(e->history.relays[i].addresses);
		free(e->history.relays[i].seen);
		findings_clear(&e->found[i]);
	}
	findings_clear(&e->host_found);
	answer_unref(e->dig.answers[0]);
	answer_unref(e->dig.answers[1]);
	policy_unref(e->policy);
}
