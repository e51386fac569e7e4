#include "relays/apply.h"

#include "base/when.h"
#include "relays/names.h"

#include <stdio.h>
#include <string.h>

/* A line on its way through the history. */
struct line {
	struct history *h;
	const struct event *e;
	unsigned host, daemon;
	bool counted;
};

/* ---- what all lines have in common ----------------------------------------------------------------------
 */

static struct process *
process_of(const struct line *l)
{
	return processes_take(&l->h->processes, l->daemon, l->e->pid);
}

static struct row *
row_named(const struct line *l, const struct event *e)
{
	char name[NAME_ROOM];
	size_t len = name_of(e, name);

	return len ? table_row(&l->h->table, e->direction, (struct span){name, len}) : NULL;
}

static uint64_t
copy_line(struct copies *copies, struct span line)
{
	uint64_t left = COPIES_ROOM - copies->end % COPIES_ROOM, at;

	if (!copies->at)
		copies->at = mem_new(COPIES_ROOM, 1);
	if (left < line.len)
		copies->end += left;
	at = copies->end;
	memcpy(copies->at + at % COPIES_ROOM, line.at, line.len);
	copies->end += line.len;
	return at;
}

/* Where the line can be had later. Sendmail writes none that is longer than 1024 bytes (SYSLOG_BUFSIZE). */
static struct row_line
place_of(const struct line *l, bool well)
{
	const struct event *e = l->e;
	struct span copied = {e->line.at, e->line.len < 1024 ? e->line.len : 1024};
	struct row_line place = {.offset = e->offset,
		.pid = e->pid,
		.len = (uint32_t)e->line.len,
		.source = (uint16_t)e->source,
		.daemon = (uint16_t)l->daemon};
	int kind = well ? COPIES_WELL : COPIES_TROUBLE;

	if (e->offset < 0) {
		place.offset = copied.len ? (int64_t)copy_line(&l->h->copies[kind], copied) : 0;
		place.len = (uint32_t)copied.len;
		place.source = (uint16_t)(LINE_COPY + kind);
	}
	return place;
}

/* A line that belongs to a relay without naming it. */
static void
keep_line(const struct line *l, struct row *r)
{
	struct row_line place = place_of(l, false);

	row_keep_line(r, &place);
	row_changed(r);
}

/* A line that names a relay; well: it says that all is well. */
static void
take_named(const struct line *l, struct row *r, bool well)
{
	struct row_line place = place_of(l, well);

	row_keep_line(r, &place);
	row_changed(r);
	r->lines++;
	if (!r->shown)
		table_show(&l->h->table, r);
	if (!l->e->time_ms)
		return;
	if (!r->relay.first_ms)
		r->relay.first_ms = l->e->time_ms;
	r->relay.last_ms = l->e->time_ms;
}

/* A verify word, of a STARTTLS or ruleset line. */
static void
take_word(const struct line *l, struct row *r, enum verify word, struct span text)
{
	streak_add(&r->streak, word, l->e->time_ms);
	r->told.verify = word;
	r->told.time_ms = l->e->time_ms;
	r->told.pid = l->e->pid;
	span_put(text, r->told.verify_text, sizeof r->told.verify_text);
	r->word_alone = true;
}

static void
count_outcomes(struct history *h, struct row *r, int64_t time_ms, uint32_t good, uint32_t bad)
{
	row_outcomes(r, time_ms, good, bad);
	row_changed(r);
	if (r->relay.direction != DIRECTION_CLIENT || time_ms == 0)
		return;
	tally_add(&h->minutes, RELAY_MINUTES, (struct tally_slot){time_ms / WHEN_MINUTE, good, bad});
	tally_add(&h->hours, RELAY_HOURS, (struct tally_slot){time_ms / WHEN_HOUR, good, bad});
}

/* n handshakes with that word. */
static void
count_word(struct history *h, struct row *r, enum verify word, int64_t time_ms, unsigned n)
{
	bool good = verify_is_good(word);

	r->relay.counts[word] += n;
	count_outcomes(h, r, time_ms, good ? n : 0, good ? 0 : n);
}

