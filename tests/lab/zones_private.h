/* zones_private: what zones.c builds and zones_answer.c reads. */
#ifndef LAB_ZONES_PRIVATE_H
#define LAB_ZONES_PRIVATE_H

#include "zones.h"

#include <ldns/ldns.h>

#define ZONE_COUNT 3

struct zone {
	ldns_rdf *apex;
	ldns_dnssec_zone *names;
};

struct zones {
	struct zone zones[ZONE_COUNT];
	ldns_key_list *keys;
	ldns_rr *dnskey;
};

#endif
