#include "relays/row.h"

#include "base/when.h"
#include "relays/xtext.h"

#include <limits.h>
#include <string.h>

struct row *
row_new(enum direction direction, const char *name, size_t len)
{
	struct row *r = mem_new(1, sizeof *r);

	r->refs = 1;
	r->stale = true;
	r->key = mem_new(len + 2, 1);
	r->key[0] = direction == DIRECTION_SERVER ? 's' : 'c';
	memcpy(r->key + 1, name, len);
	r->relay.direction = direction;
	r->relay.name = r->key + 1;
	r->told.pid = -1;
	r->told.bits = r->told.depth = -1;
	r->told.ssl_error = r->told.err = r->told.retry = INT_MIN;
	return r;
}

struct row *
row_ref(struct row *r)
{
	if (r)
		r->refs++;
	return r;
}

static void
free_told(struct relay_last *told)
{
	char **texts[] = {&told->verifymsg, &told->depth_subject, &told->subject, &told->issuer, &told->tail,
		&told->reason, &told->reject, &told->stat, &told->try_tls, &told->warning, &told->alert};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(*texts[i]);
}

void
row_unref(struct row *r)
{
	if (!r || --r->refs)
		return;
	free_told(&r->told);
	tally_free(&r->minutes);
	tally_free(&r->hours);
	ring_free(&r->ring);
	free(r->places);
	free(r->maybes);
	free(r->waits);
	free(r->relay.addresses);
	free(r->relay.seen);
	free(r->key);
	free(r);
}

bool
row_same(const struct row *a, const struct row *b)
{
	return a == b || strcmp(a->key, b->key) == 0;
}

void
row_changed(struct row *r)
{
	r->stale = true;
}

void
row_line(struct row *r, const struct event *e, uint64_t seq, bool named)
{
	ring_add(&r->ring, seq, e->line);
	if (!named)
		return;
	r->lines++;
	if (r->first_seq == 0 || seq < r->first_seq)
		r->first_seq = seq;
	if (e->time_ms && (r->first_timed == 0 || seq < r->first_timed)) {
		r->first_timed = seq;
		r->relay.first_ms = e->time_ms;
	}
	if (e->time_ms && seq >= r->last_timed) {
		r->last_timed = seq;
		r->relay.last_ms = e->time_ms;
	}
}

void
row_word(struct row *r, const struct event *e, uint64_t seq)
{
	struct run word = run_of(e->verify, e->time_ms);

	r->run = run_join(&r->run, &word);
	r->seqs.word = seq;
	r->told.verify = e->verify;
	r->told.time_ms = e->time_ms;
	r->told.pid = e->pid;
	span_put(e->verify_text, r->told.verify_text, sizeof r->told.verify_text);
}

static void
add_outcome(struct row *r, int64_t time_ms, uint64_t good, uint64_t bad)
{
	struct tally_slot add = {time_ms / WHEN_MINUTE, (uint32_t)good, (uint32_t)bad};

	if (time_ms == 0)
		return;
	tally_add(&r->minutes, RELAY_MINUTES, add);
	add.slot = time_ms / WHEN_HOUR;
	tally_add(&r->hours, RELAY_HOURS, add);
}

void
row_count(struct row *r, enum verify verify, int64_t time_ms, uint64_t n)
{
	bool good = verify_is_good(verify);

	r->relay.counts[verify] += n;
	add_outcome(r, time_ms, good ? n : 0, good ? 0 : n);
}

void
row_failure(struct row *r, int64_t time_ms)
{
	r->relay.handshake_failures++;
	add_outcome(r, time_ms, 0, 1);
}

bool
row_tell(char **text, uint64_t *at, uint64_t seq, struct span value)
{
	if (seq < *at)
		return false;
	*at = seq;
	/* Most texts repeat those of the line before: no memory is asked for then. */
	if (*text && value.at && span_is(value, *text))
		return true;
	free(*text);
	*text = value.at && value.len ? span_copy(value) : NULL;
	return true;
}

void
row_tls(struct row *r, const struct event *e, uint64_t seq)
{
	if (!row_tell(&r->told.tail, &r->seqs.tls, seq, e->tail))
		return;
	span_put(e->version, r->told.version, sizeof r->told.version);
	span_put(e->cipher, r->told.cipher, sizeof r->told.cipher);
	r->told.bits = e->bits;
}

void
row_certificate(struct row *r, const struct event *e, uint64_t seq)
{
	if (!row_tell(&r->told.verifymsg, &r->seqs.certificate, seq, e->message))
		return;
	xtext_put(&r->told.subject, e->subject);
	xtext_put(&r->told.issuer, e->issuer);
}

void
row_message(struct row *r, struct span message, uint64_t seq)
{
	struct event e = {.message = message};

	if (r->seqs.certificate < seq)
		row_certificate(r, &e, seq);
}

void
row_maybe_clear(struct row *r, unsigned daemon, uint64_t n)
{
	size_t i = 0;

	while (i < r->maybe_count && r->maybes[i].daemon != daemon)
		i++;
	if (i == r->maybe_count) {
		r->maybes = mem_resize(r->maybes, ++r->maybe_count, sizeof *r->maybes);
		r->maybes[i] = (struct maybe){.daemon = daemon};
	}
	r->maybes[i].sent += n;
}

/* Where an address of a higher line number than the others' belongs. */
static void
sort_in(struct row *r, struct place p)
{
	size_t i = r->place_count++;

	while (i > 0 && r->places[i - 1].seq < p.seq) {
		r->places[i] = r->places[i - 1];
		i--;
	}
	r->places[i] = p;
}

void
row_place(struct row *r, const struct place *p)
{
	size_t i = 0;

	while (i < r->place_count && !address_same(&r->places[i].address, &p->address))
		i++;
	if (i < r->place_count && r->places[i].seq >= p->seq)
		return;
	if (i == r->place_count && i == ROW_PLACES && r->places[--i].seq > p->seq)
		return;
	if (i < r->place_count)
		memmove(r->places + i, r->places + i + 1, (--r->place_count - i) * sizeof *r->places);
	else
		r->places = mem_resize(r->places, i + 1, sizeof *r->places);
	sort_in(r, *p);
}

void
row_place_verify(struct row *r, const struct place *p)
{
	for (size_t i = 0; i < r->place_count; i++) {
		if (r->places[i].seq == p->seq && address_same(&r->places[i].address, &p->address))
			r->places[i].verify = p->verify;
	}
}