/* Remembers the line for "last message repeated". */
static void
note_last(const struct line *l, struct row *r, enum outcome outcome)
{
	l->h->hosts.hosts[l->host].last =
		(struct last_line){.row = r, .kind = l->e->kind, .verify = l->e->verify, .outcome = outcome};
}

static struct pending *
pending_new(const struct line *l)
{
	const struct event *e = l->e;
	struct pending *p = mem_new(1, sizeof *p);

	*p = (struct pending){.counted = l->counted,
		.time_ms = e->time_ms,
		.at = l->h->lines,
		.message = span_copy(e->message),
		.subject = span_copy(e->subject),
		.ssl_error = e->ssl_error,
		.err = e->err,
		.retry = e->retry,
		.depth = e->depth,
		.line = place_of(l, false)};
	return p;
}

/* ---- handshakes that failed -----------------------------------------------------------------------------
 */

/* The session could not be encrypted; it is counted once, however many lines say so. */
static void
fail_session(const struct line *l, struct process *p, struct row *r)
{
	struct session *s = process_session(p, r);
	bool known =
		s && s->state != SESSION_NAMED && s->failed && !session_is_over(s->last_ms, l->e->time_ms);

	if (!known && l->counted) {
		r->relay.handshake_failures++;
		count_outcomes(l->h, r, l->e->time_ms, 0, 1);
	}
	s = process_take_session(p, r);
	s->state = SESSION_FAILED;
	s->verify = VERIFY_SOFTWARE;
	s->failed = true;
	s->last_ms = l->e->time_ms;
}

static void
tell_reason(struct row *r, struct span reason, int ssl_error, int err, int retry, uint64_t at)
{
	row_tell(r, RELAY_TEXT_reason, reason);
	row_untell(r, RELAY_TEXT_try_tls);
	r->told.ssl_error = ssl_error;
	r->told.err = err;
	r->told.retry = retry;
	r->attempt_at = at > r->attempt_at ? at : r->attempt_at;
}

/* "connect failed" names no relay: it is of the one that the next line of its process names. */
static void
end_failure(const struct line *l, struct process *p, struct row *r)
{
	struct pending *f = p->failure;

	if (!f)
		return;
	if (!session_is_over(f->time_ms, l->e->time_ms)) {
		if (f->counted) {
			tell_reason(r, span_of(f->message), f->ssl_error, f->err, f->retry, f->at);
			row_keep_line(r, &f->line);
		}
		row_changed(r);
		fail_session(l, p, r);
	}
	pending_drop(&p->failure);
}

/* A client that failed: the line names it. */
static void
take_accept(const struct line *l)
{
	const struct event *e = l->e;
	struct row *r = row_named(l, e);

	if (!r)
		return;
	if (l->counted) {
		take_named(l, r, false);
		take_word(l, r, VERIFY_SOFTWARE, span_of(verify_word(VERIFY_SOFTWARE)));
		tell_reason(r, e->message, e->ssl_error, e->err, e->retry, l->h->lines);
	}
	fail_session(l, process_of(l), r);
}

static void
take_handshake(const struct line *l)
{
	struct process *p;

	if (l->e->direction == DIRECTION_SERVER) {
		take_accept(l);
		return;
	}
	p = process_of(l);
	pending_drop(&p->failure);
	pending_drop(&p->check);
	p->failure = pending_new(l);
}

/* LogLevel 15 also tells of the certificates that are good. */
static void
take_check(const struct line *l)
{
	struct process *p;

	if (span_is(l->e->message, "ok"))
		return;
	p = process_of(l);
	pending_drop(&p->check);
	p->check = pending_new(l);
}

/* ---- STARTTLS lines of sessions that began --------------------------------------------------------------
 */

