/* The real core against every relay of the lab. */
#include "look_bench.h"

#define TARGETS 400

/* ---- what a look says ---- */

/* The first difference between an address's outcome and the row, in words; NULL: none. The caller frees it.
 */
static char *
difference(const struct look_address *a, const struct personality *p)
{
	const struct verdict *v = &a->verdict;
	const struct observation *o = a->observation;

	if (!o)
		return text_new("no observation");
	if (v->verify != p->verify || v->code != p->code || (v->code && v->depth != p->depth))
		return text_new("%s %d at %d (%s), expected %s %d at %d", verify_word(v->verify), v->code,
			v->depth, o->fault.text, verify_word(p->verify), p->code, p->depth);
	if (o->reached != p->reached)
		return text_new("reached %s, expected %s (%s)", stage_word(o->reached),
			stage_word(p->reached), o->fault.text);
	if (o->injected != (p->behaviour == INJECTS_AFTER_220))
		return text_new("injected is %d", o->injected);
	return NULL;
}

/* Adds to *differences what differs at the addresses of a look; counts the addresses in *seen. */
static void
compare(const struct look *look, struct text *differences, unsigned *seen)
{
	if (!look->address_count)
		text_printf(differences, "\n%s: no address: %s", look->target, look->fault.text);
	for (size_t i = 0; i < look->address_count; i++) {
		char address[ADDRESS_ROOM], *words;
		const struct personality *p;

		address_print(&look->addresses[i].address, address);
		p = personality_at(address);
		words = p ? difference(&look->addresses[i], p) : text_new("is not of the lab");
		if (words)
			text_printf(differences, "\n%s [%s]: %s", look->target, address, words);
		free(words);
		++*seen;
	}
}

/* Every host, and every address: a target each, but those whose silence has to be waited for. Returns how
 * many. */
static size_t
all_targets(const struct lab *lab, const char *targets[TARGETS])
{
	const struct personality *p;
	size_t count = 0;

	for (size_t i = 0; (p = personality_row(i)); i++) {
		if (p->behaviour == SAYS_NOTHING || p->behaviour == HANGS_IN_HANDSHAKE ||
			p->behaviour == NEVER_ACCEPTS)
			continue;
		if (strchr(p->address, ':') && !lab_has_ipv6(lab))
			continue;
		assert_true(count + 2 <= TARGETS);
		targets[count++] = p->address;
		if (personality_of(p->host) == p)
			targets[count++] = p->host;
	}
	return count;
}

/* ---- tests ---- */

static void
a_hundred_looks_at_once_say_what_sendmail_says(void **state)
{
	struct bench *b = *state;
	const char *targets[TARGETS];
	struct look *looks[TARGETS];
	size_t count = all_targets(b->lab, targets);
	struct text differences = {0};
	unsigned seen = 0;

	assert_true(count > 100);
	open_engine(b, 6000);
	for (size_t i = 0; i < count; i++)
		looks[i] = look_at(b, targets[i]);
	for (size_t i = 0; i < count; i++) {
		wait_for(b, looks[i]);
		assert_int_equal(looks[i]->state, LOOK_DONE);
		compare(looks[i], &differences, &seen);
		look_unref(looks[i]);
	}
	if (differences.len)
		fail_msg("%s", differences.at);
	assert_true(seen > count); /* mx-two has two */
	close_engine(b);
}

static void
faults_say_what_ended_the_connection(void **state)
{
	static const struct {
		const char *host;
		enum fault_kind kind;
		int code;
	} cases[] = {
		{"mx-refused.example.org", FAULT_REFUSED, UV_ECONNREFUSED},
		{"mx-554-greeting.example.org", FAULT_REPLY, 554},
		{"mx-421-greeting.example.org", FAULT_REPLY, 421},
		{"mx-endless.example.org", FAULT_LIMIT, 0},
		{"mx-resets.example.org", FAULT_RESET, UV_ECONNRESET},
		{"mx-closes.example.org", FAULT_CLOSED, 0},
		{"mx-alert.example.org", FAULT_TLS, 80},
		{"mx-silent.example.org", FAULT_TIMEOUT, 0},
		{"mx-hangs.example.org", FAULT_TIMEOUT, 0},
		{"mx-full.example.org", FAULT_TIMEOUT, 0},
		{"mx-no-route.example.org", FAULT_UNREACHABLE, UV_ENETUNREACH},
		{"mx-good.example.net", FAULT_NONE, 0},
	};
	struct bench *b = *state;
	struct look *looks[COUNT(cases)];
	struct text differences = {0};
	unsigned seen = 0;

	open_engine(b, 1500);
	for (size_t i = 0; i < COUNT(cases); i++)
		looks[i] = look_at(b, cases[i].host);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct fault *fault;

		wait_for(b, looks[i]);
		fault = &looks[i]->addresses[0].observation->fault;
		if (fault->kind != cases[i].kind || (cases[i].code && fault->code != cases[i].code))
			fail_msg("%s: %s %d: %s", cases[i].host, fault_word(fault->kind), fault->code,
				fault->text);
		compare(looks[i], &differences, &seen);
		look_unref(looks[i]);
	}
	if (differences.len)
		fail_msg("%s", differences.at);
	assert_int_equal(seen, COUNT(cases));
	close_engine(b);
}

