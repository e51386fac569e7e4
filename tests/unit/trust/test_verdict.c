#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "material.h"

#include <openssl/x509_vfy.h>
#include <string.h>

/* The word of a connection that did not come through its handshake. */
static void
connections_without_tls_get_their_word(void **state)
{
	static const struct {
		const char *label;
		enum stage reached;
		bool offered, sent;
		int reply;
		enum fault_kind fault;
		enum verify word;
	} cases[] = {
		{"refused", STAGE_NONE, false, false, 0, FAULT_REFUSED, VERIFY_UNREACHABLE},
		{"silent", STAGE_CONNECT, false, false, 0, FAULT_TIMEOUT, VERIFY_UNREACHABLE},
		{"554 greeting", STAGE_CONNECT, false, false, 554, FAULT_REPLY, VERIFY_UNREACHABLE},
		{"EHLO and HELO refused", STAGE_GREETING, false, false, 502, FAULT_REPLY, VERIFY_UNREACHABLE},
		{"not offered", STAGE_EHLO, false, false, 250, FAULT_NONE, VERIFY_NONE},
		{"not offered, then reset", STAGE_EHLO, false, false, 250, FAULT_RESET, VERIFY_NONE},
		{"454", STAGE_EHLO, true, true, 454, FAULT_REPLY, VERIFY_TEMP},
		{"421", STAGE_EHLO, true, true, 421, FAULT_REPLY, VERIFY_TEMP},
		{"554", STAGE_EHLO, true, true, 554, FAULT_REPLY, VERIFY_NONE},
		{"502", STAGE_EHLO, true, true, 502, FAULT_NONE, VERIFY_NONE},
		{"250", STAGE_EHLO, true, true, 250, FAULT_REPLY, VERIFY_PROTOCOL},
		{"354", STAGE_EHLO, true, true, 354, FAULT_NONE, VERIFY_PROTOCOL},
		{"lost before the reply", STAGE_EHLO, true, true, 0, FAULT_CLOSED, VERIFY_FAILURE},
		{"no reply in time", STAGE_EHLO, true, true, 0, FAULT_TIMEOUT, VERIFY_FAILURE},
		{"lost before STARTTLS", STAGE_EHLO, true, false, 250, FAULT_RESET, VERIFY_FAILURE},
		{"handshake failed", STAGE_STARTTLS, true, true, 220, FAULT_TLS, VERIFY_SOFTWARE},
		{"reset in the handshake", STAGE_STARTTLS, true, true, 220, FAULT_RESET, VERIFY_SOFTWARE},
		{"cancelled", STAGE_STARTTLS, true, true, 220, FAULT_CANCELLED, VERIFY_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct observation *o = observation_new();
		struct verdict v;

		o->reached = cases[i].reached;
		o->starttls_offered = cases[i].offered;
		o->starttls_sent = cases[i].sent;
		o->reply_code = cases[i].reply;
		o->fault.kind = cases[i].fault;
		v = judge_observation(o, NULL, NOW_MS);
		if (v.verify != cases[i].word)
			fail_msg("%s: %s, expected %s", cases[i].label, verify_word(v.verify),
				verify_word(cases[i].word));
		assert_int_equal(v.code, 0);
		assert_int_equal(v.depth, -1);
		assert_string_equal(v.message, "");
		observation_unref(o);
	}
}

/* After the handshake the chain decides, at the level that was in force, whatever happened later. */
static void
connections_with_tls_get_the_word_of_their_chain(void **state)
{
	static const struct {
		const char *sent;
		int level;
		enum stage reached;
		enum verify word;
		int code, depth;
	} cases[] = {
		{"ec int", 2, STAGE_EHLO2, VERIFY_OK, 0, -1},
		{"ec", 2, STAGE_EHLO2, VERIFY_FAIL, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0},
		{"ec int", 2, STAGE_HANDSHAKE, VERIFY_OK, 0, -1},
		{"rsa1024 int", 2, STAGE_EHLO2, VERIFY_FAIL, X509_V_ERR_EE_KEY_TOO_SMALL, 0},
		{"rsa1024 int", 1, STAGE_EHLO2, VERIFY_OK, 0, -1},
		{"", 2, STAGE_EHLO2, VERIFY_NO, 0, -1},
	};
	struct store *store = store_named("root");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct observation *o = observation_new();
		struct verdict v;

		o->reached = cases[i].reached;
		o->tls.level = cases[i].level;
		o->fault.kind = FAULT_CANCELLED;
		o->chain = cases[i].sent[0] ? chain_named(cases[i].sent) : NULL;
		v = judge_observation(o, store, NOW_MS);
		assert_int_equal(v.verify, cases[i].word);
		assert_int_equal(v.code, cases[i].code);
		assert_int_equal(v.depth, cases[i].depth);
		assert_string_equal(v.message, X509_verify_cert_error_string(cases[i].code));
		observation_unref(o);
	}
	store_unref(store);
}

static void
an_unparsed_chain_is_judged_all_the_same(void **state)
{
	struct store *store = store_named("root");
	struct chain *chain = chain_named("ec int");
	struct observation *o = observation_new();
	struct verdict v;

	(void)state;
	o->reached = STAGE_EHLO2;
	o->tls.level = 2;
	o->sent_count = chain->count;
	o->sent = mem_new(chain->count, sizeof *o->sent);
	for (size_t i = 0; i < chain->count; i++) {
		const struct certificate *c = chain->certificates[i];

		o->sent[i] = (struct sent_certificate){mem_copy(c->der, c->der_len), c->der_len};
	}
	v = judge_observation(o, store, NOW_MS);
	assert_int_equal(v.verify, VERIFY_OK);
	observation_unref(o);
	chain_unref(chain);
	store_unref(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_without_tls_get_their_word),
		cmocka_unit_test(connections_with_tls_get_the_word_of_their_chain),
		cmocka_unit_test(an_unparsed_chain_is_judged_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
