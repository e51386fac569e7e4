/* pki: certificates minted at start from a table: roots, intermediates, leaves, good and broken ones. Nothing
 * of it is stored anywhere but where pki_write() is told to. Test code: no key here protects anything. */
#ifndef LAB_PKI_H
#define LAB_PKI_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

enum cert_kind {
	CERT_LEAF,  /* for a server and a client; the CN is its SAN too */
	CERT_CA,    /* CA:TRUE, may sign certificates and CRLs */
	CERT_PLAIN, /* no extensions, as `openssl req -x509` of old made them */
};

/* One row of the table; an issuer's row stands before its certificates' rows. */
struct cert_spec {
	const char *name;    /* unique; its files are called so */
	const char *issuer;  /* the name of its issuer's row; NULL: it signs itself */
	const char *subject; /* "/C=US/O=Example Trust Services/CN=Example Root CA R1", UTF-8 */
	enum cert_kind kind;
	const char *key;        /* NULL: its own P-256; "rsa2048", "rsa1024": shared by all of that name;
				 * "=NAME": the key of that row (a renewed or cross-signed certificate) */
	const char *digest;     /* NULL: SHA256 */
	int from_days, to_days; /* validity from now; both 0: what is usual for the kind */
	const char *extensions; /* "name=value|name=value", as in OpenSSL's x509v3_config; they replace the
				 * kind's own of the same name; {aia} is where the lab's HTTP server is */
	bool tampered;          /* a byte of the signature is flipped */
	bool in_store;          /* Sendmail's CACertFile holds it */
	bool in_system;         /* the system's bundle holds it */
	unsigned copies;        /* so many of the same name, each with its own key; 0: one */
};

struct minted {
	const struct cert_spec *spec;
	X509 *x509;
	EVP_PKEY *key;
};

struct pki;

/* Mints all rows, valid around now; aborts with a message when a row cannot be. Freed with pki_free(). */
struct pki *pki_new(const struct cert_spec *specs, size_t count, time_t now);

/* The same, with base in the place of {aia}; it is borrowed for the call. */
struct pki *pki_new_naming(const struct cert_spec *specs, size_t count, time_t now, const char *base);

/* Frees it with all its certificates. NULL does nothing. */
void pki_free(struct pki *p);

/* The certificate of that name; aborts when there is none. Borrowed. */
const struct minted *pki_find(const struct pki *p, const char *name);

#define PKI_CHAIN_ROOM 120

/* The certificates of a chain such as "good int root", of a name with copies all; returns how many. Borrowed.
 */
size_t pki_chain(const struct pki *p, const char *names, const struct minted *chain[PKI_CHAIN_ROOM]);

/* A CRL of that issuer that revokes the certificates of `revoked` (names, blanks between; "" none), valid
 * from from_days to to_days. The caller frees it with X509_CRL_free(). */
X509_CRL *pki_crl(const struct pki *p, const char *issuer, const char *revoked, int from_days, int to_days);

/* The i-th row's certificate; NULL after the last. Borrowed. */
const struct minted *pki_row(const struct pki *p, size_t i);

/* The certificates in the store, one after the other: NULL after the last. Borrowed. */
const struct minted *pki_anchor(const struct pki *p, size_t i);

/* Writes NAME.pem and NAME.key (mode 0600) of every row into the folder, and hashed/ with what is in the
 * store, named as `openssl rehash` would. Aborts when it cannot. */
void pki_write(const struct pki *p, const char *folder);

/* Writes what is in the store as one PEM file. */
void pki_write_bundle(const struct pki *p, const char *path);

/* Writes what the system's own bundle would hold. */
void pki_write_system(const struct pki *p, const char *path);

/* Writes a chain as a server's file: certificates of the chain, the leaf first. */
void pki_write_chain(const struct pki *p, const char *names, const char *path);

/* Writes a CRL as PEM. */
void pki_write_crl(const X509_CRL *crl, const char *path);

/* What X509_verify_cert() says of a chain as Sendmail asks it: the store of the table, purpose sslserver,
 * this security level, first error. Returns the X509_V_ERR_ code; *depth is -1 and subject "" when it is 0.
 */
int pki_judge(const struct pki *p, const char *names, int level, int *depth, char subject[512]);

#endif
