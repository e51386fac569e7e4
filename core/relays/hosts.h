/* hosts: who logs: hosts, and their daemons (a host and a syslog tag), as small numbers. What a daemon's log
 * proves of its LogLevel, when a host's log begins, and the line before, for "last message repeated". */
#ifndef RELAYS_HOSTS_H
#define RELAYS_HOSTS_H

#include "relays/table.h"

#define HOSTS_MOST 255 /* hosts, and daemons, told apart; all others are one more */

enum outcome { OUTCOME_NONE, OUTCOME_SENT, OUTCOME_DEFERRED, OUTCOME_BOUNCED }; /* of a delivery */

struct last_line {       /* what a repetition of a host's line adds to */
	struct row *row; /* NULL: a line that does not count */
	enum event_kind kind;
	enum verify verify;   /* of a STARTTLS line */
	enum outcome outcome; /* of a to= line */
};

struct host {
	char *name;
	size_t len;
	int64_t first_ms; /* of its first line with a time; 0 none */
	struct last_line last;
};

struct daemon {
	unsigned host;
	char *tag;
	size_t len;
	bool shows; /* a STARTTLS=client line of it was logged: its LogLevel is 9 or more */
};

struct hosts {
	struct host *hosts;
	struct daemon *daemons;
	unsigned host_count, daemon_count;
	unsigned last_host, last_daemon; /* nearly every line is of these */
};

/* The number of a host; a new one the first time. */
unsigned hosts_host(struct hosts *h, struct span name);

/* The number of a host's daemon; a new one the first time. */
unsigned hosts_daemon(struct hosts *h, unsigned host, struct span tag);

/* Rows are gone: nothing refers to them any more. */
void hosts_evict(struct hosts *h);

/* Frees what it holds and leaves it empty. */
void hosts_free(struct hosts *h);

#endif
