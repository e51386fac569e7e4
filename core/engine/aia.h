/* aia: the certificates at the URLs that certificates name for their issuers (authorityInfoAccess, RFC 5280
 * section 4.2.2.1): asked for once a run, a few at a time. */
#ifndef ENGINE_AIA_H
#define ENGINE_AIA_H

#include "model/certificate.h"
#include "probe/http.h"

#define AIA_AT_ONCE 4
#define AIA_KEPT 1024      /* answers; then the oldest goes */
#define AIA_AGAIN_MS 60000 /* a URL that had none is asked again after this time */

struct aia;

struct aia_answer {
	const char *url;
	struct chain *certificates; /* NULL: none */
	struct fault why;           /* there is none */
	bool reachable;             /* the server answered, with whatever it was */
};

/* An asker on a loop; nothing is opened before the first URL. */
struct aia *aia_new(uv_loop_t *loop, struct resolver *resolver, bool allow_private);

/* Asks for a URL: answered(arg, answer) comes later, once, with an answer that is borrowed for the call. From
 * the memory when it was asked before. */
void aia_ask(struct aia *a, const char *url, void (*answered)(void *arg, const struct aia_answer *answer),
	void *arg);

/* Whoever asked with this arg does not want to be answered any more. */
void aia_forget(struct aia *a, const void *arg);

/* Cancels all and closes, nobody is answered; closed(arg) comes when the memory is gone. */
void aia_close(struct aia *a, void (*closed)(void *arg), void *arg);

#endif
