#include "diagnosis/waiting.h"

#include "base/mem.h"
#include "diagnosis/looked.h"

#include <stdio.h>
#include <string.h>

#define FAIL_ALONE \
	"Mail is still delivered: verify=FAIL alone never stops it. It is encrypted, but nobody knows for whom."

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
		snprintf(room, WHEN_ROOM, ms == WHEN_DAY ? "%lld day" : "%lld days",
			(long long)(ms / WHEN_DAY));
	else if (ms >= WHEN_HOUR && ms % WHEN_HOUR == 0)
		snprintf(room, WHEN_ROOM, "%lld h", (long long)(ms / WHEN_HOUR));
	else
		when_length(ms, room);
}

/* "Senders are warned after 4 h." */
static void
put_warning(struct text *t, const struct policy *policy)
{
	int64_t after = policy_warns_after(policy);
	char length[WHEN_ROOM];

	waiting_length(after, length);
	if (after > 0 && after < policy_returns_after(policy))
		text_printf(t, " Senders are warned after %s.", length);
}

static char *
held_until(const struct casework *w)
{
	const struct evidence *e = w->e;
	int64_t after_ms = policy_returns_after(w->log_policy);
	unsigned long long waiting = (unsigned long long)e->relay->deliveries.waiting;
	int64_t oldest_ms = e->relay->held.oldest_ms, returns_ms = oldest_ms + after_ms;
	struct text t = {NULL, 0, 0};
	char after[WHEN_ROOM], day[WHEN_ROOM], what[64];

	if (waiting == 1)
		snprintf(what, sizeof what, "the message that waits");
	else
		snprintf(what, sizeof what, "the oldest of %llu messages", waiting);
	waiting_length(after_ms, after);
	when_print(returns_ms, "%Y-%m-%d %H:%M", day);
	if (oldest_ms == 0)
		text_printf(&t, "%llu message%s wait%s; Sendmail returns %s after %s.", waiting,
			PLURAL(waiting), waiting == 1 ? "s" : "", waiting == 1 ? "it" : "them", after);
	else if (e->now_ms && returns_ms <= e->now_ms)
		text_printf(&t, "Sendmail returns %s with its next attempt: it waits %s.", what, after);
	else
		text_printf(&t, "Nothing is lost before %s, when Sendmail returns %s (%s).", day, what,
			after);
	put_warning(&t, w->log_policy);
	return text_take(&t);
}

static char *
new_mail_waits(const struct casework *w)
{
	struct text t = {NULL, 0, 0};
	char after[WHEN_ROOM];

	waiting_length(policy_returns_after(w->log_policy), after);
	text_printf(&t, "Mail for this relay waits; Sendmail returns it after %s.", after);
	put_warning(&t, w->log_policy);
	return text_take(&t);
}

/* The log shows that mail goes on in clear: for want of STARTTLS, by our own Try_TLS, or after a failed
 * handshake.
 */
static bool
went_in_clear(const struct relay *r, enum verify verify)
{
	bool sent = r && r->last.stat && strncmp(r->last.stat, "Sent", 4) == 0;

	if (verify == VERIFY_UNKNOWN)
		return sent || (r && r->last.try_tls);
	return verify == VERIFY_SOFTWARE && sent;
}

/* TLS 1.3 refuses a client after its handshake: the word is good, and the mail does not go. */
static bool
is_cut_short(const struct evidence *e)
{
	const struct look *look = look_counts(e) ? e->look : NULL;
	const struct observation *o =
		look && look->address_count ? look->addresses[look_first(e)].observation : NULL;

	if (look)
		return o && o->cut_short;
	return e->relay && e->relay->last.stat && strncmp(e->relay->last.stat, "Deferred", 8) == 0;
}

/* By the relay's last word, or the look's. */
static char *
by_word(const struct casework *w, enum verify verify)
{
	const struct evidence *e = w->e;

	if (verify == VERIFY_SOFTWARE && policy_falls_back(w->log_policy))
		verify = VERIFY_CLEAR;
	if (!look_counts(e) && went_in_clear(e->relay, verify))
		verify = VERIFY_CLEAR;
	if (stops_mail(verify) || is_cut_short(e) || (verify == VERIFY_UNKNOWN && look_counts(e)))
		return new_mail_waits(w);
	if (verify == VERIFY_NONE || verify == VERIFY_TEMP || verify == VERIFY_CLEAR)
		return mem_text("Mail is still delivered, unencrypted: whoever is on the path reads it.");
	if (verify == VERIFY_FAIL || verify == VERIFY_NO || verify == VERIFY_NOT)
		return mem_text(FAIL_ALONE);
	return mem_text(verify_is_good(verify) ? "Mail is still delivered." : "The log does not show it.");
}

char *
waiting_costs(const struct draft *d)
{
	const struct evidence *e = d->work->e;
	const struct relay *r = e->relay;
	enum verify verify = look_counts(e) ? e->look->verify : r ? r->last.verify : VERIFY_UNKNOWN;

	if (d->row->kind == FINDING_NOTE || (e->look && e->look->saved))
		return NULL;
	if (!r && !look_counts(e))
		return mem_text(d->row->waiting_host ? d->row->waiting_host : FAIL_ALONE);
	if (d->row->waiting)
		return mem_text(d->row->waiting);
	if (r && r->rejects_perm && d->work->by_policy)
		return mem_text("Mail for this relay is returned to its senders at once.");
	return r && r->deliveries.waiting ? held_until(d->work) : by_word(d->work, verify);
}
