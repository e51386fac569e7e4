/* web: the lab's HTTP server: what certificates name as the place of their issuer (AIA), in every form that
 * it comes in, and in every way that it does not come. One request a connection. */
#ifndef LAB_WEB_H
#define LAB_WEB_H

#include "hatch.h"
#include "pki.h"

#include <stdint.h>
#include <uv.h>

#define WEB_ADDRESS "127.0.40.200"
#define WEB_HOST "aia.example.net" /* its name in the lab's zones */

struct web_seen {
	unsigned connections, open;
	uint64_t bytes;    /* handed to the kernel, or waiting for that */
	const char *asked; /* the paths asked for, each with a line end behind it */
};

struct web;

/* Binds to a free port, so that certificates can name it. It answers nothing before web_serve(). */
struct web *web_start(uv_loop_t *loop, struct hatch *hatch);

/* "http://aia.example.net:PORT": what the places in certificates begin with. Lives as long as the server. */
const char *web_base(const struct web *w);

/* Begins to answer, with these certificates, which must live until the hatch is done. */
void web_serve(struct web *w, const struct pki *pki);

/* What it saw so far; its text lives until the loop runs again. */
struct web_seen web_saw(const struct web *w);

/* Closes it and its connections; then, when the hatch is done, comes web_free(). */
void web_close(struct web *w);

/* Frees it. NULL does nothing. */
void web_free(struct web *w);

#endif
