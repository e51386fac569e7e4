/* Which URLs are asked, and which never. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "base/text.h"
#include "probe/http_url.h"

#include <stdlib.h>
#include <string.h>

static const struct http_url_rules strict = {false, false}, any_port = {true, false}, https = {false, true};

static void
good_urls_are_taken_apart(void **state)
{
	static const struct {
		const struct http_url_rules *rules;
		const char *url, *text, *host;
		unsigned port;
	} cases[] = {
		{&strict, "http://aia.example.net/ca.der", "http://aia.example.net/ca.der", "aia.example.net",
			80},
		{&strict, "http://aia.example.net:80/ca.der", "http://aia.example.net/ca.der",
			"aia.example.net", 80},
		{&strict, "HTTP://AIA.Example.Net", "http://AIA.Example.Net/", "AIA.Example.Net", 80},
		{&strict, "http://aia.example.net./x#part", "http://aia.example.net./x", "aia.example.net",
			80},
		{&strict, "http://a%2eexample.net/", "http://a.example.net/", "a.example.net", 80},
		{&strict, "http://xn--bcher-kva.example/?q=%0d%0a", "http://xn--bcher-kva.example/?q=%0d%0a",
			"xn--bcher-kva.example", 80},
		{&any_port, "http://aia_1.example.net:8080/", "http://aia_1.example.net:8080/",
			"aia_1.example.net", 8080},
		{&https, "https://mta-sts.example.net/", "https://mta-sts.example.net/",
			"mta-sts.example.net", 443},
		{&https, "http://mta-sts.example.net/", "http://mta-sts.example.net/", "mta-sts.example.net",
			80},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault why = {.kind = FAULT_NONE};
		struct http_url *u = http_url_new(cases[i].url, NULL, cases[i].rules, &why);

		if (!u)
			fail_msg("%s: %s", cases[i].url, why.text);
		assert_string_equal(u->text, cases[i].text);
		assert_string_equal(u->host, cases[i].host);
		assert_int_equal(u->port, cases[i].port);
		http_url_free(u);
	}
	http_url_free(NULL);
}

struct refused {
	const char *url, *why;
};

static void
refuses(const struct refused *r, const struct http_url *base, const struct http_url_rules *rules)
{
	struct fault why = {.kind = FAULT_NONE};
	struct http_url *u = http_url_new(r->url, base, rules, &why);

	if (u || why.kind != FAULT_USAGE || !strstr(why.text, r->why))
		fail_msg("\"%s\": %s, \"%s\"", r->url, u ? u->text : "refused", why.text);
}

static void
other_schemes_are_refused(void **state)
{
	static const struct refused cases[] = {
		{"https://aia.example.net/", "not https:"},
		{"file:///etc/passwd", "not file:"},
		{"file:/etc/passwd", "not file:"},
		{"ftp://aia.example.net/", "not ftp:"},
		{"gopher://aia.example.net:25/_x", "not gopher:"},
		{"dict://aia.example.net:6379/x", "not dict:"},
		{"ldap://aia.example.net/CN=x", "not ldap:"},
		{"ldap:///CN=x?cACertificate", "not ldap:"},
		{"smb://aia.example.net/x", "not smb:"},
		{"javascript:alert(1)", "no URL"},
		{"data:text/plain,x", "no URL"},
		{"", "no URL"},
		{"aia.example.net/x", "no URL"},
		{"//aia.example.net/x", "no URL"},
		{"http:aia.example.net", "no URL"},
		{" http://aia.example.net/", "no URL"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		refuses(&cases[i], NULL, &strict);
}

/* However it is written, with any port allowed too. */
static void
hosts_that_are_no_names_are_refused(void **state)
{
	static const struct refused cases[] = {
		{"http://127.0.0.1/", "an address"},
		{"http://127.0.0.1./", "an address"},
		{"http://127.1/", "an address"},
		{"http://2130706433/", "an address"},
		{"http://0x7f000001/", "an address"},
		{"http://0x7f.0.0.1/", "an address"},
		{"http://0177.0.0.1/", "an address"},
		{"http://%31%32%37.0.0.1/", "an address"},
		{"http://aia.example.net.1/", "an address"},
		{"http://192.0.2.1:80/", "an address"},
		{"http://0/", "an address"},
		{"http://[::1]/", "an address"},
		{"http://[::ffff:127.0.0.1]/", "an address"},
		{"http://[fe80::1%25eth0]/", "an address"},
		{"http://[2001:db8::1]:8080/", "an address"},
		{"http://b\xc3\xbc.example/", "no name"},
		{"http://\xe2\x91\xa0.example/", "no name"},
		{"http://-aia.example.net/", "no name"},
		{"http://a..example.net/", "no name"},
		{"http://.example.net/", "no name"},
		{"http://aia.example.net../", "no name"},
		{"http://./", "no name"},
		{"http://a;b.example.net/", ""},
		{"http://a$(b).example.net/", ""},
		{"http://a%00.example.net/", "no URL"},
		{"http://a\\b/", "no URL"},
		{"http://a b.example.net/", "no URL"},
		{"http://a\tb.example.net/", "no URL"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		refuses(&cases[i], NULL, &strict);
		refuses(&cases[i], NULL, &any_port);
	}
}

static void
ports_users_and_line_ends_are_refused(void **state)
{
	static const struct refused cases[] = {
		{"http://aia.example.net:25/", "port 25 is not asked, only 80"},
		{"http://aia.example.net:443/", "port 443"},
		{"http://aia.example.net:99999/", "no URL"},
		{"http://aia.example.net:80:80/", "no URL"},
		{"http://user@aia.example.net/", "no URL"},
		{"http://user:password@aia.example.net/", "no URL"},
		{"http://@aia.example.net/", "no URL"},
		{"http://aia.example.net/\r\nX-Y: z", "no URL"},
		{"http://aia.example.net/a b", "no URL"},
		{"http://aia.example.net/\x01", "no URL"},
		{"http://aia.example.net/\x7f", "no URL"},
	};
	struct text t = {NULL, 0, 0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		refuses(&cases[i], NULL, &strict);
	refuses(&(struct refused){"http://aia.example.net:0/", ""}, NULL, &any_port);
	refuses(&(struct refused){"https://mta-sts.example.net:80/", "only 443"}, NULL, &https);
	text_put(&t, "http://aia.example.net/");
	while (t.len < HTTP_URL_LENGTH)
		text_put(&t, "a");
	http_url_free(http_url_new(t.at, NULL, &strict, NULL));
	text_put(&t, "a");
	refuses(&(struct refused){t.at, "longer than 2048 bytes"}, NULL, &strict);
	text_free(&t);
}

static void
redirects_are_read_relative_to_where_they_came_from(void **state)
{
	static const struct {
		const char *to, *text; /* NULL: refused */
	} cases[] = {
		{"/b", "http://aia.example.net:8080/b"},
		{"b?q#f", "http://aia.example.net:8080/x/b?q"},
		{"../../b", "http://aia.example.net:8080/b"},
		{"//other.example.net:81/b", "http://other.example.net:81/b"},
		{"http://other.example.net:82/b", "http://other.example.net:82/b"},
		{"//127.0.0.1/b", NULL},
		{"//user@other.example.net/b", NULL},
		{"https:///b", NULL},
		{"file:///etc/passwd", NULL},
		{"FILE:/etc/passwd", NULL},
	};
	struct fault why;
	struct http_url *base = http_url_new("http://aia.example.net:8080/x/y?z", NULL, &any_port, &why);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct http_url *u = http_url_new(cases[i].to, base, &any_port, &why);

		if (u || cases[i].text)
			assert_string_equal(u ? u->text : why.text,
				cases[i].text ? cases[i].text : "refused");
		http_url_free(u);
	}
	assert_string_equal(base->text, "http://aia.example.net:8080/x/y?z");
	http_url_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_urls_are_taken_apart),
		cmocka_unit_test(other_schemes_are_refused),
		cmocka_unit_test(hosts_that_are_no_names_are_refused),
		cmocka_unit_test(ports_users_and_line_ends_are_refused),
		cmocka_unit_test(redirects_are_read_relative_to_where_they_came_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
