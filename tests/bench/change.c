/* What one new log line costs the loop when many relays are known: change RELAYS [LINES]. Prints the median
 * of so many lines as "WORD MICROSECONDS" lines: the line read, the rows of the table brought up to date
 * after it, and two floors of the same run: reading all rows for the first time (in slices, here one after
 * another), and touching the name of each. */
#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "maillog/parse.h"
#include "relays/history.h"
#include "tui/relay_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BEGAN INT64_C(1767225600000) /* 2026-01-01 */

struct figures {
	double *read, *rows, *names;
	size_t count;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
feed(struct history *h, const struct text *line, int64_t now_ms)
{
	struct event e;

	maillog_parse((struct span){line->at, line->len}, now_ms, &e);
	history_feed(h, &e);
}

/* A handshake of that relay, and the mail that went after it. */
static void
feed_session(struct history *h, unsigned relay, unsigned turn)
{
	int64_t now_ms = BEGAN + (int64_t)turn * 50;
	struct text line = {NULL, 0, 0};
	char stamp[WHEN_ROOM];

	when_format(now_ms, stamp);
	text_printf(&line,
		"%s mail sm-mta[%u]: STARTTLS=client, relay=mx%u.example.net., version=TLSv1.3, "
		"verify=%s, cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
		stamp, 100 + turn % 64, relay, relay % 7 ? "OK" : "FAIL");
	feed(h, &line, now_ms);
	text_drop(&line, line.len);
	text_printf(&line,
		"%s mail sm-mta[%u]: 4AM%08u: to=<u%u@example.org>, delay=00:00:05, xdelay=00:00:01, "
		"mailer=esmtp, pri=120, relay=mx%u.example.net. [192.0.2.%u], dsn=%s",
		stamp, 100 + turn % 64, turn, turn, relay, relay % 250,
		relay % 7 ? "2.0.0, stat=Sent (ok)" : "4.7.0, stat=Deferred: later");
	feed(h, &line, now_ms);
	text_free(&line);
}

static size_t
touch_names(const struct relay_rows *rows)
{
	size_t bytes = 0;

	for (size_t i = 0; i < rows->all_count; i++)
		bytes += (unsigned char)rows->all[i].name[0];
	return bytes;
}

static const struct relay_order order = {.direction = DIRECTION_CLIENT};

/* The rows are read a slice an update: all of them, one after another. */
static double
read_all(const struct history *h, struct relay_rows *rows)
{
	const struct relay_source from = {.history = h, .generation = history_generation(h), .now_ms = BEGAN};
	double begun = now_us();

	do
		relay_rows_update(rows, &from, &order);
	while (rows->unread || rows->any_stale);
	return now_us() - begun;
}

static void
one_change(struct history *h, struct relay_rows *rows, unsigned relay, unsigned turn, struct figures *f)
{
	struct relay_source from = {.history = h, .now_ms = BEGAN};
	double begun = now_us(), read, updated;
	volatile size_t touched;

	feed_session(h, relay, turn);
	read = now_us();
	from.generation = history_generation(h);
	relay_rows_update(rows, &from, &order);
	updated = now_us();
	touched = touch_names(rows);
	(void)touched;
	f->read[f->count] = read - begun;
	f->rows[f->count] = updated - read;
	f->names[f->count++] = now_us() - updated;
}

static int
ascending(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void
show(const char *word, double *figures, size_t count)
{
	qsort(figures, count, sizeof *figures, ascending);
	printf("%s %.1f\n", word, figures[count / 2]);
}

int
main(int argc, char **argv)
{
	unsigned relays = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20000, turn = 0;
	size_t lines = argc > 2 ? strtoul(argv[2], NULL, 10) : 101;
	struct history *h = history_new(&(struct history_options){.max_relays = 0});
	struct relay_rows rows = {.all = NULL};
	struct figures f = {mem_new(lines, sizeof(double)), mem_new(lines, sizeof(double)),
		mem_new(lines, sizeof(double)), 0};

	for (; turn < 3 * relays; turn++)
		feed_session(h, turn % relays, turn);
	printf("first %.1f\n", read_all(h, &rows));
	for (; f.count < lines; turn++)
		one_change(h, &rows, (turn * 7919U) % relays, turn, &f);
	show("read", f.read, f.count);
	show("rows", f.rows, f.count);
	show("names", f.names, f.count);
	relay_rows_free(&rows);
	history_free(h);
	free(f.read);
	free(f.rows);
	free(f.names);
	return 0;
}
