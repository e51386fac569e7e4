/* server: one relay of the lab: SMTP with STARTTLS as its personality has it, on the test's own loop. It
 * takes mail too, so that a real Sendmail can deliver to it; the mail is thrown away. */
#ifndef LAB_SERVER_H
#define LAB_SERVER_H

#include "hatch.h"
#include "personalities.h"

#include <uv.h>

struct server_seen { /* what came to it since it began; tests read this */
	unsigned connections;
	unsigned handshakes; /* finished on our side */
	unsigned mails;      /* MAIL commands: a probe never sends one */
	unsigned delivered;  /* DATA ended with a dot */
	unsigned quits;
	unsigned sni;          /* ClientHellos that named a server */
	unsigned client_certs; /* handshakes in which the client showed a certificate */
	unsigned open;         /* connections now */
	char ehlo[128];        /* the last name that EHLO or HELO said */
	char server_name[128]; /* the last one that SNI named */
};

struct server_settings {
	const struct personality *personality;
	const struct pki *pki;
	unsigned slow_ms; /* how long GREETS_SLOWLY waits */
	int fd;           /* bound, not yet listening; the server closes it */
};

struct server;

/* Starts one. The settings are copied; pki, personality and hatch must live until the hatch is done. */
struct server *server_start(uv_loop_t *loop, struct hatch *hatch, const struct server_settings *settings);

/* What it saw; lives as long as the server. */
const struct server_seen *server_saw(const struct server *s);

/* Closes it and its connections; handles are closed when the hatch is done, and then comes server_free(). */
void server_close(struct server *s);

/* Frees it. NULL does nothing. */
void server_free(struct server *s);

#endif
