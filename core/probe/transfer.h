/* transfer: one GET of one URL from one address, and what came. Redirects are told, never followed. */
#ifndef PROBE_TRANSFER_H
#define PROBE_TRANSFER_H

#include "base/address.h"
#include "probe/curl_loop.h"
#include "probe/fetch_url.h"

struct transfer_order {
	const struct fetch_url *url; /* must outlive the transfer */
	struct address address;      /* where it is asked, whatever the name resolves to elsewhere */
	bool allow_private;          /* else a connection to a private address is not even opened */
	int64_t connect_ms;          /* for the connection, TLS included; the rest is the caller's deadline */
	size_t bytes;                /* of the body of a 200; other bodies are not read */
};

struct transfer_result {
	struct fault fault; /* of the transfer; a status other than 200 is none */
	int status;         /* 0: no answer */
	bool connected;     /* false: another address may do better */
	const unsigned char *bytes;
	size_t len;
	const char *type; /* Content-Type, Location: as sent; NULL: none */
	const char *location;
	int64_t date_ms; /* from Date; 0: none */
};

struct transfer;

/* The transfer is gone when this returns; the result is borrowed for the call. */
typedef void transfer_cb(void *arg, const struct transfer_result *result);

/* Starts it; never NULL. done comes once, never from inside, unless it is dropped. */
struct transfer *transfer_start(struct curl_loop *loop, const struct transfer_order *order, transfer_cb *done,
	void *arg);

/* Stops and frees it; done does not come any more. NULL does nothing. */
void transfer_drop(struct transfer *t);

#endif
