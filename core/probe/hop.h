/* hop: one URL, from whichever of its host's addresses takes the connection. IPv4 is asked first: a host of
 * certificates always has it, and AAAA is not even looked up when it answers. Redirects are told, not
 * followed. */
#ifndef PROBE_HOP_H
#define PROBE_HOP_H

#include "probe/resolver.h"
#include "probe/transfer.h"

struct hop_order {
	struct resolver *resolver;
	struct curl_loop *curl;
	const struct fetch_url *url; /* outlives the hop until it is done or stopped */
	uint64_t deadline;           /* by uv_hrtime(); it shares out the time, whoever starts it keeps it */
	size_t bytes;                /* of the body */
	bool allow_private;
};

struct hop;

/* Starts it; never NULL. done comes once, never from inside, unless it is stopped; the hop is gone with it.
 * A fault of the result is that of the first address, FAULT_DNS when there is none, FAULT_USAGE when all
 * are private. */
struct hop *hop_start(const struct hop_order *order, transfer_cb *done, void *arg);

/* Whether a connection was tried; also from inside done. */
bool hop_tried(const struct hop *h);

/* Stops it; done does not come any more. The memory goes when the resolver has let go of it. NULL does
 * nothing. */
void hop_stop(struct hop *h);

#endif
