/* cases: what diagnosis said of each relay and of the host, kept until what it was said of has changed. */
#ifndef ENGINE_CASES_H
#define ENGINE_CASES_H

#include "diagnosis/diagnosis.h"

struct cases;

/* No case yet. */
struct cases *cases_new(void);

/* What all relays of a history show together. Looked at anew when the history has changed; of many relays no
 * sooner than a second of loop time after the last time. Borrowed until the next call. */
const struct host_scan *cases_scan(struct cases *c, const struct history *h, uint64_t loop_ms);

/* The findings of evidence->relay, else of evidence->look, else of the host; evidence->scan is
 * cases_scan()'s. look_version: another number after
 * every change of what the evidence holds of the look. Borrowed until CASES_KEPT others were asked for. */
#define CASES_KEPT 4096
const struct findings *cases_findings(struct cases *c, const struct evidence *evidence,
	uint64_t look_version);

/* Frees all. NULL does nothing. */
void cases_free(struct cases *c);

#endif
