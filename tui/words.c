#include "tui/words.h"

#include "base/mem.h"
#include "base/when.h"
#include "tui/canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t
words_returned(const struct relay *r)
{
	if (r->rejects_perm == 0)
		return 0;
	return r->deliveries.bounced ? r->deliveries.bounced : r->rejects_perm;
}

enum words_rank
words_rank(const struct relay *r)
{
	if (words_returned(r))
		return RANK_RETURNED;
	if (r->deliveries.waiting)
		return RANK_HELD;
	if (r->deliveries.clear)
		return RANK_CLEAR;
	if (verify_is_good(r->last.verify))
		return RANK_OK;
	return r->last.verify == VERIFY_UNKNOWN && !r->last.verify_text[0] ? RANK_UNKNOWN : RANK_FAIL;
}

bool
words_is_failing(const struct relay *r)
{
	return words_rank(r) < RANK_UNKNOWN;
}

void
words_mail(const struct relay *r, char room[WORDS_ROOM])
{
	const struct {
		const char *word;
		uint64_t count;
	} counts[] = {{"RETURNED", words_returned(r)}, {"HELD", r->deliveries.waiting},
		{"CLEAR", r->deliveries.clear}};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		if (counts[i].count) {
			snprintf(room, WORDS_ROOM, "%s %llu", counts[i].word,
				(unsigned long long)counts[i].count);
			return;
		}
	}
	snprintf(room, WORDS_ROOM, "%s", r->deliveries.sent ? "sent" : "-");
}

const char *
words_log(const struct relay *r)
{
	if (r->last.verify != VERIFY_UNKNOWN)
		return verify_word(r->last.verify);
	return r->last.verify_text[0] ? r->last.verify_text : "-";
}

void
words_since(int64_t ms, int64_t now_ms, char room[WORDS_ROOM])
{
	char then[WHEN_ROOM], today[WHEN_ROOM];

	if (ms == 0) {
		snprintf(room, WORDS_ROOM, "-");
		return;
	}
	when_print(ms, "%F", then);
	when_print(now_ms, "%F", today);
	if (strcmp(then, today) == 0)
		when_print(ms, "%H:%M", then);
	else
		when_print(ms, strncmp(then, today, 4) == 0 ? "%e %b" : "%b'%y", then);
	snprintf(room, WORDS_ROOM, "%s", then + strspn(then, " "));
}

static const char *
stage_brief(enum stage stage)
{
	static const char *const words[STAGES] = {
		[STAGE_NONE] = "tcp…",
		[STAGE_CONNECT] = "tcp…",
		[STAGE_GREETING] = "220…",
		[STAGE_EHLO] = "EHLO",
		[STAGE_STARTTLS] = "STLS",
		[STAGE_HANDSHAKE] = "tls…",
		[STAGE_EHLO2] = "EHLO",
	};

	return words[stage];
}

/* Cut to four columns FAILURE would read FAIL: each word has a short form of its own. */
const char *
words_brief(enum verify verify)
{
	static const char *const words[VERIFY_WORDS] = {
		[VERIFY_TRUSTED] = "TRST",
		[VERIFY_DANE_FAIL] = "DANE",
		[VERIFY_PROTOCOL] = "PROT",
		[VERIFY_SOFTWARE] = "SOFT",
		[VERIFY_CONFIG] = "CONF",
		[VERIFY_FAILURE] = "LOST",
		[VERIFY_DANE_NOTLS] = "DANE",
		[VERIFY_DANE_TEMP] = "DANE",
		[VERIFY_UNREACHABLE] = "DOWN",
	};

	return words[verify] ? words[verify] : verify_word(verify);
}

static const struct look_address *
first_probing(const struct look *l)
{
	for (size_t i = 0; i < l->address_count; i++) {
		if (l->addresses[i].state == LOOK_PROBING)
			return &l->addresses[i];
	}
	return NULL;
}

