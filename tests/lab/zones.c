#include "zones_private.h"

#include "base/mem.h"
#include "base/text.h"
#include "personalities.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

static const char *const apexes[ZONE_COUNT] = {"example.net.", "example.org.", "127.in-addr.arpa."};

/* What the relays' rows do not say. Targets without a dot at the end would be relative: there are none. */
static const char *const more_records[] = {
	"example.net. 300 IN MX 10 mx-good.example.net.",
	"example.net. 300 IN MX 20 mx-ec.example.net.",
	"missing.example.net. 300 IN MX 10 mx-missing.example.net.",
	"expired.example.net. 300 IN MX 10 mx-expired.example.net.",
	"two-mx.example.net. 300 IN MX 10 mx-refused.example.org.",
	"two-mx.example.net. 300 IN MX 20 mx-good.example.net.",
	"alias.example.net. 300 IN CNAME mx-good.example.net.",
	"mx-alias.example.net. 300 IN MX 10 alias.example.net.",
	"null-mx.example.net. 300 IN MX 0 .",
	"no-address.example.net. 300 IN TXT \"a name without an address\"",
	"mx-bogus.example.net. 300 IN A 127.0.40.1",
	"aia.example.net. 300 IN A 127.0.40.200",
	"_mta-sts.example.net. 300 IN TXT \"v=STSv1; id=20260101000000\"",
	"example.org. 300 IN MX 10 mx-tls12.example.org.",
	"clear.example.org. 300 IN MX 10 mx-no-starttls.example.org.",
	"mx-both.example.org. 300 IN A 127.0.40.2",
	"mx-both.example.org. 300 IN AAAA ::1",
	/* TCP to a multicast address fails at once, everywhere, without a packet. */
	"mx-half.example.org. 300 IN AAAA ff0e::db8:0:1",
	"mx-half.example.org. 300 IN A 127.0.40.8",
	"mx-dead.example.org. 300 IN AAAA ff0e::db8:0:1",
	"mx-dead.example.org. 300 IN A 127.0.40.76",
	"mx-dead.example.org. 300 IN A 127.0.40.77",
};

/* A name with more addresses than anybody should connect to. */
static const char *const many_last[] = {"1", "2", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", NULL};

/* TLSA 3 1 1 (RFC 7671): of the relay's own key, and once of another's. */
static const struct {
	const char *host, *certificate;
} tlsa_records[] = {
	{"mx-good.example.net.", "good"},
	{"mx-self.example.net.", "self"},
	{"mx-expired.example.net.", "ec"},
};

static void
add(struct zones *z, const char *line)
{
	ldns_rr *rr = NULL;

	if (ldns_rr_new_frm_str(&rr, line, 300, NULL, NULL) != LDNS_STATUS_OK) {
		fprintf(stderr, "lab: no record: %s\n", line);
		abort();
	}
	for (size_t i = 0; i < ZONE_COUNT; i++) {
		const ldns_rdf *owner = ldns_rr_owner(rr);

		if (ldns_dname_compare(owner, z->zones[i].apex) == 0 ||
			ldns_dname_is_subdomain(owner, z->zones[i].apex)) {
			ldns_dnssec_zone_add_rr(z->zones[i].names, rr);
			return;
		}
	}
	abort();
}

static void
addf(struct zones *z, const char *format, const char *a, const char *b)
{
	char *line = text_new(format, a, b); /* formats are this file's own */

	add(z, line);
	free(line);
}

static void
add_relays(struct zones *z)
{
	const struct personality *p;

	for (size_t i = 0; (p = personality_row(i)); i++) {
		unsigned a, b, c, d;

		addf(z, strchr(p->address, ':') ? "%s. 300 IN AAAA %s" : "%s. 300 IN A %s", p->host,
			p->address);
		if (sscanf(p->address, "%u.%u.%u.%u", &a, &b, &c, &d) == 4) {
			char *line =
				text_new("%u.%u.%u.%u.in-addr.arpa. 300 IN PTR %s.", d, c, b, a, p->host);

			add(z, line);
			free(line);
		}
	}
}

static void
add_tlsa(struct zones *z, const char *host, const X509 *x)
{
	unsigned char hash[SHA256_DIGEST_LENGTH], *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	struct text hex = {0};

	SHA256(der, (size_t)len, hash);
	for (size_t i = 0; i < sizeof(hash); i++)
		text_printf(&hex, "%02x", hash[i]);
	addf(z, "_25._tcp.%s 300 IN TLSA 3 1 1 %s", host, hex.at);
	text_free(&hex);
	OPENSSL_free(der);
}

static void
make_zone(struct zones *z, size_t i)
{
	z->zones[i].apex = ldns_dname_new_frm_str(apexes[i]);
	z->zones[i].names = ldns_dnssec_zone_new();
	addf(z, "%s 300 IN SOA ns.%s hostmaster.example.net. 1 3600 600 86400 60", apexes[i], apexes[i]);
	addf(z, "%s 300 IN NS ns.example.%s.", apexes[i], i == 1 ? "org" : "net");
}

/* Signs example.net for a day around now. */
static void
sign(struct zones *z)
{
	ldns_key *key = ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);
	ldns_rr_list *made = ldns_rr_list_new();
	uint32_t now = (uint32_t)time(NULL);

	ldns_key_set_pubkey_owner(key, ldns_rdf_clone(z->zones[0].apex));
	ldns_key_set_flags(key, LDNS_KEY_ZONE_KEY | LDNS_KEY_SEP_KEY);
	ldns_key_set_inception(key, now - 86400);
	ldns_key_set_expiration(key, now + 86400);
	ldns_key_set_origttl(key, 300);
	z->dnskey = ldns_key2rr(key);
	ldns_key_set_keytag(key, ldns_calc_keytag(z->dnskey));
	ldns_dnssec_zone_add_rr(z->zones[0].names, ldns_rr_clone(z->dnskey));
	z->keys = ldns_key_list_new();
	ldns_key_list_push_key(z->keys, key);
	if (ldns_dnssec_zone_sign(z->zones[0].names, made, z->keys, ldns_dnssec_default_replace_signatures,
		    NULL) != LDNS_STATUS_OK)
		abort();
	ldns_rr_list_free(made); /* its records belong to the zone now */
}

