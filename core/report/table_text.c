#include "report/table_text.h"

#include "base/when.h"
#include "report/findings_text.h"
#include "report/harmless.h"
#include "report/rank.h"
#include "report/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_WIDEST 34 /* longer names push their row to the right rather than being cut */
#define CELL_ROOM 48
#define TOLD_MOST 64  /* fixes that are remembered */
#define FIX_SHORT 160 /* bytes: as long as saying where it stands */

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
color_of(enum rank rank)
{
	static const char *const colors[] = {[RANK_RETURNED] = "31;1",
		[RANK_HELD] = "31",
		[RANK_CLEAR] = "31",
		[RANK_FAIL] = "33",
		[RANK_BAD] = "33",
		[RANK_QUIET] = "0",
		[RANK_GOOD] = "32"};

	return colors[rank];
}

static void
mail_cell(const struct relay *r, char room[CELL_ROOM])
{
	const struct relay_deliveries *d = &r->deliveries;

	if (rank_of(r) == RANK_RETURNED)
		snprintf(room, CELL_ROOM, "RETURNED %llu", (unsigned long long)d->bounced);
	else if (d->waiting)
		snprintf(room, CELL_ROOM, "HELD %llu", (unsigned long long)d->waiting);
	else if (d->clear)
		snprintf(room, CELL_ROOM, "CLEAR %llu", (unsigned long long)d->clear);
	else
		snprintf(room, CELL_ROOM, "%s", d->sent ? "sent" : "-");
}

static const char *
word_of(const struct relay *r)
{
	if (r->last.verify != VERIFY_UNKNOWN)
		return verify_word(r->last.verify);
	return r->last.verify_text[0] ? r->last.verify_text : "-";
}

/* Today by the clock, this year by the day, else by the date. */
static void
since_cell(int64_t since, int64_t now, char room[WHEN_ROOM])
{
	char today[WHEN_ROOM], day[WHEN_ROOM];

	when_print(now, "%Y-%m-%d", today);
	when_print(since, "%Y-%m-%d", day);
	if (since == 0)
		snprintf(room, WHEN_ROOM, "-");
	else if (strcmp(today, day) == 0)
		when_print(since, "%H:%M", room);
	else if (now - since < 300 * WHEN_DAY && now > since)
		when_print(since, "%e %b", room);
	else
		snprintf(room, WHEN_ROOM, "%s", day);
}

static const char *
first_of(const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (texts[i] && texts[i][0])
			return texts[i];
	}
	return NULL;
}

/* "unknown" is all that OpenSSL has to say of a peer that hangs or hangs up. */
static const char *
reason_of(const struct relay_last *l)
{
	if (!l->reason || strcmp(l->reason, "unknown") != 0)
		return l->reason;
	if (l->retry == 0)
		return "the handshake timed out";
	return l->ssl_error == 5 ? "the connection was lost in the handshake" : l->reason;
}

/* What to say where the log has no words, and which LogLevel would have some. */
static const char *
unlogged(const struct relay *r)
{
	if (rank_of(r) == RANK_CLEAR)
		return "sent in clear; why is not logged";
	return r->last.verify == VERIFY_FAIL ? "not logged; LogLevel 12 logs it" : "not logged";
}

/* Sendmail's own words for what is wrong, the nearest first; nothing is wrong with a good or quiet relay.
 * Mail that went out in clear has a happy stat=: it says nothing. */
static const char *
cause_of(const struct relay *r)
{
	const struct relay_last *l = &r->last;
	enum rank rank = rank_of(r);
	/* What was said of an earlier attempt is no cause of how things stand now. */
	bool no_session = l->verify == VERIFY_SOFTWARE || l->verify == VERIFY_UNKNOWN;
	bool stuck = rank <= RANK_HELD || r->deliveries.sent == 0;
	const char *const texts[] = {l->verifymsg && strcmp(l->verifymsg, "ok") != 0 ? l->verifymsg : NULL,
		no_session ? reason_of(l) : NULL, stuck ? l->reject : NULL, stuck ? l->alert : NULL,
		l->warning, l->try_tls, rank <= RANK_HELD ? l->stat : NULL};
	const char *found = first_of(texts, sizeof texts / sizeof *texts);

	if (rank >= RANK_QUIET)
		return "";
	if (found && strcmp(found, "Deferred") == 0)
		return "Deferred; why is not logged";
	return found ? found : unlogged(r);
}

