/* The JSON documents. Unknown is null. Each function that returns a json_t gives one reference to the caller.
 */
#include "report/report.h"

#include "base/safe.h"
#include "base/when.h"
#include "wording/words.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

/* The last second of the year 9999, which RFC 3339 can still write, a day off for the zone. */
#define LAST_MS (INT64_C(253402300799000) - WHEN_DAY)

/* A string made valid UTF-8, or null for NULL and "". All functions give one reference to the caller. */
static json_t *
json_words(const char *text)
{
	struct text clean = {NULL, 0, 0};
	json_t *words;

	if (!text || !text[0])
		return json_null();
	safe_utf8(&clean, text);
	words = json_stringn(clean.at, clean.len);
	text_free(&clean);
	return words;
}

/* The same without mail addresses, unless `full`. */
static json_t *
json_words_of_mail(const char *text, bool full)
{
	char *clean;
	json_t *words;

	if (full)
		return json_words(text);
	clean = safe_without_addresses(text);
	words = json_words(clean);
	free(clean);
	return words;
}

/* A number, or null when it is `unknown`. */
static json_t *
json_known(int64_t number, int64_t unknown)
{
	return number == unknown ? json_null() : json_integer(number);
}

/* RFC 3339, or null for 0. */
static json_t *
json_when(int64_t ms)
{
	char room[WHEN_ROOM];

	if (ms == 0)
		return json_null();
	when_format(ms > LAST_MS ? LAST_MS : ms, room);
	return json_string(room);
}

/* The word, or null for VERIFY_UNKNOWN. */
static json_t *
json_verify(enum verify verify)
{
	return json_words(verify_word(verify));
}

/* {"verify","code","message","depth","subject"} */
static json_t *
json_verdict(const struct verdict *v)
{
	bool judged = v->message[0] != '\0';

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "verify", json_verify(v->verify), "code",
		judged ? json_integer(v->code) : json_null(), "message", json_words(v->message), "depth",
		judged && v->code ? json_integer(v->depth) : json_null(), "subject", json_words(v->subject));
}

/* {"subject","issuer",…} */
static json_t *
json_certificate(const struct certificate *c)
{
	json_t *sans = json_array();

	for (size_t i = 0; i < c->san_count; i++)
		json_array_append_new(sans, json_words(c->sans[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "subject",
		json_words(c->subject), "issuer", json_words(c->issuer), "serial", json_words(c->serial),
		"sha256", json_words(c->sha256), "not_before", json_when(c->not_before_ms), "not_after",
		json_when(c->not_after_ms), "key", json_words(c->key), "signature", json_words(c->signature),
		"sans", sans, "ca", c->ca);
}

/* [{"subject","issuer",…}]; NULL gives []. */
static json_t *
json_chain(const struct chain *c)
{
	json_t *list = json_array();

	for (size_t i = 0; c && i < c->count; i++)
		json_array_append_new(list, json_certificate(c->certificates[i]));
	return list;
}

/* jansson leaves DEL as it is; it can only stand inside a string. */
static void
put_without_del(struct text *out, const char *json)
{
	size_t len;

	while (json[len = strcspn(json, "\x7f")] != '\0') {
		text_add(out, json, len);
		text_put(out, "\\u007f");
		json += len + 1;
	}
	text_put(out, json);
}

/* Adds the document to *out and drops it: indented, or on one line; a line end follows. Pure ASCII, so that a
 * terminal that shows it obeys nothing in it. */
static void
json_print(struct text *out, json_t *document, bool indented)
{
	char *json =
		json_dumps(document, JSON_ENSURE_ASCII | (indented ? (size_t)JSON_INDENT(2) : JSON_COMPACT));

	if (json)
		put_without_del(out, json);
	text_put(out, "\n");
	free(json);
	json_decref(document);
}

/* ---- findings, and what the experiments made of a chain ---- */

/* The shell commands of a remedy, or all its other lines. */
static void
put_lines(json_t *list, const struct remedy *r, bool commands)
{
	for (size_t i = 0; i < r->line_count; i++) {
		if ((r->lines[i].kind == LINE_SHELL) == commands)
			json_array_append_new(list, json_words(r->lines[i].text));
	}
}

static json_t *
lines_of(const struct remedy *r, bool commands)
{
	json_t *list = json_array();

	put_lines(list, r, commands);
	return list;
}

static json_t *
evidence_of(const struct finding *f, bool full)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->evidence_count; i++)
		json_array_append_new(list, json_words_of_mail(f->evidence[i].text, full));
	return list;
}

/* "fix" has the lines of all remedies in one list. A line says where a weaker remedy begins and what it
 * costs. */
