#include "report/json_findings.h"
#include "report/json_parts.h"
#include "report/report.h"

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

/* Until the name is resolved nothing is known of it. */
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
address_of(const struct look_address *a)
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
		json_array_append_new(addresses, address_of(&l->addresses[i]));
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
