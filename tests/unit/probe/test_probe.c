/* A whole probe against small servers on the same loop. */
#include "tests/unit/cm.h"

#include "tests/unit/probe/trial.h"

#include <openssl/tls1.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define HELLO "220 mx.example.net ESMTP\r\n"
#define OFFERS "250-mx.example.net\r\n250 STARTTLS\r\n"
#define READY "220 go ahead\r\n"
#define BYE "221 bye\r\n"
#define INTO_TLS HELLO, OFFERS, READY, "!tls"

static struct pki *pki;

static void
a_good_server_is_seen_from_greeting_to_221(void **state)
{
	static const struct host_script script = {
		.steps = {INTO_TLS, OFFERS, BYE}, .tls = {.chain = "ec int", .version = TLS1_3_VERSION}};
	struct trial t = {0};

	(void)state;
	trial_start(&t, pki, &script, &trial_patient);
	trial_finish(&t);
	assert_int_equal(t.o->fault.kind, FAULT_NONE);
	assert_int_equal(t.o->reached, STAGE_EHLO2);
	assert_int_equal(t.o->begun_ms, 42);
	assert_int_equal(t.o->port, t.host.port);
	for (int i = STAGE_CONNECT; i < STAGES; i++)
		assert_in_range(t.o->stage_ms[i], 0, 20000);
	assert_int_equal(t.o->stage_ms[STAGE_NONE], -1);
	assert_int_equal(t.o->sent_count, 2);
	assert_null(t.o->chain);
	assert_string_equal(t.o->tls.version, "TLSv1.3");
	assert_string_equal(t.waits.at, "greeting ehlo starttls handshake ehlo2 ");
	assert_string_equal(t.host.heard.at,
		"EHLO mail.example.org\r\nSTARTTLS\r\nEHLO mail.example.org\r\nQUIT\r\n");
	assert_string_equal(t.lines.at,
		"*TCP connected\n<220 mx.example.net ESMTP\n>EHLO mail.example.org\n"
		"<250-mx.example.net\n<250 STARTTLS\n>STARTTLS\n<220 go ahead\n"
		"*TLSv1.3 TLS_AES_256_GCM_SHA384, 2 certificates\n>EHLO mail.example.org\n<250-mx.example.net\n"
		"<250 STARTTLS\n>QUIT\n<221 bye\n");
	assert_int_equal(t.o->transcript_count, 13);
	trial_forget(&t);
}

struct ending {
	const char *title;
	struct host_script script;
	enum stage reached;
	enum fault_kind fault;
	bool cut_short;
	size_t sent;
};

/* Short for the stage that is awaited at the end, so long for those before it that a busy machine passes
 * them. */
static struct probe_limits
hasty_behind(enum stage reached)
{
	struct probe_limits limits = trial_patient;

	if (reached == STAGE_CONNECT)
		limits.greeting = 150;
	else if (reached == STAGE_STARTTLS)
		limits.handshake = 60;
	else
		limits.reply = 300;
	return limits;
}

static void
check_endings(const struct ending *endings, size_t count, bool hasty)
{
	for (size_t i = 0; i < count; i++) {
		const struct ending *e = &endings[i];
		struct probe_limits limits = hasty ? hasty_behind(e->reached) : trial_patient;
		struct trial t = {0};

		trial_start(&t, pki, &e->script, &limits);
		trial_finish(&t);
		if (t.o->reached != e->reached || t.o->fault.kind != e->fault || t.o->sent_count != e->sent ||
			t.o->cut_short != e->cut_short)
			fail_msg("%s: %s, %s \"%s\", %zu certificates, cut short %d", e->title,
				stage_word(t.o->reached), fault_word(t.o->fault.kind), t.o->fault.text,
				t.o->sent_count, t.o->cut_short);
		assert_int_equal(t.o->stage_ms[e->reached] >= 0, e->reached != STAGE_NONE);
		if (e->reached + 1 < STAGES)
			assert_int_equal(t.o->stage_ms[e->reached + 1], -1);
		trial_forget(&t);
	}
}

