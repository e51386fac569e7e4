/* What readers see of a relay is made when they ask and kept until it changes. Random logs, read at random
 * moments: a relay of the same generation says the same, and reading in between makes no difference to what
 * is said. */
#include "../cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "relays/history.h"

#include <stdlib.h>
#include <string.h>

#define LINES 700
#define RELAYS 12
#define BEGAN INT64_C(1767225600000)

static uint64_t seed;

/* Marsaglia's xorshift: the same numbers in every run. */
static size_t
below(size_t bound)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % bound);
}

/* An event with its line, into which its spans point. */
struct logged {
	char line[400];
	struct event e;
};

static struct span
put(struct logged *l, const char *word)
{
	size_t len = strlen(word);
	char *at = l->line + l->e.line.len;

	assert_true(l->e.line.len + len + 1 < sizeof l->line);
	memcpy(at, word, len + 1);
	at[len] = ' ';
	l->e.line.len += len + 1;
	return (struct span){at, len};
}

#define ONE_OF(words) put(l, (words)[below(COUNT(words))])

/* ---- random lines
 * ------------------------------------------------------------------------------------------ */

static const char *const relays[RELAYS] = {"a.example.net.", "b.example.net.", "c.example.net.",
	"d.example.net.", "e.example.net.", "f.example.net.", "g.example.net.", "h.example.net.",
	"[192.0.2.1]", "i.example.org.",
	"a-name-longer-than-what-a-to-line-shows.of-a-host.far-away.example.org.", "j.example.org."};
static const char *const messages[] = {"", "ok", "certificate has expired", "no alert",
	"sslv3 alert bad certificate", "unable to get local issuer certificate"};

static void
make_any(struct logged *l, size_t i)
{
	static const char *const hosts[] = {"mx1", "mx2"}, *const tags[] = {"sm-mta", "sm-msp-queue"};

	l->e = (struct event){.time_ms = BEGAN + (int64_t)i * 1000 + (below(400) ? 0 : 7200000),
		.line = {l->line, 0},
		.pid = (int64_t)below(5),
		.repeat = 1,
		.direction = below(5) ? DIRECTION_CLIENT : DIRECTION_SERVER,
		.bits = -1,
		.depth = (int)below(3) - 1,
		.ssl_error = (int)below(9),
		.retry = -1,
		.delay_s = -1};
	l->e.host = ONE_OF(hosts);
	l->e.tag = ONE_OF(tags);
	l->e.relay = ONE_OF(relays);
	l->e.message = ONE_OF(messages);
}

static void
set_verify(struct logged *l, enum verify verify)
{
	l->e.verify = verify;
	l->e.verify_text = put(l, verify_word(verify));
}

static void
make_tls(struct logged *l)
{
	l->e.kind = EVENT_TLS;
	set_verify(l, below(2) ? VERIFY_OK : (enum verify)below(VERIFY_WORDS));
	l->e.version = put(l, "TLSv1.3");
}

static void
make_delivery(struct logged *l)
{
	static const char *const qids[] = {"Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8"};
	static const char *const tos[] = {"u", "v", "u,v", "w"}, *const addresses[] = {
									 "192.0.2.1", "192.0.2.2", ""};
	static const char *const outcomes[][2] = {{"2.0.0", "Sent (ok)"}, {"4.7.0", "Deferred: later"},
		{"5.7.1", "Service unavailable"}, {"2.0.0", "queued"}};
	size_t outcome = below(COUNT(outcomes));

	l->e.kind = EVENT_DELIVERY;
	l->e.qid = ONE_OF(qids);
	l->e.to = ONE_OF(tos);
	l->e.address = ONE_OF(addresses);
	l->e.mailer = put(l, "esmtp");
	l->e.dsn = put(l, outcomes[outcome][0]);
	l->e.stat = put(l, outcomes[outcome][1]);
	l->e.delay_s = (int64_t)below(100000);
	if (below(20) == 0)
		l->e.relay = put(l, "a-name-longer-than-....example.org.");
}

