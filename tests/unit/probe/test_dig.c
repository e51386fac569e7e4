/* Answers printed as dig prints them. */
#include "tests/unit/cm.h"

#include "base/mem.h"
#include "probe/dig.h"

#include <stdlib.h>
#include <string.h>

/* mx.example.net. A with a CNAME before it, as it came over the wire. */
static const unsigned char packet[] = "\x12\x34\x81\x80\0\1\0\2\0\0\0\0"
				      "\5alias\7example\3net\0\0\1\0\1"
				      "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\5\2mx\xc0\x12"
				      "\xc0\x2f\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1";

static struct answer *
answer_with_packet(size_t len)
{
	struct answer *a = answer_new("alias.example.net", DNS_A);

	a->packet = mem_copy(packet, len);
	a->packet_len = len;
	a->status = DNS_INSECURE;
	a->ms = 7;
	return a;
}

static void
an_answer_is_printed_with_header_sections_time_and_state(void **state)
{
	static const char *const parts[] = {"; dig A alias.example.net\n",
		";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4660\n",
		";; QUESTION SECTION:\n;alias.example.net.\tIN\tA\n",
		";; ANSWER SECTION:\nalias.example.net.\t60\tIN\tCNAME\tmx.example.net.\n",
		"mx.example.net.\t60\tIN\tA\t192.0.2.1\n",
		";; Query time: 7 msec\n;; DNSSEC: bogus (signature expired)\n"};
	struct answer *a = answer_with_packet(sizeof packet - 1);
	char *text;

	(void)state;
	a->status = DNS_BOGUS;
	a->why = mem_text("signature expired");
	text = dig_text(a);
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!strstr(text, parts[i]))
			fail_msg("\"%s\" is not in:\n%s", parts[i], text);
	}
	assert_null(strstr(text, "AUTHORITY SECTION"));
	free(text);
	answer_unref(a);
}

static void
a_packet_cut_at_any_byte_is_no_answer(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof packet - 1; len++) {
		struct answer *a = answer_with_packet(len);
		char *text = dig_text(a);

		assert_non_null(strstr(text, ";; no answer: insecure\n"));
		assert_non_null(strstr(text, ";; Query time: 7 msec\n"));
		free(text);
		answer_unref(a);
	}
}

static void
a_failed_answer_says_why(void **state)
{
	struct answer *a = answer_new("mx.example.net", DNS_AAAA);
	char *text;

	(void)state;
	a->status = DNS_FAILED;
	a->why = mem_text("SERVFAIL");
	text = dig_text(a);
	assert_string_equal(text, "; dig AAAA mx.example.net\n;; no answer: SERVFAIL\n\n"
				  ";; Query time: 0 msec\n;; DNSSEC: failed (SERVFAIL)\n");
	free(text);
	answer_unref(a);
}

static void
records_are_printed_as_in_a_zone_file(void **state)
{
	static const struct {
		int type;
		const char *data;
		size_t len;
		const char *text;
	} cases[] = {
		{DNS_A, "\xc0\0\2\1", 4, "192.0.2.1"},
		{DNS_AAAA, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x25", 16, "2001:db8::25"},
		{DNS_MX, "\0\x0a\2mx\7example\3net", 18, "10 mx.example.net."},
		{DNS_PTR, "\2mx\7example\3net", 16, "mx.example.net."},
		{DNS_TXT, "\5hello\3a\"b", 10, "\"hello\" \"a\\\"b\""},
		{DNS_TLSA, "\3\1\1\xaa\xbb", 5, "3 1 1 aabb"},
		{DNS_MX, "\0\0\0", 3, "0 ."},
		{DNS_A, "\xc0\0\2", 3, "\\# 3 c00002"},
		{DNS_MX, "\0", 1, "\\# 1 00"},
		{DNS_PTR, "\77abc", 4, "\\# 4 3f616263"},
		{DNS_A, "", 0, "\\# 0"},
		{DNS_PTR, "\3\033[m\0", 5, "\\027[m."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct answer *a = answer_new("mx.example.net", cases[i].type);
		char *text;

		a->records = mem_new(1, sizeof *a->records);
		a->count = 1;
		a->records[0] = (struct dns_record){mem_copy(cases[i].data, cases[i].len), cases[i].len};
		text = dig_record(a, 0);
		assert_string_equal(text, cases[i].text);
		free(text);
		answer_unref(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_printed_with_header_sections_time_and_state),
		cmocka_unit_test(a_packet_cut_at_any_byte_is_no_answer),
		cmocka_unit_test(a_failed_answer_says_why),
		cmocka_unit_test(records_are_printed_as_in_a_zone_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
