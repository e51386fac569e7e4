/* dns: the lab's name server: UDP on 127.0.0.1 and a free port, answers from zones.h. */
#ifndef LAB_DNS_H
#define LAB_DNS_H

#include "hatch.h"
#include "zones.h"

#include <uv.h>

struct dns;

/* Starts it; zones and hatch must live until the hatch is done. */
struct dns *dns_start(uv_loop_t *loop, struct hatch *hatch, const struct zones *zones);

/* Its port. */
unsigned dns_port(const struct dns *d);

/* How many queries came. */
unsigned dns_queries(const struct dns *d);

/* Closes it; then, when the hatch is done, comes dns_free(). */
void dns_close(struct dns *d);

/* Frees it. NULL does nothing. */
void dns_free(struct dns *d);

#endif