static json_t *
fix_of(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];
		char *weaker = NULL;

		if (r->kind == REMEDY_WEAKER)
			weaker = text_new("%s (weaker)%s%s", r->title, r->cost ? ": " : "",
				r->cost ? r->cost : "");
		if (weaker)
			json_array_append_new(list, json_words(weaker));
		put_lines(list, r, false);
		free(weaker);
	}
	return list;
}

static json_t *
commands_of(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->remedy_count; i++)
		put_lines(list, &f->remedies[i], true);
	return list;
}

static json_t *
remedies_of(const struct finding *f)
{
	static const char *const kinds[] = {
		[REMEDY_CURE] = "cure", [REMEDY_HERE] = "here", [REMEDY_WEAKER] = "weaker"};
	json_t *list = json_array();

	for (size_t i = 0; i < f->remedy_count; i++) {
		const struct remedy *r = &f->remedies[i];

		json_array_append_new(list,
			json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind", kinds[r->kind], "title",
				json_words(r->title), "cost", json_words(r->cost), "lines",
				lines_of(r, false), "commands", lines_of(r, true)));
	}
	return list;
}

static json_t *
finding_of(const struct finding *f, bool full)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", f->id,
		"severity", severity_word(f->severity), "blame", blame_word(f->blame), "kind",
		finding_kind_word(f->kind), "proof", proof_word(f->proof), "certain", f->certain, "title",
		json_words_of_mail(f->title, full), "evidence", evidence_of(f, full), "fix", fix_of(f),
		"commands", commands_of(f), "remedies", remedies_of(f), "remote_message",
		json_words(f->remote_message), "cost", json_words(f->cost));
}

/* [{"id","severity",…}], NULL gives []. Evidence is without mail addresses, unless `full`. All functions give
 * one reference to the caller. */
static json_t *
json_findings(const struct findings *list, bool full)
{
	json_t *all = json_array();

	for (size_t i = 0; list && i < list->count; i++)
		json_array_append_new(all, finding_of(list->items[i], full));
	return all;
}

static json_t *
ids_of(const struct experiment *e)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < e->id_count; i++) {
		char level[32];

		snprintf(level, sizeof level, "level-%d", e->level);
		json_array_append_new(ids,
			json_string(e->ids[i] == EXPERIMENT_LEVEL ? level : experiment_word(e->ids[i])));
	}
	return ids;
}

/* [{"ids","verify","code","depth"}] in the order in which the verdict was taken apart. */
static json_t *
json_experiments(const struct look_address *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->experiment_count; i++) {
		const struct verdict *v = &a->experiments[i].verdict;

		json_array_append_new(list,
			json_pack("{s:o, s:o, s:i, s:o}", "ids", ids_of(&a->experiments[i]), "verify",
				json_verify(v->verify), "code", v->code, "depth",
				v->code ? json_integer(v->depth) : json_null()));
	}
	return list;
}

/* Each certificate of a path with its own verdict and where it comes from; NULL gives []. */
static json_t *
json_path(const struct path *p)
{
	json_t *list = json_array();

	for (size_t i = 0; p && i < p->chain->count; i++) {
		const struct path_item *item = &p->items[i];
		json_t *j = json_certificate(p->chain->certificates[i]);

		json_object_set_new(j, "code", json_integer(item->code));
		json_object_set_new(j, "sent", json_boolean(item->sent));
		json_object_set_new(j, "in_store", json_boolean(item->in_store));
		json_object_set_new(j, "from", json_words(item->from));
		json_array_append_new(list, j);
	}
	return list;
}

/* The same of several paths, a list of lists. */
static json_t *
json_paths(struct path *const *paths, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_path(paths[i]));
	return list;
}

/* ---- the history: "verifail/report/1" ---- */

/* OK and FAIL always, other words once they were seen; "other" is what Sendmail does not have. */
static json_t *
counts_of(const struct relay *r)
{
	json_t *counts = json_object();

	for (int word = VERIFY_OK; word < VERIFY_WORDS; word++) {
		if (r->counts[word] || word == VERIFY_OK || word == VERIFY_FAIL)
			json_object_set_new(counts, verify_word((enum verify)word),
				json_integer((json_int_t)r->counts[word]));
	}
	if (r->counts[VERIFY_UNKNOWN])
		json_object_set_new(counts, "other", json_integer((json_int_t)r->counts[VERIFY_UNKNOWN]));
	return counts;
}

static json_t *
deliveries_of(const struct relay *r)
{
	const struct relay_deliveries *d = &r->deliveries;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "sent", (json_int_t)d->sent, "unverified",
		(json_int_t)d->unverified, "clear", (json_int_t)d->clear, "deferred", (json_int_t)d->deferred,
		"bounced", (json_int_t)words_returned(r), "waiting", (json_int_t)d->waiting);
}

