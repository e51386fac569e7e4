/* URLs of issuers as an attacker would write them: each look ends, says what became of the URL, and costs
 * little. */
#include "look_bench.h"

#define FLOOD_MOST (32u << 20) /* of two gigabytes: what is read, and what the kernel holds on both sides */

struct hostile {
	const char *host;
	const char *ids;
	const char *state; /* in the title */
	const char *why;   /* in the evidence */
	const char *asked; /* the paths that the server is asked for, each with a line end; "": none */
};

static const struct hostile hostiles[] = {
	{"mx-aia-too-many-hops.example.net", "issuer-unknown", "more than 3 redirects", "and has none",
		"/hop-4\n/hop-3\n/hop-2\n/hop-1\n"},
	{"mx-aia-circle.example.net", "issuer-unknown", "not reachable", "redirects in a circle",
		"/circle-1\n/circle-2\n"},
	{"mx-aia-to-file.example.net", "issuer-unknown", "not reachable", "not file:", "/to-file\n"},
	{"mx-aia-to-address.example.net", "issuer-unknown", "not reachable", "an address, 127.0.0.1",
		"/to-address\n"},
	{"mx-aia-to-https.example.net", "issuer-unknown", "not reachable", "not https:", "/to-https\n"},
	{"mx-aia-404.example.net", "issuer-unknown", "404", "and has none", "/nothing-here\n"},
	{"mx-aia-garbage.example.net", "issuer-unknown", "no certificate in 25 bytes", "and has none",
		"/garbage\n"},
	{"mx-aia-empty.example.net", "issuer-unknown", "an empty answer", "and has none", "/empty\n"},
	{"mx-aia-html.example.net", "issuer-unknown", "a web page", "and has none", "/html\n"},
	{"mx-aia-no-http.example.net", "issuer-unknown", "not reachable", "HTTP", "/no-http\n"},
	{"mx-aia-wrong.example.net", "issuer-unknown", "leads no further", "no anchor", "/wrong.der\n"},
	{"mx-aia-ring.example.net", "missing-intermediate issuer-unknown", "Ring CA A",
		"20 at depth 2 is left", "/ring-a.der\n/ring-b.der\n"},
	{"mx-aia-no-host.example.net", "issuer-unknown", "not reachable", "gone.example.net does not exist",
		""},
	{"mx-aia-address.example.net", "issuer-unknown", "not reachable", "an address, 127.0.0.1", ""},
	{"mx-aia-file.example.net", "issuer-unknown", "none over http", "only http:// is", ""},
	{"mx-aia-ldap.example.net", "issuer-unknown", "none over http", "only http:// is", ""},
	{"mx-aia-silent.example.net", "issuer-unknown", "not reachable", "no whole answer in 5 s",
		"/silent\n"},
	{"mx-aia-drip.example.net", "issuer-unknown", "not reachable", "no whole answer in 5 s", "/drip\n"},
	{"mx-aia-endless.example.net", "issuer-unknown", "more than 1048576 bytes", "and has none",
		"/endless\n"},
	{"mx-aia-gigabyte.example.net", "issuer-unknown", "more than 1048576 bytes", "and has none",
		"/gigabyte\n"},
};

static void
open_with(struct bench *b, bool offline, bool allow_private)
{
	bench_usual(b, 6000);
	b->options.offline = offline;
	b->options.allow_private = allow_private;
	bench_open(b);
}

static bool
is_proven_by(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strstr(f->evidence[i].text, words))
			return true;
	return false;
}

static void
expect_findings(const struct bench *b, const struct look *look, const struct hostile *h)
{
	const struct findings *list = engine_look_findings(b->engine, look);
	struct text ids = {0};

	for (size_t i = 0; i < list->count; i++)
		text_printf(&ids, "%s%s", i ? " " : "", list->items[i]->id);
	if (!ids.at || strcmp(ids.at, h->ids) != 0)
		fail_msg("%s: finds %s", h->host, ids.at ? ids.at : "nothing");
	if (!strstr(list->items[0]->title, h->state))
		fail_msg("%s: %s", h->host, list->items[0]->title);
	if (!is_proven_by(list->items[0], h->why))
		fail_msg("%s: not proven by '%s'", h->host, h->why);
	if (look->connections > 8)
		fail_msg("%s: %u connections", h->host, look->connections);
	text_free(&ids);
}

