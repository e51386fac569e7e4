/* material: what the tests of trust are made of: one small PKI, and chains, policies and stores from its
 * names. */
#ifndef UNIT_TRUST_MATERIAL_H
#define UNIT_TRUST_MATERIAL_H

#include "model/policy.h"
#include "tests/lab/pki.h"
#include "trust/judge.h"
#include "trust/store.h"

#define NOW INT64_C(1780000000) /* seconds: all certificates are minted around it */
#define NOW_MS (NOW * 1000)

/* The PKI, minted at the first call and never freed: it belongs to the process. */
const struct pki *material(void);

/* The chain of those names, "leaf int root", as a server sent it. The caller has one reference. */
struct chain *chain_named(const char *names);

/* The certificates of those names as one PEM text; the caller frees it. */
char *pem_named(const char *names);

/* A CRL of the issuer as PEM text; the caller frees it. */
char *crl_pem(const char *issuer, const char *revoked, int from_days, int to_days);

/* Fills a policy's file with a text, which it takes over; NULL: not there. */
void fill_file(struct policy_file *file, const char *path, char *text);

/* A policy as a cf with both options makes it: CACertFile holds those names. The caller has one reference. */
struct policy *policy_named(const char *names);

/* Adds a file to the CA path (mark "."), or to the CRL path (mark ".r"), named by the hash of its first
 * object. number is its suffix; the text is taken over. */
void add_hashed(struct policy *p, const char *mark, int number, char *text);

/* The store of those names. The caller has one reference. */
struct store *store_named(const char *names);

#endif
