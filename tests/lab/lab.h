/* lab: relays with broken chains on loopback, their names, a sendmail.cf and a live log, all on one loop that
 * the caller runs. No root, no network; two labs do not disturb each other. */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include "personalities.h"
#include "server.h"
#include "web.h"

#include <uv.h>

struct lab_options {          /* zeroed: what tests want */
	const char *host;     /* the log's host; NULL: this one */
	unsigned slow_ms;     /* how long the slow greeting takes */
	unsigned history_min; /* minutes of log before now; 0: no log at all */
	unsigned interval_ms; /* between live deliveries; 0: none */
	int log_level;        /* 0: 14 */
	bool rfc3164;         /* the log's timestamps as of old; else ISO */
};

struct lab;

/* Starts everything; all is ready to be asked when it returns. Never NULL: it aborts with a message when the
 * machine has no loopback to give. */
struct lab *lab_start(uv_loop_t *loop, const struct lab_options *options);

/* Closes everything and removes the folder; the memory goes with the last handle, on the loop. */
void lab_close(struct lab *lab);

/* The one port that all relays listen on. */
unsigned lab_port(const struct lab *lab);

/* "127.0.0.1@PORT", for --resolver. Lives as long as the lab, as do the texts below. */
const char *lab_resolver(const struct lab *lab);

/* The folder: sendmail.cf and others of its kind (settings.h), ca-bundle.crt, system.crt (what the system's
 * bundle would hold), certs/ (empty), unhashed/, trust-anchor, maillog, pki/. */
const char *lab_folder(const struct lab *lab);

/* A file of the folder, by name. The caller frees it. */
char *lab_file(const struct lab *lab, const char *name);

/* The certificates. */
const struct pki *lab_pki(const struct lab *lab);

/* What the relay of the i-th personality saw; NULL when nobody listens there (refused, or no IPv6 here). */
const struct server_seen *lab_saw(const struct lab *lab, size_t i);

/* False when this machine has no ::1: then the rows with IPv6 addresses are not served. */
bool lab_has_ipv6(const struct lab *lab);

/* How many questions its name server got. */
unsigned lab_queries(const struct lab *lab);

/* What its HTTP server saw. */
struct web_seen lab_web(const struct lab *lab);

#endif
