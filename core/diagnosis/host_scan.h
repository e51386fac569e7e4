/* host_scan: what all relays of a history show together: the one pass over them that diagnosis makes. Pure.
 */
#ifndef DIAGNOSIS_HOST_SCAN_H
#define DIAGNOSIS_HOST_SCAN_H

#include "relays/relays.h"

struct host_scan {          /* outbound relays; words since the daemon's start count */
	int64_t since_ms;   /* that start; else the log's first line */
	size_t failing;     /* FAIL with an error that our own store may cause, or with none logged */
	size_t others;      /* OK, or FAIL for another reason: a store is at work */
	size_t quiet;       /* mail went to it, and no word was logged */
	size_t dated;       /* FAIL for the date of the server's own certificate */
	size_t good;        /* the last word is OK */
	bool logs_starttls; /* there is a STARTTLS line at all */
};

/* Looks at every relay once: some 1 ms for 20,000. It holds as long as history_generation() is the same, and
 * is still good enough for a second or two: keep it that long, and hand it in as evidence->scan. */
void host_scan(const struct history *h, struct host_scan *out);

/* Whether so many relays fail for a date that it may be our clock. */
bool host_scan_suspects_clock(const struct host_scan *s);

#endif
