/* http_url: which URLs we ask at all. libcurl's own parser reads them, and the parts that were checked here
 * are handed to libcurl to be asked, so that no second parser can see another host in them. Pure. */
#ifndef PROBE_HTTP_URL_H
#define PROBE_HTTP_URL_H

#include "base/fault.h"

#include <curl/curl.h>
#include <stdbool.h>

#define HTTP_URL_LENGTH 2048 /* longer ones are refused: no CA writes them */

struct http_url {
	CURLU *parts; /* for CURLOPT_CURLU */
	char *text;   /* the whole URL, without a fragment */
	char *host;   /* a name, never an address; no trailing dot */
	unsigned port;
};

struct http_url_rules {
	bool any_port; /* otherwise port 80 (https: 443) alone */
	bool https;    /* https: besides http: */
};

/* Reads a URL, relative to base when base is not NULL, and checks it: http: (https: by the rules), a host
 * name, no user or password, a port that the rules allow. NULL with *why (FAULT_USAGE) when it may not be
 * asked. The caller frees it with http_url_free(). */
struct http_url *http_url_new(const char *text, const struct http_url *base,
	const struct http_url_rules *rules, struct fault *why);

/* Frees it; NULL does nothing. */
void http_url_free(struct http_url *u);

#endif