static void
make_ruleset(struct logged *l)
{
	static const char *const rulesets[] = {"tls_server", "tls_rcpt", "try_tls", "tls_client"};
	static const char *const rejects[] = {"403 4.7.0 not authenticated", "550 5.7.1 no", ""};

	l->e.kind = EVENT_RULESET;
	l->e.ruleset = ONE_OF(rulesets);
	l->e.reject = ONE_OF(rejects);
	l->e.rejects = below(4) != 0;
	set_verify(l, below(2) ? VERIFY_SOFTWARE : VERIFY_FAIL);
}

static void
make_random(struct logged *l, size_t i)
{
	static const enum event_kind others[] = {EVENT_CERTIFICATE, EVENT_CERT_VERIFY, EVENT_HANDSHAKE,
		EVENT_TLS_ERROR, EVENT_TLS_START, EVENT_TLS_WARNING, EVENT_TLS_NAME, EVENT_REPEATED,
		EVENT_QUEUE_DONE, EVENT_OTHER};
	size_t kind = below(10);

	make_any(l, i);
	if (kind < 2)
		make_tls(l);
	else if (kind < 5)
		make_delivery(l);
	else if (kind < 7)
		make_ruleset(l);
	else
		l->e.kind = others[below(COUNT(others))];
	if (l->e.kind == EVENT_QUEUE_DONE)
		l->e.qid = put(l, "Q1");
}

/* ---- what is said of a relay
 * ------------------------------------------------------------------------------- */

static const char *
said(const char *text)
{
	return text ? text : "-";
}

static void
say_last(struct text *out, const struct relay_last *l)
{
	text_printf(out, "%lld %lld %d %d %d %d %d %d\n", (long long)l->time_ms, (long long)l->pid,
		(int)l->verify, l->bits, l->depth, l->ssl_error, l->err, l->retry);
	text_printf(out, "%s|%s|%s|", l->verify_text, l->version, l->cipher);
	for (size_t i = 0; i < RELAY_TEXT_COUNT; i++)
		text_printf(out, "%s|", said(l->texts[i]));
}

/* All of it but the generation. */
static char *
say(const struct relay *r)
{
	const uint64_t numbers[] = {(uint64_t)r->direction, r->handshake_failures, r->deliveries.sent,
		r->deliveries.unverified, r->deliveries.clear, r->deliveries.deferred, r->deliveries.bounced,
		r->deliveries.waiting, (uint64_t)r->held.oldest_ms, (uint64_t)r->first_ms,
		(uint64_t)r->last_ms, (uint64_t)r->since_ms, (uint64_t)r->before, (uint64_t)r->last_ok_ms,
		(uint64_t)r->first_fail_ms, r->rejects_temp, r->rejects_perm, r->address_count};
	struct text out = {NULL, 0, 0};

	text_printf(&out, "%s ", r->name);
	for (size_t i = 0; i < COUNT(numbers); i++)
		text_printf(&out, "%llu ", (unsigned long long)numbers[i]);
	for (size_t i = 0; i < VERIFY_WORDS; i++)
		text_printf(&out, "%llu ", (unsigned long long)r->counts[i]);
	say_last(&out, &r->last);
	for (size_t i = 0; i < r->address_count; i++) {
		char room[ADDRESS_ROOM];

		address_print(&r->addresses[i], room);
		text_printf(&out, " %s=%d@%lld", room, (int)r->seen[i].verify, (long long)r->seen[i].time_ms);
	}
	return text_take(&out);
}

struct memory {
	char *said;
	uint64_t generation;
};

/* Reads every relay; one whose generation is the same must say what it said the last time. Returns how many
 * said the same. */
static size_t
read_all(const struct history *h, struct memory *memory)
{
	size_t same = 0;

	for (size_t i = 0; i < history_relay_count(h); i++) {
		const struct relay *r = history_relay(h, i);
		char *now = say(r);

		if (memory[i].said && memory[i].generation == r->generation) {
			assert_string_equal(now, memory[i].said);
			same++;
		}
		free(memory[i].said);
		memory[i] = (struct memory){now, r->generation};
	}
	return same;
}

