#include "lab.h"
#include "talk.h"

#include "base/text.h"
#include "tests/unit/loop_turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WELL "mx-good.example.net"

struct bench {
	uv_loop_t loop;
	struct lab *lab;
};

static int
start(void **state)
{
	static struct bench bench;
	struct lab_options options = {.slow_ms = 30};

	uv_loop_init(&bench.loop);
	bench.lab = lab_start(&bench.loop, &options);
	*state = &bench;
	return 0;
}

static int
end(void **state)
{
	struct bench *bench = *state;

	lab_close(bench->lab);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	return uv_loop_close(&bench->loop);
}

/* The row of a host, with its number. */
static const struct personality *
row_of(const char *host, size_t *i)
{
	const struct personality *p;

	for (*i = 0; (p = personality_row(*i)); (*i)++)
		if (strcmp(p->host, host) == 0)
			return p;
	fail_msg("no relay is called %s", host);
	return NULL;
}

static struct talk *
talk_with(struct bench *bench, const char *host, const struct talk_step *steps, size_t count)
{
	size_t i;

	return talk_start(&bench->loop, row_of(host, &i)->address, lab_port(bench->lab), steps, count);
}

/* What OpenSSL says of each chain at Sendmail's level is what the table says that Sendmail logs. */
static void
every_chain_has_the_fault_of_its_row(void **state)
{
	struct bench *bench = *state;
	const struct personality *p;
	unsigned judged = 0;

	for (size_t i = 0; (p = personality_row(i)); i++) {
		char subject[512];
		int depth, code;

		if (!p->chain)
			continue;
		code = pki_judge(lab_pki(bench->lab), p->chain, 2, &depth, subject);
		if (code != p->code || depth != p->depth)
			fail_msg("%s: %d at %d, the table says %d at %d", p->host, code, depth, p->code,
				p->depth);
		assert_int_equal(code == 0, subject[0] == '\0');
		judged++;
	}
	assert_true(judged >= 35);
}

static void
rows_do_not_share_addresses(void **state)
{
	const struct personality *a, *b;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; (a = personality_row(i)); i++, count++)
		for (size_t j = i + 1; (b = personality_row(j)); j++)
			assert_string_not_equal(a->address, b->address);
	assert_true(count >= 40);
}

static void
each_relay_greets_and_answers_as_its_row_says(void **state)
{
	static const struct {
		const char *host, *say, *hears, *not ;
		int status;
	} cases[] = {
		{"mx-good.example.net", "EHLO me\r\n", "250-STARTTLS\r\n", "XXXX", 0},
		{"mx-no-starttls.example.org", "EHLO me\r\n", "250 SIZE", "STARTTLS", 0},
		{"mx-stripped.example.org", "EHLO me\r\n", "250-XXXXXXXA\r\n", "STARTTLS", 0},
		{"mx-454.example.org", "EHLO me\r\nSTARTTLS\r\n", "\r\n454 4.7.0 ", NULL, 0},
		{"mx-554.example.org", "EHLO me\r\nSTARTTLS\r\n", "\r\n554 5.7.3 ", NULL, 0},
		{"mx-334.example.org", "EHLO me\r\nSTARTTLS\r\n", "\r\n334 ", NULL, 0},
		{"mx-helo.example.org", "EHLO me\r\nHELO me\r\n", "\r\n250 mx-helo.example.org", "SIZE", 0},
		{"mx-drop.example.org", "EHLO me\r\nSTARTTLS\r\n", "220 2.0.0", NULL, UV_EOF},
		{"mx-closes.example.org", "EHLO me\r\nSTARTTLS\r\n", "220 2.0.0", NULL, 0},
		{"mx-inject.example.org", "EHLO me\r\nSTARTTLS\r\n", "\r\n250 2.0.0 injected\r\n", NULL, 0},
		{"mx-slow.example.org", "", "220 mx-slow.example.org", NULL, 0},
		{"mx-554-greeting.example.org", "", "nothing more", "220", UV_EOF},
		{"mx-421-greeting.example.org", "", "nothing more", "220", UV_EOF},
		{"mx-garbage.example.org", "", "nothing more", "220", UV_EOF},
		{"mx-endless.example.org", "", "220-mx-endless.example.org is not yet done\r\n220-",
			"\r\n220 ", 0},
		{"mx-refused.example.org", "", "220", NULL, UV_ECONNREFUSED},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct talk_step step = {cases[i].say, cases[i].hears};
		struct talk *t = talk_with(*state, cases[i].host, &step, 1);
		int status = talk_wait(t);

		if (status != cases[i].status || (cases[i].not &&strstr(talk_heard(t), cases[i].not )))
			fail_msg("%s: %s, heard: %s", cases[i].host, status ? uv_strerror(status) : "in time",
				talk_heard(t));
		talk_end(t);
	}
}

