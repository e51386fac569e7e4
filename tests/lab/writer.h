/* writer: a maillog in Sendmail's words, as it would be written on a host that delivers to the lab's relays:
 * an hour of history first, then a delivery at every tick. */
#ifndef LAB_WRITER_H
#define LAB_WRITER_H

#include "hatch.h"
#include "pki.h"

#include <stdint.h>
#include <uv.h>

struct writer_settings {
	const struct pki *pki;
	const char *path;     /* the log; created, appended to */
	const char *host;     /* the syslog line's host */
	bool iso;             /* ISO timestamps (Debian 12's default), else RFC 3164 */
	int log_level;        /* 9, 12 or 14: what Sendmail says of each handshake */
	int64_t now_ms;       /* the wall clock; history ends here */
	unsigned history_min; /* minutes of history */
	unsigned interval_ms; /* between live deliveries; 0: none */
};

struct writer;

/* Writes the history and starts the clock. The settings are copied, the texts in them are borrowed. */
struct writer *writer_start(uv_loop_t *loop, struct hatch *hatch, const struct writer_settings *settings);

/* Writes one more delivery, to the relay after the last one, at that time. */
void writer_deliver(struct writer *w, int64_t at_ms);

/* How many lines it wrote. */
unsigned writer_lines(const struct writer *w);

/* Stops; then, when the hatch is done, comes writer_free(). */
void writer_close(struct writer *w);

/* Frees it. NULL does nothing. */
void writer_free(struct writer *w);

#endif
