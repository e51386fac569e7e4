/* What the text and the JSON have in common: the exit status, and the order of the relays. */
#include "report/report.h"

#include "base/mem.h"
#include "report/findings_text.h"
#include "wording/words.h"

#include <stdlib.h>
#include <string.h>

static bool
is_bad(enum verify verify)
{
	return verify != VERIFY_UNKNOWN && verify != VERIFY_UNREACHABLE && !verify_is_good(verify);
}

const struct findings *
report_findings_of(const struct report_findings *findings, const struct relay *relay)
{
	static const struct findings none = {NULL, 0};

	return findings ? findings->of(findings->arg, relay) : &none;
}

int
report_chain_status(const struct look *l, const struct findings *found)
{
	return verify_is_good(l->addresses[0].verdict.verify) && !findings_are_trouble(found) ? 0 : 1;
}

int
report_look_status(const struct look *l, const struct findings *found)
{
	if (is_bad(l->verify))
		return 1;
	for (size_t i = 0; i < l->address_count; i++) {
		if (is_bad(l->addresses[i].verdict.verify))
			return 1;
	}
	if (!verify_is_good(l->verify))
		return 3;
	return findings_are_trouble(found) ? 1 : 0;
}

bool
report_history_is_unreadable(const struct history *h)
{
	struct history_totals t = history_totals(h);

	return t.lines > 0 && t.skipped == t.lines;
}

static bool
relay_is_bad(const struct relay *r)
{
	if (r->direction != DIRECTION_CLIENT)
		return false;
	return is_bad(r->last.verify) || (r->last.verify == VERIFY_UNKNOWN && r->last.verify_text[0]);
}

int
report_history_status(const struct history *h, const struct report_findings *findings)
{
	if (report_history_is_unreadable(h))
		return 2;
	if (findings_are_trouble(report_findings_of(findings, NULL)))
		return 1;
	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (relay_is_bad(r) || findings_are_trouble(report_findings_of(findings, r)))
			return 1;
	}
	return 0;
}

/* ---- order ---- */

struct ranked { /* a relay, and what it is sorted by */
	const struct relay *relay;
	int64_t order;
	uint32_t failures;
};

static int
compare(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->failures != b->failures)
		return a->failures > b->failures ? -1 : 1;
	return strcmp(a->relay->name, b->relay->name);
}

#define WORTH_DRAINING 65536 /* bytes */

void
report_drain(struct text *out, const struct report_options *o)
{
	if (o->drain && out->len >= WORTH_DRAINING)
		o->drain(o->drain_arg, out);
}

const struct relay **
report_relays(const struct history *h, enum direction direction, size_t *count)
{
	size_t all = history_relay_count(h);
	struct ranked *ranked = mem_new(all + 1, sizeof *ranked);
	const struct relay **relays = mem_new(all + 1, sizeof *relays);

	*count = 0;
	for (size_t i = 0; i < all; i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction == direction)
			ranked[(*count)++] = (struct ranked){r, words_order(r), history_day(h, r).bad};
	}
	qsort(ranked, *count, sizeof *ranked, compare);
	for (size_t i = 0; i < *count; i++)
		relays[i] = ranked[i].relay;
	free(ranked);
	return relays;
}