static json_t *
last_of(const struct relay_last *last, bool full)
{
	const char *word = last->verify == VERIFY_UNKNOWN ? last->verify_text : verify_word(last->verify);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "time",
		json_when(last->time_ms), "verify", json_words(word), "version", json_words(last->version),
		"cipher", json_words(last->cipher), "bits", json_known(last->bits, -1), "verifymsg",
		json_words(last->verifymsg), "depth", json_known(last->depth, -1), "reason",
		json_words(last->reason), "reject", json_words_of_mail(last->reject, full), "stat",
		json_words_of_mail(last->stat, full), "alert", json_words(last->alert), "warning",
		json_words(last->warning), "try_tls", json_words_of_mail(last->try_tls, full));
}

static json_t *
addresses_of_relay(const struct relay *r)
{
	json_t *list = json_array();
	char room[ADDRESS_ROOM];

	for (size_t i = 0; i < r->address_count; i++) {
		address_print(&r->addresses[i], room);
		json_array_append_new(list, json_words(room));
	}
	return list;
}

static json_t *
relay_of(const struct relay *r, const struct findings *found, bool full)
{
	return json_pack("{s:o, s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "relay",
		json_words(r->name), "direction", r->direction == DIRECTION_SERVER ? "server" : "client",
		"counts", counts_of(r), "handshake_failures", (json_int_t)r->handshake_failures, "deliveries",
		deliveries_of(r), "last", last_of(&r->last, full), "since", json_when(r->since_ms),
		"oldest_held", json_when(r->held.oldest_ms), "before", json_verify(r->before), "last_ok",
		json_when(r->last_ok_ms), "first_fail", json_when(r->first_fail_ms), "addresses",
		addresses_of_relay(r), "findings", json_findings(found, full));
}

/* Adds a value and drops it, laid out as a part of a document that is indented so deep. */
static void
put_part(struct text *out, json_t *value, int blanks)
{
	char *json = json_dumps(value, JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_INDENT(2)), *line = json;
	size_t len;

	/* No string has a line end in it: JSON writes it as two characters. */
	for (; line && line[len = strcspn(line, "\n")] != '\0'; line += len + 1) {
		line[len] = '\0';
		put_without_del(out, line);
		text_printf(out, "\n%*s", blanks, "");
	}
	if (line)
		put_without_del(out, line);
	free(json);
	json_decref(value);
}

static void
put_member(struct text *out, const char *key, json_t *value)
{
	text_printf(out, "  \"%s\": ", key);
	put_part(out, value, 2);
}

static bool
put_relays(struct text *out, const struct history *h, enum direction direction,
	const struct report_findings *findings, const struct report_options *o, bool first)
{
	size_t count;
	const struct relay **relays = report_relays(h, direction, &count);

	for (size_t i = 0; i < count; i++) {
		text_put(out, first ? "\n    " : ",\n    ");
		put_part(out, relay_of(relays[i], report_findings_of(findings, relays[i]), o->full), 4);
		report_drain(out, o);
		first = false;
	}
	free(relays);
	return first;
}

/* A member at a time and a relay at a time: as one value a table of many thousand relays would take several
 * times the memory of its text. */
void
report_history_json(struct text *out, const struct history *h, const struct report_findings *findings,
	const struct report_options *o)
{
	struct history_totals t = history_totals(h);
	const struct {
		const char *key;
		json_t *value;
	} members[] = {
		{"schema", json_string("verifail/report/1")},
		{"lines", json_integer((json_int_t)(t.lines - t.earlier))},
		{"bytes", json_integer((json_int_t)t.bytes)},
		{"skipped", json_integer((json_int_t)t.skipped)},
		{"first", json_when(t.first_ms)},
		{"last", json_when(t.last_ms >= o->since_ms ? t.last_ms : 0)},
		{"since", json_when(o->since_ms)},
	};
	bool none;

	text_put(out, "{\n");
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		put_member(out, members[i].key, members[i].value);
		text_put(out, ",\n");
	}
	text_put(out, "  \"relays\": [");
	none = put_relays(out, h, DIRECTION_CLIENT, findings, o, true);
	none = put_relays(out, h, DIRECTION_SERVER, findings, o, none);
	text_put(out, none ? "],\n" : "\n  ],\n");
	put_member(out, "findings", json_findings(report_findings_of(findings, NULL), o->full));
	text_put(out, "\n}\n");
}

/* ---- a look: "verifail/verify/1", and a saved chain: "verifail/chain/1" ---- */

