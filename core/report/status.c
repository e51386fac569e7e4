#include "report/report.h"

static bool
is_bad(enum verify verify)
{
	return verify != VERIFY_UNKNOWN && verify != VERIFY_UNREACHABLE && !verify_is_good(verify);
}

int
report_verdict_status(const struct verdict *v)
{
	return verify_is_good(v->verify) ? 0 : 1;
}

int
report_look_status(const struct look *l)
{
	if (is_bad(l->verify))
		return 1;
	for (size_t i = 0; i < l->address_count; i++) {
		if (is_bad(l->addresses[i].verdict.verify))
			return 1;
	}
	return verify_is_good(l->verify) ? 0 : 3;
}

bool
report_history_is_unreadable(const struct history *h)
{
	struct history_totals t = history_totals(h);

	return t.lines > 0 && t.skipped == t.lines;
}

int
report_history_status(const struct history *h)
{
	if (report_history_is_unreadable(h))
		return 2;
	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction != DIRECTION_CLIENT)
			continue;
		if (is_bad(r->last.verify) || (r->last.verify == VERIFY_UNKNOWN && r->last.verify_text[0]))
			return 1;
	}
	return 0;
}