static void
servers_that_hang_up_or_reset_are_told_apart(void **state)
{
	static const struct ending endings[] = {
		{"closes", {.steps = {"!close"}}, STAGE_CONNECT, FAULT_CLOSED, false, 0},
		{"closes on EHLO", {.steps = {HELLO, "!close"}}, STAGE_GREETING, FAULT_CLOSED, false, 0},
		{"resets on EHLO", {.steps = {HELLO, "!reset"}}, STAGE_GREETING, FAULT_RESET, false, 0},
		{"closes on STARTTLS", {.steps = {HELLO, OFFERS, "!close"}}, STAGE_EHLO, FAULT_CLOSED, false,
			0},
		{"closes on EHLO inside", {.steps = {INTO_TLS, "!close"}, .tls = {.chain = "leaf int"}},
			STAGE_HANDSHAKE, FAULT_CLOSED, true, 2},
		{"resets on EHLO inside", {.steps = {INTO_TLS, "!reset"}, .tls = {.chain = "leaf int"}},
			STAGE_HANDSHAKE, FAULT_RESET, true, 2},
		{"closes on QUIT", {.steps = {INTO_TLS, OFFERS, "!close"}, .tls = {.chain = "leaf int"}},
			STAGE_EHLO2, FAULT_NONE, false, 2},
		{"refuses with 554", {.steps = {"554 no\r\n", BYE}}, STAGE_CONNECT, FAULT_REPLY, false, 0},
		{"refuses STARTTLS", {.steps = {HELLO, OFFERS, "454 no\r\n", BYE}}, STAGE_EHLO, FAULT_NONE,
			false, 0},
		{"does not offer it", {.steps = {HELLO, "250 mx\r\n", BYE}}, STAGE_EHLO, FAULT_NONE, false,
			0},
	};

	(void)state;
	check_endings(endings, COUNT(endings), false);
}

static void
handshakes_that_fail_say_how(void **state)
{
	static const struct ending endings[] = {
		{"speaks no TLS", {.steps = {HELLO, OFFERS, READY, "500 what?\r\n"}, .by_read = true},
			STAGE_STARTTLS, FAULT_PROTOCOL, false, 0},
		{"closes in the handshake", {.steps = {HELLO, OFFERS, READY, "!close"}, .by_read = true},
			STAGE_STARTTLS, FAULT_CLOSED, false, 0},
		{"resets in the handshake", {.steps = {HELLO, OFFERS, READY, "!reset"}, .by_read = true},
			STAGE_STARTTLS, FAULT_RESET, false, 0},
		{"demands a certificate, TLS 1.2",
			{.steps = {INTO_TLS, OFFERS},
				.tls = {.chain = "leaf int",
					.version = TLS1_2_VERSION,
					.verify = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT}},
			STAGE_STARTTLS, FAULT_TLS, false, 2},
		{"demands a certificate, TLS 1.3",
			{.steps = {INTO_TLS, OFFERS},
				.tls = {.chain = "leaf int",
					.version = TLS1_3_VERSION,
					.verify = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT}},
			STAGE_HANDSHAKE, FAULT_TLS, true, 2},
		{"is too old",
			{.steps = {INTO_TLS, OFFERS}, .tls = {.chain = "leaf int", .version = TLS1_VERSION}},
			STAGE_STARTTLS, FAULT_TLS, false, 2},
	};

	(void)state;
	check_endings(endings, COUNT(endings), false);
}

static void
silence_ends_at_the_limit_of_its_stage(void **state)
{
	static const struct ending endings[] = {
		{"says nothing", {.steps = {NULL}}, STAGE_CONNECT, FAULT_TIMEOUT, false, 0},
		{"says nothing to EHLO", {.steps = {HELLO}}, STAGE_GREETING, FAULT_TIMEOUT, false, 0},
		{"says nothing to STARTTLS", {.steps = {HELLO, OFFERS}}, STAGE_EHLO, FAULT_TIMEOUT, false, 0},
		{"says nothing in the handshake", {.steps = {HELLO, OFFERS, READY}}, STAGE_STARTTLS,
			FAULT_TIMEOUT, false, 0},
		{"says nothing to QUIT", {.steps = {HELLO, "250 mx\r\n"}}, STAGE_EHLO, FAULT_NONE, false, 0},
		{"a byte in a while", {.steps = {"!drip", "2"}}, STAGE_CONNECT, FAULT_PROTOCOL, false, 0},
		{"a line in a while", {.steps = {"!drip", "220-wait\r\n"}}, STAGE_CONNECT, FAULT_TIMEOUT,
			false, 0},
		{"another protocol", {.steps = {"SSH-2.0-server\r\n"}}, STAGE_CONNECT, FAULT_PROTOCOL, false,
			0},
	};

	(void)state;
	check_endings(endings, COUNT(endings), true);
}

static void
endless_servers_are_bounded(void **state)
{
	static const struct ending endings[] = {
		{"endless greeting", {.steps = {"!flood", "220-more and more\r\n"}}, STAGE_CONNECT,
			FAULT_LIMIT, false, 0},
		{"endless line", {.steps = {HELLO, "!flood", "2501234567890"}}, STAGE_GREETING, FAULT_LIMIT,
			false, 0},
		{"endless TLS records", {.steps = {HELLO, OFFERS, "!flood", READY "\x14\x03\x03"}},
			STAGE_STARTTLS, FAULT_PROTOCOL, false, 0},
	};

	(void)state;
	check_endings(endings, COUNT(endings), false);
}

static void
the_overall_limit_goes_across_all_stages(void **state)
{
	static const struct host_script silent = {.steps = {NULL}};
	struct trial t = {0};

	(void)state;
	trial_start(&t, pki, &silent, &(struct probe_limits){50, 20000, 20000, 20000, 20000});
	trial_finish(&t);
	assert_int_equal(t.o->fault.kind, FAULT_TIMEOUT);
	assert_string_equal(t.o->fault.text, "over 0.05 s in all, waiting for the greeting");
	trial_forget(&t);
}

