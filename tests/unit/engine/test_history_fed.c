/* However a log's bytes are fed, and in whatever order its blocks are taken apart, the history is the same.
 */
#include "../cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "history_help.h"
#include "maillog/block.h"
#include "maillog/parse.h"

#include <stdlib.h>
#include <string.h>

static uint64_t random_state;

/* xorshift64: the same cuts on every run. */
static size_t
random_below(size_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return limit ? (size_t)(random_state % limit) : 0;
}

static void
feed_line(void *arg, struct span line)
{
	help_feed(arg, line);
}

/* The bytes in pieces of up to `most`, cut anywhere. */
static char *
dump_of_bytes(struct span text, size_t most)
{
	struct history *h = history_new(&(struct history_options){0});
	struct lines *l = lines_new(feed_line, h);
	char *dump;

	for (size_t piece; text.len; text = span_skip(text, piece)) {
		piece = 1 + random_below(most < text.len ? most : text.len);
		lines_feed(l, text.at, piece);
	}
	lines_end(l);
	lines_free(l);
	dump = help_dump(h);
	history_free(h);
	return dump;
}

/* The end of the first line that begins behind about so many bytes. */
static size_t
block_length(struct span text, size_t about)
{
	const char *end = about < text.len ? memchr(text.at + about, '\n', text.len - about) : NULL;

	return end ? (size_t)(end - text.at) + 1 : text.len;
}

static void
feed_block(struct history *h, const struct block *b)
{
	for (size_t i = 0; i < b->count; i++)
		history_feed(h, &b->events[i]);
}

/* Up to eight blocks at a time, as many threads would take them apart: in any order, applied in the log's. */
static char *
dump_of_blocks(struct span text, size_t most)
{
	struct history *h = history_new(&(struct history_options){0});
	static struct block blocks[8];
	char *dump;

	while (text.len) {
		size_t count = 0, threads = 1 + random_below(8), first = random_below(8);

		for (; count < threads && text.len; count++) {
			struct block *b = &blocks[count];

			b->len = block_length(text, random_below(most));
			assert_true(b->len <= sizeof b->bytes);
			memcpy(b->bytes, text.at, b->len);
			b->taken = 0;
			b->offset = -1;
			b->reference_ms = AT;
			text = span_skip(text, b->len);
		}
		for (size_t i = 0; i < count; i++)
			block_parse(&blocks[(first + i) % count]);
		for (size_t i = 0; i < count; i++) {
			feed_block(h, &blocks[i]);
			while (blocks[i].taken < blocks[i].len) {
				block_parse(&blocks[i]);
				feed_block(h, &blocks[i]);
			}
		}
	}
	dump = help_dump(h);
	history_free(h);
	return dump;
}

/* Where two dumps differ first is what one wants to read. */
static void
assert_same_dump(const char *whole, const char *cut)
{
	size_t line = 0, i = 0;

	for (; whole[i] && whole[i] == cut[i]; i++)
		line = whole[i] == '\n' ? i + 1 : line;
	if (whole[i] != cut[i])
		fail_msg("whole: %.400s\ncut:   %.400s", whole + line, cut + line);
}

static void
check_cuts(struct span text, int rounds)
{
	struct history *whole = help_history(text);
	char *expected = help_dump(whole);

	for (int i = 0; i < rounds; i++) {
		char *cut = i % 2 ? dump_of_bytes(text, i == 1 ? 1 : 1000)
				  : dump_of_blocks(text, i % 4 ? 100000 : 300);

		assert_same_dump(expected, cut);
		free(cut);
	}
	history_free(whole);
	free(expected);
}

static void
every_real_log_is_the_same_however_it_is_fed(void **state)
{
	static const char *const logs[] = {"daemon-and-queue.rfc3164", "policy-access-map.iso",
		"client-all-loglevel9.iso", "client-all-loglevel14.rfc5424", "server-side.rfc3164",
		"msp-local-submission.iso", "anon-null-weak.rfc5424", "dane-s817.iso",
		"debian-stock-config.rfc3164", "many-recipients.iso", "truststore-and-files-ll14.iso",
		"client-all-loglevel8.rfc3164", "sni-dependent-relay.iso", "ca-bundle-live-change.rfc3164",
		"set-cert-altnames-ll15.iso"};
	(void)state;

	random_state = 88172645463325252u;
	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
		struct span log = help_log(logs[i]);

		assert_true(log.len > 0);
		check_cuts(log, 4);
		free((char *)(uintptr_t)log.at);
	}
}

