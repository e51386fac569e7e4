/* A signed zone: what is secure, what is bogus, and why. The zone's own key is the trust anchor. */
#include "tests/unit/cm.h"

#include "base/text.h"
#include "probe/dig.h"
#include "probe/resolver.h"
#include "tests/unit/probe/names.h"

#include <ldns/ldns.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ZONE "example.net."
#define DAY 86400

static ldns_key *key;
static ldns_key_list *keys; /* of that one alone; owns it */

/* The DNSKEY record; the caller frees it. */
static ldns_rr *
make_key(void)
{
	ldns_rdf *zone = ldns_dname_new_frm_str(ZONE);
	ldns_rr *rr;

	key = ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);
	ldns_key_set_pubkey_owner(key, zone);
	ldns_key_set_flags(key, LDNS_KEY_ZONE_KEY | LDNS_KEY_SEP_KEY);
	rr = ldns_key2rr(key);
	ldns_rr_set_ttl(rr, 60);
	ldns_key_set_keytag(key, ldns_calc_keytag(rr));
	keys = ldns_key_list_new();
	ldns_key_list_push_key(keys, key);
	return rr;
}

/* The signature over one record, valid from..to days from now, as zone text; the caller frees it. */
static char *
sign(const ldns_rr *rr, int from, int to)
{
	ldns_rr_list *set = ldns_rr_list_new(), *signatures;
	char *text;

	ldns_key_set_inception(key, (uint32_t)(time(NULL) + from * DAY));
	ldns_key_set_expiration(key, (uint32_t)(time(NULL) + to * DAY));
	ldns_rr_list_push_rr(set, ldns_rr_clone(rr));
	signatures = ldns_sign_public(set, keys);
	text = ldns_rr2str(ldns_rr_list_rr(signatures, 0));
	ldns_rr_list_deep_free(signatures);
	ldns_rr_list_deep_free(set);
	return text;
}

static char *
sign_text(const char *record, int from, int to)
{
	ldns_rr *rr = NULL;
	char *text;

	assert_int_equal(ldns_rr_new_frm_str(&rr, record, 60, NULL, NULL), LDNS_STATUS_OK);
	text = sign(rr, from, to);
	ldns_rr_free(rr);
	return text;
}

struct trial {
	uv_loop_t loop;
	struct names names;
	struct resolver *resolver;
	struct answer *answer;
};

static void
on_answer(void *arg, struct answer *answer)
{
	struct trial *t = arg;

	t->answer = answer_ref(answer);
	names_close(&t->names);
	resolver_close(t->resolver);
}

static void
look(struct trial *t, const struct names_row *rows, size_t count, const char *anchor)
{
	struct resolver_options options = {NULL, anchor};
	struct fault why;

	uv_loop_init(&t->loop);
	names_open(&t->names, &t->loop, rows, count);
	options.server = t->names.address;
	t->resolver = resolver_new(&t->loop, &options, &why);
	assert_non_null(t->resolver);
	resolver_ask(t->resolver, "mx.example.net", DNS_A, 20000, on_answer, t);
	uv_run(&t->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&t->loop), 0);
}

static void
write_anchor(char path[32], const char *text)
{
	int fd;

	strcpy(path, "/tmp/verifail-anchor-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

#define TRUE_A "mx.example.net. 60 IN A 192.0.2.1"

static void
bogus_data_is_told_apart_and_still_delivered(void **state)
{
	static const struct {
		const char *served, *signed_over; /* NULL: no signature */
		int from, to;
		enum dns_status status;
		const char *why; /* a part of it */
	} cases[] = {
		{TRUE_A, TRUE_A, -1, 30, DNS_SECURE, NULL},
		{"mx.example.net. 60 IN A 192.0.2.66", TRUE_A, -1, 30, DNS_BOGUS, "verification failed"},
		{TRUE_A, TRUE_A, -30, -10, DNS_BOGUS, "signature expired"},
		{TRUE_A, TRUE_A, 10, 30, DNS_BOGUS, "signature before inception date"},
		{TRUE_A, NULL, 0, 0, DNS_BOGUS, "no DNSSEC records"},
	};
	ldns_rr *key_record = make_key();
	char *key_text = ldns_rr2str(key_record), *key_signature = sign(key_record, -1, 30), anchor[32];

	(void)state;
	write_anchor(anchor, key_text);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *signature = cases[i].signed_over
					  ? sign_text(cases[i].signed_over, cases[i].from, cases[i].to)
					  : NULL;
		struct names_row rows[] = {
			{ZONE, 0, {key_text, key_signature}},
			{"mx.example.net.", 0, {cases[i].served, signature}},
		};
		struct trial t = {0};
		char *text;

		look(&t, rows, COUNT(rows), anchor);
		if (t.answer->status != cases[i].status ||
			(cases[i].why && !strstr(t.answer->why, cases[i].why)))
			fail_msg("case %zu: %s, %s", i, dns_status_word(t.answer->status),
				t.answer->why ? t.answer->why : "");
		assert_int_equal(t.answer->count, 1);
		text = dig_record(t.answer, 0);
		assert_true(strstr(cases[i].served, text) != NULL);
		free(text);
		answer_unref(t.answer);
		free(signature);
	}
	unlink(anchor);
	free(key_signature);
	free(key_text);
	ldns_rr_free(key_record);
	ldns_key_list_free(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bogus_data_is_told_apart_and_still_delivered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
