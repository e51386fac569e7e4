#include "maillog/families.h"

#include "maillog/field.h"

enum { TO, CTLADDR, DELAY, MAILER, RELAY, DSN, REPLY, STAT, DELIVERY_KEYS };

/* "[D+]HH:MM:SS" in seconds; -1 when it is none. */
static int64_t
delay_seconds(struct span s)
{
	int64_t days = 0, part, seconds = 0;
	struct span head;

	if (span_find(s, "+") >= 0) {
		span_cut(&s, "+", &head);
		if (!span_number(head, &days) || days < 0 || days > 100000)
			return -1;
	}
	for (int i = 0; i < 3; i++) {
		span_cut(&s, ":", &head);
		if (!span_number(head, &part) || part < 0 || part > 100000)
			return -1;
		seconds = seconds * 60 + part;
	}
	return s.len ? -1 : days * 86400 + seconds;
}

static unsigned
count_recipients(struct span to)
{
	unsigned count = to.len != 0;
	bool quoted = false;

	for (size_t i = 0; i < to.len; i++) {
		if (to.at[i] == '"')
			quoted = !quoted;
		else if (to.at[i] == ',' && !quoted)
			count++;
	}
	return count;
}

/* "reply=550 5.1.1 User unknown, stat=User unknown": both are the peer's free text. With a reply the last
 * stat= is Sendmail's, as the reply stands before it; without one the first is. */
static void
set_reply_and_stat(struct event *e, struct span reply, struct span stat)
{
	e->reply = reply;
	e->stat = reply.at ? span_cut_last(&e->reply, ", stat=") : stat;
}

void
family_delivery(struct event *e)
{
	static const struct field_key keys[DELIVERY_KEYS] = {FIELD("to"), FIELD("ctladdr"), FIELD("delay"),
		FIELD("mailer"), FIELD("relay"), FIELD("dsn"), FIELD_TO_END("reply"), FIELD_TO_END("stat")};
	struct span found[DELIVERY_KEYS];

	field_find(e->text, keys, DELIVERY_KEYS, found);
	/* Other mailers log to= lines as well (Postfix: status=), and a syslogd may have cut ours short. */
	if (!found[STAT].at && !found[MAILER].at)
		return;
	e->kind = EVENT_DELIVERY;
	e->to = found[TO];
	e->ctladdr = found[CTLADDR];
	e->mailer = found[MAILER];
	e->dsn = found[DSN];
	e->delay_s = delay_seconds(found[DELAY]);
	e->recipients = count_recipients(e->to);
	field_relay(found[RELAY], &e->relay, &e->address);
	set_reply_and_stat(e, found[REPLY], found[STAT]);
}

/* msgid= and an IDENT user are the peer's text: the relay is found from the right. */
void
family_from(struct event *e)
{
	struct span rest = e->text, relay = span_cut_last(&rest, ", relay=");

	if (!relay.at || !e->qid.len)
		return;
	e->kind = EVENT_FROM;
	e->direction = DIRECTION_SERVER;
	field_relay(relay, &e->relay, &e->address);
}

void
family_done(struct event *e)
{
	static const struct field_key key = FIELD("delay");
	struct span delay;

	field_find(span_skip(e->text, 6), &key, 1, &delay);
	e->kind = EVENT_QUEUE_DONE;
	e->delay_s = delay_seconds(delay);
}
