/* The counts of every real log, against numbers taken from it by hand and with grep. */
#include "../cm.h"

#include "base/text.h"
#include "history_help.h"

#include <stdlib.h>
#include <string.h>

struct expected {
	const char *log, *relay; /* the relay with c: (client) or s: (server) in front */
	const char *facts;       /* as facts_of() writes them; words and counters that are 0 are left out */
};

static void
put(struct text *out, const char *name, uint64_t n)
{
	if (n)
		text_printf(out, "%s%s=%llu", out->len ? " " : "", name, (unsigned long long)n);
}

static char *
facts_of(const struct relay *r)
{
	const struct relay_deliveries *d = &r->deliveries;
	struct text out = {0};

	for (int i = 0; i < VERIFY_WORDS; i++)
		put(&out, verify_word((enum verify)i), r->counts[i]);
	put(&out, "failures", r->handshake_failures);
	put(&out, "sent", d->sent);
	put(&out, "unverified", d->unverified);
	put(&out, "clear", d->clear);
	put(&out, "deferred", d->deferred);
	put(&out, "bounced", d->bounced);
	put(&out, "waiting", d->waiting);
	put(&out, "temp", r->rejects_temp);
	put(&out, "perm", r->rejects_perm);
	return text_take(&out);
}

static const struct relay *
find(const struct history *h, const char *relay)
{
	return history_find(h, relay[0] == 's' ? DIRECTION_SERVER : DIRECTION_CLIENT, relay + 2);
}

static struct history *
read_log(const char *name, const char *form)
{
	char *file = text_new("%s.%s", name, form);
	struct span log = help_log(file);
	struct history *h = help_history(log);

	assert_true(log.len > 0);
	free((char *)(uintptr_t)log.at);
	free(file);
	return h;
}

#define LONG \
	"mx-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
each_relay_has_the_counts_of_its_log(void **state)
{
	static const struct expected table[] = {
		{"daemon-and-queue", "s:client.example.com", "NO=7"},
		{"daemon-and-queue", "c:mx-selfsigned.example.org", "FAIL=2 sent=2 unverified=2"},
		{"daemon-and-queue", "c:mx-expired.example.org", "FAIL=5 deferred=4 waiting=1 temp=4"},
		{"daemon-and-queue", "c:mx-good.example.org", "OK=2 sent=2"},
		{"daemon-and-queue", "c:mx-future.example.org", "FAIL=1 bounced=1 perm=1"},
		{"daemon-and-queue", "c:mx-hsclose.example.org", "failures=4 deferred=4 waiting=1 temp=4"},
		{"daemon-and-queue", "c:mx-nostarttls.example.org", "sent=1 clear=1"},
		{"msp-local-submission", "c:[127.0.0.1]", "FAIL=2 sent=2 unverified=2"},
		{"msp-local-submission", "s:localhost", "NO=2"},
		{"client-all-loglevel8", "c:mx-nostarttls.example.org", "sent=1"},
		{"client-all-loglevel8", "c:mx-good.example.org", "sent=1"},
		{"client-all-loglevel8", "c:mx-hsclose.example.org", "failures=1 temp=1"},
		{"client-all-loglevel9", "c:mx-nostarttls.example.org", "sent=1 clear=1"},
		{"client-all-loglevel9", "c:mx-temp454.example.org", "sent=1 clear=1"},
		{"client-all-loglevel9", "c:mx-drop.example.org", "deferred=1 waiting=1"},
		{"client-all-loglevel9", "c:mx-prot250.example.org", "deferred=1 waiting=1 temp=1"},
		{"client-all-loglevel9", "c:mx-expired.example.org", "FAIL=2 sent=2 unverified=2"},
		{"client-all-loglevel9", "c:mx-reqclient13.example.org", "OK=1 deferred=1 waiting=1"},
		{"client-all-loglevel9", "c:" LONG, "FAIL=1 sent=1 unverified=1"},
		{"client-all-loglevel15", "c:" LONG, "FAIL=1 sent=1 unverified=1"},
		{"ca-bundle-live-change", "c:mx-good.example.org", "OK=1 FAIL=1 sent=2 unverified=1"},
		{"many-recipients", "c:mx-selfsigned.example.org", "FAIL=1 sent=5 unverified=5"},
		{"sni-dependent-relay", "c:mx-sni.example.org", "OK=1 deferred=1 waiting=1"},
		{"debian-stock-config", "c:mx-good.example.org", "FAIL=2 sent=2 unverified=2"},
		{"server-side", "s:[127.0.0.4]", "NOT=6"},
		{"server-side", "s:forged.example.com", "NO=3"},
		{"server-side", "s:[IPv6:2001:db8:0:0:0:0:0:1]", "NO=3"},
		{"dane-s817", "c:mx-tlsanotls.example.org", "deferred=2 waiting=2 temp=2"},
	};
	static const char *const forms[] = {"rfc3164", "iso", "rfc5424"};
	(void)state;

	for (size_t i = 0; i < COUNT(table) * COUNT(forms); i++) {
		const struct expected *e = &table[i / COUNT(forms)];
		struct history *h = read_log(e->log, forms[i % COUNT(forms)]);
		const struct relay *r = find(h, e->relay);
		char *facts = r ? facts_of(r) : NULL;

		if (!facts || strcmp(facts, e->facts) != 0)
			fail_msg("%s %s: %s, not %s", e->log, e->relay, facts ? facts : "no row", e->facts);
		free(facts);
		history_free(h);
	}
}

