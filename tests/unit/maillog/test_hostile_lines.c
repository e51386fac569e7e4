/* Every sample line, cut off anywhere and spoilt anywhere, in memory of exactly its size: AddressSanitizer
 * sees each byte that is read past it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "describe.h"
#include "maillog/lines.h"
#include "maillog/parse.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define NOW INT64_C(1795348800000)

static void
assert_inside(struct span part, struct span line)
{
	if (part.len)
		assert_true(part.at >= line.at && part.at + part.len <= line.at + line.len);
}

/* Parses a copy of exactly len bytes; reads every byte of every span. */
static void
parse_exactly(const char *bytes, size_t len)
{
	char *room = malloc(len ? len : 1);
	struct event e;

	assert_non_null(room);
	memcpy(room, bytes, len);
	maillog_parse((struct span){room, len}, NOW, &e);
	assert_inside(e.host, e.line);
	assert_inside(e.tag, e.line);
	assert_inside(e.text, e.line);
	assert_inside(e.tail, e.line);
	free(describe(&e));
	free(room);
}

static void
every_prefix(void *arg, struct span line)
{
	(void)arg;
	for (size_t len = 0; len <= line.len; len++)
		parse_exactly(line.at, len);
}

/* One byte in turn becomes what a parser looks for, or rubbish. */
static void
every_byte_spoilt(void *arg, struct span line)
{
	static const char spoilers[] = {
		',', '=', ' ', '"', '[', ']', ':', '\\', '<', '-', '0', '\0', (char)0xff};
	char *copy = mem_copy(line.at, line.len);

	(void)arg;
	for (size_t i = 0; i < line.len; i++) {
		copy[i] = spoilers[i % sizeof spoilers];
		parse_exactly(copy, line.len);
		copy[i] = line.at[i];
	}
	free(copy);
}

static void
each_line_of(const char *name, lines_cb *each)
{
	char *path = text_new("%s/logs/%s.log", TEST_DATA, name);
	struct lines *l = lines_new(each, NULL);
	unsigned char *bytes;
	size_t len;

	assert_int_equal(file_read(path, 1 << 24, &bytes, &len), 0);
	lines_feed(l, (const char *)bytes, len);
	lines_free(l);
	free(bytes);
	free(path);
}

static void
no_prefix_of_a_real_line_is_read_past_its_end(void **state)
{
	static const char *const names[] = {"set-cert-altnames-ll15.rfc3164", "set-cert-altnames-ll15.iso",
		"sni-dependent-relay.rfc5424", "daemon-and-queue.iso", "msp-local-submission.rfc5424"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		each_line_of(names[i], every_prefix);
}

static void
no_spoilt_line_is_read_past_its_end(void **state)
{
	static const char *const names[] = {
		"sni-dependent-relay.rfc3164", "many-recipients.iso", "dane-s817.rfc5424"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		each_line_of(names[i], every_byte_spoilt);
}

/* Forms that no real log in tests/data has. */
static void
no_prefix_of_a_rare_form_is_read_past_its_end(void **state)
{
	static const char *const lines[] = {
		"<22>Nov 22 07:42:22.123456 <mail.info> mail sm-mta[9]: [ID 702911 mail.notice] STARTTLS=client, start=ok",
		"Sun 2026-11-22 07:42:22 UTC mail sm-mta[9]: message repeated 3 times: [ STARTTLS: CACertFile missing]",
		"<21>1 2026-11-22T07:42:22.5-01:30 m s 9 I [a@1 b=\"]\\\"]\" c=\"\\]\"][d@2] \xEF\xBB\xBFruleset=try_tls, status=x",
		"Nov 22 07:42:22 mail last message repeated 3 times",
		"6AM7gAR0001342[2]: delay=2+00:00:01, reply=550 x, stat=User unknown ...",
		"ta_id=7, to=<\"a\\\\\", b\"@x.test>, [more], ctladdr=<c>, mailer=esmtp, relay=a [b] (may be forged), stat=Sent",
		"STARTTLS=server, error: load verify locs (null), (null) failed: 0",
		"STARTTLS=client, error: SSL_CTX_check_private_key failed(/etc/mail/k.key): 0",
		"STARTTLS=client, c_se_id=a1, relay=mx.example.org., verify=FAIL, bits=256/256, status=some text",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		every_prefix(NULL, span_of(lines[i]));
		every_byte_spoilt(NULL, span_of(lines[i]));
	}
}

/* A line as long as they are read, made of nothing but what costs: quotes, separators, digits. */
static void
a_line_of_one_byte_repeated_is_read_in_no_time(void **state)
{
	static const char *const units[] = {
		"\"", ", ", "\\\\\",", "[", "9", "<", ", relay=", ":", " ", "a=\", "};

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		struct text t = {NULL, 0, 0};
		struct event e;

		text_put(&t, "Nov 22 07:42:22 mail sm-mta[9]: 6AM7gAR0001342: to=");
		while (t.len < LINES_LONGEST - 64)
			text_put(&t, units[i]);
		text_put(&t, ", mailer=esmtp, stat=Sent");
		assert_true(maillog_parse((struct span){t.at, t.len}, NOW, &e));
		assert_true(e.kind == EVENT_DELIVERY);
		text_free(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_prefix_of_a_real_line_is_read_past_its_end),
		cmocka_unit_test(no_spoilt_line_is_read_past_its_end),
		cmocka_unit_test(no_prefix_of_a_rare_form_is_read_past_its_end),
		cmocka_unit_test(a_line_of_one_byte_repeated_is_read_in_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
