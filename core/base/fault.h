/* fault: a failure as data: what kind, which number, which words. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdint.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_FILE,        /* a file could not be opened or read; code is a negative errno */
	FAULT_USAGE,       /* what the user asked for cannot be: text says why */
	FAULT_DNS,         /* names did not resolve; code is the DNS response code */
	FAULT_UNREACHABLE, /* no route to the host or network; code is a UV_E number, as below */
	FAULT_REFUSED,     /* connection refused */
	FAULT_TIMEOUT,     /* a time limit ran out; text says which */
	FAULT_CLOSED,      /* the peer closed the connection */
	FAULT_RESET,       /* the peer reset the connection */
	FAULT_REPLY,       /* an SMTP reply that ends the dialogue; code is the reply code */
	FAULT_PROTOCOL,    /* what came is no SMTP, or no TLS */
	FAULT_TLS,         /* the handshake failed; code is the TLS alert, or 0 */
	FAULT_LIMIT,       /* the peer sent more than we take */
	FAULT_CANCELLED,   /* the user or the program's end stopped it */
};

struct fault {
	enum fault_kind kind;
	int code;
	char text[256];
	int64_t waited_ms; /* of FAULT_TIMEOUT: the time limit that ran out; 0: not known */
};

/* Sets *f, without a time limit; the text is cut to fit. f may be NULL: nobody wants to know. */
void fault_set(struct fault *f, enum fault_kind kind, int code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The word of a kind for JSON and the screen: "none", "file", "usage", "dns", … Static. */
const char *fault_word(enum fault_kind kind);

#endif