static void
a_cancelled_probe_says_so_once_and_quits_where_it_may(void **state)
{
	static const struct host_script good = {
		.steps = {INTO_TLS, OFFERS, BYE}, .tls = {.chain = "leaf int"}};
	static const struct {
		enum stage at;
		const char *heard;
	} cases[] = {
		{STAGE_GREETING, ""},
		{STAGE_EHLO, "EHLO mail.example.org\r\nQUIT\r\n"},
		{STAGE_STARTTLS, "EHLO mail.example.org\r\nSTARTTLS\r\nQUIT\r\n"},
		{STAGE_HANDSHAKE, "EHLO mail.example.org\r\nSTARTTLS\r\n"},
		{STAGE_EHLO2, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct trial t = {.cancel_at = cases[i].at};

		trial_start(&t, pki, &good, &trial_patient);
		trial_finish(&t);
		assert_int_equal(t.o->fault.kind, FAULT_CANCELLED);
		assert_int_equal(t.o->reached, cases[i].at - 1);
		assert_false(t.o->cut_short);
		if (cases[i].heard && t.host.heard.len) /* it may have closed before it heard */
			assert_memory_equal(cases[i].heard, t.host.heard.at, t.host.heard.len);
		trial_forget(&t);
	}
}

static void
a_probe_may_be_cancelled_at_once(void **state)
{
	static const struct host_script silent = {.steps = {NULL}};
	struct trial t = {0};

	(void)state;
	trial_start(&t, pki, &silent, &trial_patient);
	trial_cancel(&t);
	assert_int_equal(t.done, 0);
	trial_finish(&t);
	assert_int_equal(t.o->fault.kind, FAULT_CANCELLED);
	assert_int_equal(t.o->reached, STAGE_NONE);
	assert_string_equal(t.lines.at, "");
	trial_forget(&t);
}

static void
what_cannot_be_connected_names_its_kind(void **state)
{
	static const struct {
		const char *address;
		enum fault_kind fault;
	} cases[] = {{"127.0.0.1", FAULT_REFUSED}, {"::ffff:0.0.0.0", FAULT_REFUSED},
		{"ff02::1", FAULT_UNREACHABLE}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct trial t = {0};
		struct policy *policy = policy_new();
		struct probe_settings settings = {.limits = trial_patient, .port = 1};
		struct probe_events events = {NULL, NULL, trial_done, &t};

		uv_loop_init(&t.loop);
		address_parse(span_of(cases[i].address), &settings.address);
		settings.config = tls_config_new(policy, NULL);
		probe_start(&t.loop, &settings, &events);
		assert_int_equal(t.done, 0);
		t.outside = true;
		tls_config_unref(settings.config);
		policy_unref(policy);
		trial_finish(&t);
		assert_int_equal(t.o->fault.kind, cases[i].fault);
		assert_true(t.o->fault.code < 0);
		assert_int_equal(t.o->transcript_count, 1);
		trial_forget(&t);
	}
}

static void
injected_bytes_are_dropped_and_the_handshake_goes_on(void **state)
{
	static const struct host_script script = {
		.steps = {HELLO, OFFERS, READY "250 injected\r\n", "!tls", OFFERS, BYE},
		.tls = {.chain = "leaf int"}};
	struct trial t = {0};

	(void)state;
	trial_start(&t, pki, &script, &trial_patient);
	trial_finish(&t);
	assert_true(t.o->injected);
	assert_int_equal(t.o->reached, STAGE_EHLO2);
	assert_non_null(strstr(t.lines.at, "*bytes came in clear behind the 220: dropped\n"));
	assert_null(strstr(t.lines.at, "250 injected"));
	trial_forget(&t);
}

static int
mint(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	pki = tls_peer_pki();
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	pki_free(pki);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_server_is_seen_from_greeting_to_221),
		cmocka_unit_test(servers_that_hang_up_or_reset_are_told_apart),
		cmocka_unit_test(handshakes_that_fail_say_how),
		cmocka_unit_test(silence_ends_at_the_limit_of_its_stage),
		cmocka_unit_test(endless_servers_are_bounded),
		cmocka_unit_test(the_overall_limit_goes_across_all_stages),
		cmocka_unit_test(a_cancelled_probe_says_so_once_and_quits_where_it_may),
		cmocka_unit_test(a_probe_may_be_cancelled_at_once),
		cmocka_unit_test(what_cannot_be_connected_names_its_kind),
		cmocka_unit_test(injected_bytes_are_dropped_and_the_handshake_goes_on),
	};

	tls_library_init("/nonexistent/openssl.cnf");
	return cmocka_run_group_tests(tests, mint, drop);
}
