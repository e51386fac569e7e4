/* The lab's HTTP server: what certificates name as the place of their issuer says what its table says. */
#include "lab.h"
#include "talk.h"
#include "web_answers.h"

#include "base/text.h"
#include "tests/unit/cm.h"

#include <openssl/pkcs7.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
	uv_loop_t loop;
	struct hatch hatch;
	struct pki *pki;
	struct web *web;
	unsigned port;
	bool closed;
};

static void
all_closed(void *arg)
{
	struct bench *b = arg;

	b->closed = true;
}

static int
start(void **state)
{
	static struct bench b;
	size_t count;
	const struct cert_spec *specs = personality_certificates(&count);

	uv_loop_init(&b.loop);
	b.hatch = (struct hatch){.done = all_closed, .arg = &b};
	b.web = web_start(&b.loop, &b.hatch);
	b.pki = pki_new_naming(specs, count, time(NULL), web_base(b.web));
	web_serve(b.web, b.pki);
	assert_int_equal(sscanf(web_base(b.web), "http://aia.example.net:%u", &b.port), 1);
	*state = &b;
	return 0;
}

static int
end(void **state)
{
	struct bench *b = *state;

	b->hatch.closing = true;
	web_close(b->web);
	while (!b->closed)
		uv_run(&b->loop, UV_RUN_ONCE);
	web_free(b->web);
	pki_free(b->pki);
	return uv_loop_close(&b->loop);
}

/* What is answered to a GET, up to the words, or to the end when they are NULL. The caller ends the talk. */
static struct talk *
get(struct bench *b, const char *path, const char *until, const char *room[1])
{
	static char request[300];
	static struct talk_step step;
	struct talk *t;

	snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: aia.example.net\r\n\r\n", path);
	step = (struct talk_step){request, until};
	t = talk_start(&b->loop, WEB_ADDRESS, b->port, &step, 1);
	talk_wait(t);
	*room = talk_heard(t);
	return t;
}

static void
pages_say_what_their_rows_say(void **state)
{
	static const struct {
		const char *path, *until, *says;
	} cases[] = {
		{"/int.der", "pkix-cert\r\n", "HTTP/1.1 200 OK\r\n"},
		{"/int.pem", NULL, "-----BEGIN CERTIFICATE-----\n"},
		{"/hop-4", NULL, "\r\nLocation: /hop-3\r\n"},
		{"/to-file", NULL, "\r\nLocation: file:///etc/ssl/certs/ca-certificates.crt\r\n"},
		{"/circle-2", NULL, "\r\nLocation: http://aia.example.net:"},
		{"/empty", NULL, "\r\nContent-Length: 0\r\n\r\n"},
		{"/garbage", NULL, "no certificate"},
		{"/no-http", NULL, "220 mx-good.example.net ESMTP lab\r\n"},
		{"/nowhere", NULL, "HTTP/1.1 404 Not Found\r\n"},
		{"/drip", "Content-Length: 1200\r\n", "HTTP/1.1 200 OK\r\n"},
		{"/endless", "\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
		{"/gigabyte", "\r\n\r\n", "\r\nContent-Length: 1073741824\r\n"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *heard;
		struct talk *t = get(b, cases[i].path, cases[i].until, &heard);

		if (!strstr(heard, cases[i].says))
			fail_msg("%s: %.200s", cases[i].path, heard);
		talk_end(t);
	}
	assert_int_equal(web_saw(b->web).connections, COUNT(cases));
	assert_non_null(strstr(web_saw(b->web).asked, "/to-file\n/circle-2\n/empty\n"));
}

/* The number of certificates in a PKCS#7 answer. */
static int
certificates_of(const struct pki *pki, const char *path)
{
	struct text out = {0};
	const unsigned char *at;
	PKCS7 *bag;
	int count;

	assert_int_equal(web_answer(pki, "http://aia.example.net", path, &out), WEB_ENDS);
	at = (const unsigned char *)strstr(out.at, "\r\n\r\n") + 4;
	bag = d2i_PKCS7(NULL, &at, (long)(out.len - (size_t)((const char *)at - out.at)));
	assert_non_null(bag);
	assert_true(PKCS7_type_is_signed(bag));
	assert_ptr_equal(at, out.at + out.len);
	count = sk_X509_num(bag->d.sign->cert);
	PKCS7_free(bag);
	text_free(&out);
	return count;
}

static void
bags_hold_certificates_alone(void **state)
{
	static const struct {
		const char *path;
		int count;
	} cases[] = {{"/int.p7c", 3}, {"/namesakes.p7c", 100}, {"/strangers.p7c", 99}};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(certificates_of(b->pki, cases[i].path), cases[i].count);
}

/* Who hears nothing hangs up; the server forgets him. */
static void
silence_and_floods_end_with_the_client(void **state)
{
	static const char *const paths[] = {"/silent", "/endless", "/drip"};
	struct bench *b = *state;
	uint64_t before = web_saw(b->web).bytes;

	for (size_t i = 0; i < COUNT(paths); i++) {
		struct talk_step step = {"", ""};
		char *request = text_new("GET %s HTTP/1.1\r\n\r\n", paths[i]);
		struct talk *t;

		step.say = request;
		t = talk_start(&b->loop, WEB_ADDRESS, b->port, &step, 1);
		while (!strstr(web_saw(b->web).asked, paths[i]))
			uv_run(&b->loop, UV_RUN_ONCE);
		talk_end(t);
		free(request);
	}
	while (web_saw(b->web).open)
		uv_run(&b->loop, UV_RUN_ONCE);
	assert_true(web_saw(b->web).bytes - before < 64u << 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_say_what_their_rows_say),
		cmocka_unit_test(bags_hold_certificates_alone),
		cmocka_unit_test(silence_and_floods_end_with_the_client),
	};

	return cmocka_run_group_tests(tests, start, end);
}
