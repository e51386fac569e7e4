/* However a log is cut into stretches, and in whatever order neighbours are merged, the history is the same.
 */
#include "../cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "history_help.h"

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

static struct history *
stretch(const struct span *lines, size_t count)
{
	struct history *h = history_new(&(struct history_options){0});

	for (size_t i = 0; i < count; i++)
		help_feed(h, lines[i]);
	return h;
}

/* Cuts the lines into up to `most` stretches, some of them empty, and merges neighbours in random order. */
static char *
dump_of_cuts(const struct span *lines, size_t count, size_t most)
{
	struct history *parts[64];
	size_t cuts[65] = {0}, n = 1 + random_below(most);
	char *dump;

	cuts[n] = count;
	for (size_t i = 1; i < n; i++) {
		size_t at = random_below(count + 1), k = i;

		for (; k > 1 && cuts[k - 1] > at; k--)
			cuts[k] = cuts[k - 1];
		cuts[k] = at;
	}
	for (size_t i = 0; i < n; i++)
		parts[i] = stretch(lines + cuts[i], cuts[i + 1] - cuts[i]);
	while (n > 1) {
		size_t i = random_below(n - 1);

		parts[i] = history_merge(parts[i], parts[i + 1]);
		memmove(parts + i + 1, parts + i + 2, (--n - i - 1) * sizeof *parts);
	}
	history_close(parts[0]);
	dump = help_dump(parts[0]);
	history_free(parts[0]);
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
	size_t count;
	struct span *lines = help_lines(text, &count);
	struct history *whole = help_history(text);
	char *expected = help_dump(whole);

	for (int i = 0; i < rounds; i++) {
		char *cut = dump_of_cuts(lines, count, i % 2 ? 60 : 4);

		assert_same_dump(expected, cut);
		free(cut);
	}
	history_free(whole);
	free(expected);
	free(lines);
}

static void
every_real_log_is_the_same_however_it_is_cut(void **state)
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
		check_cuts(log, 12);
		free((char *)(uintptr_t)log.at);
	}
}

/* One log after the other twice: the same pids, relays and queue ids again, and times that jump back. */
static void
logs_after_each_other_are_the_same_however_they_are_cut(void **state)
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
	check_cuts((struct span){text.at, text.len}, 30);
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
lines_in_any_order_are_the_same_however_they_are_cut(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct text text = {0};
		int64_t second = 0;

		random_state = seed * 0x9e3779b97f4a7c15u;
		for (int i = 0; i < 300; i++)
			add_random_line(&text, &second);
		check_cuts((struct span){text.at, text.len}, 20);
		text_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_real_log_is_the_same_however_it_is_cut),
		cmocka_unit_test(logs_after_each_other_are_the_same_however_they_are_cut),
		cmocka_unit_test(lines_in_any_order_are_the_same_however_they_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