static size_t
lines_of(const char *text)
{
	size_t count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

/* All of them at once, on one engine. */
static void
each_hostile_url_ends_and_says_what_became_of_it(void **state)
{
	struct bench *b = *state;
	struct look *looks[COUNT(hostiles)];
	char *before = mem_text(lab_web(b->lab).asked);
	const char *asked;
	size_t expected = 0;

	open_with(b, false, true);
	for (size_t i = 0; i < COUNT(hostiles); i++)
		looks[i] = look_at(b, hostiles[i].host);
	for (size_t i = 0; i < COUNT(hostiles); i++) {
		wait_for(b, looks[i]);
		expect_findings(b, looks[i], &hostiles[i]);
		expected += lines_of(hostiles[i].asked);
		look_unref(looks[i]);
	}
	asked = lab_web(b->lab).asked + strlen(before);
	for (size_t i = 0; i < COUNT(hostiles); i++) {
		const char *first = hostiles[i].asked;
		char *line = text_new("%.*s\n", (int)strcspn(first, "\n"), first);

		if (*first && !strstr(asked, line))
			fail_msg("%s: %s was not asked for", hostiles[i].host, line);
		free(line);
	}
	assert_int_equal(lines_of(asked), expected);
	assert_true(lab_web(b->lab).bytes < FLOOD_MOST);
	close_engine(b);
	free(before);
}

/* An engine may be told not to ask at all, or does not ask loopback unless it is told to. */
static void
nobody_is_asked_without_leave(void **state)
{
	static const struct {
		bool offline, allow_private;
		struct hostile expected;
	} cases[] = {
		{true, true, {"mx-missing.example.net", "issuer-unknown", "not asked", "--offline", ""}},
		{false, false, {"mx-missing.example.net", "issuer-unknown", "not reachable", "port", ""}},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned before = lab_web(b->lab).connections;
		struct look *look;

		open_with(b, cases[i].offline, cases[i].allow_private);
		look = look_whole(b, cases[i].expected.host);
		expect_findings(b, look, &cases[i].expected);
		assert_int_equal(lab_web(b->lab).connections, before);
		look_unref(look);
		close_engine(b);
	}
}

/* Many relays lack the same intermediate: its URL is asked once, and what another relay sent is not asked
 * for. */
static void
what_is_known_is_not_asked_for(void **state)
{
	static const struct {
		const char *targets[3];
		size_t asked;
	} cases[] = {
		{{"mx-missing.example.net", "mx-junk.example.net", "mx-missing-expired.example.net"}, 1},
		{{"mx-good.example.net", "mx-missing.example.net", "mx-sha1-missing.example.net"}, 0},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t before = lines_of(lab_web(b->lab).asked);

		open_with(b, false, true);
		for (size_t n = 0; n < 3; n++) {
			struct look *look = look_whole(b, cases[i].targets[n]);
			const struct findings *list = engine_look_findings(b->engine, look);

			if (strcmp(cases[i].targets[n], "mx-good.example.net") != 0)
				assert_string_equal(list->items[0]->id, "missing-intermediate");
			look_unref(look);
		}
		assert_int_equal(lines_of(lab_web(b->lab).asked) - before, cases[i].asked);
		close_engine(b);
	}
}

/* A hundred of one name are tried at most, whether they were sent, fetched, or seen elsewhere. */
static void
a_hundred_issuers_of_one_name_end(void **state)
{
	static const struct hostile cases[] = {
		{"mx-aia-strangers.example.net", "issuer-unknown", "leads no further", "no anchor",
			"/strangers.p7c\n"},
		{"mx-aia-namesakes.example.net", "missing-intermediate", "Example Issuing CA E1",
			"/namesakes.p7c", "/namesakes.p7c\n"},
		{"mx-namesakes.example.net", "bad-signature name-mismatch", "Example Issuing CA E1",
			"FAIL 7 at depth 0", ""},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *look;

		open_with(b, false, true);
		look = look_whole(b, cases[i].host);
		expect_findings(b, look, &cases[i]);
		look_unref(look);
		close_engine(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hostile_url_ends_and_says_what_became_of_it),
		cmocka_unit_test(nobody_is_asked_without_leave),
		cmocka_unit_test(what_is_known_is_not_asked_for),
		cmocka_unit_test(a_hundred_issuers_of_one_name_end),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
