/* fetch against a small HTTP server on the same loop: what comes, redirects, addresses, ends. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "tests/unit/probe/fetches.h"

#include <stdlib.h>
#include <string.h>

#define DER "0\x82\x01\0binary"

static const struct http_row rows[] = {
	{"/ca.der",
		HTTP_OK
		"Content-Type: application/pkix-cert\r\nDate: Sun, 22 Nov 2026 20:00:00 GMT\r\n\r\n" DER,
		sizeof(HTTP_OK
			"Content-Type: application/pkix-cert\r\nDate: Sun, 22 Nov 2026 20:00:00 GMT\r\n\r\n" DER) -
			1,
		HTTP_CLOSE, NULL},
	{"/plain", HTTP_OK "Content-Length: 5\r\n\r\nplain", 0, HTTP_CLOSE, NULL},
	{"/whole", HTTP_OK "Content-Length: 5\r\n\r\nwhole", 0, HTTP_HANG, NULL},
	{"/chunked", HTTP_OK "Transfer-Encoding: chunked\r\n\r\n3\r\nin \r\n6\r\nchunks\r\n0\r\n\r\n", 0,
		HTTP_CLOSE, NULL},
	{"/packed", HTTP_OK "Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\npacked", 0, HTTP_CLOSE, NULL},
	{"/cookie", "HTTP/1.1 302 Found\r\nSet-Cookie: a=b\r\nLocation: /plain\r\nContent-Length: 0\r\n\r\n",
		0, HTTP_CLOSE, NULL},
	{"/empty", HTTP_OK "Content-Length: 0\r\n\r\n", 0, HTTP_CLOSE, NULL},
	{"/nothing", "HTTP/1.1 204 No Content\r\n\r\n", 0, HTTP_CLOSE, NULL},
	{"/one", HTTP_TO("/plain"), 0, HTTP_CLOSE, NULL},
	{"/two", HTTP_TO("http://other.example.net:$PORT/one#part"), 0, HTTP_CLOSE, NULL},
	{"/three", HTTP_TO("two"), 0, HTTP_CLOSE, NULL},
	{"/four", HTTP_TO("//aia.example.net:$PORT/three"), 0, HTTP_CLOSE, NULL},
	{"/self", HTTP_TO("/self"), 0, HTTP_CLOSE, NULL},
	{"/circle", HTTP_TO("http://aia.example.net:$PORT/round"), 0, HTTP_CLOSE, NULL},
	{"/round", HTTP_TO("/circle"), 0, HTTP_CLOSE, NULL},
	{"/nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 0, HTTP_CLOSE, NULL},
	{"/unmoved", "HTTP/1.1 304 Not Modified\r\nLocation: /plain\r\n\r\n", 0, HTTP_CLOSE, NULL},
	{"/gone", HTTP_TO("http://nobody.example.net:$PORT/x"), 0, HTTP_CLOSE, NULL},
};

static void
a_certificate_comes_byte_for_byte_with_its_type_and_date(void **state)
{
	struct fetches t;
	const struct fetched *r = &t.told[0];
	char *url;

	(void)state;
	fetches_one(&t, rows, COUNT(rows), "http://aia.example.net:$PORT/ca.der");
	url = text_new("http://aia.example.net:%u/ca.der", t.http.port);
	assert_int_equal(r->fault.kind, FAULT_NONE);
	assert_int_equal(r->status, 200);
	assert_int_equal(r->len, sizeof DER - 1);
	assert_memory_equal(r->bytes, DER, sizeof DER - 1);
	assert_string_equal(r->type, "application/pkix-cert");
	assert_int_equal(r->date_ms, INT64_C(1795377600000));
	assert_string_equal(r->url, url);
	assert_string_equal(r->asked, url);
	free(url);
	fetches_forget(&t);
}

static void
bodies_come_in_any_form(void **state)
{
	static const struct fetches_case cases[] = {
		{"http://aia.example.net:$PORT/plain", FAULT_NONE, 200, "plain", "/plain"},
		{"HTTP://AIA.example.NET.:$PORT/plain#part", FAULT_NONE, 200, "plain", "/plain"},
		{"http://alias.example.net:$PORT/plain", FAULT_NONE, 200, "plain", "/plain"},
		{"http://aia.example.net:$PORT/whole", FAULT_NONE, 200, "whole", "/whole"},
		{"http://aia.example.net:$PORT/chunked", FAULT_NONE, 200, "in chunks", "/chunked"},
		{"http://aia.example.net:$PORT/packed", FAULT_NONE, 200, "packed", "/packed"},
		{"http://aia.example.net:$PORT/empty", FAULT_NONE, 200, "", "/empty"},
	};

	(void)state;
	fetches_check(rows, COUNT(rows), cases, COUNT(cases));
}

static void
what_a_server_has_not_is_told_with_its_status(void **state)
{
	static const struct fetches_case cases[] = {
		{"http://aia.example.net:$PORT/missing", FAULT_REPLY, 404, "HTTP status 404", "/missing"},
		{"http://aia.example.net:$PORT/nothing", FAULT_REPLY, 204, "HTTP status 204", "/nothing"},
		{"http://aia.example.net:$PORT/nowhere", FAULT_REPLY, 302, "HTTP status 302", "/nowhere"},
		{"http://aia.example.net:$PORT/unmoved", FAULT_REPLY, 304, "HTTP status 304", "/unmoved"},
	};

	(void)state;
	fetches_check(rows, COUNT(rows), cases, COUNT(cases));
}

static void
three_redirects_are_followed_and_no_more(void **state)
{
	static const struct fetches_case cases[] = {
		{"http://aia.example.net:$PORT/one", FAULT_NONE, 200, "plain", "/one /plain"},
		{"http://aia.example.net:$PORT/three", FAULT_NONE, 200, "plain", "/three /two /one /plain"},
		{"http://aia.example.net:$PORT/four", FAULT_LIMIT, 302, "more than 3 redirects",
			"/four /three /two /one"},
		{"http://aia.example.net:$PORT/self", FAULT_LIMIT, 0, "in a circle", "/self"},
		{"http://aia.example.net:$PORT/circle", FAULT_LIMIT, 0, "in a circle", "/circle /round"},
		{"http://aia.example.net:$PORT/gone", FAULT_DNS, 0, "nobody.example.net does not exist",
			"/gone"},
	};

	(void)state;
	fetches_check(rows, COUNT(rows), cases, COUNT(cases));
}

static void
a_get_without_redirects_follows_none(void **state)
{
	struct fetches t;

	(void)state;
	fetches_begin(&t, rows, COUNT(rows));
	t.limits.redirects = 0;
	fetches_ask(&t, "http://aia.example.net:$PORT/one");
	fetches_run(&t);
	assert_int_equal(t.told[0].fault.kind, FAULT_LIMIT);
	assert_int_equal(t.http.guests, 1);
	fetches_forget(&t);
}

static void
hosts_that_cannot_be_reached_say_why(void **state)
{
	static const struct fetches_case cases[] = {
		{"http://nobody.example.net/", FAULT_DNS, 0, "nobody.example.net does not exist", ""},
		{"http://mail.example.net/", FAULT_DNS, 0, "mail.example.net has no address", ""},
		{"http://broken.example.net/", FAULT_DNS, 0, "broken.example.net: SERVFAIL", ""},
		{"http://refusing.example.net:$PORT/x", FAULT_REFUSED, 0, "127.0.0.2: connection refused",
			"/x"},
	};

	(void)state;
	fetches_check(rows, COUNT(rows), cases, COUNT(cases));
}

static void
the_next_address_is_asked_when_the_first_refuses(void **state)
{
	struct fetches t;

	(void)state;
	fetches_one(&t, rows, COUNT(rows), "http://second.example.net:$PORT/plain");
	assert_int_equal(t.told[0].fault.kind, FAULT_NONE);
	assert_string_equal(t.told[0].bytes, "plain");
	assert_int_equal(t.http.guests, 1);
	fetches_forget(&t);
}

static void
the_request_tells_nothing_but_what_is_wanted(void **state)
{
	static const char *const never[] = {
		"Cookie:", "Accept-Encoding:", "Authorization:", "Referer:", "Range:"};
	struct fetches t;

	(void)state;
	setenv("http_proxy", "http://127.0.0.2:1/", 1);
	setenv("all_proxy", "http://127.0.0.2:1/", 1);
	fetches_one(&t, rows, COUNT(rows), "http://aia.example.net:$PORT/cookie");
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	assert_string_equal(t.told[0].bytes, "plain");
	assert_int_equal(t.http.guests, 2);
	assert_non_null(strstr(t.http.heard.at, "GET /plain HTTP/1.1\r\nHost: aia.example.net:"));
	assert_non_null(strstr(t.http.heard.at, "User-Agent: verifail/"));
	for (size_t i = 0; i < COUNT(never); i++)
		assert_null(strcasestr(t.http.heard.at, never[i]));
	fetches_forget(&t);
}

static void
several_at_once_do_not_mix(void **state)
{
	static const char *const paths[] = {
		"plain", "three", "missing", "whole", "chunked", "self", "plain", "ca.der"};
	struct fetches t;

	(void)state;
	fetches_begin(&t, rows, COUNT(rows));
	for (size_t i = 0; i < COUNT(paths); i++) {
		char *url = text_new("http://%s.example.net:$PORT/%s", i % 2 ? "aia" : "other", paths[i]);

		fetches_ask(&t, url);
		free(url);
	}
	fetches_run(&t);
	assert_string_equal(t.told[0].bytes, "plain");
	assert_string_equal(t.told[1].bytes, "plain");
	assert_int_equal(t.told[2].status, 404);
	assert_string_equal(t.told[3].bytes, "whole");
	assert_string_equal(t.told[4].bytes, "in chunks");
	assert_int_equal(t.told[5].fault.kind, FAULT_LIMIT);
	assert_string_equal(t.told[6].bytes, "plain");
	assert_int_equal(t.told[7].len, sizeof DER - 1);
	fetches_forget(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_comes_byte_for_byte_with_its_type_and_date),
		cmocka_unit_test(bodies_come_in_any_form),
		cmocka_unit_test(what_a_server_has_not_is_told_with_its_status),
		cmocka_unit_test(three_redirects_are_followed_and_no_more),
		cmocka_unit_test(a_get_without_redirects_follows_none),
		cmocka_unit_test(hosts_that_cannot_be_reached_say_why),
		cmocka_unit_test(the_next_address_is_asked_when_the_first_refuses),
		cmocka_unit_test(the_request_tells_nothing_but_what_is_wanted),
		cmocka_unit_test(several_at_once_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
