/* The resolver against a small DNS server on the same loop. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "probe/dig.h"
#include "probe/resolver.h"
#include "tests/unit/loop_turn.h"
#include "tests/unit/probe/names.h"

#include <ldns/ldns.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct names_row rows[] = {
	{"mx.example.net.", 0,
		{"mx.example.net. A 192.0.2.1", "mx.example.net. A 192.0.2.2",
			"mx.example.net. AAAA 2001:db8::25"}},
	{"example.net.", 0, {"example.net. MX 10 mx.example.net."}},
	{"alias.example.net.", 0,
		{"alias.example.net. CNAME mx.example.net.", "mx.example.net. A 192.0.2.1"}},
	{"broken.example.net.", LDNS_RCODE_SERVFAIL, {NULL}},
	{"refused.example.net.", LDNS_RCODE_REFUSED, {NULL}},
	{"silent.example.net.", -1, {NULL}},
	{"host.test.", 0, {"host.test. A 192.0.2.7"}},
	{"host.invalid.", 0, {"host.invalid. A 192.0.2.8"}},
	{"1.2.0.192.in-addr.arpa.", 0, {"1.2.0.192.in-addr.arpa. PTR mx.example.net."}},
	{"1.0.0.10.in-addr.arpa.", 0, {"1.0.0.10.in-addr.arpa. PTR lan.example.net."}},
	{"_25._tcp.mx.example.net.", 0, {"_25._tcp.mx.example.net. TLSA 3 1 1 aabbcc"}},
};

#define ROOM 8

/* Questions on one loop, and what came of them. */
struct trial {
	uv_loop_t loop;
	struct names names;
	struct resolver *resolver;
	struct answer *answers[ROOM];
	size_t asked, told;
	bool outside;
};

static void
end(struct trial *t)
{
	names_close(&t->names);
	resolver_close(t->resolver);
}

static void
on_answer(void *arg, struct answer *answer)
{
	struct trial *t = arg;

	assert_true(t->outside);
	t->answers[t->told++] = answer_ref(answer);
	if (t->told == t->asked)
		end(t);
}

static void
begin(struct trial *t, const char *anchor)
{
	struct resolver_options options = {NULL, anchor};
	struct fault why;

	uv_loop_init(&t->loop);
	names_open(&t->names, &t->loop, rows, COUNT(rows));
	options.server = t->names.address;
	t->resolver = resolver_new(&t->loop, &options, &why);
	assert_non_null(t->resolver);
}

static struct lookup *
ask(struct trial *t, const char *name, int type, int64_t timeout_ms)
{
	t->asked++;
	return resolver_ask(t->resolver, name, type, timeout_ms, on_answer, t);
}

static void
run(struct trial *t)
{
	t->outside = true;
	uv_run(&t->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&t->loop), 0);
	assert_int_equal(t->told, t->asked);
}

static void
forget(struct trial *t)
{
	for (size_t i = 0; i < t->told; i++)
		answer_unref(t->answers[i]);
}

