#include "engine/target.h"
#include "tests/unit/cm.h"

#include <string.h>

static void
every_form_of_a_target_is_taken_apart(void **state)
{
	static const struct {
		const char *text, *host; /* NULL: refused */
		unsigned port;
		bool address;
	} cases[] = {
		{"mx.example.net", "mx.example.net", 25, false},
		{"MX.Example.NET.", "mx.example.net", 25, false},
		{"mx.example.net:2525", "mx.example.net", 2525, false},
		{"[mx.example.net]", "mx.example.net", 25, false},
		{"[mx.example.net]:587", "mx.example.net", 587, false},
		{"192.0.2.10", "192.0.2.10", 25, true},
		{"192.0.2.10:26", "192.0.2.10", 26, true},
		{"[192.0.2.10]:26", "192.0.2.10", 26, true},
		{"2001:db8::25", "2001:db8::25", 25, true},
		{"[2001:DB8:0::25]:26", "2001:db8::25", 26, true},
		{"[ipv6:2001:db8::25]", "2001:db8::25", 25, true},
		{" mx.example.net ", "mx.example.net", 25, false},
		{"_mx.example.net", "_mx.example.net", 25, false},
		{"", NULL, 0, false},
		{".", NULL, 0, false},
		{".mx.example.net", NULL, 0, false},
		{"mx..example.net", NULL, 0, false},
		{"[]", NULL, 0, false},
		{"[192.0.2.10", NULL, 0, false},
		{"[192.0.2.10]26", NULL, 0, false},
		{"mx.example.net:0", NULL, 0, false},
		{"mx.example.net:65536", NULL, 0, false},
		{"mx.example.net:smtp", NULL, 0, false},
		{"-oProxyCommand=x", NULL, 0, false},
		{"mx example net", NULL, 0, false},
		{"mx\033[31m.example.net", NULL, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct target t;
		struct fault why = {0};

		assert_int_equal(target_parse(cases[i].text, 25, &t, &why), cases[i].host != NULL);
		if (!cases[i].host) {
			assert_int_equal(why.kind, FAULT_USAGE);
			continue;
		}
		assert_string_equal(t.host, cases[i].host);
		assert_int_equal(t.port, cases[i].port);
		assert_int_equal(t.address.family != 0, cases[i].address);
	}
}

static void
an_overlong_name_is_refused(void **state)
{
	char name[300];
	struct target t;

	(void)state;
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_false(target_parse(name, 25, &t, NULL));
	name[253] = '\0';
	assert_true(target_parse(name, 25, &t, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_a_target_is_taken_apart),
		cmocka_unit_test(an_overlong_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
