/* Names with many, few and dead addresses, the hosts file, and what `d` asks of the DNS. */
#include "look_bench.h"

#include <arpa/inet.h>

#define LABEL_64 \
	"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd" /* the DNS has none so long */

/* ---- addresses ---- */

static void
the_word_is_that_of_the_first_address_that_could_be_reached(void **state)
{
	static const struct {
		const char *name;
		bool needs_ipv6;
		size_t addresses;
		int first_family;
		enum verify first, verify; /* of the first address, of the target */
		int code;                  /* of the address that decides; 0: none */
	} cases[] = {
		{"mx-good.example.net", false, 1, AF_INET, VERIFY_OK, VERIFY_OK, 0},
		{"mx-both.example.org", true, 2, AF_INET6, VERIFY_OK, VERIFY_OK, 0},
		{"mx-half.example.org", false, 2, AF_INET6, VERIFY_UNREACHABLE, VERIFY_FAIL, 10},
		{"mx-dead.example.org", false, 3, AF_INET6, VERIFY_UNREACHABLE, VERIFY_UNREACHABLE, 0},
		{"mx-554-greeting.example.org", false, 1, AF_INET, VERIFY_UNREACHABLE, VERIFY_UNREACHABLE, 0},
	};
	struct bench *b = *state;

	open_engine(b, 6000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *look;

		if (cases[i].needs_ipv6 && !lab_has_ipv6(b->lab))
			continue;
		look = look_whole(b, cases[i].name);
		if (look->address_count != cases[i].addresses || look->verify != cases[i].verify)
			fail_msg("%s: %s by %zu addresses", cases[i].name, verify_word(look->verify),
				look->address_count);
		assert_int_equal(look->addresses[0].address.family, cases[i].first_family);
		assert_int_equal(look->addresses[0].verdict.verify, cases[i].first);
		assert_int_equal(look->addresses[look->address_count - 1].verdict.code, cases[i].code);
		for (size_t j = 1; j < look->address_count; j++)
			assert_int_equal(look->addresses[j].address.family, AF_INET);
		look_unref(look);
	}
	close_engine(b);
}

static unsigned
connections_so_far(const struct lab *lab)
{
	unsigned sum = 0;

	for (size_t i = 0; personality_row(i); i++)
		sum += lab_saw(lab, i) ? lab_saw(lab, i)->connections : 0;
	return sum;
}

static void
eight_of_twelve_addresses_are_connected_to(void **state)
{
	struct bench *b = *state;
	unsigned before = connections_so_far(b->lab);
	struct look *look;

	open_engine(b, 6000);
	look = look_whole(b, "mx-many.example.org");
	assert_int_equal(look->address_count, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(look->addresses[i].state, LOOK_DONE);
		for (size_t j = 0; j < i; j++)
			assert_false(address_same(&look->addresses[i].address, &look->addresses[j].address));
	}
	assert_int_equal(connections_so_far(b->lab) - before, 8);
	look_unref(look);
	close_engine(b);
}

static void
a_name_without_an_address_says_why(void **state)
{
	static const struct {
		const char *name, *words;
	} cases[] = {
		{"gone.example.net", "gone.example.net: nxdomain"},
		{"no-address.example.net", "no-address.example.net: nodata"},
		{"servfail.example.org", "servfail.example.org: SERVFAIL"},
		{"refused.example.org", "refused.example.org: "},
		{LABEL_64 ".example.org", LABEL_64 ".example.org: not a host name"},
	};
	struct bench *b = *state;

	open_engine(b, 3000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *look = look_whole(b, cases[i].name);

		assert_int_equal(look->address_count, 0);
		assert_int_equal(look->answer_count, 2);
		assert_int_equal(look->fault.kind, FAULT_DNS);
		assert_int_equal(look->verify, VERIFY_UNREACHABLE);
		if (strncmp(look->fault.text, cases[i].words, strlen(cases[i].words)) != 0)
			fail_msg("%s: %s", cases[i].name, look->fault.text);
		look_unref(look);
	}
	close_engine(b);
}

/* Without --resolver /etc/hosts counts, as it does for Sendmail. */
static void
the_hosts_file_counts_without_a_resolver(void **state)
{
	struct bench *b = *state;
	struct look *look;

	bench_usual(b, 3000);
	b->options.resolver = b->options.trust_anchor = NULL;
	bench_open(b);
	look = look_whole(b, "localhost");
	assert_int_equal(look->dns, DNS_HOSTS);
	assert_true(look->address_count >= 1);
	assert_true(address_is_loopback(&look->addresses[0].address));
	look_unref(look);
	close_engine(b);
}

/* ---- digs ---- */

static const struct dig *
dig_whole(struct bench *b, const char *name)
{
	const struct dig *dig = engine_dig(b->engine, name);

	assert_non_null(dig);
	for (size_t i = 0; i < dig->count; i++) {
		while (!dig->texts[i])
			bench_turn(b);
	}
	return dig;
}