/* What the line says of the session takes the place of what was said of the one before. */
static void
tell_session(const struct line *l, struct row *r)
{
	const struct event *e = l->e;

	take_word(l, r, e->verify, e->verify_text);
	r->word_alone = false;
	r->handshake++;
	r->attempt_at = l->h->lines;
	span_put(e->version, r->told.version, sizeof r->told.version);
	span_put(e->cipher, r->told.cipher, sizeof r->told.cipher);
	r->told.bits = e->bits;
	r->told.depth = -1;
	row_untell(r, RELAY_TEXT_try_tls);
	row_untell(r, RELAY_TEXT_subject);
	row_untell(r, RELAY_TEXT_issuer);
	row_untell(r, RELAY_TEXT_depth_subject);
	row_tell(r, RELAY_TEXT_tail, e->tail);
	row_tell(r, RELAY_TEXT_verifymsg,
		e->message); /* 8.18 built with _FFR_VRFY_STAT says the error here */
}

/* The "cert verify" line before a STARTTLS line says what failed; what verified in the end failed nowhere. */
static void
tell_check(struct row *r, const struct pending *check)
{
	r->told.depth = check->depth;
	row_tell(r, RELAY_TEXT_depth_subject, span_of(check->subject));
	if (!r->told.verifymsg)
		row_tell(r, RELAY_TEXT_verifymsg, span_of(check->message));
}

/* The handshake begins a session with that relay. */
static void
begin_session(const struct line *l, struct process *p, struct row *r)
{
	struct session *s = process_take_session(p, r);

	s->state = SESSION_TLS;
	s->verify = l->e->verify;
	s->failed = false;
	s->last_ms = l->e->time_ms;
	pending_drop(&p->failure);
	pending_drop(&p->check);
	p->tls = p->current = r;
	p->tls_handshake = l->counted ? r->handshake : UINT64_MAX; /* of an uncounted line nothing is told */
	p->tls_ms = l->e->time_ms;
}

/* Mail that this daemon sent without TLS is known to be in clear from now on, whoever it went to. */
static void
note_shows(struct history *h, struct daemon *daemon)
{
	if (daemon->shows)
		return;
	daemon->shows = true;
	for (size_t i = 0; i < h->table.shown_count; i++)
		row_changed(h->table.shown[i]);
}

static void
take_tls(const struct line *l)
{
	const struct event *e = l->e;
	struct process *p;
	struct row *r;

	if (e->direction == DIRECTION_CLIENT)
		note_shows(l->h, &l->h->hosts.daemons[l->daemon]);
	r = row_named(l, e);
	if (!r)
		return;
	p = process_of(l);
	if (l->counted) {
		bool good = verify_is_good(e->verify);
		bool checked = p->check && !good && !session_is_over(p->check->time_ms, e->time_ms);

		if (checked)
			row_keep_line(r, &p->check->line);
		take_named(l, r, good);
		tell_session(l, r);
		if (checked)
			tell_check(r, p->check);
		count_word(l->h, r, e->verify, e->time_ms, e->repeat);
		note_last(l, r, OUTCOME_NONE);
	}
	begin_session(l, p, r);
}

/* The cert-subject line belongs to the STARTTLS line before it, unless a later session has told of itself. */
static void
take_certificate(const struct line *l)
{
	const struct event *e = l->e;
	struct process *p = process_of(l);
	struct row *r = p->tls;

	p->tls = NULL;
	if (!r || !l->counted || session_is_over(p->tls_ms, e->time_ms))
		return;
	keep_line(l, r);
	if (p->tls_handshake != r->handshake)
		return;
	row_tell(r, RELAY_TEXT_verifymsg, e->message);
	row_tell_xtext(r, RELAY_TEXT_subject, e->subject);
	row_tell_xtext(r, RELAY_TEXT_issuer, e->issuer);
}

/* A TLS error that names an alert belongs to the relay spoken to last. */
static void
take_tls_error(const struct line *l)
{
	struct row *r;

	if (span_find(l->e->message, "alert") < 0)
		return;
	r = process_of(l)->current;
	if (!r || !l->counted)
		return;
	row_tell(r, RELAY_TEXT_alert, l->e->message);
	r->alert_at = l->h->lines;
	keep_line(l, r);
}

static void
take_remark(const struct line *l)
{
	struct row *r = l->counted ? row_named(l, l->e) : NULL;

	if (!r)
		return;
	take_named(l, r, false);
	if (l->e->kind == EVENT_TLS_WARNING)
		row_tell(r, RELAY_TEXT_warning, l->e->message);
}