/* The words of all rows of a direction are the lines of the log that say them. */
static void
words_are_counted_as_often_as_the_log_says_them(void **state)
{
	static const char *const logs[] = {"daemon-and-queue.iso", "client-all-loglevel15.iso",
		"server-side.rfc5424", "policy-access-map.rfc3164", "anon-null-weak.iso", "dane-s817.iso",
		"truststore-and-files-ll14.iso"};
	static const enum verify words[] = {
		VERIFY_OK, VERIFY_FAIL, VERIFY_NO, VERIFY_NOT, VERIFY_TRUSTED, VERIFY_DANE_FAIL};
	(void)state;

	for (size_t i = 0; i < COUNT(logs) * COUNT(words); i++) {
		struct span log = help_log(logs[i / COUNT(words)]), rest = log, before;
		enum verify word = words[i % COUNT(words)];
		char *said = text_new(", verify=%s, ", verify_word(word));
		struct history *h = help_history(log);
		uint64_t lines = 0, counted = 0;

		while (span_cut(&rest, said, &before))
			lines++;
		for (size_t k = 0; k < history_relay_count(h); k++)
			counted += history_relay(h, k)->counts[word];
		assert_int_equal(counted, lines);
		history_free(h);
		free(said);
		free((char *)(uintptr_t)log.at);
	}
}

static void
a_log_tells_its_lines_its_host_and_its_daemon(void **state)
{
	struct history *h = read_log("daemon-and-queue", "iso");
	struct history_totals t = history_totals(h);
	(void)state;

	assert_int_equal(t.lines, 72);
	assert_int_equal(t.bytes, 13826);
	assert_int_equal(t.skipped, 0);
	assert_string_equal(t.host, "mail");
	assert_int_equal(t.host_count, 1);
	assert_string_equal(t.version, "8.17.1.9");
	assert_true(t.daemon_start_ms > t.first_ms && t.daemon_start_ms < t.last_ms);
	history_free(h);
}

static void
a_policy_that_is_not_met_is_told_with_its_text(void **state)
{
	struct history *h = read_log("policy-access-map", "rfc3164");
	const struct relay *good = find(h, "c:mx-good.example.org"),
			   *self = find(h, "c:mx-selfsigned.example.org");
	(void)state;

	assert_string_equal(good->last.reject, "503 5.7.0 CN mx-good.example.org does not match nope");
	assert_string_equal(self->last.reject, "503 5.7.0 other side does not support STARTTLS");
	assert_non_null(strstr(self->last.try_tls, "do not try TLS with mx-selfsigned.example.org"));
	assert_int_equal(self->last.verify, VERIFY_NONE);
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_relay_has_the_counts_of_its_log),
		cmocka_unit_test(words_are_counted_as_often_as_the_log_says_them),
		cmocka_unit_test(a_log_tells_its_lines_its_host_and_its_daemon),
		cmocka_unit_test(a_policy_that_is_not_met_is_told_with_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
