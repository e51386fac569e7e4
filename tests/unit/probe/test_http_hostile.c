/* fetch against servers, redirects and names that mean harm, and its early ends. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "tests/unit/probe/fetches.h"

#include <stdlib.h>
#include <string.h>

#define KILOBYTE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct http_row rows[] = {
	{"/plain", HTTP_OK "Content-Length: 5\r\n\r\nplain", 0, HTTP_CLOSE, NULL},
	{"/hang", "", 0, HTTP_HANG, NULL},
	{"/half", HTTP_OK "Content-Length: 10\r\n\r\nhalf", 0, HTTP_HANG, NULL},
	{"/endless", HTTP_OK "\r\n", 0, HTTP_FLOOD, KILOBYTE},
	{"/endless-chunks", HTTP_OK "Transfer-Encoding: chunked\r\n\r\n", 0, HTTP_FLOOD,
		"40\r\n" KILOBYTE "\r\n"},
	{"/endless-headers", HTTP_OK, 0, HTTP_FLOOD, "X: " KILOBYTE "\r\n"},
	{"/endless-line", HTTP_OK "X: ", 0, HTTP_FLOOD, KILOBYTE},
	{"/endless-continue", "", 0, HTTP_FLOOD, "HTTP/1.1 100 Continue\r\n\r\n"},
	{"/endless-trailers", HTTP_OK "Transfer-Encoding: chunked\r\n\r\n0\r\n", 0, HTTP_FLOOD,
		"X: " KILOBYTE "\r\n"},
	{"/gigabyte", HTTP_OK "Content-Length: 1073741824\r\n\r\n", 0, HTTP_FLOOD, KILOBYTE},
	{"/gigabyte-later", HTTP_OK "Content-Length: 1073741824\r\n\r\n", 0, HTTP_HANG, NULL},
	{"/negative", HTTP_OK "Content-Length: -1\r\n\r\nx", 0, HTTP_CLOSE, NULL},
	{"/missing-endless", "HTTP/1.1 404 Not Found\r\n\r\n", 0, HTTP_FLOOD, KILOBYTE},
	{"/moved-endless", "HTTP/1.1 301 Moved\r\nLocation: /plain\r\n\r\n", 0, HTTP_FLOOD, KILOBYTE},
	{"/garbage", "0\x82\x01\x0a not HTTP at all\r\n\r\n", 0, HTTP_CLOSE, NULL},
	{"/garbage-endless", KILOBYTE, 0, HTTP_FLOOD, KILOBYTE},
	{"/tls", "\x15\x03\x03\0\x02\x02\x28", 7, HTTP_CLOSE, NULL},
	{"/closed", "", 0, HTTP_CLOSE, NULL},
	{"/reset", "", 0, HTTP_RESET, NULL},
	{"/short", HTTP_OK "Content-Length: 10\r\n\r\nshort", 0, HTTP_CLOSE, NULL},
	{"/to-file", HTTP_TO("file:///etc/passwd"), 0, HTTP_CLOSE, NULL},
	{"/to-ftp", HTTP_TO("ftp://aia.example.net/"), 0, HTTP_CLOSE, NULL},
	{"/to-gopher", HTTP_TO("gopher://aia.example.net:25/_HELO"), 0, HTTP_CLOSE, NULL},
	{"/to-dict", HTTP_TO("dict://aia.example.net:6379/x"), 0, HTTP_CLOSE, NULL},
	{"/to-https", HTTP_TO("https://aia.example.net/"), 0, HTTP_CLOSE, NULL},
	{"/to-user", HTTP_TO("http://admin:admin@aia.example.net:$PORT/plain"), 0, HTTP_CLOSE, NULL},
	{"/to-loopback", HTTP_TO("http://127.0.0.1:$PORT/plain"), 0, HTTP_CLOSE, NULL},
	{"/to-loopback6", HTTP_TO("//[::1]:$PORT/plain"), 0, HTTP_CLOSE, NULL},
	{"/to-number", HTTP_TO("http://2130706433:$PORT/plain"), 0, HTTP_CLOSE, NULL},
	{"/to-lan", HTTP_TO("http://lan.example.net/"), 0, HTTP_CLOSE, NULL},
	{"/to-port", HTTP_TO("http://aia.example.net:$PORT/plain"), 0, HTTP_CLOSE, NULL},
	{"/to-itself", HTTP_TO("http://aia.example.net/plain"), 0, HTTP_CLOSE, NULL},
	{"/drip", HTTP_OK "Content-Length: 1000000\r\n\r\n", 0, HTTP_DRIP, "."},
	{"/drip-headers", HTTP_OK, 0, HTTP_DRIP, "X: y\r\n"},
};

static void
floods_end_at_a_limit(void **state)
{
	static const struct fetches_case cases[] = {
		{"/endless", FAULT_LIMIT, 200, "more than 1048576 bytes", NULL},
		{"/endless-chunks", FAULT_LIMIT, 200, "more than 1048576 bytes", NULL},
		{"/endless-headers", FAULT_LIMIT, 200, "more than 64 KiB of HTTP headers", NULL},
		{"/endless-line", FAULT_PROTOCOL, 200, "127.0.0.1: ", NULL},
		{"/endless-continue", FAULT_LIMIT, 100, "more than 64 KiB of HTTP headers", NULL},
		{"/endless-trailers", FAULT_LIMIT, 200, "more than 64 KiB of HTTP headers", NULL},
		{"/gigabyte", FAULT_LIMIT, 200, "more than 1048576 bytes", NULL},
		{"/gigabyte-later", FAULT_LIMIT, 200, "more than 1048576 bytes", NULL},
		{"/missing-endless", FAULT_REPLY, 404, "HTTP status 404", NULL},
		{"/moved-endless", FAULT_NONE, 200, "plain", "/moved-endless /plain"},
	};

	(void)state;
	fetches_check(rows, COUNT(rows), cases, COUNT(cases));
}

static void
what_is_no_http_is_a_fault(void **state)
{
	static const struct fetches_case cases[] = {
		{"/garbage", FAULT_PROTOCOL, 0, "127.0.0.1: ", NULL},
		{"/garbage-endless", FAULT_PROTOCOL, 0, "127.0.0.1: ", NULL},
		{"/tls", FAULT_PROTOCOL, 0, "127.0.0.1: ", NULL},
		{"/closed", FAULT_CLOSED, 0, "127.0.0.1: ", NULL},
		{"/reset", FAULT_RESET, 0, "127.0.0.1: ", NULL},
		{"/short", FAULT_CLOSED, 200, "127.0.0.1: ", NULL},
		{"/negative", FAULT_PROTOCOL, 200, "127.0.0.1: ", NULL},
	};

	(void)state;
	fetches_check(rows, COUNT(rows), cases, COUNT(cases));
}

static void
redirects_lead_to_no_other_scheme_user_or_address(void **state)
{
	static const struct fetches_case cases[] = {
		{"/to-file", FAULT_USAGE, 0, "only http: is asked, not file:", NULL},
		{"/to-ftp", FAULT_USAGE, 0, "only http: is asked, not ftp:", NULL},
		{"/to-gopher", FAULT_USAGE, 0, "only http: is asked, not gopher:", NULL},
		{"/to-dict", FAULT_USAGE, 0, "only http: is asked, not dict:", NULL},
		{"/to-https", FAULT_USAGE, 0, "only http: is asked, not https:", NULL},
		{"/to-user", FAULT_USAGE, 0, "no URL that can be asked: ", NULL},
		{"/to-loopback", FAULT_USAGE, 0, "an address, 127.0.0.1", NULL},
		{"/to-loopback6", FAULT_USAGE, 0, "an address, [::1]", NULL},
		{"/to-number", FAULT_USAGE, 0, "an address, 127.0.0.1", NULL},
	};

	(void)state;
	fetches_check(rows, COUNT(rows), cases, COUNT(cases));
}

static void
forbid_private(void *arg, const char *path)
{
	struct fetches *t = arg;

	(void)path;
	t->allow_private = false;
}

/* The first server is on loopback, so it is asked while that is allowed; what it leads to is not. */
static void
redirects_lead_to_no_private_address_and_no_other_port(void **state)
{
	static const struct fetches_case cases[] = {
		{"/to-lan", FAULT_USAGE, 0, "lan.example.net is at 10.0.0.1: no private address", NULL},
		{"/to-port", FAULT_USAGE, 0, "only 80, without --allow-private", NULL},
		/* A name that was good for the first request is resolved and judged again for the second. */
		{"/to-itself", FAULT_USAGE, 0, "aia.example.net is at 127.0.0.1: no private address", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fetches t;
		char *url = text_new("http://aia.example.net:$PORT%s", cases[i].url);

		fetches_begin(&t, rows, COUNT(rows));
		t.http.asked = forbid_private;
		t.http.arg = &t;
		fetches_ask(&t, url);
		fetches_run(&t);
		assert_int_equal(t.told[0].fault.kind, FAULT_USAGE);
		assert_non_null(strstr(t.told[0].fault.text, cases[i].says));
		assert_null(strstr(t.told[0].asked, "lan.example.net"));
		assert_int_equal(t.http.guests, 1);
		free(url);
		fetches_forget(&t);
	}
}

static void
without_leave_no_private_address_is_asked(void **state)
{
	static const char *const hosts[] = {"aia.example.net", "alias.example.net", "mapped.example.net",
		"lan.example.net", "link.example.net", "null.example.net", "second.example.net", "localhost",
		"LOCALHOST."};

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct fetches t;
		char *url = text_new("http://%s/ca.der", hosts[i]);

		fetches_begin(&t, rows, COUNT(rows));
		t.allow_private = false;
		fetches_ask(&t, url);
		fetches_run(&t);
		if (t.told[0].fault.kind != FAULT_USAGE ||
			!strstr(t.told[0].fault.text, "without --allow-private"))
			fail_msg("%s: %s", hosts[i], t.told[0].fault.text);
		assert_string_equal(t.told[0].asked, "");
		assert_int_equal(t.told[0].status, 0);
		free(url);
		fetches_forget(&t);
	}
}

