/* One transfer: it goes to the address that was pinned, and not even there when that is private. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "probe/transfer.h"
#include "tests/unit/probe/http.h"

#include <stdlib.h>
#include <string.h>

static const struct http_row rows[] = {
	{"/plain", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nplain", 0, HTTP_CLOSE, NULL},
	{"/hang", "", 0, HTTP_HANG, NULL},
};

struct trial {
	uv_loop_t loop;
	struct http http;
	struct curl_loop *curl;
	struct fetch_url *url;
	struct transfer *transfer;
	struct transfer_result result;
	char *body;
	int told, closed;
	bool drop;
};

static void
on_closed(void *arg)
{
	struct trial *t = arg;

	t->closed++;
}

static void
end(struct trial *t)
{
	curl_loop_close(t->curl, on_closed, t);
	http_close(&t->http);
}

static void
on_done(void *arg, const struct transfer_result *r)
{
	struct trial *t = arg;

	t->told++;
	t->result = *r;
	t->body = mem_copy(r->bytes, r->len);
	end(t);
}

static void
on_asked(void *arg, const char *path)
{
	struct trial *t = arg;

	(void)path;
	if (t->drop) {
		transfer_drop(t->transfer);
		end(t);
	}
}

static void
run(struct trial *t, const char *path, const char *address, bool allow_private)
{
	static const struct fetch_rules rules = {true, false};
	struct transfer_order order = {.allow_private = allow_private, .connect_ms = 60000, .bytes = 100};
	char *url;

	uv_loop_init(&t->loop);
	http_open(&t->http, &t->loop, rows, COUNT(rows));
	t->http.asked = on_asked;
	t->http.arg = t;
	t->curl = curl_loop_new(&t->loop);
	assert_non_null(t->curl);
	url = text_new("http://aia.example.net:%u%s", t->http.port, path);
	order.url = t->url = fetch_url_new(url, NULL, &rules, NULL);
	assert_true(address_parse(span_of(address), &order.address));
	t->transfer = transfer_start(t->curl, &order, on_done, t);
	assert_int_equal(t->told, 0);
	uv_run(&t->loop, UV_RUN_DEFAULT);
	assert_int_equal(t->closed, 1);
	assert_int_equal(uv_loop_close(&t->loop), 0);
	free(url);
}

static void
forget(struct trial *t)
{
	free(t->body);
	fetch_url_free(t->url);
	text_free(&t->http.heard);
}

static void
the_pinned_address_is_asked_under_the_name(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::ffff:127.0.0.1"};

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct trial t = {0};

		run(&t, "/plain", addresses[i], true);
		assert_int_equal(t.told, 1);
		assert_int_equal(t.result.fault.kind, FAULT_NONE);
		assert_true(t.result.connected);
		assert_string_equal(t.body, "plain");
		assert_non_null(strstr(t.http.heard.at, "Host: aia.example.net:"));
		forget(&t);
	}
}

static void
the_wall_stands_at_the_socket(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.1",
		"169.254.169.254", "fe80::1", "fd00::1", "0.0.0.0"};

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct trial t = {0};

		run(&t, "/plain", addresses[i], false);
		assert_int_equal(t.told, 1);
		assert_int_equal(t.result.fault.kind, FAULT_USAGE);
		assert_non_null(strstr(t.result.fault.text, addresses[i]));
		assert_false(t.result.connected);
		assert_int_equal(t.http.guests, 0);
		forget(&t);
	}
}

static void
a_dropped_transfer_tells_nothing(void **state)
{
	struct trial t = {.drop = true};

	(void)state;
	run(&t, "/hang", "127.0.0.1", true);
	assert_int_equal(t.told, 0);
	assert_int_equal(t.http.guests, 1);
	forget(&t);
	transfer_drop(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pinned_address_is_asked_under_the_name),
		cmocka_unit_test(the_wall_stands_at_the_socket),
		cmocka_unit_test(a_dropped_transfer_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
