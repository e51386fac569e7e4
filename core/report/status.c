#include "report/report.h"

#include "report/findings_text.h"

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
