#include "engine/rate_limit.h"
#include "tests/unit/cm.h"

#include <stdio.h>
#include <string.h>

#define MINUTE INT64_C(60000)

static struct address
at(const char *text)
{
	struct address a;

	assert_true(address_parse(span_of(text), &a));
	return a;
}

/* One connection from `now` on that reached a stage and was answered so. */
static void
connect_once(struct rate_limit *m, const char *address, int64_t now, enum stage reached, int reply_code)
{
	struct observation *o = observation_new();

	o->address = at(address);
	o->reached = reached;
	o->reply_code = reply_code;
	o->fault.kind = reply_code >= 400 ? FAULT_REPLY : FAULT_NONE;
	rate_limit_begin(m, &o->address, now);
	rate_limit_end(m, o, now + 10);
	observation_unref(o);
}

static int64_t
wait_for(const struct rate_limit *m, const char *address, int64_t now)
{
	struct address a = at(address);
	const char *why = NULL;
	int64_t wait = rate_limit_wait(m, &a, now, &why);

	assert_int_equal(wait != 0, why != NULL);
	return wait;
}

static void
one_connection_to_an_address_at_a_time(void **state)
{
	struct rate_limit *m = rate_limit_new(5);
	struct address a = at("192.0.2.1");

	(void)state;
	assert_int_equal(wait_for(m, "192.0.2.1", 1000), 0);
	rate_limit_begin(m, &a, 1000);
	assert_int_equal(wait_for(m, "192.0.2.1", 1001), RATE_LIMIT_ANOTHER);
	assert_int_equal(wait_for(m, "192.0.2.2", 1001), 0);
	rate_limit_free(m);
}

static void
four_connections_to_a_network(void **state)
{
	struct rate_limit *m = rate_limit_new(5);

	(void)state;
	for (int i = 1; i <= 4; i++) {
		char text[32];
		struct address a;

		snprintf(text, sizeof text, "2001:db8:1:%d::1", i);
		a = at(text);
		assert_int_equal(wait_for(m, text, 1000), 0);
		rate_limit_begin(m, &a, 1000);
	}
	assert_int_equal(wait_for(m, "2001:db8:1:5::1", 1000), RATE_LIMIT_ANOTHER);
	assert_int_equal(wait_for(m, "2001:db8:2:5::1", 1000), 0);
	rate_limit_free(m);
}

static void
the_pace_holds_for_ten_minutes(void **state)
{
	struct rate_limit *m = rate_limit_new(2);

	(void)state;
	connect_once(m, "192.0.2.1", MINUTE, STAGE_EHLO2, 0);
	assert_int_equal(wait_for(m, "192.0.2.1", 2 * MINUTE), 0);
	connect_once(m, "192.0.2.1", 2 * MINUTE, STAGE_EHLO2, 0);
	assert_int_equal(wait_for(m, "192.0.2.1", 3 * MINUTE), 8 * MINUTE);
	assert_int_equal(wait_for(m, "192.0.2.1", 11 * MINUTE), 0);
	connect_once(m, "192.0.2.1", 11 * MINUTE, STAGE_EHLO2, 0);
	assert_int_equal(wait_for(m, "192.0.2.1", 11 * MINUTE + 100), MINUTE - 100);
	rate_limit_free(m);
}

static void
three_failed_handshakes_are_enough(void **state)
{
	struct rate_limit *m = rate_limit_new(50);

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(wait_for(m, "192.0.2.1", MINUTE + i * 1000), 0);
		connect_once(m, "192.0.2.1", MINUTE + i * 1000, STAGE_STARTTLS, 0);
	}
	assert_true(wait_for(m, "192.0.2.1", 2 * MINUTE) > 8 * MINUTE);
	assert_int_equal(wait_for(m, "192.0.2.1", 12 * MINUTE), 0);
	rate_limit_free(m);
}

static void
a_421_or_554_is_heeded(void **state)
{
	static const int codes[] = {421, 554, 454};

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct rate_limit *m = rate_limit_new(50);

		connect_once(m, "192.0.2.1", MINUTE, STAGE_CONNECT, codes[i]);
		assert_int_equal(wait_for(m, "192.0.2.1", 2 * MINUTE) > 0, codes[i] != 454);
		assert_int_equal(wait_for(m, "192.0.2.1", 12 * MINUTE), 0);
		rate_limit_free(m);
	}
}

static void
loopback_is_exempt(void **state)
{
	struct rate_limit *m = rate_limit_new(1);
	struct address a = at("127.0.0.9");

	(void)state;
	connect_once(m, "127.0.0.9", MINUTE, STAGE_CONNECT, 554);
	rate_limit_begin(m, &a, MINUTE);
	assert_int_equal(wait_for(m, "127.0.0.9", MINUTE), 0);
	rate_limit_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_connection_to_an_address_at_a_time),
		cmocka_unit_test(four_connections_to_a_network),
		cmocka_unit_test(the_pace_holds_for_ten_minutes),
		cmocka_unit_test(three_failed_handshakes_are_enough),
		cmocka_unit_test(a_421_or_554_is_heeded),
		cmocka_unit_test(loopback_is_exempt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
