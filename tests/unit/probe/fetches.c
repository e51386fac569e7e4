#include "tests/unit/cm.h"

#include "tests/unit/probe/fetches.h"

#include "base/mem.h"

#include <ldns/ldns.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct names_row hosts[] = {
	{"aia.example.net.", 0, {"aia.example.net. A 127.0.0.1"}},
	{"other.example.net.", 0, {"other.example.net. A 127.0.0.1"}},
	{"alias.example.net.", 0,
		{"alias.example.net. CNAME aia.example.net.", "aia.example.net. A 127.0.0.1"}},
	{"mapped.example.net.", 0, {"mapped.example.net. AAAA ::ffff:127.0.0.1"}},
	{"lan.example.net.", 0, {"lan.example.net. A 10.0.0.1", "lan.example.net. AAAA fd00::1"}},
	{"link.example.net.", 0, {"link.example.net. A 169.254.169.254", "link.example.net. AAAA fe80::1"}},
	{"null.example.net.", 0, {"null.example.net. A 0.0.0.0", "null.example.net. AAAA ::1"}},
	/* 127.0.0.2 and ::1 have no listener, and refuse at once. */
	{"second.example.net.", 0,
		{"second.example.net. A 127.0.0.2", "second.example.net. AAAA ::ffff:127.0.0.1"}},
	{"refusing.example.net.", 0, {"refusing.example.net. A 127.0.0.2"}},
	{"mail.example.net.", 0, {"mail.example.net. MX 10 aia.example.net."}},
	{"broken.example.net.", LDNS_RCODE_SERVFAIL, {NULL}},
	{"silent.example.net.", -1, {NULL}},
};

void
fetches_begin(struct fetches *t, const struct http_row *rows, size_t count)
{
	struct resolver_options options = {NULL, NULL};
	struct fault why;

	signal(SIGPIPE, SIG_IGN); /* the server writes to clients that are gone */
	*t = (struct fetches){.allow_private = true, .limits = HTTP_AIA_LIMITS};
	t->limits.timeout_ms = 60000;
	uv_loop_init(&t->loop);
	names_open(&t->names, &t->loop, hosts, COUNT(hosts));
	http_server_open(&t->http, &t->loop, rows, count);
	options.server = t->names.address;
	t->resolver = resolver_new(&t->loop, &options, &why);
	assert_non_null(t->resolver);
	t->client = http_client_new(&t->loop, t->resolver, &t->allow_private);
	assert_non_null(t->client);
}

static void
on_closed(void *arg)
{
	struct fetches *t = arg;

	assert_true(t->outside);
	assert_int_equal(t->ended, t->asked);
	t->closed++;
	http_server_close(&t->http);
	names_close(&t->names);
}

static struct fetched
copy(const struct http_result *r)
{
	struct fetched f = {.fault = r->fault, .status = r->status, .len = r->len, .date_ms = r->date_ms};
	struct text asked = {NULL, 0, 0};

	for (size_t i = 0; i < r->asked_count; i++)
		text_printf(&asked, "%s%s", i ? " " : "", r->asked[i]);
	f.bytes = mem_copy(r->bytes, r->len);
	f.type = mem_text(r->type);
	f.url = mem_text(r->url);
	f.asked = text_take(&asked);
	assert_true(r->ms >= 0);
	assert_int_equal(r->fault.kind != FAULT_NONE, r->fault.text[0] != '\0' && r->len == 0);
	return f;
}

void
fetches_close(struct fetches *t)
{
	struct http_client *f = t->client;
	bool outside = t->outside;

	if (!f)
		return;
	t->client = NULL;
	t->outside = false;
	http_client_close(f, on_closed, t);
	resolver_close(t->resolver);
	t->outside = outside;
}

struct asking {
	struct fetches *trial;
	size_t at;
};

static void
on_done(void *arg, const struct http_result *r)
{
	struct asking *asking = arg;
	struct fetches *t = asking->trial;

	assert_true(t->outside);
	assert_non_null(t->under_way[asking->at]); /* once */
	t->under_way[asking->at] = NULL;
	t->told[asking->at] = copy(r);
	free(asking);
	if (++t->ended == t->asked)
		fetches_close(t);
}

static char *
with_port(const struct fetches *t, const char *url)
{
	const char *port = strstr(url, "$PORT");

	return port ? text_new("%.*s%u%s", (int)(port - url), url, t->http.port, port + 5) : mem_text(url);
}

void
fetches_ask(struct fetches *t, const char *url)
{
	struct asking *asking = mem_new(1, sizeof *asking);
	char *whole = with_port(t, url);
	bool outside = t->outside;

	assert_true(t->asked < FETCHES);
	*asking = (struct asking){t, t->asked++};
	t->outside = false;
	t->under_way[asking->at] = http_get(t->client, whole, &t->limits, on_done, asking);
	t->outside = outside;
	free(whole);
}

void
fetches_run(struct fetches *t)
{
	t->outside = true;
	uv_run(&t->loop, UV_RUN_DEFAULT);
	assert_int_equal(t->closed, 1);
	assert_int_equal(uv_loop_close(&t->loop), 0);
}

void
fetches_forget(struct fetches *t)
{
	for (size_t i = 0; i < t->asked; i++) {
		free(t->told[i].bytes);
		free(t->told[i].type);
		free(t->told[i].url);
		free(t->told[i].asked);
	}
	text_free(&t->http.heard);
}

void
fetches_one(struct fetches *t, const struct http_row *rows, size_t count, const char *url)
{
	fetches_begin(t, rows, count);
	fetches_ask(t, url);
	fetches_run(t);
}

/* The paths of "http://host:port/a http://host:port/b": "/a /b". */
static char *
paths_of(const char *asked, size_t *count)
{
	struct text t = {NULL, 0, 0};
	struct span rest = span_of(asked), url;

	for (*count = 0; rest.len; ++*count) {
		span_cut(&rest, " ", &url);
		url = span_skip(url, strlen("http://"));
		text_printf(&t, "%s%.*s", t.len ? " " : "", (int)(url.len - strcspn(url.at, "/")),
			url.at + strcspn(url.at, "/"));
	}
	return text_take(&t);
}

static void
check(const struct http_row *rows, size_t count, const struct fetches_case *c)
{
	struct fetches t;
	const struct fetched *r = &t.told[0];
	char *url = text_new("%s%s", c->url[0] == '/' ? "http://aia.example.net:$PORT" : "", c->url), *paths;
	size_t guests;

	fetches_one(&t, rows, count, url);
	paths = paths_of(r->asked, &guests);
	if (r->fault.kind == FAULT_REFUSED)
		guests--;
	if (r->fault.kind != c->kind || r->status != c->status ||
		strcmp(paths, c->asked ? c->asked : c->url) != 0 || t.http.guests != guests ||
		!strstr(c->kind == FAULT_NONE ? r->bytes : r->fault.text, c->says))
		fail_msg("%s: %s \"%s\", status %d, asked %s, %zu connections, %zu bytes", c->url,
			fault_word(r->fault.kind), r->fault.text, r->status, paths, t.http.guests, r->len);
	free(paths);
	free(url);
	fetches_forget(&t);
}

void
fetches_check(const struct http_row *rows, size_t count, const struct fetches_case *cases, size_t case_count)
{
	for (size_t i = 0; i < case_count; i++)
		check(rows, count, &cases[i]);
}
