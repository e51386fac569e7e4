/* names: a small DNS server on the test's own loop: UDP on 127.0.0.1, answers from a table of zone lines. */
#ifndef UNIT_PROBE_NAMES_H
#define UNIT_PROBE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct names_row {
	const char *name;     /* with its last dot */
	int rcode;            /* of the answer; -1: none ever comes */
	const char *lines[4]; /* records in zone format; only those of the type that was asked, their
			       * RRSIGs, and CNAMEs are sent */
};

struct names {
	uv_udp_t udp;
	const struct names_row *rows;
	size_t count;
	char address[32]; /* "127.0.0.1@port", for resolver_options */
	size_t asked;     /* questions that came */
	char room[4096];
};

/* Begins to answer; a name that is in no row does not exist. */
void names_open(struct names *n, uv_loop_t *loop, const struct names_row *rows, size_t count);

/* Closes it; the loop has to run for that. */
void names_close(struct names *n);

#endif
