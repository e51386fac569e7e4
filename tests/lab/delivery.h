/* delivery: the lines that Sendmail logs for one delivery to one relay of the lab. Private to writer. */
#ifndef LAB_DELIVERY_H
#define LAB_DELIVERY_H

#include "personalities.h"
#include "writer.h"

#include <stdio.h>

#define HELD_ROOM 9

struct mail { /* a message in the queue */
	char id[16];
	int64_t since_ms;
};

struct held { /* what waits for one relay */
	struct mail mails[HELD_ROOM];
	unsigned count;
	char *refused; /* what tls_verify_cb() says of its chain; NULL: not yet known */
};

struct writer {
	struct writer_settings settings;
	struct hatch *hatch;
	uv_timer_t timer;
	FILE *file;
	unsigned lines, pid, messages, turn;
	struct held *held; /* one a personality */
	size_t relays;
};

/* One line of the log: at_ms the wall clock, tag such as "sm-mta", then the process that says it. */
void writer_line(struct writer *w, int64_t at_ms, const char *tag, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* A new queue id in Sendmail's form. */
void writer_queue_id(struct writer *w, int64_t at_ms, char id[16]);

/* The lines of one delivery to the i-th relay. */
void delivery_write(struct writer *w, size_t i, int64_t at_ms);

#endif
