#include "diagnosis/waiting.h"

#include "base/mem.h"
#include "diagnosis/ours.h"

#include <stdio.h>

/* These words end a delivery attempt (SENDMAIL.md B). */
static bool
stops_mail(enum verify verify)
{
	return verify == VERIFY_SOFTWARE || verify == VERIFY_CONFIG || verify == VERIFY_PROTOCOL ||
		verify == VERIFY_FAILURE || verify == VERIFY_UNREACHABLE || verify == VERIFY_DANE_FAIL ||
		verify == VERIFY_DANE_NOTLS || verify == VERIFY_DANE_TEMP;
}

void
waiting_length(int64_t ms, char room[WHEN_ROOM])
{
	if (ms >= WHEN_DAY && ms % WHEN_DAY == 0)
		snprintf(room, WHEN_ROOM, ms == WHEN_DAY ? "%lld day" : "%lld days", (long long)(ms / WHEN_DAY));
	else if (ms >= WHEN_HOUR && ms % WHEN_HOUR == 0)
		snprintf(room, WHEN_ROOM, "%lld h", (long long)(ms / WHEN_HOUR));
	else
		when_length(ms, room);
}

/* "Senders are warned after 4 h." */
static void
put_warning(struct text *t, const struct evidence *e)
{
	int64_t after = ours_warns_after(e);
	char length[WHEN_ROOM];

	waiting_length(after, length);
	if (after > 0 && after < ours_returns_after(e))
		text_printf(t, " Senders are warned after %s.", length);
}

static char *
held_until(const struct evidence *e)
{
	unsigned long long waiting = (unsigned long long)e->relay->deliveries.waiting;
	int64_t oldest_ms = e->relay->held.oldest_ms, returns_ms = oldest_ms + ours_returns_after(e);
	struct text t = {NULL, 0, 0};
	char after[WHEN_ROOM], day[WHEN_ROOM];

	waiting_length(ours_returns_after(e), after);
	when_print(returns_ms, "%Y-%m-%d %H:%M", day);
	if (oldest_ms == 0)
		text_printf(&t, "%llu messages wait; Sendmail returns them after %s.", waiting, after);
	else if (e->now_ms && returns_ms <= e->now_ms)
		text_printf(&t, "Sendmail returns the oldest of %llu messages with its next attempt: it waits %s.",
		        waiting, after);
	else
		text_printf(&t,
		        "Nothing is lost before %s, when Sendmail returns the oldest of %llu messages (%s).",
		        day, waiting, after);
	put_warning(&t, e);
	return text_take(&t);
}

static char *
new_mail_waits(const struct evidence *e)
{
	struct text t = {NULL, 0, 0};
	char after[WHEN_ROOM];

	waiting_length(ours_returns_after(e), after);
	text_printf(&t, "Mail for this relay waits; Sendmail returns it after %s.", after);
	put_warning(&t, e);
	return text_take(&t);
}

char *
waiting_costs(const struct draft *d)
{
	const struct relay *r = d->work->e->relay;
	const struct look *look = d->work->e->look;
	enum verify verify = look ? look->verify : r ? r->last.verify : VERIFY_UNKNOWN;

	if (d->row->kind == FINDING_NOTE || (look && look->saved))
		return NULL;
	if (r && r->rejects_perm && d->work->by_policy)
		return mem_text("Mail for this relay is returned to its senders at once.");
	if (r && r->deliveries.waiting)
		return held_until(d->work->e);
	if (verify == VERIFY_SOFTWARE && ours_falls_back(d->work->e))
		verify = VERIFY_CLEAR;
	if (stops_mail(verify))
		return new_mail_waits(d->work->e);
	if (verify == VERIFY_NONE || verify == VERIFY_TEMP || verify == VERIFY_CLEAR)
		return mem_text("Mail is still delivered, unencrypted: whoever is on the path reads it.");
	return mem_text("Mail is still delivered: verify=FAIL alone never stops it. It is encrypted, but nobody "
	                "knows for whom.");
}
