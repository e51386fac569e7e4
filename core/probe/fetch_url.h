/* fetch_url: which URLs are asked at all. Parsed by libcurl, the same parser that asks them later; pure. */
#ifndef PROBE_FETCH_URL_H
#define PROBE_FETCH_URL_H

#include "base/fault.h"

#include <curl/curl.h>
#include <stdbool.h>

#define FETCH_URL_LENGTH 2048 /* longer ones are refused: no CA writes them */

struct fetch_url {
	CURLU *parts; /* for CURLOPT_CURLU: what was checked is what is asked */
	char *text;   /* the whole, without a fragment */
	char *host;   /* a name, never an address; no trailing dot */
	unsigned port;
};

struct fetch_rules {
	bool any_port;
	bool https;
};

/* Reads a URL, relative to base when base is not NULL, and checks it: http: (https: by the rules), a host
 * name, no user or password, port 80 (443) or by the rules any. NULL with *why, FAULT_USAGE, when it is not
 * to be asked. The caller frees it with fetch_url_free(). */
struct fetch_url *fetch_url_new(const char *text, const struct fetch_url *base,
	const struct fetch_rules *rules, struct fault *why);

/* Frees it; NULL does nothing. */
void fetch_url_free(struct fetch_url *u);

#endif
