/* host_scan: what all relays of a history show together, counted relay by relay. Pure. */
#ifndef DIAGNOSIS_HOST_SCAN_H
#define DIAGNOSIS_HOST_SCAN_H

#include "relays/relays.h"

struct host_scan {        /* outbound relays; words since the daemon's start count */
	int64_t since_ms; /* that start; else the log's first line */
	size_t failing;   /* FAIL with an error that our own store may cause, or with none logged */
	size_t others;    /* OK, or FAIL for another reason: a store is at work */
	size_t quiet;     /* mail went to it, and no word was logged */
	size_t dated;     /* FAIL for the date of the server's own certificate */
	size_t good;      /* the last word is OK */
	size_t starttls;  /* there is a STARTTLS line of it at all */
};

/* What one relay counts as: a bit for each of the counts above. Words from before daemon_start_ms (0: not
 * known, all count) say nothing of the store that is in use now. */
unsigned host_scan_marks(const struct relay *r, int64_t daemon_start_ms);

/* Adds a relay's marks to the counts (by = 1), or takes them off again (by = -1). */
void host_scan_count(struct host_scan *s, unsigned marks, int by);

/* Counts every relay of a history; whoever asks often counts the relays that have changed instead. */
void host_scan(const struct history *h, struct host_scan *out);

/* Whether so many relays fail for a date that it may be our clock. */
bool host_scan_suspects_clock(const struct host_scan *s);

#endif