static void
the_limit_is_exact(void **state)
{
	static const struct {
		size_t bytes;
		enum fault_kind kind;
	} cases[] = {{5, FAULT_NONE}, {4, FAULT_LIMIT}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fetches t;

		fetches_begin(&t, rows, COUNT(rows));
		t.limits.bytes = cases[i].bytes;
		fetches_ask(&t, "http://aia.example.net:$PORT/plain");
		fetches_run(&t);
		assert_int_equal(t.told[0].fault.kind, cases[i].kind);
		fetches_forget(&t);
	}
}

static void
who_keeps_us_waiting_is_left_at_the_deadline(void **state)
{
	static const char *const urls[] = {"http://aia.example.net:$PORT/hang",
		"http://aia.example.net:$PORT/half", "http://aia.example.net:$PORT/drip",
		"http://aia.example.net:$PORT/drip-headers", "http://silent.example.net/"};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		struct fetches t;
		const struct fetched *r = &t.told[0];

		fetches_begin(&t, rows, COUNT(rows));
		t.limits.timeout_ms = 200;
		fetches_ask(&t, urls[i]);
		fetches_run(&t);
		/* The look-up has the same limit, and a busy machine may come to no more. */
		if (r->fault.kind != FAULT_TIMEOUT && (r->fault.kind != FAULT_DNS || r->asked[0]))
			fail_msg("%s: %s", urls[i], r->fault.text);
		assert_int_equal(r->status, 0);
		assert_int_equal(r->len, 0);
		fetches_forget(&t);
	}
}

