/* Addresses written and read back: all kinds of them, and what only looks like one. */
#include "tests/unit/cm.h"

#include "base/address.h"
#include "random.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* Zeros often enough for IPv6 to be compressed in every place. */
static struct address
any_address(uint64_t *seed)
{
	size_t len = random_below(seed, 2) ? 4 : 16;
	unsigned char bytes[16];
	struct address a;

	for (size_t i = 0; i < len; i++)
		bytes[i] = random_below(seed, 3) ? 0 : (unsigned char)random_next(seed);
	assert_true(address_from_bytes(bytes, len, &a));
	return a;
}

static void
addresses_survive_being_written(void **state)
{
	static const char *const forms[] = {"%s", "[%s]"}, *const forms6[] = {"[IPv6:%s]", "ipv6:%s"};
	uint64_t seed = 4711;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct address a = any_address(&seed), back;
		const char *form = forms[round % 2];
		char printed[ADDRESS_ROOM], text[2 * ADDRESS_ROOM];

		if (a.family == AF_INET6 && round % 3 == 0)
			form = forms6[round % 2];
		address_print(&a, printed);
		snprintf(text, sizeof text, form, printed);
		assert_true(address_parse(span_of(text), &back));
		assert_true(address_same(&a, &back));
		assert_true(address_same_net(&a, &back));
	}
}

static void
what_is_no_address_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{"192.0.2.1\0.evil", 15},
		{"192.0.2.1\0", 10},
		{"\0", 1},
		{"2001:db8::1\0x", 13},
		{"192.0.2.256", 11},
		{"192.0.2.1 ", 10},
		{" 192.0.2.1", 10},
		{"[192.0.2.1", 10},
		{"192.0.2.1]", 10},
		{"[[192.0.2.1]]", 13},
		{"0192.0.2.1", 10},
		{"0xC0.0.2.1", 10},
		{"3221225985", 10},
		{"192.0.2.1.", 10},
		{"192.0.2.1:25", 12},
		{"2001:db8::1::2", 14},
		{"2001:db8:::1", 12},
		{"2001:db8::12345", 15},
		{"2001:db8::g", 11},
		{":", 1},
		{"fe80::1%eth0", 12},
		{"2001:db8::/32", 13},
		{"1:2:3:4:5:6:7", 13},
		{"1:2:3:4:5:6:7:8:9", 17},
		{"[", 1},
		{"]", 1},
		{"[IPv6:", 6},
		{"[IPv6:]", 7},
		{"IPv6:IPv6:::1", 13},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address a;

		if (address_parse((struct span){cases[i].bytes, cases[i].len}, &a))
			fail_msg("%s is taken for an address", cases[i].bytes);
	}
}

static void
socket_addresses_have_their_port_and_bytes(void **state)
{
	static const unsigned ports[] = {0, 1, 25, 587, 65535};
	uint64_t seed = 25;

	(void)state;
	for (size_t round = 0; round < 200; round++) {
		struct address a = any_address(&seed), back;
		unsigned port = ports[round % COUNT(ports)];
		struct sockaddr_storage out;
		const struct sockaddr_in *in = (const struct sockaddr_in *)&out;
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&out;
		bool four = a.family == AF_INET;

		memset(&out, 0xFF, sizeof out);
		assert_int_equal(address_sockaddr(&a, port, &out), four ? sizeof *in : sizeof *in6);
		assert_int_equal(out.ss_family, a.family);
		assert_int_equal(ntohs(four ? in->sin_port : in6->sin6_port), port);
		assert_true(address_from_bytes(four ? (const void *)&in->sin_addr
						    : (const void *)&in6->sin6_addr,
			four ? 4 : 16, &back));
		assert_true(address_same(&a, &back));
		assert_true(four || (in6->sin6_scope_id == 0 && in6->sin6_flowinfo == 0));
	}
}

static void
a_record_of_another_length_is_no_address(void **state)
{
	const unsigned char bytes[32] = {192, 0, 2, 1};

	(void)state;
	for (size_t len = 0; len <= sizeof bytes; len++) {
		struct address a = {.family = 77};
		bool taken = address_from_bytes(bytes, len, &a);

		assert_int_equal(taken, len == 4 || len == 16);
		assert_int_equal(a.family, len == 4 ? AF_INET : len == 16 ? AF_INET6 : 77);
	}
}

/* The first and the last of every net, and their neighbours outside. */
static void
nets_end_where_their_rfc_ends_them(void **state)
{
	static const struct {
		const char *before, *first, *last, *behind; /* NULL: the net next to it is private, too */
	} nets[] = {
		{NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
		{"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
		{"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
		{"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
		{"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
		{"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
		{"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
		{"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
		{"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
		{"223.255.255.255", "224.0.0.0", "255.255.255.255", NULL},
		{NULL, "::", "::1", "100::"},
		{"fbff::1", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"},
		{"fe7f:ffff::", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
		{NULL, "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
	};

	(void)state;
	for (size_t i = 0; i < 4 * COUNT(nets); i++) {
		const char *texts[] = {
			nets[i / 4].before, nets[i / 4].first, nets[i / 4].last, nets[i / 4].behind};
		const char *text = texts[i % 4];
		bool inside = i % 4 == 1 || i % 4 == 2;
		char mapped[ADDRESS_ROOM];
		struct address a;

		if (!text)
			continue;
		assert_true(address_parse(span_of(text), &a));
		if (address_is_private(&a) != inside)
			fail_msg("%s is %sprivate", text, inside ? "not " : "");
		if (a.family == AF_INET6)
			continue;
		snprintf(mapped, sizeof mapped, "::ffff:%s", text);
		assert_true(address_parse(span_of(mapped), &a));
		assert_int_equal(address_is_private(&a), inside);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_survive_being_written),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(socket_addresses_have_their_port_and_bytes),
		cmocka_unit_test(a_record_of_another_length_is_no_address),
		cmocka_unit_test(nets_end_where_their_rfc_ends_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
