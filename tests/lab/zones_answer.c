#include "base/mem.h"
#include "zones_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CNAMES 8

/* Names whose servers are not well: -1 says nothing. */
static const struct {
	const char *name;
	int rcode;
} unwell[] = {
	{"servfail.example.org.", LDNS_RCODE_SERVFAIL},
	{"refused.example.org.", LDNS_RCODE_REFUSED},
	{"silent.example.org.", -1},
};

struct answering {
	ldns_pkt *reply;
	bool with_signatures; /* the query had the DO bit */
};

static const struct zone *
zone_of(const struct zones *z, const ldns_rdf *name)
{
	for (size_t i = 0; i < ZONE_COUNT; i++)
		if (ldns_dname_compare(name, z->zones[i].apex) == 0 ||
			ldns_dname_is_subdomain(name, z->zones[i].apex))
			return &z->zones[i];
	return NULL;
}

static void
push(struct answering *a, ldns_pkt_section section, const ldns_dnssec_rrs *list)
{
	for (; list; list = list->next)
		ldns_pkt_push_rr(a->reply, section, ldns_rr_clone(list->rr));
}

static void
push_set(struct answering *a, ldns_pkt_section section, const ldns_dnssec_rrsets *set)
{
	push(a, section, set->rrs);
	if (a->with_signatures)
		push(a, section, set->signatures);
}

/* The NSEC record at the name or in front of it: it denies what lies between two names (RFC 4034 section 4).
 */
static void
push_denial(struct answering *a, const struct zone *zone, const ldns_rdf *name)
{
	ldns_rbnode_t *node = NULL;
	const ldns_dnssec_name *at;

	ldns_rbtree_find_less_equal(zone->names->names, name, &node);
	while (node && node != LDNS_RBTREE_NULL && !((const ldns_dnssec_name *)node->data)->nsec)
		node = ldns_rbtree_previous(node);
	if (!node || node == LDNS_RBTREE_NULL)
		return;
	at = node->data;
	for (uint16_t i = 0; i < ldns_pkt_nscount(a->reply); i++)
		if (ldns_rr_compare(ldns_rr_list_rr(ldns_pkt_authority(a->reply), i), at->nsec) == 0)
			return;
	ldns_pkt_push_rr(a->reply, LDNS_SECTION_AUTHORITY, ldns_rr_clone(at->nsec));
	push(a, LDNS_SECTION_AUTHORITY, at->nsec_signatures);
}

/* A record at the name, or below it (an empty non-terminal). */
static bool
exists(const struct zone *zone, const ldns_rdf *name)
{
	ldns_rbnode_t *node = ldns_rbtree_first(zone->names->names);

	for (; node && node != LDNS_RBTREE_NULL; node = ldns_rbtree_next(node)) {
		const ldns_rdf *owner = node->key;

		if (ldns_dname_compare(owner, name) == 0 || ldns_dname_is_subdomain(owner, name))
			return true;
	}
	return false;
}

/* NXDOMAIN denies the wildcard at the closest name that exists, too (RFC 4035 section 3.1.3.2). */
static void
push_wildcard_denial(struct answering *a, const struct zone *zone, const ldns_rdf *name)
{
	ldns_rdf *closest = ldns_rdf_clone(name), *star = ldns_dname_new_frm_str("*"), *wildcard;

	while (!exists(zone, closest)) {
		ldns_rdf *up = ldns_dname_left_chop(closest);

		ldns_rdf_deep_free(closest);
		closest = up;
	}
	wildcard = ldns_dname_cat_clone(star, closest);
	push_denial(a, zone, wildcard);
	ldns_rdf_deep_free(wildcard);
	ldns_rdf_deep_free(star);
	ldns_rdf_deep_free(closest);
}

static void
deny(struct answering *a, const struct zone *zone, const ldns_rdf *name)
{
	bool there = exists(zone, name);
	const ldns_dnssec_rrsets *soa =
		ldns_dnssec_zone_find_rrset(zone->names, zone->apex, LDNS_RR_TYPE_SOA);

	if (!there)
		ldns_pkt_set_rcode(a->reply, LDNS_RCODE_NXDOMAIN);
	push_set(a, LDNS_SECTION_AUTHORITY, soa);
	if (!a->with_signatures)
		return;
	push_denial(a, zone, name);
	if (!there)
		push_wildcard_denial(a, zone, name);
}

