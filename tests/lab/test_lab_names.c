#include "zones.h"

#include "personalities.h"

#include <ldns/ldns.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct names {
	struct pki *pki;
	struct zones *zones;
	ldns_rr_list *keys;
};

static int
start(void **state)
{
	static struct names names;
	size_t count;
	const struct cert_spec *specs = personality_certificates(&count);
	ldns_rr *key = NULL;
	char *anchor;

	names.pki = pki_new(specs, count, time(NULL));
	names.zones = zones_new(names.pki);
	anchor = zones_trust_anchor(names.zones);
	ldns_rr_new_frm_str(&key, anchor, 0, NULL, NULL);
	names.keys = ldns_rr_list_new();
	ldns_rr_list_push_rr(names.keys, key);
	free(anchor);
	*state = &names;
	return 0;
}

static int
end(void **state)
{
	struct names *names = *state;

	ldns_rr_list_deep_free(names->keys);
	zones_free(names->zones);
	pki_free(names->pki);
	return 0;
}

/* Asks with the DO bit; NULL: no answer. */
static ldns_pkt *
ask(const struct names *names, const char *name, ldns_rr_type type)
{
	ldns_pkt *query = ldns_pkt_query_new(ldns_dname_new_frm_str(name), type, LDNS_RR_CLASS_IN, LDNS_RD);
	ldns_pkt *reply = NULL;
	uint8_t *wire, *answer;
	size_t len, answer_len;

	ldns_pkt_set_edns_udp_size(query, 1232);
	ldns_pkt_set_edns_do(query, true);
	ldns_pkt_set_id(query, 4711);
	assert_int_equal(ldns_pkt2wire(&wire, query, &len), LDNS_STATUS_OK);
	if (zones_answer(names->zones, wire, len, &answer, &answer_len)) {
		assert_int_equal(ldns_wire2pkt(&reply, answer, answer_len), LDNS_STATUS_OK);
		assert_int_equal(ldns_pkt_id(reply), 4711);
		assert_true(answer_len <= 1232); /* as large as libunbound takes over UDP */
		free(answer);
	}
	free(wire);
	ldns_pkt_free(query);
	return reply;
}

/* The data of the first record of that type, as in a zone file; "" when there is none. */
static void
first_data(const ldns_pkt *reply, ldns_rr_type type, char room[256])
{
	ldns_rr_list *list = ldns_pkt_rr_list_by_type(reply, type, LDNS_SECTION_ANSWER);
	char *text;
	size_t used = 0;

	room[0] = '\0';
	for (size_t i = 0; list && i < ldns_rr_rd_count(ldns_rr_list_rr(list, 0)); i++) {
		text = ldns_rdf2str(ldns_rr_rdf(ldns_rr_list_rr(list, 0), i));
		used += (size_t)snprintf(room + used, 256 - used, "%s%s", i ? " " : "", text);
		free(text);
	}
	ldns_rr_list_deep_free(list);
}