const char *
words_now(const struct look *l, bool brief)
{
	const struct look_address *a;

	if (!l)
		return "";
	switch (l->state) {
	case LOOK_QUEUED:
		return "wait";
	case LOOK_RESOLVING:
		return "dns…";
	case LOOK_PROBING:
		a = first_probing(l);
		return a ? stage_brief(a->waits_for) : "wait";
	case LOOK_JUDGING:
		return "…";
	case LOOK_CANCELLED:
		return "-";
	default:
		return brief ? words_brief(l->verify) : verify_word(l->verify);
	}
}

unsigned
words_paint(enum verify verify)
{
	if (verify == VERIFY_UNKNOWN)
		return PAINT_PLAIN;
	return verify_is_good(verify) ? PAINT_GOOD : PAINT_BAD;
}

const struct look_address *
words_deciding(const struct look *l)
{
	if (!l)
		return NULL;
	for (size_t i = 0; i < l->address_count; i++) {
		if (l->addresses[i].observation && l->addresses[i].verdict.verify == l->verify)
			return &l->addresses[i];
	}
	return NULL;
}

static const char *
awaited(enum stage stage)
{
	static const char *const words[STAGES] = {
		[STAGE_NONE] = "a connection",
		[STAGE_CONNECT] = "a connection",
		[STAGE_GREETING] = "its 220",
		[STAGE_EHLO] = "its answer to EHLO",
		[STAGE_STARTTLS] = "its answer to STARTTLS",
		[STAGE_HANDSHAKE] = "the TLS handshake",
		[STAGE_EHLO2] = "its answer to EHLO inside TLS",
	};

	return words[stage];
}

/* The first address that is held back, when none is being probed. */
static const char *
held_back(const struct look *l)
{
	for (size_t i = 0; i < l->address_count; i++) {
		if (l->addresses[i].held_back && l->addresses[i].state == LOOK_QUEUED)
			return l->addresses[i].held_back;
	}
	return "waits for its turn";
}

void
words_wait(struct text *out, const struct look_address *a, int64_t wall_ms)
{
	char time[WHEN_ROOM], most[WHEN_ROOM];

	when_length(wall_ms - a->waits_since_ms, time);
	when_length(a->waits_most_ms, most);
	text_put(out, time);
	if (a->waits_most_ms)
		text_printf(out, " of %s", most);
}

bool
words_waiting(struct text *out, const struct look *l, int64_t wall_ms)
{
	const struct look_address *a = first_probing(l);
	char address[ADDRESS_ROOM], time[WHEN_ROOM];

	if (l->state == LOOK_EXAMINING) {
		text_put(out, l->asks ? l->asks : "its chain is taken apart");
		return false;
	}
	if (a) {
		address_print(&a->address, address);
		text_printf(out, "[%s] waits for %s, ", address, awaited(a->waits_for));
		words_wait(out, a, wall_ms);
		return true;
	}
	if (l->state == LOOK_RESOLVING) {
		when_length(wall_ms - l->begun_ms, time);
		text_printf(out, "asks the DNS, %s", time);
		return true;
	}
	text_put(out, l->state == LOOK_JUDGING ? "is being judged" : held_back(l));
	return false;
}

void
words_ms(int64_t ms, char room[WORDS_ROOM])
{
	if (ms < 0)
		room[0] = '\0';
	else if (ms < 1000)
		snprintf(room, WORDS_ROOM, "%lldms", (long long)ms);
	else if (ms < 10000)
		snprintf(room, WORDS_ROOM, "%lld.%llds", (long long)(ms / 1000),
			(long long)(ms % 1000 / 100));
	else
		snprintf(room, WORDS_ROOM, "%llds", (long long)(ms / 1000));
}

void
words_left(const struct certificate *c, int64_t now_ms, char room[WORDS_ROOM])
{
	char length[WHEN_ROOM];

	if (now_ms < c->not_before_ms) {
		when_length(c->not_before_ms - now_ms, length);
		snprintf(room, WORDS_ROOM, "not valid for %s", length);
	} else if (now_ms > c->not_after_ms) {
		when_length(now_ms - c->not_after_ms, length);
		snprintf(room, WORDS_ROOM, "expired %s ago", length);
	} else {
		when_length(c->not_after_ms - now_ms, length);
		snprintf(room, WORDS_ROOM, "%s left", length);
	}
}