/* Answers a name, and where it is an alias what it stands for. */
static void
answer(struct answering *a, const struct zones *z, const ldns_rdf *name, ldns_rr_type type)
{
	for (int hop = 0; hop < CNAMES; hop++) {
		const struct zone *zone = zone_of(z, name);
		const ldns_dnssec_rrsets *set;

		if (!zone) {
			ldns_pkt_set_rcode(a->reply, LDNS_RCODE_REFUSED);
			return;
		}
		set = ldns_dnssec_zone_find_rrset(zone->names, name, type);
		if (set) {
			push_set(a, LDNS_SECTION_ANSWER, set);
			return;
		}
		set = ldns_dnssec_zone_find_rrset(zone->names, name, LDNS_RR_TYPE_CNAME);
		if (!set) {
			deny(a, zone, name);
			return;
		}
		push_set(a, LDNS_SECTION_ANSWER, set);
		name = ldns_rr_rdf(set->rrs->rr, 0);
	}
}

/* 0, or the rcode of a name that is unwell, or -1. */
static int
illness(const ldns_rdf *name)
{
	char *text = ldns_rdf2str(name);
	int rcode = LDNS_RCODE_NOERROR;

	for (size_t i = 0; i < sizeof(unwell) / sizeof(*unwell); i++)
		if (strcasecmp(text, unwell[i].name) == 0)
			rcode = unwell[i].rcode;
	LDNS_FREE(text);
	return rcode;
}

/* An answer of a recursive server that is also the authority: libunbound forwards to it. */
static ldns_pkt *
reply_to(const ldns_pkt *query, const ldns_rr *question)
{
	ldns_pkt *reply = ldns_pkt_new();

	ldns_pkt_set_id(reply, ldns_pkt_id(query));
	ldns_pkt_set_qr(reply, true);
	ldns_pkt_set_aa(reply, true);
	ldns_pkt_set_ra(reply, true);
	ldns_pkt_set_rd(reply, ldns_pkt_rd(query));
	ldns_pkt_set_cd(reply, ldns_pkt_cd(query));
	ldns_pkt_push_rr(reply, LDNS_SECTION_QUESTION, ldns_rr_clone(question));
	if (ldns_pkt_edns_udp_size(query) > 0) {
		ldns_pkt_set_edns_udp_size(reply, 4096);
		ldns_pkt_set_edns_do(reply, ldns_pkt_edns_do(query));
	}
	return reply;
}

static bool
to_wire(const ldns_pkt *reply, uint8_t **out, size_t *out_len)
{
	uint8_t *wire = NULL;

	if (ldns_pkt2wire(&wire, reply, out_len) != LDNS_STATUS_OK)
		return false;
	*out = mem_copy(wire, *out_len);
	LDNS_FREE(wire);
	return true;
}

bool
zones_answer(const struct zones *z, const uint8_t *query, size_t len, uint8_t **reply, size_t *reply_len)
{
	ldns_pkt *asked = NULL;
	struct answering a;
	const ldns_rr *question;
	int rcode;
	bool answered = false;

	if (ldns_wire2pkt(&asked, query, len) != LDNS_STATUS_OK)
		return false;
	if (!ldns_pkt_qr(asked) && ldns_pkt_qdcount(asked) == 1) {
		question = ldns_rr_list_rr(ldns_pkt_question(asked), 0);
		rcode = illness(ldns_rr_owner(question));
		a.reply = reply_to(asked, question);
		a.with_signatures = ldns_pkt_edns_do(asked);
		ldns_pkt_set_rcode(a.reply, (uint8_t)(rcode > 0 ? rcode : LDNS_RCODE_NOERROR));
		if (rcode == 0)
			answer(&a, z, ldns_rr_owner(question), ldns_rr_get_type(question));
		if (rcode >= 0)
			answered = to_wire(a.reply, reply, reply_len);
		ldns_pkt_free(a.reply);
	}
	ldns_pkt_free(asked);
	return answered;
}