/* ---- ruleset= lines: what a policy said of a session (rscheck() in srvrsmtp.c and parseaddr.c) -----------
 */

static bool
is_permanent(const struct event *e)
{
	return e->reject.len && e->reject.at[0] == '5';
}

/* Counted at once, and taken back when the mail gets through after all: a log may lack the to= lines. */
static void
count_reject(struct relay *r, const struct event *e)
{
	if (is_permanent(e))
		r->rejects_perm++;
	else
		r->rejects_temp++;
}

/* A client was refused. */
static void
take_tls_client(const struct line *l)
{
	struct event server = *l->e;
	struct row *r;

	server.direction = DIRECTION_SERVER;
	r = row_named(l, &server);
	if (!r || !l->counted)
		return;
	take_named(l, r, false);
	if (l->e->verify != VERIFY_UNKNOWN)
		take_word(l, r, l->e->verify, l->e->verify_text);
	if (!l->e->rejects)
		return;
	count_reject(&r->relay, l->e);
	row_tell(r, RELAY_TEXT_reject, l->e->reject);
}

/* A permanent reject gives the message up, until its to= line says so itself. */
static void
add_reject(const struct line *l, struct process *p, struct row *r)
{
	struct reject *reject = mem_new(1, sizeof *reject);

	*reject = (struct reject){.row = r,
		.text = l->e->reject.len ? span_copy(l->e->reject) : NULL,
		.time_ms = l->e->time_ms,
		.counted = l->counted,
		.permanent = is_permanent(l->e)};
	if (l->counted) {
		count_reject(&r->relay, l->e);
		r->relay.deliveries.bounced += reject->permanent;
	}
	process_reject(p, reject);
}

static void
take_tls_server(const struct line *l, struct process *p, struct row *r)
{
	if (l->counted && l->e->verify != VERIFY_UNKNOWN)
		take_word(l, r, l->e->verify, l->e->verify_text);
	p->tls = NULL;
	p->current = r;
	if (l->e->verify == VERIFY_SOFTWARE)
		fail_session(l, p, r);
}

static void
take_ruleset(const struct line *l)
{
	struct span name = l->e->ruleset;
	bool server = span_is(name, "tls_server"), try_tls = span_is(name, "try_tls");
	struct event client = *l->e;
	struct process *p;
	struct row *r;

	if (span_is(name, "tls_client"))
		take_tls_client(l);
	if (!server && !try_tls && !span_is(name, "tls_rcpt"))
		return;
	client.direction = DIRECTION_CLIENT;
	r = row_named(l, &client);
	if (!r)
		return;
	p = process_of(l);
	if (server)
		end_failure(l, p, r);
	if (l->counted)
		take_named(l, r, false);
	/* The to= line may have the name in its shortened form. */
	if (name_is_long(strlen(r->relay.name)))
		process_take_session(p, r)->named_ms = l->e->time_ms;
	if (try_tls && l->counted)
		row_tell(r, RELAY_TEXT_try_tls, l->e->reject);
	if (l->e->rejects && !try_tls)
		add_reject(l, p, r);
	if (server)
		take_tls_server(l, p, r);
}

/* ---- to= lines: what became of mail, and over what kind of session ---------------------------------------
 */

/* Mailers that speak no SMTP; an administrator's own names for SMTP ones cannot be known. */
static bool
is_smtp(struct span mailer)
{
	static const char *const others[] = {"local", "prog", "*file*", "*include*", "procmail", "cyrus",
		"cyrusv2", "cyrusbb", "lmtp", "uucp", "uucp-old", "uucp-new", "uucp-dom", "uucp-uudom",
		"suucp", "usenet", "fax", "pop", "phquery", "mail11", "error", "discard", "maildrop",
		"dovecot"};

	if (span_is(mailer, "esmtp"))
		return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (span_is(mailer, others[i]))
			return false;
	}
	return mailer.len > 0;
}

static enum outcome
outcome_of(const struct event *e)
{
	if (span_starts(e->stat, "Sent"))
		return OUTCOME_SENT;
	if (span_starts(e->stat, "Deferred"))
		return OUTCOME_DEFERRED;
	return e->dsn.len && e->dsn.at[0] == '5' ? OUTCOME_BOUNCED : OUTCOME_NONE;
}