static void
answers_carry_status_records_and_reason(void **state)
{
	static const struct {
		const char *name;
		int type;
		enum dns_status status;
		size_t count;
		const char *first, *canonical, *why;
	} cases[] = {
		{"mx.example.net", DNS_A, DNS_INSECURE, 2, "192.0.2.1", NULL, NULL},
		{"MX.example.NET.", DNS_AAAA, DNS_INSECURE, 1, "2001:db8::25", NULL, NULL},
		{"example.net", DNS_MX, DNS_INSECURE, 1, "10 mx.example.net.", NULL, NULL},
		{"alias.example.net", DNS_A, DNS_INSECURE, 2, "192.0.2.1", "mx.example.net", NULL},
		{"1.2.0.192.in-addr.arpa", DNS_PTR, DNS_INSECURE, 1, "mx.example.net.", NULL, NULL},
		{"1.0.0.10.in-addr.arpa", DNS_PTR, DNS_INSECURE, 1, "lan.example.net.", NULL, NULL},
		{"_25._tcp.mx.example.net", DNS_TLSA, DNS_INSECURE, 1, "3 1 1 aabbcc", NULL, NULL},
		{"host.test", DNS_A, DNS_INSECURE, 1, "192.0.2.7", NULL, NULL},
		{"host.invalid", DNS_A, DNS_INSECURE, 1, "192.0.2.8", NULL, NULL},
		{"nobody.example.net", DNS_A, DNS_NXDOMAIN, 0, NULL, NULL, NULL},
		{"example.net", DNS_A, DNS_NODATA, 0, NULL, NULL, NULL},
		{"broken.example.net", DNS_A, DNS_FAILED, 0, NULL, NULL, "SERVFAIL"},
		{"refused.example.net", DNS_A, DNS_FAILED, 0, NULL, NULL, "SERVFAIL"},
		{"localhost", DNS_A, DNS_HOSTS, 1, "127.0.0.1", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct trial t = {0};
		struct answer *a;

		begin(&t, NULL);
		ask(&t, cases[i].name, cases[i].type, 20000);
		run(&t);
		a = t.answers[0];
		if (a->status != cases[i].status || a->count != cases[i].count)
			fail_msg("%s: %s, %zu records, %s", cases[i].name, dns_status_word(a->status),
				a->count, a->why ? a->why : "");
		assert_string_equal(a->why ? a->why : "", cases[i].why ? cases[i].why : "");
		assert_string_equal(a->canonical ? a->canonical : "",
			cases[i].canonical ? cases[i].canonical : "");
		assert_true(a->ms >= 0 && a->asked_ms > 0);
		if (cases[i].first) {
			char *text = dig_record(a, 0),
			     *other = a->count > 1 ? dig_record(a, 1) : mem_text("");

			assert_true(strcmp(text, cases[i].first) == 0 || strcmp(other, cases[i].first) == 0);
			free(text);
			free(other);
		}
		forget(&t);
	}
}

static void
names_that_are_none_are_refused(void **state)
{
	char label[80], longest[300];
	const char *const cases[] = {"", ".", "..", "a..example.net", ".example.net", "a b.example.net",
		"\033[31m.example.net", "a\\027b.example.net", "\xc3\xbc.example.net", label, longest};
	struct trial t = {0};

	(void)state;
	memset(label, 'a', 64);
	strcpy(label + 64, ".net");
	for (size_t i = 0; i < 254; i++)
		longest[i] = i % 32 == 31 ? '.' : 'a';
	longest[254] = '\0';
	for (size_t i = 0; i < COUNT(cases); i++) {
		t = (struct trial){0};
		begin(&t, NULL);
		ask(&t, cases[i], DNS_A, 20000);
		assert_int_equal(t.told, 0);
		run(&t);
		assert_int_equal(t.answers[0]->status, DNS_FAILED);
		assert_string_equal(t.answers[0]->why, "not a host name");
		assert_int_equal(t.names.asked, 0);
		forget(&t);
	}
}

/* A busy machine may not even have sent the question in so short a time: then it gets more. */
static void
silence_ends_at_our_deadline(void **state)
{
	static const struct {
		int64_t timeout_ms;
		const char *why;
	} cases[] = {{50, "no answer in 0.05 s"}, {500, "no answer in 0.5 s"}, {5000, "no answer in 5 s"}};
	size_t asked = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(cases) && asked == 0; i++) {
		struct trial t = {0};

		begin(&t, NULL);
		ask(&t, "silent.example.net", DNS_A, cases[i].timeout_ms);
		run(&t);
		assert_int_equal(t.answers[0]->status, DNS_FAILED);
		assert_string_equal(t.answers[0]->why, cases[i].why);
		asked = t.names.asked;
		forget(&t);
	}
	assert_true(asked > 0);
}

