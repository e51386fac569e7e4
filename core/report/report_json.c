#include "report/report.h"

#include "report/json_findings.h"
#include "report/json_parts.h"
#include "wording/words.h"

#include <stdlib.h>

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
addresses_of(const struct relay *r)
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
		addresses_of(r), "findings", json_findings(found, full));
}

static void
add_relays(json_t *list, const struct history *h, enum direction direction,
	const struct report_findings *findings, bool full)
{
	size_t count;
	const struct relay **relays = report_relays(h, direction, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list,
			relay_of(relays[i], report_findings_of(findings, relays[i]), full));
	free(relays);
}

void
report_history_json(struct text *out, const struct history *h, const struct report_findings *findings,
	const struct report_options *o)
{
	struct history_totals t = history_totals(h);
	bool any = t.last_ms >= o->since_ms;
	json_t *relays = json_array();

	add_relays(relays, h, DIRECTION_CLIENT, findings, o->full);
	add_relays(relays, h, DIRECTION_SERVER, findings, o->full);
	json_print(out,
		json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "schema", "verifail/report/1",
			"lines", (json_int_t)(t.lines - t.earlier), "bytes", (json_int_t)t.bytes, "skipped",
			(json_int_t)t.skipped, "first", json_when(t.first_ms), "last",
			json_when(any ? t.last_ms : 0), "since", json_when(o->since_ms), "relays", relays,
			"findings", json_findings(report_findings_of(findings, NULL), o->full)),
		true);
}
