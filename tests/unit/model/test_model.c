#include "base/mem.h"
#include "base/when.h"
#include "model/look.h"
#include "tests/unit/cm.h"

#include <string.h>

static void
every_verify_word_is_read_back(void **state)
{
	(void)state;
	for (int v = VERIFY_OK; v < VERIFY_WORDS; v++)
		assert_int_equal(verify_from(span_of(verify_word((enum verify)v))), v);
	assert_int_equal(verify_from(span_of("ok")), VERIFY_UNKNOWN);
	assert_int_equal(verify_from(span_of("")), VERIFY_UNKNOWN);
	assert_true(verify_is_good(VERIFY_OK) && verify_is_good(VERIFY_TRUSTED));
	assert_false(verify_is_good(VERIFY_NO) || verify_is_good(VERIFY_UNKNOWN));
}

static struct chain *
a_chain(void)
{
	struct certificate **c = mem_new(2, sizeof *c);

	for (size_t i = 0; i < 2; i++) {
		c[i] = certificate_new();
		c[i]->subject = mem_text("/CN=mx.example.net");
		c[i]->sans = mem_new(1, sizeof(char *));
		c[i]->sans[c[i]->san_count++] = mem_text("DNS:mx.example.net");
	}
	return chain_new(c, 2);
}

/* The leak checker of the sanitized build is what can fail here. */
static void
a_look_owns_all_it_holds(void **state)
{
	struct look *look = look_new("mx.example.net", 25);
	struct observation *o = observation_new();

	(void)state;
	o->chain = a_chain();
	o->greeting = mem_text("mx.example.net ESMTP");
	o->transcript = mem_new(1, sizeof *o->transcript);
	o->transcript[0].text = mem_text("220 mx.example.net ESMTP");
	o->transcript_count = 1;
	look->policy = policy_new();
	policy_note(look->policy, mem_text("client key: permission denied"));
	look->addresses = mem_new(1, sizeof *look->addresses);
	look->address_count = 1;
	look->addresses[0].observation = observation_ref(o);
	look->answers = mem_new(1, sizeof(struct answer *));
	look->answers[look->answer_count++] = answer_new("mx.example.net", DNS_A);
	look_ref(look);
	look_unref(look);
	look_unref(look);
	assert_int_equal(o->refs, 1);
	assert_int_equal(o->chain->count, 2);
	observation_unref(o);
}

static void
a_look_ends_once_done_or_cancelled(void **state)
{
	struct look *look = look_new("mx.example.net", 25);

	(void)state;
	assert_int_equal(look->elapsed_ms, -1);
	for (int s = LOOK_QUEUED; s <= LOOK_CANCELLED; s++) {
		look->state = (enum look_state)s;
		assert_int_equal(look_has_ended(look), s >= LOOK_DONE);
	}
	look_unref(look);
}

static void
stages_and_states_of_names_have_words(void **state)
{
	(void)state;
	assert_string_equal(stage_word(STAGE_NONE), "none");
	assert_string_equal(stage_word(STAGE_EHLO2), "ehlo2");
	assert_string_equal(dns_status_word(DNS_BOGUS), "bogus");
	assert_string_equal(dns_status_word(DNS_LITERAL), "literal");
	assert_string_equal(dns_type_word(DNS_TLSA), "TLSA");
	assert_string_equal(dns_type_word(999), "?");
	assert_string_equal(policy_source_word(POLICY_SYSTEM), "system");
}

/* Our own timeouts say nothing about mail that waits on another host. */
static void
mail_is_returned_by_the_settings_of_the_host_that_wrote_the_log(void **state)
{
	static const struct {
		const char *log_host, *own_host;
		bool cf;
		int64_t returns, warns;
		bool falls_back;
	} cases[] = {
		{"mx1", "mx1", true, 3 * WHEN_DAY, WHEN_HOUR, true},
		{"MX1.example.net", "mx1", true, 3 * WHEN_DAY, WHEN_HOUR, true},
		{"", "mx1", true, 3 * WHEN_DAY, WHEN_HOUR, true},
		{NULL, NULL, true, 3 * WHEN_DAY, WHEN_HOUR, true},
		{"mx2", "mx1", true, 5 * WHEN_DAY, 4 * WHEN_HOUR, false},
		{"mx11", "mx1", true, 5 * WHEN_DAY, 4 * WHEN_HOUR, false},
		{"mx1", "mx1", false, 5 * WHEN_DAY, 4 * WHEN_HOUR, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy *own = policy_new();
		const struct policy *p = policy_of_log(own, cases[i].log_host, cases[i].own_host);

		own->cf = cases[i].cf ? mem_text("/etc/mail/sendmail.cf") : NULL;
		own->queue_return_ms = 3 * WHEN_DAY;
		own->queue_warn_ms = WHEN_HOUR;
		own->fallback_to_clear = true;
		assert_int_equal(policy_returns_after(p), cases[i].returns);
		assert_int_equal(policy_warns_after(p), cases[i].warns);
		assert_int_equal(policy_falls_back(p), cases[i].falls_back);
		policy_unref(own);
	}
	assert_int_equal(policy_returns_after(NULL), 5 * WHEN_DAY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verify_word_is_read_back),
		cmocka_unit_test(a_look_owns_all_it_holds),
		cmocka_unit_test(a_look_ends_once_done_or_cancelled),
		cmocka_unit_test(mail_is_returned_by_the_settings_of_the_host_that_wrote_the_log),
		cmocka_unit_test(stages_and_states_of_names_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