static void
names_have_their_records(void **state)
{
	static const struct {
		const char *name;
		ldns_rr_type type, in_answer;
		int rcode;
		const char *data;
	} cases[] = {
		{"aia.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, "127.0.40.200"},
		{"mx-good.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, "127.0.40.1"},
		{"MX-Good.Example.NET.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, "127.0.40.1"},
		{"mx-six.example.net.", LDNS_RR_TYPE_AAAA, LDNS_RR_TYPE_AAAA, 0, "::1"},
		{"mx-six.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, ""},
		{"mx-tls10.example.org.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, "127.0.40.41"},
		{"missing.example.net.", LDNS_RR_TYPE_MX, LDNS_RR_TYPE_MX, 0, "10 mx-missing.example.net."},
		{"null-mx.example.net.", LDNS_RR_TYPE_MX, LDNS_RR_TYPE_MX, 0, "0 ."},
		{"alias.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_CNAME, 0, "mx-good.example.net."},
		{"alias.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, "127.0.40.1"},
		{"7.40.0.127.in-addr.arpa.", LDNS_RR_TYPE_PTR, LDNS_RR_TYPE_PTR, 0, "mx-self.example.net."},
		{"no-address.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, ""},
		{"_tcp.mx-good.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, 0, ""},
		{"gone.example.net.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN, ""},
		{"gone.example.org.", LDNS_RR_TYPE_MX, LDNS_RR_TYPE_MX, LDNS_RCODE_NXDOMAIN, ""},
		{"servfail.example.org.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, LDNS_RCODE_SERVFAIL, ""},
		{"refused.example.org.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, LDNS_RCODE_REFUSED, ""},
		{"www.example.com.", LDNS_RR_TYPE_A, LDNS_RR_TYPE_A, LDNS_RCODE_REFUSED, ""},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		ldns_pkt *reply = ask(*state, cases[i].name, cases[i].type);
		char data[256];

		assert_non_null(reply);
		assert_int_equal(ldns_pkt_get_rcode(reply), cases[i].rcode);
		first_data(reply, cases[i].in_answer, data);
		assert_string_equal(data, cases[i].data);
		ldns_pkt_free(reply);
	}
}

static void
every_relay_has_an_address_and_its_name_backwards(void **state)
{
	const struct personality *p;

	for (size_t i = 0; (p = personality_row(i)); i++) {
		bool six = strchr(p->address, ':') != NULL;
		char name[300];
		ldns_pkt *reply;
		ldns_rr_list *list;
		bool found = false;

		snprintf(name, sizeof(name), "%s.", p->host);
		reply = ask(*state, name, six ? LDNS_RR_TYPE_AAAA : LDNS_RR_TYPE_A);
		list = ldns_pkt_answer(reply);
		for (size_t n = 0; n < ldns_rr_list_rr_count(list); n++) {
			char *text = ldns_rdf2str(ldns_rr_rdf(ldns_rr_list_rr(list, n), 0));

			found |= strcmp(text, p->address) == 0;
			free(text);
		}
		if (!found)
			fail_msg("%s has no %s", p->host, p->address);
		ldns_pkt_free(reply);
	}
}

static void
a_silent_name_and_a_broken_query_get_no_answer(void **state)
{
	struct names *names = *state;
	static const uint8_t broken[] = {1, 2, 3, 4, 5};
	uint8_t *reply;
	size_t len;

	assert_null(ask(names, "silent.example.org.", LDNS_RR_TYPE_A));
	assert_false(zones_answer(names->zones, broken, sizeof(broken), &reply, &len));
	assert_false(zones_answer(names->zones, broken, 0, &reply, &len));
}

/* The status of the signatures over the records of a section. */
static ldns_status
verify(const struct names *names, const ldns_pkt *reply, ldns_rr_type type, ldns_pkt_section section)
{
	ldns_rr_list *records = ldns_pkt_rr_list_by_type(reply, type, section);
	ldns_rr_list *signatures = ldns_pkt_rr_list_by_type(reply, LDNS_RR_TYPE_RRSIG, section);
	ldns_status status = records && signatures ? ldns_verify(records, signatures, names->keys, NULL)
						   : LDNS_STATUS_NO_DATA;

	ldns_rr_list_deep_free(records);
	ldns_rr_list_deep_free(signatures);
	return status;
}

static void
example_net_is_signed_and_one_name_is_bogus(void **state)
{
	static const struct {
		const char *name;
		ldns_rr_type type;
		ldns_status status;
	} cases[] = {
		{"mx-good.example.net.", LDNS_RR_TYPE_A, LDNS_STATUS_OK},
		{"example.net.", LDNS_RR_TYPE_DNSKEY, LDNS_STATUS_OK},
		{"_25._tcp.mx-good.example.net.", LDNS_RR_TYPE_TLSA, LDNS_STATUS_OK},
		{"mx-bogus.example.net.", LDNS_RR_TYPE_A, LDNS_STATUS_CRYPTO_BOGUS},
		{"mx-tls10.example.org.", LDNS_RR_TYPE_A, LDNS_STATUS_NO_DATA},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		ldns_pkt *reply = ask(*state, cases[i].name, cases[i].type);

		assert_int_equal(verify(*state, reply, cases[i].type, LDNS_SECTION_ANSWER), cases[i].status);
		ldns_pkt_free(reply);
	}
}

/* What is not there is denied by NSEC records with good signatures: the name, and where the name does not
 * exist the wildcard too. */
static void
absence_is_proven(void **state)
{
	static const struct {
		const char *name;
		size_t denials;
	} cases[] = {
		{"no-address.example.net.", 1},
		{"gone.example.net.", 2},
		{"_25._tcp.mx-ec.example.net.", 1},
		{"zzz.example.net.", 2},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		ldns_pkt *reply = ask(*state, cases[i].name, LDNS_RR_TYPE_AAAA);
		ldns_rr_list *signatures, *denials;
		char *text;

		denials = ldns_pkt_rr_list_by_type(reply, LDNS_RR_TYPE_NSEC, LDNS_SECTION_AUTHORITY);
		signatures = ldns_pkt_rr_list_by_type(reply, LDNS_RR_TYPE_RRSIG, LDNS_SECTION_AUTHORITY);
		assert_non_null(denials);
		text = ldns_rr_list2str(denials);
		if (ldns_rr_list_rr_count(denials) != cases[i].denials)
			fail_msg("%s: %s", cases[i].name, text);
		free(text);
		assert_int_equal(ldns_rr_list_rr_count(signatures),
			cases[i].denials + 1); /* and of the SOA */
		assert_int_equal(verify(*state, reply, LDNS_RR_TYPE_SOA, LDNS_SECTION_AUTHORITY),
			LDNS_STATUS_OK);
		ldns_rr_list_deep_free(denials);
		ldns_rr_list_deep_free(signatures);
		ldns_pkt_free(reply);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_have_their_records),
		cmocka_unit_test(every_relay_has_an_address_and_its_name_backwards),
		cmocka_unit_test(a_silent_name_and_a_broken_query_get_no_answer),
		cmocka_unit_test(example_net_is_signed_and_one_name_is_bogus),
		cmocka_unit_test(absence_is_proven),
	};

	return cmocka_run_group_tests(tests, start, end);
}
