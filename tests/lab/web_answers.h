/* web_answers: what the lab's HTTP server says to whom. Bytes alone; web.c has the sockets. */
#ifndef LAB_WEB_ANSWERS_H
#define LAB_WEB_ANSWERS_H

#include "base/text.h"
#include "pki.h"

enum web_then {     /* what comes behind the bytes of an answer */
	WEB_ENDS,   /* the connection is closed */
	WEB_HANGS,  /* nothing, and it stays open */
	WEB_DRIPS,  /* a byte now and then */
	WEB_FLOODS, /* bytes without end, made as they are sent */
};

/* The answer to a request for a path, headers and all, appended to `out`. `base` is web_base()'s. */
enum web_then web_answer(const struct pki *pki, const char *base, const char *path, struct text *out);

#endif
