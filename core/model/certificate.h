/* certificate: what an administrator asks of an X.509 certificate, and the chain a server sent. Both are
 * immutable and reference counted; trust/ makes them from bytes. A chain's count changes on the loop only. A
 * certificate's is atomic: a path that a worker builds consists of certificates that the loop and other
 * workers hold too. */
#ifndef MODEL_CERTIFICATE_H
#define MODEL_CERTIFICATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct certificate {
	atomic_uint refs;
	void *x509; /* trust's own object of it: what was parsed once is judged with; NULL: there is none */
	void (*x509_free)(void *x509);
	unsigned char *der;
	size_t der_len;
	char *subject, *issuer; /* one line, "/C=US/CN=…", as Sendmail logs them (X509_NAME_oneline) */
	char *subject_cn, *issuer_cn; /* the last CN, else the last RDN's value, of each; UTF-8; "" when there
					 is none */
	char *serial;                 /* lower-case hex */
	char *sha256;                 /* of the DER, lower-case hex */
	int64_t not_before_ms, not_after_ms;
	char *key; /* "RSA 2048", "EC P-256", "Ed25519" */
	int key_bits;
	char *signature; /* "sha256WithRSAEncryption" */
	char **sans;     /* "DNS:mx.example.net", "IP:192.0.2.1", "email:…", "URI:…" */
	size_t san_count;
	bool ca;                                 /* basicConstraints CA:TRUE */
	int path_length;                         /* pathLenConstraint, or -1 */
	char *subject_key_id, *authority_key_id; /* lower-case hex, or NULL */
	char *key_usage, *extended_key_usage; /* "Digital Signature, Key Encipherment"; NULL: no extension */
	char **aia_issuers, **ocsp, **crls;   /* URIs: authorityInfoAccess, cRLDistributionPoints */
	size_t aia_issuer_count, ocsp_count, crl_count;
	char *policies;         /* certificate policy OIDs, ", " between them; NULL: none */
	char *unknown_critical; /* OID of the first critical extension that OpenSSL does not know; NULL: none
				 */
	bool scts;              /* embedded signed certificate timestamps (RFC 6962) */
	bool self_issued;       /* subject and issuer are the same name */
	bool self_signed;       /* and its own key verifies its signature */
};

struct chain {
	unsigned refs;
	size_t count;
	struct certificate **certificates; /* as sent: the leaf first */
};

/* A new, empty certificate with one reference. */
struct certificate *certificate_new(void);

/* One more reference; returns its argument. NULL gives NULL. */
struct certificate *certificate_ref(struct certificate *c);

/* One reference less; the last one frees it. NULL does nothing. */
void certificate_unref(struct certificate *c);

/* A chain of count certificates with one reference; takes over the array and the caller's references. */
struct chain *chain_new(struct certificate **certificates, size_t count);

/* One more reference; returns its argument. NULL gives NULL. */
struct chain *chain_ref(struct chain *c);

/* One reference less; the last one frees it. NULL does nothing. */
void chain_unref(struct chain *c);

#endif
