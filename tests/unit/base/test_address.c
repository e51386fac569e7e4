#include "base/address.h"
#include "tests/unit/cm.h"

#include <netinet/in.h>

static void
addresses_are_read_as_mail_writes_them(void **state)
{
	static const struct {
		const char *text, *printed; /* NULL: refused */
	} cases[] = {
		{"192.0.2.1", "192.0.2.1"},
		{"[192.0.2.1]", "192.0.2.1"},
		{"2001:db8::25", "2001:db8::25"},
		{"[ipv6:2001:db8::25]", "2001:db8::25"},
		{"IPv6:2001:db8:0:0:0:0:0:25", "2001:db8::25"},
		{"mx.example.net", NULL},
		{"192.0.2", NULL},
		{"[]", NULL},
		{"", NULL},
		{"ipv6:", NULL},
		{"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:eeee", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address a;
		char room[ADDRESS_ROOM];

		assert_int_equal(address_parse(span_of(cases[i].text), &a), cases[i].printed != NULL);
		if (!cases[i].printed)
			continue;
		address_print(&a, room);
		assert_string_equal(room, cases[i].printed);
	}
}

static void
each_net_has_its_kind(void **state)
{
	static const struct {
		const char *text;
		bool loopback, private;
	} cases[] = {
		{"127.0.0.1", true, true},
		{"127.255.0.9", true, true},
		{"::1", true, true},
		{"::ffff:127.0.0.1", true, true},
		{"10.1.2.3", false, true},
		{"172.16.0.1", false, true},
		{"172.32.0.1", false, false},
		{"192.168.1.1", false, true},
		{"100.64.0.1", false, true},
		{"100.128.0.1", false, false},
		{"169.254.1.1", false, true},
		{"224.0.0.1", false, true},
		{"255.255.255.255", false, true},
		{"0.0.0.0", false, true},
		{"192.0.2.1", false, false},
		{"fe80::1", false, true},
		{"fd00::1", false, true},
		{"ff02::1", false, true},
		{"::", false, true},
		{"fec0::1", false, true},
		{"2002:7f00:1::1", false, true},
		{"2001:0:7f00:1::1", false, true},
		{"2001:1::1", false, false},
		{"64:ff9b::7f00:1", false, true},
		{"::ffff:10.0.0.1", false, true},
		{"::ffff:192.0.2.1", false, false},
		{"2001:db8::1", false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address a;

		assert_true(address_parse(span_of(cases[i].text), &a));
		assert_int_equal(address_is_loopback(&a), cases[i].loopback);
		assert_int_equal(address_is_private(&a), cases[i].private);
	}
}

static void
neighbours_share_a_net(void **state)
{
	struct address a, b;

	(void)state;
	address_parse(span_of("192.0.2.1"), &a);
	address_parse(span_of("192.0.2.200"), &b);
	assert_true(address_same_net(&a, &b));
	assert_false(address_same(&a, &b));
	address_parse(span_of("192.0.3.1"), &b);
	assert_false(address_same_net(&a, &b));
	address_parse(span_of("2001:db8:1::1"), &a);
	assert_false(address_same_net(&a, &b));
	address_parse(span_of("2001:db8:1:ffff::1"), &b);
	assert_true(address_same_net(&a, &b));
	address_parse(span_of("2001:db8:2::1"), &b);
	assert_false(address_same_net(&a, &b));
}

static void
a_record_becomes_a_socket_address(void **state)
{
	const unsigned char v4[4] = {192, 0, 2, 7};
	struct sockaddr_storage storage;
	const struct sockaddr_in *in = (const struct sockaddr_in *)&storage;
	struct address a;

	(void)state;
	assert_false(address_from_bytes(v4, 3, &a));
	assert_true(address_from_bytes(v4, sizeof v4, &a));
	assert_int_equal(address_sockaddr(&a, 25, &storage), sizeof *in);
	assert_int_equal(in->sin_family, AF_INET);
	assert_int_equal(in->sin_port, htons(25));
	assert_memory_equal(&in->sin_addr, v4, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_as_mail_writes_them),
		cmocka_unit_test(each_net_has_its_kind),
		cmocka_unit_test(neighbours_share_a_net),
		cmocka_unit_test(a_record_becomes_a_socket_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