static void
a_dig_asks_what_makes_sense(void **state)
{
	static const struct {
		const char *target, *name;
		size_t count;
		struct {
			int type;
			enum dns_status status;
			size_t records;
			const char *text;
		} answers[3];
	} cases[] = {
		{"example.net", "example.net", 3,
			{{DNS_MX, DNS_SECURE, 2, "10 mx-good.example.net."},
				{DNS_AAAA, DNS_NODATA, 0, "AAAA"}, {DNS_A, DNS_NODATA, 0, "SOA"}}},
		{"MX-Both.Example.org.:465", "mx-both.example.org", 3,
			{{DNS_MX, DNS_NODATA, 0, "MX"}, {DNS_AAAA, DNS_INSECURE, 1, "::1"},
				{DNS_A, DNS_INSECURE, 1, "127.0.40.2"}}},
		{"gone.example.net", "gone.example.net", 3,
			{{DNS_MX, DNS_NXDOMAIN, 0, "NXDOMAIN"}, {DNS_AAAA, DNS_NXDOMAIN, 0, "NXDOMAIN"},
				{DNS_A, DNS_NXDOMAIN, 0, "NXDOMAIN"}}},
		/* libunbound answers this zone by itself. */
		{"127.0.40.1", "1.40.0.127.in-addr.arpa", 1, {{DNS_PTR, DNS_NXDOMAIN, 0, "PTR"}}},
		{"[ipv6:2001:db8::25]",
			"5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", 1,
			{{DNS_PTR, DNS_FAILED, 0, "PTR"}}},
	};
	struct bench *b = *state;

	open_engine(b, 3000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct dig *dig;

		assert_null(engine_dig_of(b->engine, cases[i].target));
		dig = dig_whole(b, cases[i].target);
		assert_ptr_equal(engine_dig_of(b->engine, cases[i].target), dig);
		assert_string_equal(dig->name, cases[i].name);
		assert_int_equal(dig->count, cases[i].count);
		for (size_t j = 0; j < dig->count; j++) {
			assert_int_equal(dig->types[j], cases[i].answers[j].type);
			assert_int_equal(dig->answers[j]->type, cases[i].answers[j].type);
			assert_int_equal(dig->answers[j]->status, cases[i].answers[j].status);
			assert_int_equal(dig->answers[j]->count, cases[i].answers[j].records);
			if (!strstr(dig->texts[j], cases[i].answers[j].text))
				fail_msg("%s: no '%s' in\n%s", cases[i].target, cases[i].answers[j].text,
					dig->texts[j]);
		}
	}
	close_engine(b);
}

static void
asking_again_means_now_but_not_twice_at_once(void **state)
{
	struct bench *b = *state;
	const struct dig *dig;
	unsigned queries;
	uint64_t generation;

	open_engine(b, 3000);
	assert_null(engine_dig(b->engine, "no target"));
	assert_null(engine_dig_of(b->engine, "no target"));
	generation = engine_generation(b->engine);
	dig = engine_dig(b->engine, "mx-tls12.example.org");
	assert_true(engine_generation(b->engine) > generation);
	assert_null(dig->answers[0]);
	assert_ptr_equal(engine_dig(b->engine, "mx-tls12.example.org"), dig);
	queries = lab_queries(b->lab);
	dig_whole(b, "mx-tls12.example.org");
	assert_int_equal(lab_queries(b->lab) - queries, 3); /* MX, AAAA and A, once each */
	assert_ptr_equal(dig_whole(b, "mx-tls12.example.org"), dig);
	assert_int_equal(lab_queries(b->lab) - queries, 6);
	close_engine(b);
}

/* The oldest answered digs go; those whose answers are awaited stay. */
static void
a_flood_of_digs_is_bounded(void **state)
{
	struct bench *b = *state;
	const struct dig *silent;

	open_engine(b, 60000);
	silent = engine_dig(b->engine, "silent.example.org");
	for (unsigned i = 0; i < 300; i++) {
		char *name = text_new("-%u", i); /* like an option of dig */

		assert_null(engine_dig(b->engine, name));
		free(name);
		name = text_new(LABEL_64 "%u", i); /* no name: answered without being asked */
		dig_whole(b, name);
		free(name);
	}
	assert_ptr_equal(engine_dig_of(b->engine, "silent.example.org"), silent);
	assert_null(engine_dig_of(b->engine, LABEL_64 "0"));
	assert_non_null(engine_dig_of(b->engine, LABEL_64 "299"));
	close_engine(b); /* in the middle of the silent one */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_word_is_that_of_the_first_address_that_could_be_reached),
		cmocka_unit_test(eight_of_twelve_addresses_are_connected_to),
		cmocka_unit_test(a_name_without_an_address_says_why),
		cmocka_unit_test(the_hosts_file_counts_without_a_resolver),
		cmocka_unit_test(a_dig_asks_what_makes_sense),
		cmocka_unit_test(asking_again_means_now_but_not_twice_at_once),
		cmocka_unit_test(a_flood_of_digs_is_bounded),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
