/* guest: one client of one server: bytes to lines and back, TLS over two memory BIOs. Private to server. */
#ifndef LAB_GUEST_H
#define LAB_GUEST_H

#include "base/text.h"
#include "server.h"

#include <openssl/ssl.h>

struct guest {
	uv_tcp_t tcp;
	uv_timer_t timer;
	unsigned handles; /* of these two that are open */
	struct server *server;
	struct guest *prev, *next;
	SSL *ssl;      /* NULL before STARTTLS */
	BIO *in, *out; /* the SSL's own */
	bool handshaking;
	bool awaits_hello; /* 220 was said: the next bytes are a ClientHello that is ill treated */
	bool in_data;
	bool last;         /* close when all is written */
	struct text lines; /* plain text that is no whole line yet */
	char room[16384];
};

struct server {
	struct server_settings settings;
	struct server_seen seen;
	struct hatch *hatch;
	uv_tcp_t listener;
	SSL_CTX *context, *sni_context; /* NULL: it speaks no TLS; the same for all names */
	struct guest *guests;
};

/* Takes a waiting client from the listener. */
void guest_accept(struct server *s);

/* Sends text, inside TLS once that is there. */
void guest_say(struct guest *c, const char *text);

/* Sends bytes past TLS. */
void guest_send(struct guest *c, const void *bytes, size_t len);

/* The handshake is what comes next. */
void guest_start_tls(struct guest *c);

/* Says nothing more: closes as soon as all is sent. */
void guest_end(struct guest *c);

/* Closes with RST. */
void guest_reset(struct guest *c);

/* Closes at once. */
void guest_close(struct guest *c);

/* Calls dialogue_greet() after some time. */
void guest_wait(struct guest *c, unsigned ms);

/* dialogue.c: the connection is there: says the greeting of the personality, or does not. */
void dialogue_begin(struct guest *c);

/* The greeting itself. */
void dialogue_greet(struct guest *c);

/* A line came, without its end; it may be changed. */
void dialogue_line(struct guest *c, char *line);

/* The first bytes after the 220, where awaits_hello is set. True: they are to be treated well after all. */
bool dialogue_hello(struct guest *c, const char *hello, size_t len);

/* All that was said is sent. */
void dialogue_sent(struct guest *c);

/* contexts.c: the TLS settings of a personality with a chain; the caller frees them. */
SSL_CTX *context_new(const struct personality *p, const char *chain, const struct pki *pki);

/* Lets the context choose the chain by the name in SNI; notes it in s->seen. */
void context_watch_sni(SSL_CTX *context, struct server *s);

#endif
