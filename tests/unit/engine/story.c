#include "../cm.h"

#include "story.h"

#include "base/text.h"
#include "base/when.h"
#include "history_help.h"

#include <stdlib.h>
#include <string.h>

static bool
is_short_form(struct span line)
{
	return line.len > 9 && line.at[2] == ':' && line.at[5] == ':' && line.at[8] == ' ';
}

static char *
story_log(const char *log)
{
	struct text out = {0};
	size_t count;
	struct span *lines = help_lines(span_of(log), &count);

	for (size_t i = 0; i < count; i++) {
		struct span rest = lines[i], time, pid;

		if (is_short_form(rest)) {
			span_cut(&rest, " ", &time);
			span_cut(&rest, " ", &pid);
			text_printf(&out, "2026-11-18T%.*sZ mx1 sm-mta[%.*s]: ", (int)time.len, time.at,
				(int)pid.len, pid.at);
		}
		text_printf(&out, "%.*s\n", (int)rest.len, rest.at);
	}
	free(lines);
	return text_take(&out);
}

static void
put_count(struct text *out, const char *name, uint64_t n)
{
	if (n)
		text_printf(out, " %s=%llu", name, (unsigned long long)n);
}

static void
put_row(struct text *out, const struct relay *r)
{
	const struct relay_deliveries *d = &r->deliveries;

	text_printf(out, "%c:%s", r->direction == DIRECTION_SERVER ? 's' : 'c', r->name);
	put_count(out, "other", r->counts[VERIFY_UNKNOWN]);
	for (int i = 1; i < VERIFY_WORDS; i++)
		put_count(out, verify_word((enum verify)i), r->counts[i]);
	put_count(out, "failures", r->handshake_failures);
	put_count(out, "sent", d->sent);
	put_count(out, "unverified", d->unverified);
	put_count(out, "clear", d->clear);
	put_count(out, "deferred", d->deferred);
	put_count(out, "bounced", d->bounced);
	put_count(out, "waiting", d->waiting);
	put_count(out, "temp", r->rejects_temp);
	put_count(out, "perm", r->rejects_perm);
	text_put(out, "\n");
}

static void
put_text(struct text *out, const char *key, const char *value)
{
	text_printf(out, " %s=%s\n", key, value && *value ? value : "-");
}

static void
put_time(struct text *out, const char *key, int64_t time_ms)
{
	int64_t seconds = (time_ms - (STORY_NOON - 12 * WHEN_HOUR)) / WHEN_SECOND;

	if (time_ms == 0)
		put_text(out, key, NULL);
	else
		text_printf(out, " %s=%02lld:%02lld:%02lld\n", key, (long long)seconds / 3600,
			(long long)seconds / 60 % 60, (long long)seconds % 60);
}

static void
put_last(struct text *out, const struct relay_last *l)
{
	static const char *const names[] = {"msg", "top", "subject", "issuer", "tail", "reason", "reject",
		"stat", "try", "warning", "alert"};

	_Static_assert(COUNT(names) == RELAY_TEXT_COUNT, "a name for each text");
	put_text(out, "last", verify_word(l->verify));
	put_text(out, "word", l->verify_text);
	put_text(out, "version", l->version);
	for (size_t i = 0; i < RELAY_TEXT_COUNT; i++)
		put_text(out, names[i], l->texts[i]);
	put_time(out, "at", l->time_ms);
	text_printf(out, " depth=%d\n bits=%d\n", l->depth, l->bits);
	text_printf(out, " ssl_error=%d\n errno=%d\n retry=%d\n", l->ssl_error, l->err, l->retry);
}

static void
put_details(struct text *out, const struct relay *r)
{
	char room[ADDRESS_ROOM];

	put_last(out, &r->last);
	put_text(out, "before", verify_word(r->before));
	put_time(out, "since", r->since_ms);
	put_time(out, "ok", r->last_ok_ms);
	put_time(out, "fail", r->first_fail_ms);
	put_time(out, "held", r->held.oldest_ms);
	put_time(out, "begins", r->first_ms);
	put_time(out, "ends", r->last_ms);
	for (size_t i = 0; i < r->address_count; i++) {
		address_print(&r->addresses[i], room);
		text_printf(out, " to %s=%s\n", room, verify_word(r->seen[i].verify));
	}
}

static char *
all_rows(const struct history *h)
{
	struct text out = {0};

	for (size_t i = 0; i < history_relay_count(h); i++)
		put_row(&out, history_relay(h, i));
	return text_take(&out);
}

static char *
expected_rows(const char *facts)
{
	struct text out = {0};
	size_t count;
	struct span *lines = help_lines(span_of(facts), &count);

	for (size_t i = 0; i < count; i++) {
		if (lines[i].len && lines[i].at[0] != ' ')
			text_printf(&out, "%.*s\n", (int)lines[i].len, lines[i].at);
	}
	free(lines);
	return text_take(&out);
}

/* Whether one of the row's details is the line. */
static bool
tells(const struct relay *r, struct span line)
{
	struct text details = {0};
	char *wanted = text_new("%.*s\n", (int)line.len, line.at);
	bool found;

	put_details(&details, r);
	found = strstr(details.at, wanted) != NULL;
	if (!found)
		print_error("%snot%s", details.at, wanted);
	free(wanted);
	text_free(&details);
	return found;
}

static bool
rows_are(const struct story *story, const struct history *h)
{
	char *rows = all_rows(h), *expected = expected_rows(story->facts);
	bool same = strcmp(rows, expected) == 0;

	if (!same)
		print_error("%snot:\n%s", rows, expected);
	free(rows);
	free(expected);
	return same;
}

static bool
facts_are(const struct story *story, const struct history *h)
{
	size_t count, row = 0;
	struct span *lines = help_lines(span_of(story->facts), &count);
	bool same = rows_are(story, h);

	for (size_t i = 0; same && i < count; i++) {
		if (lines[i].at[0] != ' ')
			row++;
		else
			same = tells(history_relay(h, row - 1), lines[i]);
	}
	free(lines);
	return same;
}

static bool
holds(const struct story *story, const struct span *lines, size_t count, int64_t since_ms)
{
	struct history *h = history_new(&(struct history_options){.since_ms = since_ms});
	bool same;

	for (size_t i = 0; i < count; i++)
		help_feed(h, lines[i]);
	same = facts_are(story, h);
	if (!same)
		print_error("%s\n", story->name);
	history_free(h);
	return same;
}

void
story_check(const struct story *stories, size_t count, int64_t since_ms)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		char *log = story_log(stories[i].log);
		size_t line_count;
		struct span *lines = help_lines(span_of(log), &line_count);

		wrong += !holds(&stories[i], lines, line_count, since_ms);
		free(lines);
		free(log);
	}
	assert_int_equal(wrong, 0);
}
