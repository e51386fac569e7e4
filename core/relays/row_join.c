#include "relays/lane.h"

#include "base/when.h"

#include <limits.h>
#include <string.h>

static void
join_counts(struct relay *to, const struct relay *from)
{
	for (size_t i = 0; i < VERIFY_WORDS; i++)
		to->counts[i] += from->counts[i];
	to->handshake_failures += from->handshake_failures;
	to->deliveries.sent += from->deliveries.sent;
	to->deliveries.unverified += from->deliveries.unverified;
	to->deliveries.deferred += from->deliveries.deferred;
	to->deliveries.bounced += from->deliveries.bounced;
	to->rejects_temp += from->rejects_temp;
	to->rejects_perm += from->rejects_perm;
}

/* The newer text wins unless a settled line of a higher number has told another one; what loses is freed with
 * its row. */
static bool
take_text(char **to, uint64_t *at, char **from, uint64_t seq)
{
	char *old = *to;

	if (seq < *at)
		return false;
	*at = seq;
	*to = *from;
	*from = old;
	return true;
}

static void
join_tls(struct row *to, struct row *from)
{
	if (from->seqs.word >= to->seqs.word) {
		to->seqs.word = from->seqs.word;
		to->told.verify = from->told.verify;
		to->told.time_ms = from->told.time_ms;
		to->told.pid = from->told.pid;
		memcpy(to->told.verify_text, from->told.verify_text, sizeof to->told.verify_text);
	}
	if (take_text(&to->told.tail, &to->seqs.tls, &from->told.tail, from->seqs.tls)) {
		memcpy(to->told.version, from->told.version, sizeof to->told.version);
		memcpy(to->told.cipher, from->told.cipher, sizeof to->told.cipher);
		to->told.bits = from->told.bits;
	}
	if (from->seqs.certificate >= to->seqs.certificate) {
		uint64_t at = to->seqs.certificate;

		take_text(&to->told.subject, &at, &from->told.subject, from->seqs.certificate);
		take_text(&to->told.issuer, &at, &from->told.issuer, from->seqs.certificate);
	}
	take_text(&to->told.verifymsg, &to->seqs.certificate, &from->told.verifymsg, from->seqs.certificate);
	if (take_text(&to->told.depth_subject, &to->seqs.depth, &from->told.depth_subject, from->seqs.depth))
		to->told.depth = from->told.depth;
}

static void
join_told(struct row *to, struct row *from)
{
	join_tls(to, from);
	take_text(&to->told.reject, &to->seqs.reject, &from->told.reject, from->seqs.reject);
	take_text(&to->told.stat, &to->seqs.stat, &from->told.stat, from->seqs.stat);
	take_text(&to->told.try_tls, &to->seqs.try_tls, &from->told.try_tls, from->seqs.try_tls);
	take_text(&to->told.warning, &to->seqs.warning, &from->told.warning, from->seqs.warning);
	take_text(&to->told.alert, &to->seqs.alert, &from->told.alert, from->seqs.alert);
	if (take_text(&to->told.reason, &to->seqs.reason, &from->told.reason, from->seqs.reason)) {
		to->told.ssl_error = from->told.ssl_error;
		to->told.err = from->told.err;
		to->told.retry = from->told.retry;
	}
}

static void
join_times(struct row *to, const struct row *from)
{
	to->lines += from->lines;
	if (from->first_seq && (to->first_seq == 0 || from->first_seq < to->first_seq))
		to->first_seq = from->first_seq;
	if (from->first_timed && (to->first_timed == 0 || from->first_timed < to->first_timed)) {
		to->first_timed = from->first_timed;
		to->relay.first_ms = from->relay.first_ms;
	}
	if (from->last_timed > to->last_timed) {
		to->last_timed = from->last_timed;
		to->relay.last_ms = from->relay.last_ms;
	}
}

static void
shift_seqs(struct row *r, uint64_t shift)
{
	uint64_t *seqs[] = {&r->first_seq, &r->first_timed, &r->last_timed, &r->seqs.word, &r->seqs.tls,
		&r->seqs.certificate, &r->seqs.depth, &r->seqs.reason, &r->seqs.reject, &r->seqs.stat,
		&r->seqs.try_tls, &r->seqs.warning, &r->seqs.alert};

	for (size_t i = 0; i < sizeof seqs / sizeof *seqs; i++)
		*seqs[i] += *seqs[i] ? shift : 0;
	for (size_t i = 0; i < r->place_count; i++)
		r->places[i].seq += shift;
}