/* The A records of mx-bogus get a signature that does not fit them. */
static void
break_signature(struct zones *z)
{
	ldns_rdf *name = ldns_dname_new_frm_str("mx-bogus.example.net.");
	ldns_dnssec_rrsets *set = ldns_dnssec_zone_find_rrset(z->zones[0].names, name, LDNS_RR_TYPE_A);
	ldns_rdf *signature = ldns_rr_rdf(set->signatures->rr, 8);

	ldns_rdf_data(signature)[10] ^= 0xff;
	ldns_rdf_deep_free(name);
}

struct zones *
zones_new(const struct pki *pki)
{
	struct zones *z = mem_new(1, sizeof(*z));

	for (size_t i = 0; i < ZONE_COUNT; i++)
		make_zone(z, i);
	for (size_t i = 0; i < 2; i++)
		addf(z, "ns.%s 300 IN A %s", apexes[i], "127.0.0.1");
	add_relays(z);
	for (size_t i = 0; i < sizeof(more_records) / sizeof(*more_records); i++)
		add(z, more_records[i]);
	for (const char *const *last = many_last; *last; last++)
		addf(z, "%s127.0.40.%s", "mx-many.example.org. 300 IN A ", *last);
	for (size_t i = 0; i < sizeof(tlsa_records) / sizeof(*tlsa_records); i++)
		add_tlsa(z, tlsa_records[i].host, pki_find(pki, tlsa_records[i].certificate)->x509);
	sign(z);
	break_signature(z);
	return z;
}

void
zones_free(struct zones *z)
{
	if (!z)
		return;
	for (size_t i = 0; i < ZONE_COUNT; i++) {
		ldns_rdf_deep_free(z->zones[i].apex);
		ldns_dnssec_zone_deep_free(z->zones[i].names);
	}
	ldns_key_list_free(z->keys);
	ldns_rr_free(z->dnskey);
	free(z);
}

char *
zones_trust_anchor(const struct zones *z)
{
	char *printed = ldns_rr2str(z->dnskey);
	char *text = mem_text(printed);

	LDNS_FREE(printed);
	return text;
}
