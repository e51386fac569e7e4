/* zones: what the lab's DNS says: the names of the relays, their domains, their addresses backwards, and
 * names with something wrong. example.net is signed with a key minted at start (ECDSA P-256, NSEC);
 * example.org is not. Bytes in, bytes out: dns.h has the socket. */
#ifndef LAB_ZONES_H
#define LAB_ZONES_H

#include "pki.h"

#include <stdint.h>

struct zones;

/* Builds and signs the zones; TLSA records are made of the certificates. Freed with zones_free(). */
struct zones *zones_new(const struct pki *pki);

/* Frees them. NULL does nothing. */
void zones_free(struct zones *z);

/* The answer to a query as on the wire; the caller frees *reply. False: it is not answered (no query, or a
 * name whose server is silent). */
bool zones_answer(const struct zones *z, const uint8_t *query, size_t len, uint8_t **reply,
	size_t *reply_len);

/* The DNSKEY of example.net as a zone file's line: a trust anchor for libunbound. The caller frees it. */
char *zones_trust_anchor(const struct zones *z);

#endif