void
row_move(struct row *r, uint64_t shift, const unsigned *daemons)
{
	shift_seqs(r, shift);
	ring_shift(&r->ring, shift);
	for (size_t i = 0; i < r->maybe_count; i++)
		r->maybes[i].daemon = daemons[r->maybes[i].daemon];
}

void
row_join(struct row *older, struct row *newer, uint64_t shift, const unsigned *daemons)
{
	shift_seqs(newer, shift);
	join_counts(&older->relay, &newer->relay);
	join_told(older, newer);
	join_times(older, newer);
	older->run = run_join(&older->run, &newer->run);
	older->clear += newer->clear;
	for (size_t i = 0; i < newer->maybe_count; i++)
		row_maybe_clear(older, daemons[newer->maybes[i].daemon], newer->maybes[i].sent);
	for (size_t i = newer->place_count; i > 0; i--)
		row_place(older, &newer->places[i - 1]);
	tally_join(&older->minutes, RELAY_MINUTES, &newer->minutes);
	tally_join(&older->hours, RELAY_HOURS, &newer->hours);
	ring_join(&older->ring, &newer->ring, shift);
}

/* Whether Sendmail has this word only when the handshake did not happen. */
static bool
is_without_tls(enum verify word)
{
	return word >= VERIFY_NONE && word != VERIFY_UNREACHABLE;
}

/* A reject that pends stands until it is cured: the log may never have the to= line (mail.notice alone). */
static char *
last_reject(const struct row *r)
{
	uint64_t seq = r->seqs.reject;
	char *text = r->told.reject;
	struct reject *reject;

	DL_FOREACH2(r->rejects, reject, row_next)
	{
		if (reject->pending.counted && reject->pending.seq > seq) {
			seq = reject->pending.seq;
			text = reject->text;
		}
	}
	return text;
}

/* The last session with TLS, or that failed to get there: what was said of sessions before it is history. */
static uint64_t
last_attempt(const struct row *r)
{
	return r->seqs.tls > r->seqs.reason ? r->seqs.tls : r->seqs.reason;
}

static void
publish_last(struct row *r)
{
	struct relay_last *last = &r->relay.last;

	*last = r->told;
	last->reject = last_reject(r);
	if (r->seqs.alert < last_attempt(r))
		last->alert = NULL;
	if (r->seqs.try_tls < last_attempt(r))
		last->try_tls = NULL;
	if (r->seqs.certificate != r->seqs.tls)
		last->verifymsg = last->subject = last->issuer = NULL;
	if (r->seqs.depth != r->seqs.tls) {
		last->depth = -1;
		last->depth_subject = NULL;
	}
	if (r->seqs.word > r->seqs.tls && is_without_tls(r->told.verify)) {
		last->verifymsg = last->subject = last->issuer = last->depth_subject = last->tail = NULL;
		last->depth = last->bits = -1;
		last->version[0] = last->cipher[0] = '\0';
	}
}

static void
publish_places(struct row *r)
{
	struct relay *relay = &r->relay;

	if (relay->address_count != r->place_count) {
		relay->address_count = r->place_count;
		relay->addresses = mem_resize(relay->addresses, r->place_count, sizeof *relay->addresses);
		relay->seen = mem_resize(relay->seen, r->place_count, sizeof *relay->seen);
	}
	for (size_t i = 0; i < r->place_count; i++) {
		relay->addresses[i] = r->places[i].address;
		relay->seen[i].verify = r->places[i].verify;
		relay->seen[i].time_ms = r->places[i].time_ms;
	}
}

void
row_publish(struct row *r, bool (*shows)(const void *arg, unsigned daemon), const void *arg)
{
	struct relay *relay = &r->relay;

	relay->since_ms = r->run.changed ? r->run.since_ms : 0;
	relay->before = r->run.changed ? r->run.before : VERIFY_UNKNOWN;
	relay->last_ok_ms = r->run.last_ok_ms;
	relay->first_fail_ms = r->run.first_fail_ms;
	relay->deliveries.clear = r->clear;
	for (size_t i = 0; i < r->maybe_count; i++)
		relay->deliveries.clear += shows(arg, r->maybes[i].daemon) ? r->maybes[i].sent : 0;
	publish_last(r);
	publish_places(r);
}