static json_t *
policy_of(const struct policy *p)
{
	return json_pack("{s:o, s:o, s:o}", "ca_file", json_words(p ? p->ca_file : NULL), "ca_path",
		json_words(p ? p->ca_path : NULL), "source",
		json_words(p ? policy_source_word(p->source) : NULL));
}

static json_t *
address_text(const struct address *a)
{
	char room[ADDRESS_ROOM];

	address_print(a, room);
	return json_words(room);
}

/* Unknown until the name is resolved. */
static json_t *
dns_of(const struct look *l)
{
	json_t *addresses = json_array();
	bool asked = l->dns_ms >= 0 || l->address_count;

	for (size_t i = 0; i < l->address_count; i++)
		json_array_append_new(addresses, address_text(&l->addresses[i].address));
	return json_pack("{s:o, s:o, s:o, s:o}", "status", json_words(asked ? dns_status_word(l->dns) : NULL),
		"why", json_words(l->dns_why), "addresses", addresses, "ms", json_known(l->dns_ms, -1));
}

static json_t *
fault_of(const struct fault *f)
{
	bool any = f->kind != FAULT_NONE;

	return json_pack("{s:s, s:o, s:o}", "kind", fault_word(f->kind), "code",
		any ? json_integer(f->code) : json_null(), "text", json_words(any ? f->text : NULL));
}

static json_t *
stages_of(const struct observation *o)
{
	json_t *stages = json_object();

	for (int stage = STAGE_CONNECT; stage <= STAGE_HANDSHAKE; stage++)
		json_object_set_new(stages, stage_word((enum stage)stage),
			json_known(o->stage_ms[stage], -1));
	return stages;
}

static json_t *
tls_of(const struct observation *o)
{
	static const char *const client_cert[] = {"none", "requested", "required"};
	const struct observation_tls *t = &o->tls;
	bool any = t->version[0] != '\0' || t->client_cert != CLIENT_CERT_NONE;

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "version", json_words(t->version), "cipher",
		json_words(t->cipher), "bits", t->cipher[0] ? json_integer(t->bits) : json_null(),
		"client_cert", json_words(any ? client_cert[t->client_cert] : NULL), "sni",
		json_words(t->sni));
}

/* The chain as it was built for the verdict, with all that the experiments kept, and where else it might
 * lead. */
static void
add_paths(json_t *j, const struct look_address *a)
{
	json_object_set_new(j, "path", json_path(a->path));
	json_object_set_new(j, "repaired", json_path(a->repaired));
	json_object_set_new(j, "others", json_paths(a->others, a->other_count));
}

static json_t *
look_address_of(const struct look_address *a)
{
	static const struct observation unseen = {.stage_ms = {-1, -1, -1, -1, -1, -1, -1}};
	const struct observation *o = a->observation ? a->observation : &unseen;
	json_t *j = json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "address",
		address_text(&a->address), "verify", json_verify(a->verdict.verify), "reached",
		stage_word(o->reached), "ms", stages_of(o), "greeting", json_words(o->greeting), "reply",
		json_words(o->reply), "fault", fault_of(&o->fault), "tls", tls_of(o), "verdict",
		json_verdict(&a->verdict), "chain", json_chain(o->chain));

	json_object_set_new(j, "experiments", json_experiments(a));
	add_paths(j, a);
	json_object_set_new(j, "dane", json_pack("{s:s, s:[]}", "status", "none", "records"));
	json_object_set_new(j, "sts", json_pack("{s:s, s:n, s:[]}", "status", "none", "mode", "mx"));
	return j;
}

void
report_look_json(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o)
{
	json_t *addresses = json_array();
	json_t *document;

	for (size_t i = 0; i < l->address_count; i++)
		json_array_append_new(addresses, look_address_of(&l->addresses[i]));
	document = json_pack("{s:s, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "schema",
		"verifail/verify/1", "target", json_words(l->target), "port", (int)l->port, "verify",
		json_verify(l->verify), "elapsed_ms", json_known(l->elapsed_ms, -1), "fault",
		fault_of(&l->fault), "policy", policy_of(l->policy), "dns", dns_of(l), "addresses", addresses,
		"connections", (json_int_t)l->connections, "findings", json_findings(found, o->full));
	json_print(out, document, false);
}

void
report_chain_json(struct text *out, const struct look *l, const struct findings *found,
	const struct report_options *o)
{
	const struct look_address *a = &l->addresses[0];
	json_t *document = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "schema", "verifail/chain/1",
		"verdict", json_verdict(&a->verdict), "chain", json_chain(a->observation->chain),
		"experiments", json_experiments(a), "policy", policy_of(l->policy), "findings",
		json_findings(found, o->full));

	add_paths(document, a);
	json_print(out, document, true);
}
