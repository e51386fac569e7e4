/* smtp: the client's side of an SMTP dialogue up to EHLO inside TLS and QUIT (RFC 5321, RFC 3207), as
 * Sendmail leads it; never MAIL. Sans-I/O and pure: bytes in, bytes and a wish out. */
#ifndef PROBE_SMTP_H
#define PROBE_SMTP_H

#include "base/fault.h"
#include "base/span.h"
#include "model/observation.h"

#define SMTP_REPLY_LIMIT 65536 /* a longer reply is FAULT_LIMIT */

enum smtp_wish {
	SMTP_READ,  /* more bytes from the peer */
	SMTP_TLS,   /* the 220 to STARTTLS came: do the handshake, then smtp_tls_done() */
	SMTP_CLOSE, /* the dialogue is over */
};

struct smtp;

struct smtp_settings {
	const char *helo_name; /* what EHLO says: Sendmail's own name */
	bool starttls;         /* false: stop before STARTTLS (never in a look) */
};

/* A dialogue that begins with the greeting; notes all it sees in *o, which the caller owns and which must
 * live as long: reached, greeting and capabilities (texts without codes), reply (lines with their codes),
 * fault, …. A refused STARTTLS is no fault: Sendmail goes on in clear. Freed with smtp_free(). */
struct smtp *smtp_new(const struct smtp_settings *settings, struct observation *o);

/* Takes len bytes from the peer (plain, or decrypted after the handshake). While SMTP_TLS is wished, what
 * comes is dropped and noted as injected. */
enum smtp_wish smtp_feed(struct smtp *s, const char *bytes, size_t len);

/* The handshake is done: the dialogue goes on inside TLS. */
enum smtp_wish smtp_tls_done(struct smtp *s);

/* The peer closed the connection, or it broke, or a time limit ran out: sets the observation's fault by what
 * was awaited, unless there is one already or only the answer to QUIT is missing. FAULT_PROTOCOL when no line
 * of what came was SMTP. */
void smtp_closed(struct smtp *s, const struct fault *how);

/* Gives up politely: QUIT where the protocol allows it. */
enum smtp_wish smtp_quit(struct smtp *s);

/* What is to be sent now; empty: nothing. It is the caller's until smtp_sent(). */
struct span smtp_output(const struct smtp *s);

/* The first n bytes of the output were sent. */
void smtp_sent(struct smtp *s, size_t n);

/* The stage it waits for; STAGE_NONE while quitting and at the end. */
enum stage smtp_waits_for(const struct smtp *s);

/* True while the answer to QUIT is awaited: nothing more is learnt. */
bool smtp_is_quitting(const struct smtp *s);

/* Calls each line sent and received to `each` as it happens: mark is '>' or '<'. */
void smtp_on_line(struct smtp *s, void (*each)(void *arg, char mark, struct span line), void *arg);

/* Frees it. NULL does nothing. */
void smtp_free(struct smtp *s);

#endif