/* "error:0A00045C:SSL routines::tlsv13 alert certificate required:FILE:LINE:…": the fifth part is the reason.
 */
static struct span
reason_part(const char *text)
{
	struct span rest = span_of(text), part = rest;

	if (!span_starts(rest, "error:"))
		return rest;
	for (int i = 0; i < 5 && rest.len; i++)
		span_cut(&rest, ":", &part);
	return part;
}

/* What the log itself says, where nothing was found. */
static void
put_cause(struct text *out, const struct relay *r, bool full)
{
	char *cause = span_copy(reason_part(cause_of(r)));
	char *clean = full ? NULL : harmless_without_addresses(cause);
	char *deep = text_new("%s (depth %d)", clean ? clean : cause, r->last.depth);
	bool has_depth = r->last.depth >= 0 && r->last.verify == VERIFY_FAIL;

	if (cause[0])
		wrap_text(out, "  LOG    ", has_depth ? deep : clean ? clean : cause);
	free(deep);
	free(clean);
	free(cause);
}

static void
put_row(struct table *t, const struct relay *r, int width)
{
	struct relay_minute day = history_day(t->history, r);
	bool color = t->options->color;
	char mail[CELL_ROOM], since[WHEN_ROOM], ratio[CELL_ROOM] = "-";
	struct text name = {NULL, 0, 0}, word = {NULL, 0, 0};

	harmless_text(&name, r->name);
	harmless_text(&word, word_of(r));
	mail_cell(r, mail);
	since_cell(r->since_ms, t->options->now_ms, since);
	/* A client without a certificate is no failure. */
	if (day.good + day.bad && rank_of(r) != RANK_QUIET)
		snprintf(ratio, sizeof ratio, "%u/%u", day.bad, day.good + day.bad);
	if (color)
		text_printf(t->out, "\033[%sm", color_of(rank_of(r)));
	text_printf(t->out, "%-*s  %-11s  %-9s %-10s %8s", width, name.at ? name.at : "", mail, word.at,
		since, ratio);
	text_put(t->out, color ? "\033[0m\n" : "\n");
	text_free(&name);
	text_free(&word);
}

/* The remedies of what was found, or at whose row they stand already. Short ones are told each time. */
static void
put_fix(struct table *t, const struct relay *r, const struct finding *f)
{
	struct text fix = {NULL, 0, 0};

	findings_remedies(&fix, f);
	for (size_t i = 0; i < t->told_count; i++) {
		if (strcmp(t->told[i].fix, fix.at) != 0)
			continue;
		text_put(t->out, "  FIX    as above, see ");
		harmless_text(t->out, t->told[i].relay->name);
		text_put(t->out, "\n");
		text_free(&fix);
		return;
	}
	text_put(t->out, fix.at);
	if (t->told_count < TOLD_MOST && fix.len > FIX_SHORT)
		t->told[t->told_count++] = (struct told){r, text_take(&fix)};
	text_free(&fix);
}

/* What is wrong with a relay; what this host's findings have told already is named again, no more. */
static void
put_found(struct table *t, const struct relay *r)
{
	const struct findings *found = report_findings_of(t->findings, r);
	const struct findings *host = report_findings_of(t->findings, NULL);

	if (rank_of(r) >= RANK_QUIET && !findings_are_trouble(found))
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
	const struct relay **relays = rank_all(t->history, direction, &count);

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
	}
	free(relays);
}

void
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