static void
count_delivery(struct relay *r, enum outcome outcome, unsigned n)
{
	if (outcome == OUTCOME_SENT)
		r->deliveries.sent += n;
	else if (outcome == OUTCOME_DEFERRED)
		r->deliveries.deferred += n;
	else if (outcome == OUTCOME_BOUNCED)
		r->deliveries.bounced += n;
}

/* When the message came in, by delay=; 0 when it is not said. */
static int64_t
arrival_of(const struct event *e)
{
	if (e->time_ms == 0 || e->delay_s < 0)
		return 0;
	return e->time_ms - e->delay_s * WHEN_SECOND;
}

/* A log that began before the message came in, or an hour before this line, has the whole session in it. */
static bool
began_in_log(const struct line *l)
{
	int64_t arrival = arrival_of(l->e), hour = l->e->time_ms ? l->e->time_ms - WHEN_HOUR : 0;
	int64_t log_began = l->h->hosts.hosts[l->host].first_ms;

	return log_began && log_began < (arrival > hour ? arrival : hour);
}

static void
note_waits(const struct line *l, struct row *r, enum outcome outcome)
{
	if (l->counted && outcome != OUTCOME_NONE)
		waits_take(&l->h->waits, &(struct wait_line){.host = l->host,
						 .qid = l->e->qid,
						 .to = l->e->to,
						 .row = outcome == OUTCOME_DEFERRED ? r : NULL,
						 .since_ms = arrival_of(l->e)});
}

/* The row of a relay to which no connection was made: its name did not resolve, or the message was given up
 * without one. A shortened name is nobody's. */
static struct row *
unconnected_row(const struct line *l, enum outcome outcome)
{
	char name[NAME_ROOM];
	bool matters = outcome == OUTCOME_BOUNCED || span_find(l->e->stat, "Name server: ") >= 0;
	size_t len = matters ? name_of(l->e, name) : 0;

	if (!len || name_is_short(name, len))
		return NULL;
	return table_row(&l->h->table, DIRECTION_CLIENT, (struct span){name, len});
}

/* Without an address no connection was made: the message waits where it did, or for a name. */
static void
take_unconnected(const struct line *l, enum outcome outcome)
{
	struct row *r = unconnected_row(l, outcome);

	if (r && l->counted) {
		take_named(l, r, false);
		row_tell(r, RELAY_TEXT_stat, l->e->stat);
		if (outcome == OUTCOME_BOUNCED) {
			count_delivery(&r->relay, outcome, l->e->repeat);
			note_last(l, r, outcome);
		}
	}
	/* A refusal of ours before it is the same message. */
	if (outcome == OUTCOME_BOUNCED)
		process_end_rejects(process_of(l), true, false, l->e->time_ms);
	if (outcome != OUTCOME_DEFERRED || r)
		note_waits(l, r, outcome);
}

/* The row that a to= line is for. */
static struct row *
delivery_row(const struct line *l, const struct process *p)
{
	char name[NAME_ROOM];
	size_t len = name_of(l->e, name);
	struct row *r = NULL;

	if (len && name_is_short(name, len))
		r = process_long_name(p, (struct span){name, len}, l->e->time_ms);
	if (len == 0)
		len = (size_t)snprintf(name, sizeof name, "[%.*s]",
			(int)(l->e->address.len < 64 ? l->e->address.len : 64), l->e->address.at);
	return r ? r : table_row(&l->h->table, DIRECTION_CLIENT, (struct span){name, len});
}

/* The session that the mail went over. Without a STARTTLS line it is one without TLS, as far as the log
 * shows. */
static struct session *
session_of(const struct line *l, struct process *p, struct row *r)
{
	struct session *s = process_session(p, r);

	if (s && s->state != SESSION_NAMED && !session_is_over(s->last_ms, l->e->time_ms))
		return process_take_session(p, r);
	s = process_take_session(p, r);
	s->state = began_in_log(l) ? SESSION_CLEAR : SESSION_DOUBT;
	s->failed = false;
	s->last_ms = l->e->time_ms;
	return s;
}

