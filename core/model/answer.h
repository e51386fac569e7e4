/* answer: what the DNS said to one question. Immutable, reference counted, counts change on the loop only. */
#ifndef MODEL_ANSWER_H
#define MODEL_ANSWER_H

#include <stddef.h>
#include <stdint.h>

enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_TLSA = 52
};

enum dns_status {
	DNS_SECURE,   /* data, validated */
	DNS_INSECURE, /* data, not signed (or our resolver strips DNSSEC) */
	DNS_BOGUS,    /* data or none, and its DNSSEC is broken; still used to connect, as Sendmail would */
	DNS_NXDOMAIN,
	DNS_NODATA,
	DNS_FAILED,  /* SERVFAIL, timeout, … : why says */
	DNS_HOSTS,   /* from /etc/hosts */
	DNS_LITERAL, /* the target was an address: nothing was asked */
};

struct dns_record {
	unsigned char *data; /* rdata as on the wire */
	size_t len;
};

struct answer {
	unsigned refs;
	char *name; /* what was asked, no trailing dot */
	int type;   /* an enum dns_type */
	enum dns_status status;
	int rcode;
	char *why;        /* why bogus or failed; NULL otherwise */
	char *canonical;  /* the last CNAME's target; NULL when there was none */
	int64_t ms;       /* how long it took */
	int64_t asked_ms; /* the wall clock */
	struct dns_record *records;
	size_t count;
	unsigned char *packet; /* the whole answer, for printing as dig does; NULL when there is none */
	size_t packet_len;
};

/* A new answer with one reference. */
struct answer *answer_new(const char *name, int type);

/* One more reference; returns its argument. NULL gives NULL. */
struct answer *answer_ref(struct answer *a);

/* One reference less; the last one frees it. NULL does nothing. */
void answer_unref(struct answer *a);

/* The word of a status for JSON: "secure", "insecure", "bogus", "nxdomain", … Static. */
const char *dns_status_word(enum dns_status status);

/* "A", "AAAA", "MX", …; "?" for a type we do not ask. Static. */
const char *dns_type_word(int type);

#endif
