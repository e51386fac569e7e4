/* curl_loop: libcurl's multi interface on a libuv loop: its sockets and its timer, and who is told when a
 * transfer ends. It knows nothing of what is transferred. */
#ifndef PROBE_CURL_LOOP_H
#define PROBE_CURL_LOOP_H

#include <curl/curl.h>
#include <uv.h>

/* One easy handle that is transferred; the memory and the handle are the caller's. */
struct curl_job {
	CURL *easy;
	/* Called once, outside of libcurl: easy is removed already and may be cleaned up. */
	void (*ended)(struct curl_job *job, CURLcode code);
};

struct curl_loop;

/* Begins on the loop. NULL when libcurl cannot: no descriptor is left. */
struct curl_loop *curl_loop_new(uv_loop_t *loop);

/* Starts a transfer; its end is never told from inside. Takes CURLOPT_PRIVATE of the easy handle. */
void curl_loop_add(struct curl_loop *l, struct curl_job *job);

/* Stops a transfer that has not ended; its end is not told any more. */
void curl_loop_drop(struct curl_loop *l, struct curl_job *job);

/* Closes it, when all transfers have ended or were dropped; closed comes when its last handle is gone. */
void curl_loop_close(struct curl_loop *l, void (*closed)(void *arg), void *arg);

#endif