/* One log after the other twice: the same pids, relays and queue ids again, and times that jump back. */
static void
logs_after_each_other_are_the_same_however_they_are_fed(void **state)
{
	static const char *const logs[] = {"daemon-and-queue.iso", "client-all-loglevel9.iso",
		"policy-access-map.rfc3164", "daemon-and-queue.iso", "msp-local-submission.rfc5424",
		"client-all-loglevel9.iso"};
	struct text text = {0};
	(void)state;

	random_state = 4101842887655102017u;
	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
		struct span log = help_log(logs[i]);

		text_add(&text, log.at, log.len);
		free((char *)(uintptr_t)log.at);
	}
	check_cuts((struct span){text.at, text.len}, 8);
	text_free(&text);
}

/* Lines in an order that no Sendmail would write: few pids, few relays, gaps of an hour, repetitions. */
static void
add_random_line(struct text *text, int64_t *second)
{
	static const char *const relays[] = {"a.example.net", "b.example.net",
		"mx-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.net",
		"mx-aaaaaaaaaaaaaaa...aaaaa.example.net"};
	static const char *const stats[] = {"dsn=2.0.0, stat=Sent (ok)",
		"dsn=4.7.0, stat=Deferred: 454 4.7.0 no", "dsn=5.7.0, stat=Service unavailable"};
	static const char *const words[] = {"OK", "FAIL", "NO"};
	size_t pid = random_below(4), relay = random_below(4), host = random_below(8) == 0;
	char stamp[WHEN_ROOM];

	*second += random_below(40) == 0 ? 4000 : (int64_t)random_below(20);
	when_format((INT64_C(1795000000) + *second) * 1000, stamp);
	text_printf(text, "%s %s ", stamp, host ? "mx2" : "mx1");
	if (random_below(20) == 0) {
		text_put(text, "last message repeated 3 times\n");
		return;
	}
	text_printf(text, "sm-mta[%zu]: ", 100 + pid);
	switch (random_below(10)) {
	case 0:
		text_printf(text,
			"STARTTLS=client, relay=%s., version=TLSv1.3, verify=%s, cipher=C, bits=256/256\n",
			relays[relay % 3], words[random_below(3)]);
		break;
	case 1:
		text_put(text,
			"STARTTLS=client, error: connect failed=-1, reason=wrong version number, SSL_error=1\n");
		break;
	case 2:
		text_printf(text, "ruleset=tls_server, arg1=%s, relay=%s, reject=454 4.7.0 no\n",
			random_below(2) ? "SOFTWARE" : "FAIL", relays[relay % 3]);
		break;
	case 3:
		text_printf(text,
			"STARTTLS=client, cert-subject=/CN=%zu, cert-issuer=/CN=i, verifymsg=m%zu\n",
			random_below(9), random_below(9));
		break;
	case 4:
		text_printf(text, "STARTTLS: TLS cert verify: depth=%zu /CN=x, state=0, reason=expired\n",
			random_below(3));
		break;
	case 5:
		text_printf(text, "6AM7k1Bx%06zu: done; delay=00:00:01, ntries=1\n", random_below(30));
		break;
	case 6:
		text_printf(text,
			"STARTTLS=server, relay=c%zu.example.net [192.0.2.9], version=TLSv1.2, verify=NO\n",
			random_below(2));
		break;
	default:
		text_printf(text,
			"6AM7k1Bx%06zu: to=<u%zu@example.org>,<v@example.org>, delay=00:0%zu:00, "
			"mailer=esmtp, relay=%s. [192.0.2.%zu], %s\n",
			random_below(30), random_below(3), random_below(9), relays[relay], random_below(4),
			stats[random_below(3)]);
	}
}

static void
lines_in_any_order_are_the_same_however_they_are_fed(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct text text = {0};
		int64_t second = 0;

		random_state = seed * 0x9e3779b97f4a7c15u;
		for (int i = 0; i < 300; i++)
			add_random_line(&text, &second);
		check_cuts((struct span){text.at, text.len}, 8);
		text_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_real_log_is_the_same_however_it_is_fed),
		cmocka_unit_test(logs_after_each_other_are_the_same_however_they_are_fed),
		cmocka_unit_test(lines_in_any_order_are_the_same_however_they_are_fed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
