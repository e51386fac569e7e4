#include "report/report.h"

#include "base/when.h"
#include "report/harmless.h"
#include "report/rank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_WIDEST 48 /* longer names push their row to the right rather than being cut */
#define CELL_ROOM 48

static const char *
color_of(enum rank rank)
{
	static const char *const colors[] = {[RANK_RETURNED] = "31;1", [RANK_HELD] = "31", [RANK_CLEAR] = "31",
		[RANK_FAIL] = "33", [RANK_BAD] = "33", [RANK_QUIET] = "0", [RANK_GOOD] = "32"};

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

/* Sendmail's own words for what is wrong, the nearest first; nothing is wrong with a good or quiet relay. Mail
 * that went out in clear has a happy stat=: it says nothing. */
static const char *
cause_of(const struct relay *r)
{
	const struct relay_last *l = &r->last;
	enum rank rank = rank_of(r);
	/* What was said of an earlier attempt is no cause of how things stand now. */
	bool no_session = l->verify == VERIFY_SOFTWARE || l->verify == VERIFY_UNKNOWN;
	bool stuck = rank <= RANK_HELD || r->deliveries.sent == 0;
	const char *const texts[] = {l->verifymsg && strcmp(l->verifymsg, "ok") != 0 ? l->verifymsg : NULL,
		no_session ? reason_of(l) : NULL, stuck ? l->reject : NULL, stuck ? l->alert : NULL, l->warning,
		l->try_tls, rank <= RANK_HELD ? l->stat : NULL};
	const char *found = first_of(texts, sizeof texts / sizeof *texts);

	if (rank >= RANK_QUIET)
		return "";
	if (found && strcmp(found, "Deferred") == 0)
		return "Deferred; why is not logged";
	return found ? found : unlogged(r);
}

/* "error:0A00045C:SSL routines::tlsv13 alert certificate required:FILE:LINE:…": the fifth part is the reason. */
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

static void
put_cause(struct text *out, const struct relay *r, const struct report_options *o)
{
	char *cause = span_copy(reason_part(cause_of(r)));
	char *clean = o->full ? NULL : harmless_without_addresses(cause);

	harmless_text(out, clean ? clean : cause);
	free(clean);
	free(cause);
	if (r->last.depth >= 0 && r->last.verify == VERIFY_FAIL)
		text_printf(out, " (depth %d)", r->last.depth);
}

static void
put_row(struct text *out, const struct history *h, const struct relay *r, int width,
	const struct report_options *o)
{
	struct relay_minute day = history_day(h, r);
	char mail[CELL_ROOM], since[WHEN_ROOM], ratio[CELL_ROOM] = "-";
	struct text name = {NULL, 0, 0}, word = {NULL, 0, 0};

	harmless_text(&name, r->name);
	harmless_text(&word, word_of(r));
	mail_cell(r, mail);
	since_cell(r->since_ms, o->now_ms, since);
	/* A client without a certificate is no failure. */
	if (day.good + day.bad && rank_of(r) != RANK_QUIET)
		snprintf(ratio, sizeof ratio, "%u/%u", day.bad, day.good + day.bad);
	if (o->color)
		text_printf(out, "\033[%sm", color_of(rank_of(r)));
	text_printf(out, "%-*s  %-12s %-11s %-10s %9s  ", width, name.at ? name.at : "", mail, word.at, since,
		ratio);
	put_cause(out, r, o);
	while (out->len && out->at[out->len - 1] == ' ')
		out->at[--out->len] = '\0';
	text_put(out, o->color ? "\033[0m\n" : "\n");
	text_free(&name);
	text_free(&word);
}

static void
put_table(struct text *out, const struct history *h, enum direction direction, const struct report_options *o)
{
	size_t count, width = 5;
	const struct relay **relays = rank_all(h, direction, &count);

	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(relays[i]->name);

		if (len > width)
			width = len < NAME_WIDEST ? len : NAME_WIDEST;
	}
	if (count)
		text_printf(out, "\n%-*s  %-12s %-11s %-10s %9s  %s\n", (int)width,
			direction == DIRECTION_SERVER ? "CLIENT" : "RELAY", "MAIL", "LOG", "SINCE", "FAIL/24h",
			"CAUSE");
	for (size_t i = 0; i < count; i++)
		put_row(out, h, relays[i], (int)width, o);
	free(relays);
}

static void
put_span_of_log(struct text *out, const struct history_totals *t)
{
	char first[WHEN_ROOM], last[WHEN_ROOM];

	text_put(out, "LOG      ");
	if (t->host[0]) {
		harmless_text(out, t->host);
		text_put(out, ", ");
	}
	if (t->first_ms) {
		when_print(t->first_ms, "%Y-%m-%d %H:%M:%S", first);
		when_print(t->last_ms, "%Y-%m-%d %H:%M:%S", last);
		text_printf(out, "%s to %s, ", first, last);
	}
	text_printf(out, "%llu lines", (unsigned long long)t->lines);
	if (t->skipped)
		text_printf(out, ", %llu not read", (unsigned long long)t->skipped);
	if (t->evicted)
		text_printf(out, ", %llu quiet relays dropped (--max-relays)", (unsigned long long)t->evicted);
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
		returned += rank_of(r) == RANK_RETURNED ? r->deliveries.bounced : 0;
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
	text_put(out, "NOTE     no verify= in this log: Sendmail writes it from LogLevel 9 on, as mail.info\n");
}

void
report_history_text(struct text *out, const struct history *h, const struct report_options *o)
{
	struct history_totals t = history_totals(h);

	put_span_of_log(out, &t);
	put_mail_totals(out, h, o->now_ms);
	if (history_relay_count(h))
		put_no_words(out, h);
	put_table(out, h, DIRECTION_CLIENT, o);
	put_table(out, h, DIRECTION_SERVER, o);
	if (report_history_is_unreadable(h))
		text_put(out, "\nNo line could be read: is this a mail log?\n");
	else if (history_relay_count(h) == 0)
		text_put(out, "\nNo line of this log speaks of STARTTLS or of a delivery by SMTP.\n");
}