static void
take_session(const struct line *l, struct process *p, struct row *r, enum outcome outcome)
{
	struct session *s = session_of(l, p, r);
	bool sent = outcome == OUTCOME_SENT, tls = s->state == SESSION_TLS;
	struct address address;

	if (l->e->time_ms)
		s->last_ms = l->e->time_ms;
	/* What is sent after the relay's next greeting may be encrypted again: only the log can tell. */
	if (s->state == SESSION_FAILED && !sent)
		s->state = SESSION_CLEAR;
	if (!l->counted)
		return;
	if (address_parse(l->e->address, &address))
		row_address(r, &address, l->e->time_ms, tls ? s->verify : VERIFY_UNKNOWN);
	if (sent && tls && !verify_is_good(s->verify))
		r->relay.deliveries.unverified += l->e->repeat;
	else if (sent && s->state == SESSION_FAILED)
		r->clear += l->e->repeat;
	else if (sent && s->state == SESSION_CLEAR)
		row_maybe_clear(r, l->daemon, l->e->repeat);
}

static void
take_delivery(const struct line *l)
{
	const struct event *e = l->e;
	enum outcome outcome = outcome_of(e);
	struct process *p;
	struct row *r;

	if (!is_smtp(e->mailer))
		return;
	if (e->address.len == 0) {
		take_unconnected(l, outcome);
		return;
	}
	p = process_of(l);
	r = delivery_row(l, p);
	end_failure(l, p, r);
	if (l->counted) {
		take_named(l, r, outcome == OUTCOME_SENT);
		count_delivery(&r->relay, outcome, e->repeat);
		row_tell(r, RELAY_TEXT_stat, e->stat);
		note_last(l, r, outcome);
	}
	note_waits(l, r, outcome);
	take_session(l, p, r, outcome);
	process_end_rejects(p, true, outcome == OUTCOME_SENT, e->time_ms);
}

/* ---- the rest -------------------------------------------------------------------------------------------
 */

static void
count_given_up(void *arg, struct row *r)
{
	(void)arg;
	r->relay.deliveries.bounced++;
	row_changed(r);
}

static void
take_repeat(const struct line *l)
{
	struct last_line *last = &l->h->hosts.hosts[l->host].last;

	if (!last->row || !l->counted)
		return;
	if (last->kind == EVENT_TLS)
		count_word(l->h, last->row, last->verify, l->e->time_ms, l->e->repeat);
	else
		count_delivery(&last->row->relay, last->outcome, l->e->repeat);
	row_changed(last->row);
}

void
apply(struct history *h, const struct event *e, unsigned host, bool counted)
{
	const struct line l = {h, e, host, hosts_daemon(&h->hosts, host, e->tag), counted};

	switch (e->kind) {
	case EVENT_TLS:
		take_tls(&l);
		break;
	case EVENT_CERTIFICATE:
		take_certificate(&l);
		break;
	case EVENT_CERT_VERIFY:
		take_check(&l);
		break;
	case EVENT_HANDSHAKE:
		take_handshake(&l);
		break;
	case EVENT_TLS_ERROR:
		take_tls_error(&l);
		break;
	case EVENT_TLS_WARNING:
	case EVENT_TLS_NAME:
		take_remark(&l);
		break;
	case EVENT_TLS_START:
		pending_drop(&process_of(&l)->check);
		break;
	case EVENT_RULESET:
		take_ruleset(&l);
		break;
	case EVENT_DELIVERY:
		take_delivery(&l);
		break;
	case EVENT_QUEUE_DONE:
		waits_done(&h->waits, host, e->qid, NULL, NULL);
		break;
	case EVENT_GIVEN_UP:
		waits_done(&h->waits, host, e->qid, counted ? count_given_up : NULL, NULL);
		break;
	case EVENT_FILE:
	case EVENT_DAEMON_START:
		if (counted)
			facts_take(&h->facts, e);
		break;
	case EVENT_REPEATED:
		take_repeat(&l);
		break;
	default:
		break;
	}
}
