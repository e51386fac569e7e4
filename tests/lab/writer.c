#include "writer.h"

#include "base/mem.h"
#include "base/when.h"
#include "delivery.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define FIRST_PID 2101
#define SESSION_MS 1500 /* between two deliveries of the history */

/* A time in the log's framing. */
static void
put_time(struct writer *w, int64_t at_ms)
{
	time_t seconds = (time_t)(at_ms / WHEN_SECOND);
	char text[64];
	struct tm at;

	localtime_r(&seconds, &at);
	if (w->settings.iso) {
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &at);
		fprintf(w->file, "%s.%03d000", text, (int)(at_ms % WHEN_SECOND));
		strftime(text, sizeof(text), "%z", &at);
		fprintf(w->file, "%.3s:%s", text, text + 3);
	} else {
		strftime(text, sizeof(text), "%b %e %H:%M:%S", &at);
		fputs(text, w->file);
	}
}

void
writer_line(struct writer *w, int64_t at_ms, const char *tag, const char *format, ...)
{
	va_list list;

	put_time(w, at_ms);
	fprintf(w->file, " %s %s[%u]: ", w->settings.host, tag, w->pid);
	va_start(list, format);
	vfprintf(w->file, format, list);
	va_end(list);
	fputc('\n', w->file);
	w->lines++;
}

void
writer_queue_id(struct writer *w, int64_t at_ms, char id[16])
{
	/* sendmail/queue.c: year, month, day, hour, minute, second, a counter, each base 60, then the pid */
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
	time_t seconds = (time_t)(at_ms / WHEN_SECOND);
	unsigned n = w->messages++;
	struct tm at;

	gmtime_r(&seconds, &at);
	snprintf(id, 16, "%c%c%c%c%c%c%c%c%06u", digits[at.tm_year % 60], digits[at.tm_mon],
		digits[at.tm_mday], digits[at.tm_hour], digits[at.tm_min], digits[at.tm_sec % 60],
		digits[n / 60 % 60], digits[n % 60], w->pid % 1000000);
}

/* Somebody delivers to us, over TLS and without a certificate, as nearly everybody does. */
static void
write_inbound(struct writer *w, int64_t at_ms)
{
	char id[16];

	w->pid++;
	writer_queue_id(w, at_ms, id);
	writer_line(w, at_ms, "sm-mta",
		"STARTTLS=server, relay=client.example.net [192.0.2.10], version=TLSv1.3, verify=NO, "
		"cipher=TLS_AES_256_GCM_SHA384, bits=256/256");
	writer_line(w, at_ms, "sm-mta",
		"%s: from=<ops@example.net>, size=1840, class=0, nrcpts=1, msgid=<%s@client.example.net>, "
		"proto=ESMTPS, daemon=MTA-v4, relay=client.example.net [192.0.2.10]",
		id, id);
}

/* A cron job's mail goes to our own daemon: verify=FAIL, and nobody's fault. */
static void
write_local(struct writer *w, int64_t at_ms)
{
	char id[16];

	w->pid++;
	writer_queue_id(w, at_ms, id);
	writer_line(w, at_ms, "sendmail",
		"STARTTLS=client, relay=[127.0.0.1], version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, "
		"bits=256/256");
	writer_line(w, at_ms, "sendmail",
		"%s: to=root, ctladdr=root (0/0), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=30019, "
		"relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (%s Message accepted for delivery)",
		id, id);
}

void
writer_deliver(struct writer *w, int64_t at_ms)
{
	unsigned turn = w->turn++;

	w->pid += 1 + turn % 3;
	delivery_write(w, turn % w->relays, at_ms);
	if (turn % 7 == 3)
		write_inbound(w, at_ms + 20);
	if (turn % 40 == 11)
		write_local(w, at_ms + 30);
}

static void
write_history(struct writer *w)
{
	int64_t at_ms = w->settings.now_ms - w->settings.history_min * WHEN_MINUTE;

	writer_line(w, at_ms, "sm-mta", "starting daemon (8.17.1.9): SMTP+queueing@00:10:00");
	for (; at_ms < w->settings.now_ms; at_ms += SESSION_MS)
		writer_deliver(w, at_ms);
	fflush(w->file);
}

static void
tick(uv_timer_t *timer)
{
	struct writer *w = timer->data;
	struct timeval now;

	gettimeofday(&now, NULL);
	writer_deliver(w, (int64_t)now.tv_sec * WHEN_SECOND + now.tv_usec / 1000);
	fflush(w->file);
}

struct writer *
writer_start(uv_loop_t *loop, struct hatch *hatch, const struct writer_settings *settings)
{
	struct writer *w = mem_new(1, sizeof(*w));

	w->settings = *settings;
	w->hatch = hatch;
	w->pid = FIRST_PID;
	w->file = fopen(settings->path, "ae");
	if (!w->file)
		abort();
	while (personality_row(w->relays))
		w->relays++;
	w->held = mem_new(w->relays, sizeof(*w->held));
	uv_timer_init(loop, &w->timer);
	hatch_opened(hatch);
	w->timer.data = w;
	write_history(w);
	if (settings->interval_ms)
		uv_timer_start(&w->timer, tick, settings->interval_ms, settings->interval_ms);
	return w;
}

unsigned
writer_lines(const struct writer *w)
{
	return w->lines;
}

static void
closed(uv_handle_t *handle)
{
	struct writer *w = handle->data;

	hatch_closed(w->hatch);
}

void
writer_close(struct writer *w)
{
	uv_close((uv_handle_t *)&w->timer, closed);
}

void
writer_free(struct writer *w)
{
	if (!w)
		return;
	fclose(w->file);
	for (size_t i = 0; i < w->relays; i++)
		free(w->held[i].refused);
	free(w->held);
	free(w);
}
