#include "report/report.h"

#include "base/when.h"
#include "report/findings_text.h"
#include "base/safe.h"
#include "report/table_text.h"
#include "wording/words.h"

static void
put_span_of_log(struct text *out, const struct history_totals *t)
{
	char first[WHEN_ROOM], last[WHEN_ROOM];

	text_put(out, "LOG      ");
	if (t->host[0]) {
		safe_put(out, t->host);
		text_put(out, ", ");
	}
	if (t->first_ms) {
		when_print(t->first_ms, "%Y-%m-%d %H:%M:%S", first);
		when_print(t->last_ms, "%Y-%m-%d %H:%M:%S", last);
		text_printf(out, "%s to %s, ", first, last);
	}
	text_printf(out, "%llu lines", (unsigned long long)(t->lines - t->earlier));
	if (t->earlier)
		text_printf(out, " (%llu before --since)", (unsigned long long)t->earlier);
	if (t->skipped)
		text_printf(out, ", %llu not read", (unsigned long long)t->skipped);
	if (t->evicted)
		text_printf(out, ", %llu quiet relays dropped (--max-relays)",
			(unsigned long long)t->evicted);
	text_put(out, "\n");
}

static void
put_mail_totals(struct text *out, const struct history *h, int64_t now)
{
	uint64_t good = 0, relays = 0, held = 0, clear = 0, returned = 0;
	int64_t oldest = 0;
	char age[WHEN_ROOM];

	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		if (r->direction != DIRECTION_CLIENT)
			continue;
		relays++;
		good += verify_is_good(r->last.verify);
		held += r->deliveries.waiting;
		clear += r->deliveries.clear;
		returned += words_returned(r);
		if (r->held.oldest_ms && (oldest == 0 || r->held.oldest_ms < oldest))
			oldest = r->held.oldest_ms;
	}
	text_printf(out, "VERIFIED %llu of %llu relays   HELD %llu", (unsigned long long)good,
		(unsigned long long)relays, (unsigned long long)held);
	if (oldest) {
		when_length(now - oldest, age);
		text_printf(out, ", oldest %s", age);
	}
	text_printf(out, "   CLEAR %llu   RETURNED %llu\n", (unsigned long long)clear,
		(unsigned long long)returned);
}

/* Zero of so many verify only looks like trouble when the log has no such lines at all. */
static void
put_no_words(struct text *out, const struct history *h)
{
	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);

		for (int word = 0; word < VERIFY_WORDS; word++) {
			if (r->counts[word])
				return;
		}
	}
	text_put(out,
		"NOTE     no verify= in this log: Sendmail writes it from LogLevel 9 on, as mail.info\n");
}

void
report_history_text(struct text *out, const struct history *h, const struct report_findings *findings,
	const struct report_options *o)
{
	const struct findings *host = report_findings_of(findings, NULL);
	struct history_totals t = history_totals(h);

	put_span_of_log(out, &t);
	put_mail_totals(out, h, o->now_ms);
	if (history_relay_count(h) && !findings_find(host, "log-too-quiet"))
		put_no_words(out, h);
	findings_host(out, host, o->full);
	table_text(out, h, findings, o);
	if (report_history_is_unreadable(h))
		text_put(out, "\nNo line could be read: is this a mail log?\n");
	else if (history_relay_count(h) == 0)
		text_put(out, "\nNo line of this log speaks of STARTTLS or of a delivery by SMTP.\n");
}