static void
https_is_asked_with_leave_and_must_be_tls(void **state)
{
	struct fetches t;

	(void)state;
	fetches_begin(&t, rows, COUNT(rows));
	t.limits.https = true;
	fetches_ask(&t, "https://aia.example.net:$PORT/plain");
	fetches_run(&t);
	assert_int_equal(t.told[0].fault.kind, FAULT_TLS);
	assert_int_equal(t.told[0].status, 0);
	assert_int_equal(t.http.heard.len, 0);
	fetches_forget(&t);
}

static void
cancel_all(void *arg, const char *path)
{
	struct fetches *t = arg;

	(void)path;
	for (size_t i = 0; i < t->asked; i++) {
		if (t->under_way[i])
			http_cancel(t->under_way[i]);
	}
}

static void
close_all(void *arg, const char *path)
{
	(void)path;
	fetches_close(arg);
}

static void
gets_end_early_wherever_they_are(void **state)
{
	static void (*const ends[])(void *arg, const char *path) = {cancel_all, close_all};

	(void)state;
	for (size_t i = 0; i < COUNT(ends) * 2; i++) {
		struct fetches t;
		bool at_once = i % 2;

		fetches_begin(&t, rows, COUNT(rows));
		t.http.asked = ends[i / 2];
		t.http.arg = &t;
		fetches_ask(&t, "http://silent.example.net/");
		fetches_ask(&t, "http://aia.example.net:$PORT/hang");
		fetches_ask(&t, "file:///etc/passwd");
		if (at_once)
			ends[i / 2](&t, NULL);
		if (at_once)
			ends[i / 2](&t, NULL); /* twice is once */
		fetches_run(&t);
		assert_int_equal(t.told[0].fault.kind, FAULT_CANCELLED);
		assert_int_equal(t.told[1].fault.kind, FAULT_CANCELLED);
		assert_int_equal(t.told[2].fault.kind, FAULT_USAGE); /* that was settled before */
		assert_int_equal(t.told[1].asked[0] == '\0', at_once);
		fetches_forget(&t);
	}
}

static void
a_client_that_was_never_asked_closes(void **state)
{
	struct fetches t;

	(void)state;
	fetches_begin(&t, rows, COUNT(rows));
	fetches_close(&t);
	fetches_run(&t);
	http_client_close(NULL, NULL, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floods_end_at_a_limit),
		cmocka_unit_test(what_is_no_http_is_a_fault),
		cmocka_unit_test(redirects_lead_to_no_other_scheme_user_or_address),
		cmocka_unit_test(redirects_lead_to_no_private_address_and_no_other_port),
		cmocka_unit_test(without_leave_no_private_address_is_asked),
		cmocka_unit_test(the_limit_is_exact),
		cmocka_unit_test(who_keeps_us_waiting_is_left_at_the_deadline),
		cmocka_unit_test(https_is_asked_with_leave_and_must_be_tls),
		cmocka_unit_test(gets_end_early_wherever_they_are),
		cmocka_unit_test(a_client_that_was_never_asked_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