/* Runs after the two above: what the relays saw of them. */
static void
a_look_is_polite(void **state)
{
	struct bench *b = *state;
	const struct personality *p;
	const struct server_seen *seen;

	for (size_t i = 0; (p = personality_row(i)); i++) {
		if (!(seen = lab_saw(b->lab, i)))
			continue; /* nobody listens there */
		assert_true(seen->connections > 0);
		assert_int_equal(seen->mails, 0);
		if (p->verify != VERIFY_FAIL)
			assert_int_equal(seen->sni, 0); /* the cause of a FAIL may be that none was sent */
		assert_int_equal(seen->open, 0);
		if (p->reached == STAGE_EHLO2 || p->verify == VERIFY_NONE)
			assert_int_equal(seen->quits, seen->connections);
		if (p->reached >= STAGE_EHLO)
			assert_string_equal(seen->ehlo, "mail.example.net");
	}
}

static void
names_tell_their_dns_state(void **state)
{
	static const struct {
		const char *name;
		enum dns_status status;
		enum verify verify;
	} cases[] = {
		{"mx-good.example.net", DNS_SECURE, VERIFY_OK},
		{"mx-tls12.example.org", DNS_INSECURE, VERIFY_OK},
		{"mx-bogus.example.net", DNS_BOGUS, VERIFY_OK}, /* Sendmail would connect all the same */
		{"gone.example.net", DNS_NXDOMAIN, VERIFY_UNREACHABLE},
		{"gone.example.org", DNS_NXDOMAIN, VERIFY_UNREACHABLE},
		{"no-address.example.net", DNS_NODATA, VERIFY_UNREACHABLE},
		{"servfail.example.org", DNS_FAILED, VERIFY_UNREACHABLE},
		{"silent.example.org", DNS_FAILED, VERIFY_UNREACHABLE},
		{"alias.example.net", DNS_SECURE, VERIFY_OK},
		{"127.0.40.1", DNS_LITERAL, VERIFY_OK},
	};
	struct bench *b = *state;
	struct look *looks[COUNT(cases)];

	open_engine(b, 1500);
	for (size_t i = 0; i < COUNT(cases); i++)
		looks[i] = look_at(b, cases[i].name);
	for (size_t i = 0; i < COUNT(cases); i++) {
		wait_for(b, looks[i]);
		if (looks[i]->dns != cases[i].status || looks[i]->verify != cases[i].verify)
			fail_msg("%s: %s, %s: %s", cases[i].name, dns_status_word(looks[i]->dns),
				verify_word(looks[i]->verify), looks[i]->fault.text);
		look_unref(looks[i]);
	}
	close_engine(b);
}

static void
what_a_server_asks_and_sends_is_noted(void **state)
{
	static const struct {
		const char *host, *version;
		enum client_cert client_cert;
		size_t sent;
	} cases[] = {
		{"mx-good.example.net", "TLSv1.3", CLIENT_CERT_NONE, 2},
		{"mx-tls12.example.org", "TLSv1.2", CLIENT_CERT_NONE, 2},
		{"mx-asks-client.example.org", "TLSv1.3", CLIENT_CERT_REQUESTED, 2},
		{"mx-client13.example.org", "TLSv1.3", CLIENT_CERT_REQUIRED, 2},
		{"mx-missing.example.net", "TLSv1.3", CLIENT_CERT_NONE, 1},
		{"mx-wrong-order.example.net", "TLSv1.3", CLIENT_CERT_NONE, 3},
	};
	struct bench *b = *state;

	open_engine(b, 6000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct look *look = look_at(b, cases[i].host);
		const struct observation *o;

		wait_for(b, look);
		o = look->addresses[0].observation;
		assert_string_equal(o->tls.version, cases[i].version);
		if (o->tls.client_cert != cases[i].client_cert)
			fail_msg("%s: client certificate %d", cases[i].host, o->tls.client_cert);
		assert_int_equal(o->sent_count, cases[i].sent);
		assert_int_equal(o->chain->count, cases[i].sent);
		look_unref(look);
	}
	close_engine(b);
}

/* Looks in every state are under way when the engine is closed: queued, resolving, in the greeting, in TLS.
 */
static void
an_engine_closes_in_the_middle_of_looks(void **state)
{
	struct bench *b = *state;
	const char *targets[TARGETS];
	size_t count = all_targets(b->lab, targets);

	for (unsigned passes = 5; passes < 60; passes += 35) {
		open_engine(b, 60000);
		for (size_t i = 0; i < count; i++)
			look_unref(look_at(b, targets[i]));
		for (unsigned n = 0; n < passes; n++)
			loop_turn(&b->loop);
		close_engine(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hundred_looks_at_once_say_what_sendmail_says),
		cmocka_unit_test(faults_say_what_ended_the_connection),
		cmocka_unit_test(a_look_is_polite),
		cmocka_unit_test(names_tell_their_dns_state),
		cmocka_unit_test(what_a_server_asks_and_sends_is_noted),
		cmocka_unit_test(an_engine_closes_in_the_middle_of_looks),
	};

	return cmocka_run_group_tests(tests, bench_start, bench_end);
}
