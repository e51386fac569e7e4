/* The history as text for people: what is said of the log, of this host, and the table of relays. */
#include "report/report.h"

#include "base/mem.h"
#include "base/safe.h"
#include "base/when.h"
#include "report/findings_text.h"
#include "wording/words.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_WIDEST 34 /* longer names push their row to the right rather than being cut */
#define TOLD_MOST 64   /* fixes that later rows can refer to */
#define FIX_SHORT 160  /* bytes; a shorter fix is repeated, not referred to */

struct told { /* a fix that stands at a relay's row */
	const struct relay *relay;
	char *fix;
};

struct table { /* a table that is being written */
	struct text *out;
	const struct history *history;
	const struct report_findings *findings;
	const struct report_options *options;
	struct told told[TOLD_MOST];
	size_t told_count;
	bool uncertain; /* a finding has a "?" */
};

static const char *
color_of(enum words_rank rank)
{
	static const char *const colors[] = {[RANK_RETURNED] = "31;1",
		[RANK_HELD] = "31",
		[RANK_CLEAR] = "31",
		[RANK_FAIL] = "33",
		[RANK_BAD] = "33",
		[RANK_QUIET] = "0",
		[RANK_GOOD] = "32"};
	static_assert(sizeof colors / sizeof *colors == RANK_GOOD + 1, "each rank has its colour");

	return colors[rank];
}

/* What the log itself says, where nothing was found. */
static void
put_cause(struct text *out, const struct relay *r, bool full)
{
	char *cause = words_cause(r, NULL, false);
	char *clean = full ? NULL : safe_without_addresses(cause);

	if (cause[0])
		safe_wrap(out, "  LOG    ", clean ? clean : cause);
	free(clean);
	free(cause);
}

static void
put_row(struct table *t, const struct relay *r, int width)
{
	struct relay_minute day = history_day(t->history, r);
	bool color = t->options->color;
	char mail[WORDS_ROOM], since[WORDS_ROOM], failures[WORDS_ROOM];
	struct text name = {NULL, 0, 0}, word = {NULL, 0, 0};

	safe_put(&name, r->name);
	safe_put(&word, words_log(r));
	words_mail(r, WORDS_ROOM, mail);
	words_since(r->since_ms, t->options->now_ms, since);
	words_failures(r, &day, WORDS_ROOM, failures);
	if (color)
		text_printf(t->out, "\033[%sm", color_of(words_rank(r)));
	text_printf(t->out, "%-*s  %-11s  %-9s %-10s %8s", width, name.at ? name.at : "", mail, word.at,
		since, failures);
	text_put(t->out, color ? "\033[0m\n" : "\n");
	text_free(&name);
	text_free(&word);
}

/* The remedies, or a reference to the row where the same ones were printed. Short ones are repeated. */
static void
put_fix(struct table *t, const struct relay *r, const struct finding *f)
{
	struct text fix = {NULL, 0, 0};

	findings_remedies(&fix, f);
	for (size_t i = 0; i < t->told_count; i++) {
		if (strcmp(t->told[i].fix, fix.at) != 0)
			continue;
		text_put(t->out, "  FIX    as above, see ");
		safe_put(t->out, t->told[i].relay->name);
		text_put(t->out, "\n");
		text_free(&fix);
		return;
	}
	text_put(t->out, fix.at);
	if (t->told_count < TOLD_MOST && fix.len > FIX_SHORT)
		t->told[t->told_count++] = (struct told){r, text_take(&fix)};
	text_free(&fix);
}

/* What is wrong with a relay. A finding of this host that was told above is only named. */
static void
put_found(struct table *t, const struct relay *r)
{
	const struct findings *found = report_findings_of(t->findings, r);
	const struct findings *host = report_findings_of(t->findings, NULL);

	if (!words_is_failing(r) && !findings_are_trouble(found))
		return;
	if (found->count == 0) {
		put_cause(t->out, r, t->options->full);
		return;
	}
	for (size_t i = 0; i < found->count; i++)
		t->uncertain |= !found->items[i]->certain;
	if (findings_find(host, found->items[0]->id)) {
		findings_titles(t->out, found, " (see HOST above)", t->options->full);
		return;
	}
	findings_brief(t->out, found, t->options->full);
	if (found->items[0]->remedy_count)
		put_fix(t, r, found->items[0]);
}

static void
put_direction(struct table *t, enum direction direction)
{
	size_t count, width = 5;
	const struct relay **relays = report_relays(t->history, direction, &count);

	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(relays[i]->name);

		if (len > width)
			width = len < NAME_WIDEST ? len : NAME_WIDEST;
	}
	if (count)
		text_printf(t->out, "\n%-*s  %-11s  %-9s %-10s %8s\n", (int)width,
			direction == DIRECTION_SERVER ? "CLIENT" : "RELAY", "MAIL", "LOG", "SINCE",
			"FAIL/24h");
	for (size_t i = 0; i < count; i++) {
		put_row(t, relays[i], (int)width);
		put_found(t, relays[i]);
		report_drain(t->out, t->options);
	}
	free(relays);
}

/* Both directions, failing relays first; then what "?" means, if there is one. */
static void
table_text(struct text *out, const struct history *h, const struct report_findings *findings,
	const struct report_options *o)
{
	struct table t = {.out = out, .history = h, .findings = findings, .options = o};

	put_direction(&t, DIRECTION_CLIENT);
	put_direction(&t, DIRECTION_SERVER);
	if (t.uncertain)
		text_put(out, "\n?  the log alone does not prove it; to look (key v in the live view):\n"
			      "   verifail verify RELAY\n");
	for (size_t i = 0; i < t.told_count; i++)
		free(t.told[i].fix);
}

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

/* "VERIFIED 0" would alarm if the log has no verify= lines at all: this note says so. */
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