static void
forget(struct memory *memory, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(memory[i].said);
	memset(memory, 0, count * sizeof *memory);
}

/* A history that nobody has read yet. */
static struct history *
unread(const struct logged *lines, size_t count)
{
	struct history *h = history_new(&(struct history_options){.max_relays = 0});

	for (size_t i = 0; i < count; i++)
		history_feed(h, &lines[i].e);
	return h;
}

static void
assert_same(const struct history *a, const struct history *b)
{
	assert_int_equal(history_relay_count(a), history_relay_count(b));
	for (size_t i = 0; i < history_relay_count(a); i++) {
		char *left = say(history_relay(a, i)), *right = say(history_relay(b, i));

		assert_string_equal(left, right);
		free(left);
		free(right);
	}
}

/* ---- tests
 * ------------------------------------------------------------------------------------------------- */

static void
a_relay_of_the_same_generation_says_the_same(void **state)
{
	struct logged *lines = mem_new(LINES, sizeof *lines);
	struct memory memory[3 * RELAYS] = {{NULL, 0}};

	(void)state;
	for (uint64_t round = 1; round <= 6; round++) {
		struct history *h = unread(NULL, 0), *fresh;
		size_t same = 0;

		seed = round * 0x9e3779b97f4a7c15u;
		for (size_t i = 0; i < LINES; i++) {
			make_random(&lines[i], i);
			history_feed(h, &lines[i].e);
			same += below(3) ? read_all(h, memory) : 0;
		}
		/* Nearly every line leaves nearly every relay as it was. */
		assert_true(same > LINES * RELAYS / 4);
		fresh = unread(lines, LINES);
		assert_same(h, fresh);
		history_free(h);
		history_free(fresh);
		forget(memory, COUNT(memory));
	}
	free(lines);
}

/* Mail without TLS is in clear as soon as its daemon is known to log handshakes: said by another relay's
 * line. */
static void
what_another_relays_line_changes_is_a_change(void **state)
{
	struct history *h = unread(NULL, 0);
	struct event first = {.kind = EVENT_OTHER, .time_ms = BEGAN, .host = span_of("mx1")};
	struct event sent = {.kind = EVENT_DELIVERY,
		.time_ms = BEGAN + 90000000,
		.line = span_of("to="),
		.host = span_of("mx1"),
		.tag = span_of("sm-mta"),
		.pid = 1,
		.repeat = 1,
		.qid = span_of("Q1"),
		.to = span_of("u"),
		.mailer = span_of("esmtp"),
		.relay = span_of("a.example.net."),
		.address = span_of("192.0.2.1"),
		.dsn = span_of("2.0.0"),
		.stat = span_of("Sent"),
		.delay_s = 1};
	struct event tls = {.kind = EVENT_TLS,
		.time_ms = BEGAN + 90001000,
		.line = span_of("STARTTLS="),
		.host = span_of("mx1"),
		.tag = span_of("sm-mta"),
		.pid = 2,
		.repeat = 1,
		.relay = span_of("b.example.net."),
		.verify = VERIFY_OK,
		.verify_text = span_of("OK"),
		.bits = -1,
		.depth = -1};
	const struct relay *a;
	uint64_t before;

	(void)state;
	history_feed(h, &first);
	history_feed(h, &sent);
	a = history_find(h, DIRECTION_CLIENT, "a.example.net");
	before = a->generation;
	assert_int_equal(a->deliveries.clear, 0);
	history_feed(h, &tls);
	a = history_find(h, DIRECTION_CLIENT, "a.example.net");
	assert_int_equal(a->deliveries.clear, 1);
	assert_true(a->generation > before);
	before = a->generation;
	history_feed(h, &tls);
	assert_int_equal(history_find(h, DIRECTION_CLIENT, "a.example.net")->generation, before);
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relay_of_the_same_generation_says_the_same),
		cmocka_unit_test(what_another_relays_line_changes_is_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
