#include "history_help.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "maillog/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct span *
help_lines(struct span text, size_t *count)
{
	struct span *lines = NULL, line;
	bool more = text.len > 0;

	*count = 0;
	while (more) {
		more = span_cut(&text, "\n", &line);
		if (!more && line.len == 0)
			break;
		lines = mem_resize(lines, *count + 1, sizeof *lines);
		lines[(*count)++] = line;
	}
	return lines;
}

void
help_feed_at(struct history *h, struct span line, int64_t reference_ms)
{
	struct event e;

	maillog_parse(line, reference_ms, &e);
	history_feed(h, &e);
}

void
help_feed(struct history *h, struct span line)
{
	help_feed_at(h, line, AT);
}

struct history *
help_history(struct span text)
{
	struct history *h = history_new(&(struct history_options){0});
	size_t count;
	struct span *lines = help_lines(text, &count);

	for (size_t i = 0; i < count; i++)
		help_feed(h, lines[i]);
	free(lines);
	return h;
}

struct span
help_log(const char *name)
{
	char *path = text_new("%s/logs/%s.log", TEST_DATA, name);
	FILE *f = fopen(path, "rb");
	struct text text = {0};
	char bytes[65536];
	size_t len;

	if (!f)
		fprintf(stderr, "%s is missing\n", path);
	free(path);
	while (f && (len = fread(bytes, 1, sizeof bytes, f)) > 0)
		text_add(&text, bytes, len);
	if (f)
		fclose(f);
	len = text.len;
	return (struct span){text_take(&text), len};
}

static void
help_put_line(void *arg, const struct kept_line *line)
{
	struct text *out = arg;

	text_printf(out, "  %lld | %.*s\n", (long long)line->offset, (int)line->text.len, line->text.at);
}

static const char *
help_text(const char *text)
{
	return text ? text : "-";
}

static void
help_dump_last(struct text *out, const struct relay_last *l)
{
	text_printf(out, "  last %lld %s %s %s %s %d depth=%d %s\n", (long long)l->time_ms,
		verify_word(l->verify), l->verify_text, l->version, l->cipher, l->bits, l->depth,
		help_text(l->depth_subject));
	text_printf(out, "  %d %d %d", l->ssl_error, l->err, l->retry);
	for (size_t i = 0; i < RELAY_TEXT_COUNT; i++)
		text_printf(out, " <%s>", help_text(l->texts[i]));
	text_put(out, "\n");
}

static void
help_dump_counts(struct text *out, const struct relay *r)
{
	const struct relay_deliveries *d = &r->deliveries;

	for (int i = 0; i < VERIFY_WORDS; i++)
		text_printf(out, " %llu", (unsigned long long)r->counts[i]);
	text_printf(out,
		"\n  failures=%llu sent=%llu unverified=%llu clear=%llu deferred=%llu bounced=%llu\n",
		(unsigned long long)r->handshake_failures, (unsigned long long)d->sent,
		(unsigned long long)d->unverified, (unsigned long long)d->clear,
		(unsigned long long)d->deferred, (unsigned long long)d->bounced);
	text_printf(out, "  waiting=%llu oldest=%lld rejects=%llu/%llu\n", (unsigned long long)d->waiting,
		(long long)r->held.oldest_ms, (unsigned long long)r->rejects_temp,
		(unsigned long long)r->rejects_perm);
}

static void
help_dump_minutes(struct text *out, const struct history *h, const struct relay *r)
{
	struct relay_minute minutes[RELAY_MINUTES], day = history_day(h, r);

	history_minutes(h, r, minutes);
	text_printf(out, "  day %u/%u minutes", day.good, day.bad);
	for (int i = 0; i < RELAY_MINUTES; i++)
		text_printf(out, " %u/%u", minutes[i].good, minutes[i].bad);
	text_put(out, "\n");
}

static void
help_dump_relay(struct text *out, const struct history *h, const struct relay *r)
{
	char room[ADDRESS_ROOM];

	text_printf(out, "%s %s:", r->direction == DIRECTION_SERVER ? "server" : "client", r->name);
	help_dump_counts(out, r);
	text_printf(out, "  first=%lld last=%lld since=%lld before=%s ok=%lld fail=%lld\n",
		(long long)r->first_ms, (long long)r->last_ms, (long long)r->since_ms, verify_word(r->before),
		(long long)r->last_ok_ms, (long long)r->first_fail_ms);
	help_dump_last(out, &r->last);
	for (size_t i = 0; i < r->address_count; i++) {
		address_print(&r->addresses[i], room);
		text_printf(out, "  at %s %s %lld\n", room, verify_word(r->seen[i].verify),
			(long long)r->seen[i].time_ms);
	}
	help_dump_minutes(out, h, r);
	history_lines(h, r, SIZE_MAX, help_put_line, out);
}

char *
help_dump(const struct history *h)
{
	struct history_totals t = history_totals(h);
	struct text out = {0};

	text_printf(&out, "lines=%llu bytes=%llu skipped=%llu first=%lld last=%lld evicted=%llu\n",
		(unsigned long long)t.lines, (unsigned long long)t.bytes, (unsigned long long)t.skipped,
		(long long)t.first_ms, (long long)t.last_ms, (unsigned long long)t.evicted);
	text_printf(&out, "host=%s hosts=%zu version=%s start=%lld\n", t.host, t.host_count, t.version,
		(long long)t.daemon_start_ms);
	help_dump_minutes(&out, h, NULL);
	for (size_t i = 0; i < history_relay_count(h); i++)
		help_dump_relay(&out, h, history_relay(h, i));
	for (size_t i = 0; i < history_fact_count(h); i++) {
		const struct history_fact *f = history_fact(h, i);

		text_printf(&out, "fact %s[%lld] %s %s %s: %s, %llu times %lld to %lld\n", f->tag,
			(long long)f->pid, f->option, f->file, f->message, f->text,
			(unsigned long long)f->count, (long long)f->first_ms, (long long)f->last_ms);
	}
	return text_take(&out);
}