static void
plain_text_and_alerts_come_instead_of_a_handshake(void **state)
{
	static const struct {
		const char *host;
		const char *hears;
		int status;
	} cases[] = {
		{"mx-plain.example.org", "500 5.5.1 This is not TLS", UV_EOF},
		{"mx-alert.example.org", "\x15\x03\x03", UV_EOF},
		{"mx-closes.example.org", "", UV_EOF},
		{"mx-resets.example.org", "", UV_ECONNRESET},
	};

	static const struct talk_step steps[] = {
		{"EHLO me\r\nSTARTTLS\r\n", "220 2.0.0 Ready to start TLS\r\n"},
		{"\x16\x03\x01 something like a ClientHello", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct talk *t = talk_with(*state, cases[i].host, steps, 2);
		int status = talk_wait(t);

		if (status != cases[i].status || !strstr(talk_heard(t), cases[i].hears))
			fail_msg("%s: %s, heard: %s", cases[i].host, uv_strerror(status), talk_heard(t));
		talk_end(t);
	}
}

/* While others are answered, these say nothing: one from the start, one in the handshake. */
static void
the_silent_stay_silent(void **state)
{
	static const struct talk_step listen = {"EHLO me\r\n", NULL},
				      leave = {"NOOP\r\nNOOP\r\nQUIT\r\n", NULL};
	static const struct talk_step hello[] = {
		{"EHLO me\r\nSTARTTLS\r\n", "220 2.0.0 Ready to start TLS\r\n"}, {"\x16\x03\x01", "\n"}};
	struct bench *bench = *state;
	struct talk *silent = talk_with(bench, "mx-silent.example.org", &listen, 1);
	struct talk *hangs = talk_with(bench, "mx-hangs.example.org", hello, 2);
	size_t i;

	while (!strstr(talk_heard(hangs), "220 2.0.0"))
		loop_turn(&bench->loop);
	for (int n = 0; n < 5; n++) {
		struct talk *t = talk_with(bench, WELL, &leave, 1);

		assert_int_equal(talk_wait(t), UV_EOF);
		talk_end(t);
	}
	row_of("mx-silent.example.org", &i);
	assert_int_equal(lab_saw(bench->lab, i)->open, 1);
	assert_string_equal(talk_heard(silent), "");
	assert_string_equal(strstr(talk_heard(hangs), "220 2.0.0"), "220 2.0.0 Ready to start TLS\r\n");
	talk_end(silent);
	talk_end(hangs);
}

static void
mail_is_taken_and_counted(void **state)
{
	static const struct talk_step step = {
		"EHLO sender.example.org\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n"
		"Subject: MAIL\r\n\r\nQUIT\r\n..\r\n.\r\nQUIT\r\n",
		NULL};
	struct bench *bench = *state;
	struct talk *t = talk_with(bench, WELL, &step, 1);
	struct server_seen before;
	const struct server_seen *seen;
	size_t i;

	row_of(WELL, &i);
	seen = lab_saw(bench->lab, i);
	before = *seen;
	assert_int_equal(talk_wait(t), UV_EOF);
	assert_non_null(strstr(talk_heard(t), "\r\n354 "));
	assert_non_null(strstr(talk_heard(t), "\r\n250 2.0.0 accepted by the lab\r\n221 2.0.0 "));
	assert_int_equal(seen->mails, before.mails + 1);
	assert_int_equal(seen->delivered, before.delivered + 1);
	assert_int_equal(seen->quits, before.quits + 1);
	assert_string_equal(seen->ehlo, "sender.example.org");
	talk_end(t);
}

static void
ipv6_is_served_where_there_is_any(void **state)
{
	static const struct talk_step quit = {"QUIT\r\n", NULL};
	struct bench *bench = *state;
	struct talk *t;
	size_t i;

	row_of("mx-six.example.net", &i);
	if (!lab_has_ipv6(bench->lab)) {
		assert_null(lab_saw(bench->lab, i));
		skip();
	}
	t = talk_with(bench, "mx-six.example.net", &quit, 1);
	talk_wait(t);
	assert_int_equal(strncmp(talk_heard(t), "220 mx-six.example.net ", 23), 0);
	assert_int_equal(lab_saw(bench->lab, i)->quits, 1);
	talk_end(t);
}

static void
two_labs_live_side_by_side(void **state)
{
	static const struct talk_step quit = {"QUIT\r\n", "221 2.0.0"};
	struct bench *bench = *state;
	struct lab_options options = {.slow_ms = 1};
	struct lab *other = lab_start(&bench->loop, &options);
	struct talk *t = talk_start(&bench->loop, "127.0.40.1", lab_port(other), &quit, 1);

	assert_int_not_equal(lab_port(other), lab_port(bench->lab));
	assert_string_not_equal(lab_resolver(other), lab_resolver(bench->lab));
	assert_string_not_equal(lab_folder(other), lab_folder(bench->lab));
	assert_int_equal(talk_wait(t), 0);
	talk_end(t);
	lab_close(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_chain_has_the_fault_of_its_row),
		cmocka_unit_test(rows_do_not_share_addresses),
		cmocka_unit_test(each_relay_greets_and_answers_as_its_row_says),
		cmocka_unit_test(plain_text_and_alerts_come_instead_of_a_handshake),
		cmocka_unit_test(the_silent_stay_silent),
		cmocka_unit_test(mail_is_taken_and_counted),
		cmocka_unit_test(ipv6_is_served_where_there_is_any),
		cmocka_unit_test(two_labs_live_side_by_side),
	};

	return cmocka_run_group_tests(tests, start, end);
}