static void
cancelled_and_closed_lookups_answer_once(void **state)
{
	static const bool close_first[] = {false, true};

	(void)state;
	for (size_t i = 0; i < COUNT(close_first); i++) {
		struct trial t = {0};
		struct lookup *l;

		begin(&t, NULL);
		l = ask(&t, "silent.example.net", DNS_A, 20000);
		ask(&t, "mx.example.net", DNS_A, 20000);
		ask(&t, "bad..name", DNS_A, 20000);
		if (close_first[i]) {
			resolver_close(t.resolver);
			resolver_close(t.resolver);
			t.resolver = NULL;
		} else {
			lookup_cancel(l);
			lookup_cancel(l);
		}
		assert_int_equal(t.told, 0);
		run(&t);
		for (size_t a = 0; a < t.told; a++) {
			bool silent = strncmp(t.answers[a]->name, "silent", 6) == 0;

			if (silent || close_first[i])
				assert_int_equal(t.answers[a]->status, DNS_FAILED);
			if (silent)
				assert_string_equal(t.answers[a]->why, "cancelled");
		}
		forget(&t);
	}
}

static void
looking_again_asks_again(void **state)
{
	struct trial t = {0};
	size_t once;

	(void)state;
	begin(&t, NULL);
	t.asked = 1; /* so that the first answer does not end it */
	ask(&t, "mx.example.net", DNS_A, 20000);
	t.outside = true;
	while (t.told == 0)
		loop_turn(&t.loop);
	once = t.names.asked;
	resolver_ask(t.resolver, "mx.example.net", DNS_A, 20000, on_answer, &t);
	run(&t);
	assert_true(t.names.asked > once);
	forget(&t);
}

static void
write_file(char path[32], const char *text)
{
	int fd;

	strcpy(path, "/tmp/verifail-anchor-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* The server knows nothing of DNSSEC, as a forwarder that strips it. */
static void
a_resolver_that_strips_dnssec_is_not_called_bogus(void **state)
{
	struct trial t = {0};
	char anchor[32];

	(void)state;
	write_file(anchor, ". IN DS 20326 8 2 "
			   "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n");
	begin(&t, anchor);
	ask(&t, "mx.example.net", DNS_A, 20000);
	run(&t);
	unlink(anchor);
	assert_int_equal(t.answers[0]->status, DNS_INSECURE);
	assert_int_equal(t.answers[0]->count, 2);
	assert_non_null(strstr(t.answers[0]->why, "our resolver strips DNSSEC ("));
	forget(&t);
}

static void
options_that_cannot_be_used_are_told(void **state)
{
	char garbage[32];
	const struct {
		struct resolver_options options;
		enum fault_kind kind;
	} cases[] = {
		{{"localhost", NULL}, FAULT_USAGE},
		{{"127.0.0.1@0", NULL}, FAULT_USAGE},
		{{"127.0.0.1@65536", NULL}, FAULT_USAGE},
		{{"127.0.0.1@", NULL}, FAULT_USAGE},
		{{"127.0.0.1:53", NULL}, FAULT_USAGE},
		{{"", NULL}, FAULT_USAGE},
		{{"127.0.0.1", "/nonexistent/anchor"}, FAULT_FILE},
		{{"127.0.0.1", garbage}, FAULT_USAGE},
	};
	uv_loop_t loop;

	(void)state;
	write_file(garbage, "this is ( no record\n");
	uv_loop_init(&loop);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault why = {.kind = FAULT_NONE};

		assert_null(resolver_new(&loop, &cases[i].options, &why));
		assert_int_equal(why.kind, cases[i].kind);
		assert_true(why.text[0] != '\0');
	}
	assert_int_equal(uv_loop_close(&loop), 0);
	unlink(garbage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_carry_status_records_and_reason),
		cmocka_unit_test(names_that_are_none_are_refused),
		cmocka_unit_test(silence_ends_at_our_deadline),
		cmocka_unit_test(cancelled_and_closed_lookups_answer_once),
		cmocka_unit_test(looking_again_asks_again),
		cmocka_unit_test(a_resolver_that_strips_dnssec_is_not_called_bogus),
		cmocka_unit_test(options_that_cannot_be_used_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
